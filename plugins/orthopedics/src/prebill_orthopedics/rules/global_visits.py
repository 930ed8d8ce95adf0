"""Visits and the global package: inside the period of an operation, and the visit that decided on it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import attrs

from prebill import Cohort, Entry, NotKnown, Outcomes, Table, codes, hit, not_checked, rule
from prebill_orthopedics.codes import CLOSED_FRACTURE, SURGERY, VISIT
from prebill_orthopedics.global_period import GlobalPeriod, operates, periods_around
from prebill_orthopedics.records import VisitNote
from prebill_orthopedics.sides import same_disease
from prebill_orthopedics.specialties import same_physician
from prebill_orthopedics.tables.laterality import Laterality
from prebill_orthopedics.tables.relative_values import RelativeValue

Visit = Entry[VisitNote]

MANUAL = "Medicare Claims Processing Manual, Pub. 100-04 ch. 12"
AFTERCARE = codes("Z47* Z48*")
COMPLICATION = codes("T81* T84*")
CRITICAL_CARE = "99291"
FT_BEGINS = date(2022, 3, 1)
MINOR = {"000", "010"}


@rule(
    "ORT103",
    severity="stop",
    owner="coding",
    prevents=("CO-97/M144", "CO-97/N525"),
    sources=(f"{MANUAL} §40.1 and §40.2", "CMS MLN907166, Global surgery"),
    procedures=VISIT,
    context=SURGERY,
    key=("patient", "practice"),
    window=90,
    minimum=2,
    supersedes=("BND110", "MOD106"),
    fails=[
        {
            "history": [{"lines": ["27447-RT @22 [M17.11] 2025-01-05"]}],
            "lines": ["99213 [M17.11] 2025-04-05"],
        }
    ],
    passes=[
        {
            "history": [{"lines": ["27447-RT @22 [M17.11] 2025-01-05"]}],
            "lines": ["99213 [M17.11] 2025-04-06"],
        }
    ],
)
def em_in_postoperative_global(
    services: Cohort[VisitNote],
    values: Table[RelativeValue],
    laterality: Table[Laterality],
    *,
    npp_inherits_specialty: bool = True,
    complications_separate: bool = False,
) -> Outcomes:
    """A visit is billed inside the global period of an operation.

    Care after an operation is paid with it; the payer denies the surgeon's visits until the period ends. Record a
    related visit as 99024; an unrelated one takes 24 and the unrelated diagnosis first.
    """
    surgeries = [line for line in services if line.procedure in SURGERY]
    for visit in services if surgeries else ():
        if not visit.triggered:
            continue
        periods, missing = periods_around(visit, surgeries, values, npp_inherits_specialty=npp_inherits_specialty)
        try:
            yield from _visit_in(visit, periods, values, laterality, complications_separate=complications_separate)
        except NotKnown as unknown:
            missing.append(str(unknown))
        if missing and not (periods and not visit.line.has("24")):
            yield not_checked(missing[0], visit)


def _visit_in(
    visit: Visit,
    periods: Sequence[GlobalPeriod],
    values: Table[RelativeValue],
    laterality: Table[Laterality],
    *,
    complications_separate: bool,
) -> Outcomes:
    if not periods:
        return
    line = visit.line
    billed = f"Line {line.number} {line.billed} on {visit.from_date}"
    upon = [values.on(period.surgery.from_date) for period in periods]
    if not line.has("24"):
        yield hit(
            visit,
            f"{billed} is {periods[0].describe(visit.from_date)}; the visit is included.",
            fix="Record 99024 if the visit is related; if not, append 24 and point to the unrelated diagnosis"
            f" first. The next day outside is {max(period.last for period in periods) + timedelta(days=1)}.",
            at="modifiers",
            severity="review" if all(period.given_up for period in periods) else "stop",
            upon=upon,
        )
        return
    if line.procedure == CRITICAL_CARE and not line.has("FT") and visit.from_date >= FT_BEGINS:
        yield hit(
            visit,
            f"{billed} is {periods[0].describe(visit.from_date)}; unrelated critical care also needs FT.",
            fix="Append FT.",
            at="modifiers",
            upon=upon,
            subject="FT",
        )
    why = _why_related(visit, periods, laterality, complications_separate=complications_separate)
    if why:
        yield hit(
            visit,
            f"{billed} is {periods[0].describe(visit.from_date)}; 24 is not supported: {why}.",
            fix="Record 99024: Medicare includes care after the operation and of complications outside the"
            " operating room. Keep 24 only for an unrelated problem, with its diagnosis first.",
            at="modifiers",
            severity="review",
            upon=upon,
            subject="24",
        )


def _why_related(
    visit: Visit, periods: Sequence[GlobalPeriod], laterality: Table[Laterality], *, complications_separate: bool
) -> str | None:
    """Say why a visit has to do with an operation, or None."""
    if visit.record and visit.record.em_related_to_surgery:
        return "the note says that the visit is related"
    bundled = AFTERCARE if complications_separate else AFTERCARE | COMPLICATION
    for diagnosis in visit.claim.diagnoses_of(visit.line):
        if diagnosis in bundled:
            return f"{diagnosis} is care after the operation"
        if any(same_disease(diagnosis, period.surgery, laterality) for period in periods):
            return f"{diagnosis} is the disease operated on"
    return None


@rule(
    "ORT105",
    severity="stop",
    owner="coding",
    prevents=("CO-97/M144", "CO-4/N822"),
    sources=(f"{MANUAL} §40.2.A.4 and §30.6.6",),
    procedures=VISIT,
    context=SURGERY,
    key=("patient", "practice"),
    window=1,
    supersedes=("MOD104",),
    fails=[{"lines": ["99204-25 [S52.501A]", "25600-RT [S52.501A]"], "history": []}],
    passes=[{"lines": ["99204-57 [S52.501A]", "25600-RT [S52.501A]"], "history": []}],
)
def decision_for_surgery_57_vs_25(
    services: Cohort[VisitNote],
    values: Table[RelativeValue],
    *,
    npp_inherits_specialty: bool = True,
    follows_cms: bool = True,
) -> Outcomes:
    """The visit that decided on a major operation lacks 57.

    The day of an operation with a 90-day global and the day before belong to it; only the visit that made the
    decision is paid, and 57 says so. 25 is for minor procedures. Replace 25 by 57; if the decision was made
    earlier, the pre-operative visit is included.
    """
    surgeries = [line for line in services if line.procedure in SURGERY and operates(line.line)]
    for visit in services:
        if not visit.triggered:
            continue
        around, missing = _procedures_around(visit, surgeries, values, npp_inherits_specialty)
        if missing and not any(each.global_days == "090" for each in around):
            yield not_checked(missing[0], visit)
        elif around:
            yield from _decision(visit, around, values.on(around[0].day), follows_cms=follows_cms)
        elif visit.line.has("57"):
            yield not_checked("the operation that the visit decided on", visit)


@attrs.frozen
class _Procedure:
    """What is done on the day of a visit or the day after it, and its global days."""

    code: str
    day: date
    global_days: str


def _procedures_around(
    visit: Visit, surgeries: Iterable[Visit], values: Table[RelativeValue], npp_inherits_specialty: bool
) -> tuple[list[_Procedure], list[str]]:
    """Return what the same physician does on the day or the day after, and what is missing to know it all."""
    days = visit.from_date, visit.from_date + timedelta(days=1)
    done: dict[tuple[str, date], None] = {}
    missing: list[str] = []
    for line in surgeries:
        if line.from_date not in days:
            continue
        same = same_physician(visit, line, npp_inherits_specialty=npp_inherits_specialty)
        if same is None:
            missing.append(f"the specialty of whoever rendered {line.label}")
        elif same:
            done[line.procedure, line.from_date] = None
    for each in (visit.record.surgeries_scheduled if visit.record else None) or ():
        if each.scheduled_on in days:
            done[each.procedure, each.scheduled_on] = None
    found = []
    for code, day in done:
        try:
            row = values.on(day).get(code, "")
        except NotKnown as unknown:
            missing.append(str(unknown))
        else:
            found += [_Procedure(code, day, row.global_days)] if row else []
    return found, missing


def _decision(
    visit: Visit,
    around: Sequence[_Procedure],
    upon: Table[RelativeValue],
    *,
    follows_cms: bool,
) -> Outcomes:
    line = visit.line
    billed = f"{line.billed} on {visit.from_date}"
    major = next((each for each in around if each.global_days == "090"), None)
    minor_today = any(each.global_days in MINOR and each.day == visit.from_date for each in around)
    decided = visit.record.decision_for_surgery_date if visit.record else None
    if major is None:
        if line.has("57"):
            yield hit(
                visit,
                f"{billed}: no procedure of that day or the next ({around[0].code}) has a 90-day global.",
                fix="Replace 57 by 25 for a separate visit with a minor procedure; otherwise remove it.",
                at="modifiers",
                severity="review",
                upon=upon,
            )
        return
    procedure, day = major.code, major.day
    if not line.has("57"):
        lenient = line.has("25") and procedure in CLOSED_FRACTURE and not follows_cms
        yield hit(
            visit,
            f"{billed}: {procedure} on {day} has a 90-day global; the decision visit needs 57."
            + (" 25 is for procedures of 0 or 10 days." if line.has("25") else "")
            + (" 24 speaks for an earlier operation only." if line.has("24") else ""),
            fix=f"{'Replace 25 by' if line.has('25') else 'Append'} 57 if the visit made the decision; if it was"
            " made earlier, the visit is included.",
            at="modifiers",
            severity="review" if lenient else "stop",
            upon=upon,
        )
        return
    if decided is not None and decided < day - timedelta(days=1):
        yield hit(
            visit,
            f"{billed}: the decision for {procedure} was already made on {decided}.",
            fix="Do not bill the visit before the operation; it is included.",
            at="modifiers",
            severity="review",
            upon=upon,
            subject="decided",
        )
    if minor_today and not line.has("25"):
        yield hit(
            visit,
            f"{billed}: a minor procedure of the same day also needs 25.",
            fix="Append 25 beside 57.",
            at="modifiers",
            upon=upon,
            subject="25",
        )
