"""Daily management of an epidural catheter."""

from __future__ import annotations

from typing import Any

from prebill import Cohort, Outcomes, codes, hit, not_checked, rule
from prebill_anesthesia.anesthetics import Line
from prebill_anesthesia.records import AnesthesiaRecord
from prebill_anesthesia.vocabulary import DAILY_MANAGEMENT, TIMED, named

_PLACING = codes("62324-62327")
_HOSPITAL_VISITS = codes("99231-99233")
_HOSPITAL = codes("19 21 22 51 61")


@rule(
    "ANE121",
    severity="stop",
    owner="coding",
    prevents=("CO-97", "CO-18", "CO-16/M53", "CO-5"),
    sources=(
        "CPT, daily hospital management of a continuous epidural or subarachnoid drug",
        "NCCI Policy Manual ch. II §B",
        "Highmark policy A-5",
    ),
    procedures=codes(DAILY_MANAGEMENT),
    context=codes("00100-01952 01954-01995 01997-01999 62324-62327 99231-99233"),
    key=("practice", "patient"),
    fails=[
        {
            "lines": ["01996 x1 @21"],
            "documentation": {"anesthesia": {"catheter": {"kind": "epidural", "placed_on": "2026-03-16"}}},
        }
    ],
    passes=[
        {
            "lines": ["01996 x1 @21"],
            "documentation": {"anesthesia": {"catheter": {"kind": "epidural", "placed_on": "2026-03-15"}}},
        }
    ],
)
def daily_epidural_management(lines: Cohort[AnesthesiaRecord], *, day_of_insertion_allowed: bool = False) -> Outcomes:
    """Daily management of an epidural is billed on a day, for a catheter or in a number that is not paid.

    01996 is paid once a day from the day after the catheter was placed, for epidural and subarachnoid catheters
    only. Start it the following day; for a peripheral catheter bill a subsequent visit if its own requirements
    are met.
    """
    seen: dict[object, Line] = {}
    for line in lines:
        if not line.triggered:
            continue
        if line.line.unit_type != "UN" or line.line.units != 1:
            yield _wrong(
                line,
                f"sent as {line.line.unit_type} {line.line.units:f}; it is one unit a day",
                "Send one unit with qualifier UN.",
                "units",
            )
        first = seen.setdefault(line.from_date, line)
        if first is not line:
            yield _wrong(
                line,
                f"billed twice on {line.from_date}, also on {first.label}",
                "Bill it once a day for the whole group.",
                "second",
            )
        yield from _catheter(line, lines, day_of_insertion_allowed=day_of_insertion_allowed)
        place = line.claim.place_of(line.line)
        if place not in _HOSPITAL:
            yield _wrong(
                line,
                f"at place of service {place}; it is a hospital service",
                "Correct the place of service.",
                "place",
                "review",
            )
        yield from _visits(line, lines)


def _catheter(line: Line, lines: Cohort[AnesthesiaRecord], *, day_of_insertion_allowed: bool) -> Outcomes:
    catheter = None if line.record is None else line.record.catheter
    if catheter is not None and catheter.kind == "peripheral":
        yield _wrong(
            line,
            "but the catheter is peripheral; 01996 is for epidural and subarachnoid catheters",
            "Bill a subsequent visit if its own requirements are met.",
            "kind",
        )
    placed_on = None if catheter is None else catheter.placed_on
    other = next(
        (
            each
            for each in lines
            if each.from_date == line.from_date and (each.procedure in _PLACING or each.procedure in TIMED)
        ),
        None,
    )
    if not day_of_insertion_allowed and (placed_on == line.from_date or other is not None):
        why = "the day the catheter was placed" if placed_on == line.from_date else "a day of anesthesia"
        beside = "" if other is None else f" ({other.procedure} on {other.label})"
        yield _wrong(line, f"on {line.from_date} = {why}{beside}", "Start 01996 the following day.", "day")
    elif catheter is None or catheter.kind is None or catheter.placed_on is None:
        yield not_checked("the kind of catheter and the day it was placed", line)


def _visits(line: Line, lines: Cohort[AnesthesiaRecord]) -> Outcomes:
    for visit in lines:
        if (
            visit.procedure in _HOSPITAL_VISITS
            and visit.from_date == line.from_date
            and visit.rendering_npi == line.rendering_npi
        ):
            significant = visit.line.has("25")
            yield hit(
                visit,
                f"{named(visit.line)} beside {DAILY_MANAGEMENT} on {visit.from_date} by the same provider.",
                fix="Keep it only for a separate problem." if significant else "Drop the visit.",
                at="procedure",
                severity="review" if significant else "stop",
                prevents="CO-97",
                subject="visit",
            )


def _wrong(line: Line, what: str, fix: str, subject: str, severity: str | None = None) -> Any:
    return hit(line, f"{named(line.line)} {what}.", fix=fix, at="procedure", severity=severity, subject=subject)
