"""One visit or episode as the practice knows it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import attrs

from prebill.model.claim import Claim
from prebill.model.registers import Authorization, ClaimStatus, EligibilityCheck, Order, Referral


@attrs.frozen(kw_only=True)
class Encounter:
    """A claim beside everything that was scheduled, checked, authorized and documented for it.

    A register that is None was not supplied: rules that need it report *not checked*. An empty register was
    supplied and holds nothing. `status` is known of claims that were sent before. `documentation` holds the
    records of packs under their names, such as `{"anesthesia": [{…}]}`, as plain data; each pack's own types give
    them their shape when a rule asks.
    """

    claim: Claim
    encounter_id: str | None = None
    scheduled_at: datetime | None = None
    walk_in: bool | None = None
    eligibility_checks: tuple[EligibilityCheck, ...] | None = None
    authorizations: tuple[Authorization, ...] | None = None
    referrals: tuple[Referral, ...] | None = None
    orders: tuple[Order, ...] | None = None
    status: ClaimStatus | None = None
    documentation: Mapping[str, Any] = attrs.field(factory=dict)
