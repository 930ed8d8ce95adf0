"""What orthopedics documents about a visit or an operation."""

from __future__ import annotations

from datetime import date
from typing import Literal

import attrs

from prebill import record

Side = Literal["R", "L", "B"]


@record("operative_note")
@attrs.frozen(kw_only=True)
class OperativeNote:
    """What was done in one operation, and how it stands to an earlier one.

    `joint` is `shoulder`, `elbow`, `wrist`, `hand`, `hip`, `knee`, `ankle` or `foot`.
    """

    line_number: int | None = None
    side: Side | None = None
    joint: str | None = None
    return_to_or: bool | None = None
    planned_staged: bool | None = None
    unrelated_condition: bool | None = None


@attrs.frozen(kw_only=True)
class ScheduledSurgery:
    """An operation on the surgery schedule."""

    procedure: str
    scheduled_on: date


@record("visit_note")
@attrs.frozen(kw_only=True)
class VisitNote:
    """Why a patient came, and what the visit has to do with an operation."""

    line_number: int | None = None
    visit_type: Literal["post_op", "preop_hp", "new_problem", "injection_only", "fracture_follow_up"] | None = None
    decision_for_surgery_date: date | None = None
    em_related_to_surgery: bool | None = None
    em_separate_problem: bool | None = None
    surgeries_scheduled: tuple[ScheduledSurgery, ...] | None = None
