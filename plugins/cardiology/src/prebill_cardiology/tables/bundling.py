"""Which codes are bundled with a coronary intervention of the same day (NCCI procedure-to-procedure edits)."""

from __future__ import annotations

from datetime import date

import attrs

from prebill import table


@table("ncci-ptp", key=("column1", "column2"), file="bundling.csv")
@attrs.frozen(kw_only=True)
class PtpEdit:
    """A pair of codes of which column 2 is denied when the same provider bills both on a day.

    `modifier_indicator` is `0` no modifier helps, `1` a modifier may bypass the edit, `9` no edit. `effective_to` is
    the last active day. A pair that is not `verified` has been carried over from its siblings and never stops a
    claim.
    """

    column1: str
    column2: str
    modifier_indicator: str
    verified: bool = True
    effective_from: date | None = None
    effective_to: date | None = None
