"""Which services an add-on adds to (NCCI add-on code edits)."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Literal

import attrs

from prebill import CodeSet, codes, table


@table("behavioral-add-ons", key=("add_on",), file="add_ons.csv")
@attrs.frozen(kw_only=True)
class AddOn:
    """Primaries of an add-on code; several rows of one code add up.

    `edit_type` is that of the CMS file: 1 only these primaries, 2 the contractor decides; 0 is not in the file. A
    primary has to be billed on the same `day`, in the same `week` or `month`, or within 30 days (`episode`).
    """

    add_on: str
    primaries: str
    edit_type: int = 1
    within: Literal["day", "week", "month", "episode"] = "day"
    effective_from: date | None = None
    effective_to: date | None = None

    @property
    def codes(self) -> CodeSet:
        """The primaries as a set."""
        return _set_of(self.primaries)


@cache
def _set_of(primaries: str) -> CodeSet:
    return codes(primaries)
