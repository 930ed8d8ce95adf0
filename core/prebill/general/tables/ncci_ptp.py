"""Which two services of one day are not both paid (NCCI procedure-to-procedure edits)."""

from __future__ import annotations

from datetime import date

import attrs

from prebill.lookup import table


@table("ncci-ptp", key=("column1", "column2"), file="ncci_ptp.csv")
@attrs.frozen(kw_only=True)
class PtpEdit:
    """A pair of codes of which column 2 is denied when the same provider bills both on a day.

    `modifier_indicator` is `0` no modifier helps, `1` a modifier of the list may bypass the edit, `9` no edit.
    `effective_to` is the deletion date, the last active day.
    """

    column1: str
    column2: str
    modifier_indicator: str
    rationale: str | None = None
    effective_from: date | None = None
    effective_to: date | None = None

    @property
    def speaks(self) -> bool:
        """Tell whether the pair was ever an edit: not marked so, and not withdrawn from its first day on."""
        withdrawn = self.effective_to is not None and self.effective_to == self.effective_from
        return self.modifier_indicator != "9" and not withdrawn


@table("ncci-ptp-medicaid", key=("column1", "column2"))
@attrs.frozen(kw_only=True)
class MedicaidPtpEdit(PtpEdit):
    """A pair of the edits that CMS publishes for Medicaid, a table of its own."""
