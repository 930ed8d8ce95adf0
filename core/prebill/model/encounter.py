"""One visit or episode as the practice knows it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import attrs

from prebill.model.claim import Claim
from prebill.model.registers import (
    Appointment,
    Authorization,
    ClaimStatus,
    DocumentedService,
    EligibilityCheck,
    FilingEvidence,
    Order,
    PlannedCare,
    Referral,
)


@attrs.frozen(kw_only=True)
class Encounter:
    """A claim beside everything that was scheduled, checked, authorized and documented for it.

    A register that is None was not supplied: rules that need it report *not checked*. An empty register was
    supplied and holds nothing. `status` is known of claims that were sent before. `held_reason` is why the
    practice keeps the claim back: `credentialing`, `coding_query`, `auth`, `eligibility`, `provider_signature` or
    `edit`.
    `documentation` holds the records of packs under their names, such as `{"anesthesia": [{…}]}`, as plain data;
    each pack's own types give them their shape when a rule asks.
    """

    claim: Claim
    encounter_id: str | None = None
    scheduled_at: datetime | None = None
    appointment_date: date | None = None
    walk_in: bool | None = None
    charge_entered_at: datetime | None = None
    ready_at: datetime | None = None
    held_reason: str | None = None
    held_since: datetime | None = None
    eligibility_checks: tuple[EligibilityCheck, ...] | None = None
    authorizations: tuple[Authorization, ...] | None = None
    referrals: tuple[Referral, ...] | None = None
    orders: tuple[Order, ...] | None = None
    plan_of_care: tuple[PlannedCare, ...] | None = None
    documented_services: tuple[DocumentedService, ...] | None = None
    appointments: tuple[Appointment, ...] | None = None
    filing_evidence: tuple[FilingEvidence, ...] | None = None
    status: ClaimStatus | None = None
    documentation: Mapping[str, Any] = attrs.field(factory=dict)
