"""What cardiology documents about a service: who owns the equipment, what was found, what was done."""

from __future__ import annotations

from datetime import date
from typing import Literal

import attrs

from prebill import record


@record("diagnostic_study")
@attrs.frozen(kw_only=True)
class DiagnosticStudy:
    """How a diagnostic study was made: on whose equipment, and whether the practice only read it."""

    line_number: int | None = None
    equipment_owner: Literal["practice", "facility", "vendor"] | None = None
    interpretation_only: bool | None = None


@record("cath_report")
@attrs.frozen(kw_only=True)
class CathReport:
    """A catheterization report: its session, and why coronary angiography was done beside an intervention.

    `prior_study` is the coronary imaging known from before: `none`, a `catheter` angiogram, or only `ct`.
    """

    line_number: int | None = None
    session_id: str | None = None
    prior_study: Literal["none", "catheter", "ct"] | None = None
    prior_study_date: date | None = None
    prior_study_available: bool | None = None
    prior_study_adequate: bool | None = None
    condition_changed_since_prior: bool | None = None
    change_outside_target_during_procedure: bool | None = None
    full_diagnostic_study: bool | None = None
    decision_from_this_study: bool | None = None
    partial_repeat: bool | None = None
