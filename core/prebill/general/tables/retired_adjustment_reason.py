"""Claim adjustment reason codes that are no longer in use."""

from __future__ import annotations

from datetime import date

import attrs

from prebill.lookup import table


@table("retired-adjustment-reason", key=("reason",), file="retired_adjustment_reason.csv")
@attrs.frozen(kw_only=True)
class RetiredReason:
    """A reason code, the day from which on it is not to be used, and the code that took its place, if one did."""

    reason: str
    retired_on: date
    instead: str | None = None
