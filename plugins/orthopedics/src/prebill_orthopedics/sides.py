"""Sides: what the modifiers of a line and the titles of its diagnoses say."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from prebill import Entry, ServiceLine, Table
from prebill_orthopedics.tables.laterality import Laterality

RIGHT, LEFT, BOTH = "R", "L", "B"
NAMES = {RIGHT: "right", LEFT: "left", BOTH: "both sides"}
OPPOSITE = {RIGHT: LEFT, LEFT: RIGHT}

_FINGERS = ("thumb", "index", "middle", "ring", "little")
_TOES = ("great toe", "second toe", "third toe", "fourth toe", "fifth toe")
DIGITS = {
    **dict(zip(("FA", "F1", "F2", "F3", "F4"), ((LEFT, finger) for finger in _FINGERS), strict=True)),
    **dict(zip(("F5", "F6", "F7", "F8", "F9"), ((RIGHT, finger) for finger in _FINGERS), strict=True)),
    **dict(zip(("TA", "T1", "T2", "T3", "T4"), ((LEFT, toe) for toe in _TOES), strict=True)),
    **dict(zip(("T5", "T6", "T7", "T8", "T9"), ((RIGHT, toe) for toe in _TOES), strict=True)),
}
_SIDES = {"RT": RIGHT, "LT": LEFT, "50": BOTH, **{modifier: side for modifier, (side, _) in DIGITS.items()}}


def side_of(line: ServiceLine) -> str | None:
    """Return the side that the modifiers of a line say; None without one, or where two contradict each other."""
    found = {_SIDES[modifier] for modifier in line.modifiers if modifier in _SIDES}
    if len(found) == 1:
        return found.pop()
    return BOTH if found == {RIGHT, LEFT} and line.has("RT") and line.has("LT") else None


def sides_of(diagnoses: Iterable[str], laterality: Table[Laterality]) -> list[str]:
    """Return the sides that diagnoses name, in their order; raises `NotKnown` for one absent from an excerpt."""
    rows = (laterality.get(code) for code in diagnoses)
    return [row.side for row in rows if row is not None and row.side in {RIGHT, LEFT, BOTH}]


def same_disease(diagnosis: str, surgery: Entry[Any], laterality: Table[Laterality], *, by_side: bool = False) -> bool:
    """Tell whether a diagnosis is the one operated on: of its category, and not of the other side.

    `by_side` asks more: both name a side, and it is the same.
    """
    on = laterality.on(surgery.from_date)
    operated = [code for code in surgery.claim.diagnoses_of(surgery.line) if code[:3] == diagnosis[:3]]
    if not operated:
        return False
    sides = [_side(on.get(diagnosis)), *(_side(on.get(code)) for code in operated)]
    if by_side:
        return sides[0] is not None and (sides[0] in sides[1:] or BOTH in sides[1:])
    return any(side is None or OPPOSITE.get(side) != sides[0] for side in sides[1:])


def _side(row: Laterality | None) -> str | None:
    return row.side if row is not None and row.side in NAMES else None
