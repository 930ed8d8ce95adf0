"""What the practice recorded around the claim: eligibility, authorizations, referrals, appointments, status.

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
class Benefit:
    """One benefit of a coverage (271 EB and HSD).

    `service_type` is EB03 (`MH`, `33`, `PT` …); `procedure` is set where the benefit is about one code (EB13).
    `limit`, `used` and `remaining` count what `unit` says: `visits`, `units`, `days` or `dollars`, from
    `period_begin` to `period_end`, or in the calendar year. `covered` is False for a service that the plan
    excludes (EB01 `I`). `auth_required` is EB11, `in_network` is EB12.
    """

    service_type: str | None = None
    procedure: str | None = None
    covered: bool = True
    limit: Decimal | None = None
    used: Decimal | None = None
    remaining: Decimal | None = None
    unit: str = "visits"
    period_begin: date | None = None
    period_end: date | None = None
    in_network: bool | None = None
    auth_required: bool | None = None
    copay: Decimal | None = None


@attrs.frozen(kw_only=True)
class OtherPayer:
    """Another payer that the payer asked names in its answer (271 EB01 `R` with loop 2120).

    `service_type` is set where that payer stands for one kind of service only, such as `MH` of a behavioral
    health vendor.
    """

    name: str | None = None
    payer_id: str | None = None
    member_id: str | None = None
    kind: str | None = None
    service_type: str | None = None
    begin: date | None = None
    end: date | None = None


@attrs.frozen(kw_only=True)
class EligibilityCheck:
    """One question to a payer and its answer (270/271, portal or telephone).

    `status` is `active`, `inactive`, `rejected` or `unknown` for the plan as a whole; `reject_reason` is AAA03.
    The check speaks for `service_date` up to `service_date_to`; `plan_begin` and `plan_end` are the first and the
    last covered day. `plan_type` is `HMO`, `PPO`, `EPO`, `POS` … and `primary_care_npi` the doctor that such a
    plan asks for referrals.

    What else the payer knows: the managed-care plan that stands in for it (`managed_care_kind` is `ma`, `cost`
    for an 1876 cost plan, or `mco`), the other insurance by which Medicare is secondary (`msp_type` is SBR05),
    periods of hospice, of skilled nursing under Part A, and of home health. Without a begin there is none.
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
    plan_id: str | None = None
    plan_name: str | None = None
    plan_type: str | None = None
    primary_care_npi: str | None = None
    benefits: tuple[Benefit, ...] | None = None
    other_payers: tuple[OtherPayer, ...] | None = None
    managed_care_plan: str | None = None
    managed_care_name: str | None = None
    managed_care_kind: str | None = None
    managed_care_begin: date | None = None
    managed_care_end: date | None = None
    msp_type: str | None = None
    msp_payer: str | None = None
    msp_begin: date | None = None
    msp_end: date | None = None
    hospice_begin: date | None = None
    hospice_end: date | None = None
    snf_begin: date | None = None
    snf_end: date | None = None
    home_health_begin: date | None = None
    home_health_end: date | None = None
    qualified_medicare_beneficiary: bool | None = None

    @property
    def asked_to(self) -> date | None:
        """The last day asked about; equal to `service_date` for a single day."""
        return self.service_date_to or self.service_date

    def asked_about(self, day: date) -> bool:
        """Tell whether the day was asked about."""
        return self.service_date is not None and self.service_date <= day <= (self.asked_to or day)

    def answers_for(self, day: date) -> bool:
        """Tell whether the day was asked about, or lies in the plan's dates that the payer returned."""
        in_plan = self.plan_begin is not None and self.plan_end is not None and self.plan_begin <= day <= self.plan_end
        return in_plan or self.asked_about(day)


