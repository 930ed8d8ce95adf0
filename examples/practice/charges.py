"""What the practice charges: whole dollars a unit, by procedure; a part of a study has a price of its own."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

ANESTHESIA_UNIT = Decimal(95)

_CHARGES = {
    "99202": 165, "99203": 240, "99204": 355, "99205": 470,
    "99211": 55, "99212": 115, "99213": 190, "99214": 275, "99215": 385,
    "99221": 260, "99222": 350, "99223": 480, "99231": 130, "99232": 205, "99233": 300, "99024": 0,
    "G0439": 240, "99396": 265,
    "93000": 48, "93010": 26, "93306": 690, "93306-26": 205, "93320": 130, "93015": 210,
    "93451-26": 560, "93458-26": 890, "93460-26": 1090, "92928": 1650, "92929": 820, "92941": 1820,
    "20610": 165, "27447": 4200, "27130": 4300, "29881": 1900, "29827": 3300, "27570": 650,
    "73562": 95, "11042": 330, "97597": 190, "17003": 25, "17110": 260,
    "90471": 45, "90662": 98, "G0008": 40, "96372": 40, "J1885": 3, "99406": 35,
    "90785": 35, "90791": 310, "90792": 360, "90832": 140, "90834": 190, "90837": 275, "90833": 130, "90836": 165,
    "90839": 390, "90840": 190, "90846": 190, "90847": 200, "90853": 75,
    "64447": 480, "76942": 190, "99100": 95,
}  # fmt: skip


def charge_of(procedure: str, modifiers: Sequence[str], *, units: int = 1) -> Decimal:
    """Return the charge of a line."""
    priced = f"{procedure}-26" if "26" in modifiers and f"{procedure}-26" in _CHARGES else procedure
    return Decimal(_CHARGES[priced] * units)
