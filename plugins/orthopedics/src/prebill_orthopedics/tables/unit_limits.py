"""How many units of a code Medicare accepts (Medically Unlikely Edits)."""

from __future__ import annotations

from typing import Literal

import attrs

from prebill import table


@table("orthopedics-unit-limits", key=("procedure",), file="unit_limits.csv")
@attrs.frozen(kw_only=True)
class UnitLimit:
    """The most units of a code; `adjudication` is `1` per line, `2` per day, `3` per day with appeal."""

    procedure: str
    units: int
    adjudication: Literal["1", "2", "3"]

    @property
    def per_day(self) -> bool:
        """Tell whether the units of all lines of a day are added up."""
        return self.adjudication in {"2", "3"}