@attrs.frozen(kw_only=True)
class AuthorizedService:
    """A service that an authorization approves: a code or an inclusive range of codes of equal length.

    `further_codes` are more single codes that share the quantity. `units` is the approved quantity in `unit_type`:
    `units`, `visits`, `days`, `hours`, `minutes` or `dollars`; None is unlimited. `used_elsewhere` is consumption
    that the practice's own claims do not show; `used` is what the payer said had been used of it when the
    authorization was last checked, the practice's own claims included.
    """

    code_from: str
    code_to: str | None = None
    further_codes: tuple[str, ...] = ()
    modifiers: tuple[str, ...] = ()
    laterality: str | None = None
    units: Decimal | None = None
    unit_type: str = "units"
    used_elsewhere: Decimal = Decimal(0)
    used: Decimal | None = None

    def covers(self, procedure: str) -> bool:
        """Tell whether the procedure is an approved code or lies in the approved range."""
        last = self.code_to or self.code_from
        in_range = len(procedure) == len(self.code_from) and self.code_from <= procedure <= last
        return in_range or procedure in self.further_codes


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
    requested_at: datetime | None = None
    last_checked_at: datetime | None = None

    @property
    def approved(self) -> bool:
        """Tell whether the payer said yes, in whole or in part."""
        return self.status in {"approved", "partial", "modified"}

    def covers(self, procedure: str) -> bool:
        """Tell whether any approved service covers the procedure; an empty list covers everything."""
        return not self.services or any(service.covers(procedure) for service in self.services)

    def is_for(self, claim: Claim, line: ServiceLine) -> bool:
        """Tell whether the line is billed under this authorization.

        A number on the line is about that line. A number on the claim is about the lines whose procedure the
        authorization covers: an office visit beside an authorized injection needs none.
        """
        if line.authorization_numbers:
            return any(same_number(number, self.number) for number in line.authorization_numbers)
        return self.covers(line.procedure) and any(
            same_number(number, self.number) for number in claim.authorization_numbers
        )


def same_number(one: str, other: str) -> bool:
    """Tell whether two authorization numbers are equal but for case, spaces and dashes."""
    return normal_number(one) == normal_number(other)


def normal_number(number: str) -> str:
    """Return an authorization number in upper case without spaces and dashes."""
    return number.replace(" ", "").replace("-", "").upper()


@attrs.frozen(kw_only=True)
class Referral:
    """A referral from another provider; dates are inclusive.

    `visits` is the number approved, `visits_used` how many of them earlier claims took.
    """

    number: str
    patient_id: str | None = None
    payer_id: str | None = None
    referring_npi: str | None = None
    specialist_npi: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    visits: int | None = None
    visits_used: int | None = None


@attrs.frozen(kw_only=True)
class PlannedCare:
    """One dated version of what was planned: the booking of a surgeon, an order set, a treatment plan.

    `planned_date` is the day of the service; a new time of day is no new version.
    """

    recorded_at: datetime
    procedures: tuple[str, ...] = ()
    units: Decimal | None = None
    laterality: str | None = None
    servicing_npi: str | None = None
    facility_npi: str | None = None
    planned_date: date | None = None


@attrs.frozen(kw_only=True)
class DocumentedService:
    """A service as the chart or the operative note records it."""

    procedure: str | None = None
    site: str | None = None
    laterality: str | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    performer_npi: str | None = None
    note_id: str | None = None
    signed_at: datetime | None = None


@attrs.frozen(kw_only=True)
class Appointment:
    """An appointment of the patient: this visit's, or one before or after it.

    `status` is `booked`, `completed`, `cancelled` or `no_show`; `charged` tells whether a charge was entered.
    `scheduled_at` is when it was booked, `walk_in` that it never was.
    """

    appointment_date: date
    appointment_id: str | None = None
    patient_id: str | None = None
    payer_id: str | None = None
    provider_npi: str | None = None
    location: str | None = None
    planned_procedures: tuple[str, ...] = ()
    authorization_number: str | None = None
    status: str = "booked"
    charged: bool | None = None
    scheduled_at: datetime | None = None
    walk_in: bool | None = None


@attrs.frozen(kw_only=True)
class FilingEvidence:
    """A document that explains a late claim.

    `kind` is `277ca`, `remittance`, `eligibility_notice`, `authorization_notice`, `payer_notice`,
    `disaster_notice`, `litigation` or `note`.
    """

    kind: str
    dated_on: date | None = None
    reference: str | None = None


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
    number that a replacement or void has to name. `denial_codes` hold CARC and RARC. A remittance that was
    received and not posted has `remittance_received_on` while `state` is still pending. `crossed_over_to`
    is the payer that Medicare sent the claim on to.
    """

    state: str = "pending"
    submitted_on: date | None = None
    accepted_on: date | None = None
    status_checked_on: date | None = None
    finalized_on: date | None = None
    payer_claim_number: str | None = None
    paid: Decimal | None = None
    denial_codes: tuple[str, ...] = ()
    remittance_received_on: date | None = None
    crossed_over_to: str | None = None
