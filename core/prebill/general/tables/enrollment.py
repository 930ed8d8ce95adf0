"""Which providers are enrolled with which payers, from the practice's credentialing file."""

from __future__ import annotations

from datetime import date

import attrs

from prebill.lookup import Table, table
from prebill.model import Claim, Payer


@table("enrollment", key=("npi", "payer_id"))
@attrs.frozen(kw_only=True)
class Enrollment:
    """A provider with a payer; `payer_id` may be a line of business.

    `status` is `active`, `pending` or `terminated`; `plan` is set where the row is about one plan or tier only,
    and `tax_id` where it is about one practice. `active_from` to `active_to` is the time in force (inclusive);
    `filed_on` is when the payer received the application.
    """

    npi: str
    payer_id: str
    tax_id: str | None = None
    plan: str | None = None
    location: str | None = None
    status: str = "active"
    active_from: date | None = None
    active_to: date | None = None
    filed_on: date | None = None
    taxonomy: str | None = None

    def active_on(self, day: date) -> bool:
        """Tell whether the provider is enrolled on a day."""
        return (
            self.status == "active"
            and (self.active_from is None or self.active_from <= day)
            and (self.active_to is None or day <= self.active_to)
        )


def rendering_npis(claim: Claim) -> list[str]:
    """Return the NPIs of those who rendered a claim, each once."""
    return sorted({npi for line in claim.lines if (npi := claim.rendering_of(line).npi)})


def enrollments_of(enrollments: Table[Enrollment], npi: str, payer: Payer) -> tuple[Enrollment, ...]:
    """Return what the file has of a provider with a payer, or with its line of business.

    Raises `NotKnown` where an excerpt has neither.
    """
    rows = enrollments.find(npi, payer.payer_id) or enrollments.find(npi, payer.line_of_business)
    return enrollments.all(npi, payer.payer_id) if rows is None else rows
