"""What the practice recorded before the claim: eligibility checks, authorizations, referrals, orders.

Each type can come inside a JSON encounter or from a register of its own (a CSV or NDJSON file).
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import attrs

from prebill.model.claim import Claim, ServiceLine


@attrs.frozen(kw_only=True)
class ReturnedMember:
    """The member as the payer knows them (271 loop 2100C or 2100D)."""

    member_id: str | None = None
    last_name: str | None = None
    first_name: str | None = None
    birth_date: date | None = None
    sex: str | None = None
    group_number: str | None = None
    relationship: str | None = None


@attrs.frozen(kw_only=True)
class EligibilityCheck:
    """One question to a payer and its answer (270/271, portal or telephone).

    `status` is `active`, `inactive`, `rejected` or `unknown`. The check speaks for `service_date` up to
    `service_date_to`; `plan_begin` and `plan_end` are the first and the last covered day.
    """

    checked_at: datetime
    payer_id: str | None = None
    member_id: str | None = None
    status: str = "unknown"
    service_date: date | None = None
    service_date_to: date | None = None
    channel: str | None = None
    plan_begin: date | None = None
    plan_end: date | None = None
    reject_reason: str | None = None
    returned_member: ReturnedMember | None = None


@attrs.frozen(kw_only=True)
class AuthorizedService:
    """A service that an authorization approves: a code or an inclusive range of codes of equal length.

    `units` is the approved quantity in `unit_type`: `units`, `visits`, `days` or `minutes`; None is unlimited.
    `used_elsewhere` is consumption that the practice's own claims do not show.
    """

    code_from: str
    code_to: str | None = None
    modifiers: tuple[str, ...] = ()
    laterality: str | None = None
    units: Decimal | None = None
    unit_type: str = "units"
    used_elsewhere: Decimal = Decimal(0)

    def covers(self, procedure: str) -> bool:
        """Tell whether the procedure is the approved code or lies in the approved range."""
        last = self.code_to or self.code_from
        return len(procedure) == len(self.code_from) and self.code_from <= procedure <= last


@attrs.frozen(kw_only=True)
class Authorization:
    """A payer's decision to pay for a service, from the practice's one register of authorizations (278).

    `status` is `approved`, `partial`, `modified`, `pended`, `denied`, `cancelled` or `not_required`; `kind` is
    `prior_auth`, `referral`, `notification` or `retro`. `valid_from` and `valid_to` are inclusive.
    """

    number: str
    status: str = "approved"
    kind: str = "prior_auth"
    payer_id: str | None = None
    patient_id: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    services: tuple[AuthorizedService, ...] = ()
    servicing_npis: tuple[str, ...] = ()
    facility_npi: str | None = None
    place_of_service: tuple[str, ...] = ()
    issued_at: datetime | None = None
    last_checked_at: datetime | None = None

    @property
    def approved(self) -> bool:
        """Tell whether the payer said yes, in whole or in part."""
        return self.status in {"approved", "partial", "modified"}

    def covers(self, procedure: str) -> bool:
        """Tell whether any approved service covers the procedure; an empty list covers everything."""
        return not self.services or any(service.covers(procedure) for service in self.services)

    def is_for(self, claim: Claim, line: ServiceLine) -> bool:
        """Tell whether the line, or its claim, is billed under this authorization's number."""
        return any(same_number(number, self.number) for number in claim.authorizations_of(line))


def same_number(one: str, other: str) -> bool:
    """Tell whether two authorization numbers are equal but for case, spaces and dashes."""
    return normal_number(one) == normal_number(other)


def normal_number(number: str) -> str:
    """Return an authorization number in upper case without spaces and dashes."""
    return number.replace(" ", "").replace("-", "").upper()


@attrs.frozen(kw_only=True)
class Referral:
    """A referral from another provider; `visits` is the number approved, dates are inclusive."""

    number: str
    referring_npi: str | None = None
    specialist_npi: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    visits: int | None = None


@attrs.frozen(kw_only=True)
class Order:
    """A signed order for a service."""

    procedure: str
    ordering_npi: str | None = None
    ordering_name: str | None = None
    ordered_on: date | None = None
    signed: bool | None = None
    diagnoses: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class ClaimStatus:
    """What became of a claim that was sent (999, 277CA, 276/277, 835, or the practice's own record).

    `state` is `pending`, `paid`, `denied` or `rejected` (never entered the payer's system); the dates are those of
    sending, of acceptance, of the last status inquiry and of the final decision. `payer_claim_number` is the
    number that a replacement or void has to name.
    """

    state: str = "pending"
    submitted_on: date | None = None
    accepted_on: date | None = None
    status_checked_on: date | None = None
    finalized_on: date | None = None
    payer_claim_number: str | None = None
    paid: Decimal | None = None
    denial_codes: tuple[str, ...] = ()
