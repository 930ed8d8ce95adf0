"""Minutes that look rounded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from prebill import Cohort, Outcomes, hit, rule
from prebill_anesthesia.anesthetics import Line
from prebill_anesthesia.records import AnesthesiaRecord
from prebill_anesthesia.vocabulary import TIMED

_FEWEST = 50


@rule(
    "ANE138",
    severity="info",
    owner="clinical_documentation",
    prevents="CO-252",
    sources=("The sampling formula is a default of this pack; auditors read times that end in 0 or 5 as rounded",),
    procedures=TIMED,
    key=("rendering_npi",),
    minimum=_FEWEST,
    fails=[{"lines": ["00790-AA 60min @22"] * 19 + ["00790-AA 61min @22"] * 31}],
    passes=[{"lines": ["00790-AA 60min @22"] * 16 + ["00790-AA 61min @22"] * 34}],
)
def rounded_time_pattern(lines: Cohort[AnesthesiaRecord], *, days: int = 90) -> Outcomes:
    """Far more anesthetics of a provider last a multiple of five minutes than chance allows.

    One in five does by chance; more shows rounding to the clock on the wall, and invites requests for records.
    Use the times that the anesthesia system captures.
    """
    latest = max(line.from_date for line in lines)
    recent = [line for line in lines if line.line.minutes and line.from_date > latest - timedelta(days=days)]
    if not suspicious(rounded := _multiples(recent), len(recent)):
        return
    starts, stops = _clock_times(recent)
    both = " Both starts and stops end in 0 or 5 in half of them or more." if _half(starts) and _half(stops) else ""
    yield hit(
        recent[-1],
        f"{rounded} of {len(recent)} anesthetics by NPI {recent[-1].rendering_npi} last a multiple of 5 minutes;"
        " about"
        f" {len(recent) // 5} expected.{both}",
        fix="Use the times that the anesthesia system captures; stop rounding to the clock on the wall.",
        at="units",
        at_risk=Decimal(0),
        evidence={"multiples": rounded, "anesthetics": len(recent)},
    )


def suspicious(multiples: int, of: int) -> bool:
    """Tell whether a share of multiples of five exceeds one in five by three standard errors, exactly."""
    excess = 5 * multiples - of
    return of >= _FEWEST and excess > 0 and excess * excess > 36 * of


def _multiples(lines: Sequence[Line]) -> int:
    return sum((line.line.minutes or 1) % 5 == 0 for line in lines)


def _clock_times(lines: Sequence[Line]) -> tuple[list[bool], list[bool]]:
    records = [line.record for line in lines if line.record is not None]
    starts = [each.first_moment for each in records if each.first_moment is not None]
    stops = [each.last_moment for each in records if each.last_moment is not None]
    return [each.minute % 5 == 0 for each in starts], [each.minute % 5 == 0 for each in stops]


def _half(rounded: Sequence[bool]) -> bool:
    return bool(rounded) and 2 * sum(rounded) >= len(rounded)
