"""The floor that prebill's 837P throughput is measured against: a typed read and nothing else.

It splits segments on the common separators and builds one plain object a claim and a line, with exact amounts and
dates. It knows one subscriber loop, checks nothing, locates nothing, and would misread much of what is real.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path


class FloorLine:
    __slots__ = ("charge", "day", "modifiers", "number", "pointers", "procedure", "unit_type", "units")

    number: int
    procedure: str
    modifiers: tuple[str, ...]
    charge: Decimal
    unit_type: str
    units: Decimal
    pointers: tuple[int, ...]
    day: date


class FloorClaim:
    __slots__ = (
        "billing_npi", "birth_date", "control_number", "diagnoses", "first_name", "last_name", "lines",
        "member_id", "payer_id", "place", "rendering_npi", "total",
    )  # fmt: skip

    control_number: str
    total: Decimal
    place: str
    billing_npi: str
    last_name: str
    first_name: str
    member_id: str
    payer_id: str
    birth_date: date | None
    rendering_npi: str | None
    diagnoses: tuple[str, ...]
    lines: list[FloorLine]


def typed_read(path: Path) -> Iterator[FloorClaim]:
    """Yield the claims of a regular 837P."""
    claim: FloorClaim | None = None
    line = FloorLine()
    npi = last = first = member = payer = ""
    born: date | None = None
    for segment in _segments(path):
        elements = segment.split("*")
        name = elements[0]
        if name == "SV1":
            procedure = elements[1].split(":")
            line.procedure = procedure[1]
            line.modifiers = tuple(procedure[2:6])
            line.charge = Decimal(elements[2])
            line.unit_type = elements[3]
            line.units = Decimal(elements[4])
            line.pointers = tuple(map(int, elements[7].split(":"))) if len(elements) > 7 else ()
        elif name == "LX" and claim is not None:
            line = FloorLine()
            line.number = int(elements[1])
            claim.lines.append(line)
        elif name == "DTP" and elements[1] == "472":
            line.day = _date(elements[3])
        elif name == "CLM":
            if claim is not None:
                yield claim
            claim = FloorClaim()
            claim.control_number = elements[1]
            claim.total = Decimal(elements[2])
            claim.place = elements[5].split(":")[0]
            claim.billing_npi, claim.last_name, claim.first_name = npi, last, first
            claim.member_id, claim.payer_id, claim.birth_date = member, payer, born
            claim.rendering_npi = None
            claim.diagnoses = ()
            claim.lines = []
        elif name == "HI" and claim is not None:
            claim.diagnoses = tuple(element.split(":")[1] for element in elements[1:])
        elif name == "NM1":
            role = elements[1]
            if role == "82" and claim is not None:
                claim.rendering_npi = elements[9]
            elif role == "IL":
                last, first, member = elements[3], elements[4], elements[9]
            elif role == "PR":
                payer = elements[9]
            elif role == "85":
                npi = elements[9]
        elif name == "DMG":
            born = _date(elements[2])
    if claim is not None:
        yield claim


def _date(text: str) -> date:
    return date(int(text[:4]), int(text[4:6]), int(text[6:8]))


def _segments(path: Path) -> Iterator[str]:
    left = ""
    with path.open(encoding="latin-1", newline="") as file:
        while chunk := file.read(1 << 20):
            *whole, left = (left + chunk.replace("\n", "")).split("~")
            yield from whole
