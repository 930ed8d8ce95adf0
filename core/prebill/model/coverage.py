"""Insurance: whom the practice bills, and who pays before or after."""

from __future__ import annotations

from datetime import date

import attrs

from prebill.model.parties import Address


@attrs.frozen(kw_only=True)
class Subscriber:
    """The person in whose name the coverage is held (837P loops 2010BA and 2330A)."""

    last_name: str | None = None
    first_name: str | None = None
    middle_name: str | None = None
    suffix: str | None = None
    birth_date: date | None = None
    sex: str | None = None
    address: Address | None = None
    entity_type: str | None = None
    other_ids: tuple[tuple[str, str], ...] = ()


@attrs.frozen(kw_only=True)
class Coverage:
    """One coverage of the patient (837P loops 2000B/2010BA/2010BB; another payer's in 2320/2330).

    `sequence` is the payer's turn: `P` primary, `S` secondary, `T` tertiary. `relationship` is the patient's
    relationship to this subscriber. `filing_indicator` is SBR09 (`MB` Medicare Part B, `CI` commercial …).
    `msp_type` is SBR05, why Medicare is secondary. `plan_type` is
    `HMO`, `PPO`, `EPO`, `POS` … `begin` and `end` are the first and the last covered day.
    """

    payer_id: str | None = None
    payer_name: str | None = None
    member_id: str | None = None
    sequence: str = "P"
    relationship: str | None = None
    filing_indicator: str | None = None
    group_number: str | None = None
    group_name: str | None = None
    msp_type: str | None = None
    plan_type: str | None = None
    subscriber: Subscriber | None = None
    begin: date | None = None
    end: date | None = None
    payer_address: Address | None = None
    other_ids: tuple[tuple[str, str], ...] = ()
    benefits_assigned: str | None = None
    release: str | None = None
