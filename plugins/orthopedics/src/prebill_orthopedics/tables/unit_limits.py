"""How many units of a code Medicare accepts (Medically Unlikely Edits)."""

from __future__ import annotations

import attrs

from prebill import table


@table("ncci-mue", key=("procedure",), file="unit_limits.csv")
@attrs.frozen(kw_only=True)
class UnitLimit:
    """The most units of a code; `adjudication` is 1 per line, 2 per day, 3 per day with appeal, else not known."""

    procedure: str
    units: int
    adjudication: int | None = None

    @property
    def per_day(self) -> bool:
        """Tell whether the units of all lines of a day are added up."""
        return self.adjudication in {2, 3}
