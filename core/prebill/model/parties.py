"""People and organisations named on a claim."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import attrs


@attrs.frozen(kw_only=True)
class Address:
    """A postal address (837P N3 and N4)."""

    line1: str | None = None
    line2: str | None = None
    city: str | None = None
    state: str | None = None
    postal_code: str | None = None
    country: str | None = None


@attrs.frozen(kw_only=True)
class Provider:
    """A person or organisation in one of its roles (837P NM1 with N3, N4, PRV and REF).

    `name` is the last name of a person or the name of an organisation; `entity_type` is `"1"` for a person
    and `"2"` for an organisation; `tax_id_kind` is `EI` or `SY`. `other_ids` are pairs of an 837P
    qualifier and a value, such as `("0B", "TX12345")` for a state licence.
    """

    npi: str | None = None
    name: str | None = None
    first_name: str | None = None
    middle_name: str | None = None
    suffix: str | None = None
    entity_type: str | None = None
    taxonomy: str | None = None
    tax_id: str | None = None
    tax_id_kind: str | None = None
    address: Address | None = None
    other_ids: tuple[tuple[str, str], ...] = ()


@attrs.frozen(kw_only=True)
class Patient:
    """The person who was treated (837P loop 2010CA, or 2010BA when the patient is the subscriber).

    `relationship` is the patient's relationship to the subscriber: `18` self, `01` spouse, `19` child …
    `record_number` is the practice's own identifier of the patient, the most reliable one when present.
    """

    last_name: str | None = None
    first_name: str | None = None
    middle_name: str | None = None
    suffix: str | None = None
    birth_date: date | None = None
    sex: str | None = None
    relationship: str | None = None
    record_number: str | None = None
    address: Address | None = None
    death_date: date | None = None
    weight_pounds: Decimal | None = None
    pregnant: bool | None = None
    disabled: bool | None = None
    other_ids: tuple[tuple[str, str], ...] = ()

    def age_on(self, day: date) -> int | None:
        """Return the completed years of age on a day; the birthday itself counts as completed."""
        if self.birth_date is None:
            return None
        before_birthday = (day.month, day.day) < (self.birth_date.month, self.birth_date.day)
        return day.year - self.birth_date.year - before_birthday
