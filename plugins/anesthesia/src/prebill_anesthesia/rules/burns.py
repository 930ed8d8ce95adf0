"""Burns: the area treated decides the codes and the count of the add-on."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal

from prebill import Encounter, Outcomes, codes, hit, known, rule
from prebill_anesthesia.records import AnesthesiaRecord
from prebill_anesthesia.vocabulary import BURN_ADD_ON, lines_in, named

_BURNS = codes("01951-01953")


@rule(
    "ANE135",
    severity="stop",
    owner="coding",
    prevents=("CO-16/M53", "CO-151", "CO-107"),
    sources=(
        "CPT anesthesia for burns: under 4 %, 4 to 9 %, each further 9 % or part",
        "CMS base unit file: 01953",
    ),
    procedures=_BURNS,
    fails=[
        {
            "lines": ["01952-AA 90min @21", "01953-AA x1 @21"],
            "documentation": {"anesthesia": {"tbsa_percent": 20}},
        }
    ],
    passes=[
        {
            "lines": ["01952-AA 90min @21", "01953-AA x1 @21"],
            "documentation": {"anesthesia": {"tbsa_percent": 18}},
        }
    ],
)
def burn_addon_units(encounter: Encounter, records: tuple[AnesthesiaRecord, ...]) -> Outcomes:
    """The burn codes or their count do not fit the area treated.

    Under 4 % is 01951; from 4 % on 01952, with 01953 once for each further 9 % or part above 9 %. Correct the
    count from the documented area; all time is on 01952.
    """
    claim = encounter.claim
    lines = lines_in(claim, _BURNS)
    area = known(
        next((each.tbsa_percent for each in records if each.tbsa_percent is not None), None),
        "the body surface treated (tbsa_percent)",
    )
    expected = _expected(area)
    billed: dict[str, Decimal] = {}
    for line in lines:
        billed[line.procedure] = billed.get(line.procedure, Decimal(0)) + (
            line.units if line.procedure == BURN_ADD_ON else 1
        )
    if billed != expected:
        yield hit(
            lines,
            f"{named(lines[0])}: {area:f} % of body surface is {_shown(expected)}; billed {_shown(billed)}.",
            fix=f"Bill {_shown(expected)}, all minutes on the first.",
            at="units",
            evidence={"area": str(area)},
        )


def _expected(area: Decimal) -> dict[str, Decimal]:
    if area < 4:
        return {"01951": Decimal(1)}
    further = max(Decimal(0), ((area - 9) / 9).to_integral_value(ROUND_CEILING))
    return {"01952": Decimal(1)} | ({BURN_ADD_ON: further} if further else {})


def _shown(counts: dict[str, Decimal]) -> str:
    return " + ".join(f"{code} x{count:f}" for code, count in sorted(counts.items()))
