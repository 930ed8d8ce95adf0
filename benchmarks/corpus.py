"""Writes 837P files of any size: the claims of a small practice, over and over, each with its own number.

Two of three claims have two lines and one has three: 2.25 lines a claim on average, as in the published statistics
of professional claims. Every fifth claim is a second one of its patient. Nothing in them is a real person.
"""

from __future__ import annotations

from itertools import chain
from pathlib import Path

_HEAD = (
    "ISA*00*          *00*          *ZZ*SUB001         *ZZ*RCV001         *260320*0900*^*00501*000000001*0*P*:~\n"
    "GS*HC*SUB001*RCV001*20260320*0900*1*X*005010X222A1~\n"
)
_SET = (
    "ST*837*{set:04}*005010X222A1~\nBHT*0019*00*B{set:04}*20260320*0900*CH~\n"
    "NM1*41*2*ACME MEDICAL GROUP*****46*SUB001~\nPER*IC*BILLING*TE*5125550100~\n"
    "NM1*40*2*CLEARING CO*****46*RCV001~\n"
    "HL*1**20*1~\nPRV*BI*PXC*207X00000X~\nNM1*85*2*ACME MEDICAL GROUP*****XX*1234567893~\nN3*100 MAIN ST~\n"
    "N4*AUSTIN*TX*733010001~\nREF*EI*741234567~\n"
)
_SUBSCRIBER = (
    "HL*{level}*1*22*0~\nSBR*P*18*GRP100******{filing}~\nNM1*IL*1*SAMPLE{letters}*PAT****MI*W{number:08}~\n"
    "N3*1 ELM ST~\nN4*AUSTIN*TX*733010002~\nDMG*D8*19{year}0704*M~\nNM1*PR*2*{payer}*****PI*{payer}~\n"
)
_CLAIM = "CLM*C{number:08}*{total}***{place}:B:1*Y*A*Y*Y~\nREF*G1*A{number:08}~\nHI*ABK:M1711*ABF:I10~\n"
_RENDERING = "NM1*82*1*BAKER*DANA****XX*{npi}~\nPRV*PE*PXC*{taxonomy}~\n"
_LINE = (
    "LX*{line}~\nSV1*HC:{procedure}*{charge}*{unit}*{units}***1:2~\nDTP*472*D8*{day}~\nREF*6R*C{number:08}-{line}~\n"
)

# Lines by specialty: place of service, taxonomy, NPI and (procedure with modifiers, charge, unit, units).
_VISITS = (
    ("11", "207Q00000X", "1679576722", (("99213:25", 150, "UN", 1), ("20610:LT", 95, "UN", 1))),
    ("22", "207L00000X", "1043219260", (("01402:AA:P2", 1200, "MJ", 95), ("64447:59:LT", 300, "UN", 1))),
    ("22", "207RC0000X", "1881694164",
     (("93306:26", 210, "UN", 1), ("93010", 40, "UN", 1), ("99232", 130, "UN", 1))),
    ("11", "103TC0700X", "1538162284", (("90837", 180, "UN", 1), ("90785", 20, "UN", 1))),
    ("21", "207X00000X", "1457355127", (("27447:RT", 4200, "UN", 1), ("20985", 600, "UN", 1))),
    ("11", "207X00000X", "1457355127",
     (("99214", 190, "UN", 1), ("73562:RT", 80, "UN", 1), ("73560:LT", 60, "UN", 1))),
    ("11", "207Q00000X", "1679576722", (("99396", 210, "UN", 1), ("90471", 30, "UN", 1))),
    ("11", "207RC0000X", "1881694164", (("93000", 60, "UN", 1), ("99215", 250, "UN", 1))),
)  # fmt: skip
_PAYERS = (("ACM01", "CI"), ("MCR01", "MB"), ("BLU01", "BL"))


def write_837p(path: Path, claims: int, *, sets: int = 1) -> None:
    """Write an 837P of `claims` claims in `sets` transaction sets of one interchange."""
    per_set = -(-claims // sets)
    with path.open("w", encoding="ascii", newline="") as file:
        file.write(_HEAD)
        for index in range(sets):
            segments = 1
            pieces = (
                _claim(number, number % per_set + 2)
                for number in range(index * per_set, min((index + 1) * per_set, claims))
            )
            for piece in chain([_SET.format(set=index + 1)], pieces):
                segments += piece.count("~")
                file.write(piece)
            file.write(f"SE*{segments}*{index + 1:04}~\n")
        file.write(f"GE*{sets}*1~\nIEA*1*000000001~\n")


def _claim(number: int, level: int) -> str:
    place, taxonomy, npi, lines = _VISITS[number % len(_VISITS)]
    payer, filing = _PAYERS[number % len(_PAYERS)]
    day = f"202603{1 + number % 19:02}"
    patient = number - (number % 5 == 4)
    return "".join(
        [
            _SUBSCRIBER.format(
                level=level,
                filing=filing,
                payer=payer,
                number=patient,
                year=40 + patient % 50,
                letters=_letters(patient),
            ),
            _CLAIM.format(number=number, total=sum(charge for _, charge, _, _ in lines), place=place),
            _RENDERING.format(npi=npi, taxonomy=taxonomy),
            *(
                _LINE.format(
                    line=line, procedure=procedure, charge=charge, unit=unit, units=units, day=day, number=number
                )
                for line, (procedure, charge, unit, units) in enumerate(lines, 1)
            ),
        ]
    )


def _letters(number: int) -> str:
    return "".join(chr(65 + number // 26**power % 26) for power in range(3))
