"""What work, expense and liability cost in each Medicare locality (geographic practice cost indices)."""

from __future__ import annotations

from decimal import Decimal

import attrs

from prebill.lookup import table


@table("gpci", key=("locality",))
@attrs.frozen(kw_only=True)
class GeographicIndex:
    """The factors of a locality for the three relative values; `locality` is `contractor/locality`, as `10112/00`."""

    locality: str
    name: str
    state: str
    work: Decimal
    practice_expense: Decimal
    malpractice: Decimal
