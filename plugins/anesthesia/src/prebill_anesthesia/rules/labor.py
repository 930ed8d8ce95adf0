"""Labor and delivery: which codes go together, and whose minutes they carry."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Any

from prebill import Cohort, Entry, Outcomes, Payer, Table, codes, hit, not_checked, rule
from prebill_anesthesia.anesthetics import Line, spans_of
from prebill_anesthesia.records import AnesthesiaRecord, Labor
from prebill_anesthesia.spans import shared, span_of
from prebill_anesthesia.tables.payers import PayerTerms, terms_of
from prebill_anesthesia.vocabulary import (
    CESAREAN_AFTER_LABOR,
    HYSTERECTOMY_AFTER_LABOR,
    LABOR,
    named,
)

_DELIVERIES = codes("01958-01969")
_NEVER_WITH_LABOR = codes("01960 01961 01963")
_NEURAXIAL = codes("62322-62327")
_OBSTETRIC = codes("O* Z37*")
_MUST_BE_OBSTETRIC = codes("01960-01963 01967-01969")
_HYSTERECTOMY_AFTER_DELIVERY = "01962"
_TIERS = ((60, 4), (120, 2))


@rule(
    "ANE119",
    severity="stop",
    owner="coding",
    prevents=("CO-97", "CO-107", "CO-151", "CO-119"),
    sources=(
        "CPT, anesthesia for obstetric procedures",
        "Highmark West Virginia policy A-5",
        "TMPPM, labor and delivery",
    ),
    procedures=_DELIVERIES,
    context=_NEURAXIAL,
    key=("practice", "patient"),
    fails=[{"lines": ["01967-AA 240min @21 [O80,Z37.0]", "01961-AA 58min @21 [O82]"], "sex": "F"}],
    passes=[{"lines": ["01967-AA 240min @21 [O62.0,Z37.0]", "01968-AA 58min @21 [O62.0]"], "sex": "F"}],
)
def labor_and_delivery(
    lines: Cohort[AnesthesiaRecord],
    payer: Payer,
    terms: Table[PayerTerms],
    *,
    tolerance_minutes: int = 1,
) -> Outcomes:
    """Labor anesthesia is billed with codes or minutes that do not go with it.

    A cesarean after labor anesthesia is 01967 with its add-on 01968 (hysterectomy 01969), each with its own
    minutes; codes that stand alone are denied beside 01967. Payers count labor time differently; bill it by the
    payer's method.
    """
    theirs = terms_of(payer, terms.on(lines.entries[-1].from_date))
    labors = [entry for entry in lines if entry.procedure == LABOR]
    for entry in lines:
        if not entry.triggered:
            continue
        if entry.procedure in _MUST_BE_OBSTETRIC:
            yield from _obstetric_diagnosis(entry)
        if entry.procedure == LABOR:
            yield from _labor_minutes(entry, theirs, tolerance_minutes)
        elif entry.procedure == "01961":
            yield from _cesarean_after_labor(entry)
    for labor in labors:
        yield from _beside_labor(labor, lines, theirs)
    if theirs.labor_interval_days:
        yield from _too_soon(lines, theirs.labor_interval_days, payer)


def _obstetric_diagnosis(entry: Line) -> Outcomes:
    if entry.claim.diagnoses and not any(each.code in _OBSTETRIC for each in entry.claim.diagnoses):
        yield hit(
            entry,
            f"{named(entry.line)} without an obstetric diagnosis (O00-O9A or Z37) on the claim.",
            fix="Add the diagnosis of the delivery and Z37 for its outcome.",
            at="pointers",
            severity="review",
            subject="diagnosis",
        )


def _cesarean_after_labor(entry: Line) -> Outcomes:
    labor = None if entry.record is None else entry.record.labor
    if labor is None or labor.neuraxial_start is None or labor.delivery not in {"cesarean", "cesarean_hysterectomy"}:
        return
    add_on = HYSTERECTOMY_AFTER_LABOR if labor.delivery == "cesarean_hysterectomy" else CESAREAN_AFTER_LABOR
    yield hit(
        entry,
        f"{named(entry.line)}: cesarean after labor epidural billed 01961; bill 01967 (labor) and {add_on} (cesarean).",
        fix=f"Recode to 01967 and {add_on}, with the minutes split at the decision for cesarean.",
        at="procedure",
        subject="after labor",
    )


def _beside_labor(labor: Line, lines: Cohort[AnesthesiaRecord], theirs: PayerTerms) -> Outcomes:
    for other in lines:
        if not timedelta(0) <= other.from_date - labor.from_date <= timedelta(days=1):
            continue
        if other.procedure in _NEVER_WITH_LABOR:
            add_on = " + 01968" if other.procedure == "01961" else ""
            yield hit(
                other,
                f"{named(other.line)} beside {LABOR} for one delivery: bill 01967{add_on}.",
                fix="Bill a cesarean after labor anesthesia as 01968; drop a vaginal delivery beside 01967.",
                at="procedure",
            )
        elif other.procedure in _NEURAXIAL:
            yield hit(
                other,
                f"{named(other.line)} beside {LABOR}: placing the labor epidural is part of 01967.",
                fix="Drop the injection.",
                at="procedure",
                prevents="CO-97",
            )
        elif other.procedure == _HYSTERECTOMY_AFTER_DELIVERY:
            yield from _hysterectomy(labor, other, theirs)
        elif other.procedure in {CESAREAN_AFTER_LABOR, HYSTERECTOMY_AFTER_LABOR}:
            yield from _overlapping(labor, other)


def _hysterectomy(labor: Line, other: Line, theirs: PayerTerms) -> Outcomes:
    if theirs.hysterectomy_never_with_labor:
        yield hit(
            other,
            f"{named(other.line)} beside {LABOR}: the payer never pays both.",
            fix="Bill 01969 when the hysterectomy followed a cesarean.",
            at="procedure",
        )
        return
    first, second = spans_of(labor), spans_of(other)
    if other.from_date > labor.from_date and (first is None or second is None):
        return
    if first is None or second is None or other.record is labor.record or first[-1].stop >= second[0].start:
        yield hit(
            other,
            f"{named(other.line)} beside {LABOR}: the times do not show a separate, later anesthetic.",
            fix="Document its own start and stop; bill 01969 when it followed a cesarean.",
            at="procedure",
            severity="review",
        )


def _overlapping(labor: Line, add_on: Line) -> Outcomes:
    if labor.record is None or add_on.record is None or labor.record is add_on.record:
        return
    if labor.record == add_on.record:
        return
    first, second = spans_of(labor), spans_of(add_on)
    minutes = shared(first or (), second or ())
    if minutes:
        yield hit(
            [add_on, labor],
            f"{named(add_on.line)} and {named(labor.line)} overlap by {minutes} minutes.",
            fix="Split the minutes at the decision for cesarean.",
            at="units",
            subject="overlap",
        )


def _labor_minutes(entry: Line, theirs: PayerTerms, tolerance: int) -> Outcomes:
    """Compare the minutes of labor with what the payer's method counts."""
    minutes = entry.line.minutes
    labor = None if entry.record is None else entry.record.labor
    method = theirs.labor_method
    if minutes is None or labor is None or method in {"flat", "tiered"}:
        return
    if method == "face_time":
        if labor.face_minutes is None:
            yield not_checked("the minutes face to face of the labor", entry)
        elif minutes > labor.face_minutes:
            yield _wrong_minutes(entry, minutes, labor.face_minutes, "face to face", "stop")
        elif labor.face_minutes - minutes > tolerance:
            yield _wrong_minutes(entry, minutes, labor.face_minutes, "face to face", "review")
        return
    documented = _neuraxial_minutes(labor)
    if documented is None:
        yield not_checked("start and end of the labor epidural", entry)
        return
    capped = method == "capped" and minutes == theirs.labor_cap_minutes and documented > minutes
    if abs(minutes - documented) > tolerance and not capped:
        yield _wrong_minutes(entry, minutes, documented, "of labor epidural", "review")


def _neuraxial_minutes(labor: Labor) -> int | None:
    stop = labor.cs_start or labor.delivered_at or labor.neuraxial_stop
    if labor.neuraxial_start is None or stop is None:
        return None
    return span_of(labor.neuraxial_start, stop).minutes


def _wrong_minutes(entry: Entry[Any], minutes: int, documented: int, what: str, severity: str) -> Any:
    return hit(
        entry,
        f"{named(entry.line)} billed {minutes} minutes; {documented} {what} on file.",
        fix="Bill the minutes by the payer's method for labor.",
        at="units",
        severity=severity,
        subject="minutes",
        evidence={"billed": minutes, "documented": documented},
    )


def _too_soon(lines: Cohort[AnesthesiaRecord], days: int, payer: Payer) -> Outcomes:
    flat = [entry for entry in lines if entry.procedure in {"01960", LABOR}]
    for before, after in pairwise(flat):
        apart = (after.from_date - before.from_date).days
        if before.claim is not after.claim and apart < days:
            yield hit(
                after,
                f"{named(after.line)} is {apart} days after {before.label}; {payer.payer_id} pays one in {days} days.",
                fix="Check whether both are one delivery.",
                at="procedure",
                prevents="CO-119",
                subject="interval",
            )
