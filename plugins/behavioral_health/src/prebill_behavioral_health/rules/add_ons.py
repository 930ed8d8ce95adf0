"""Add-ons: what is billed beside something else, and the visit with psychotherapy."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from prebill import Cohort, Entry, Outcomes, Payer, Table, codes, hit, not_checked, rule
from prebill_behavioral_health.absence import all_known
from prebill_behavioral_health.codes import (
    FAMILY_THERAPY,
    PROLONGED,
    STANDALONE_THERAPY,
    THERAPY_WITH_VISIT,
    VISIT,
)
from prebill_behavioral_health.records import SessionNote
from prebill_behavioral_health.tables.add_ons import AddOn
from prebill_behavioral_health.timing import STANDALONE, WITH_VISIT

Line = Entry[SessionNote]

ADD_ONS = codes(
    "90785 90863 96113 96121 96131 96133 96137 96139 96159 96165 96168 96171 99417 99494 G0018 G0137 G0532",
    "G0534-G0536 G0568-G0570 G1028 G2076-G2080 G2088 G2212 G2215 G2216",
)
PRIMARIES = codes(
    "90791 90792 90832-90834 90836-90839 90846 90847 90853 96112 96116 96130 96132 96136 96138 96158 96164 96167",
    "96170 99205 99215 99245 99345 99350 99441-99443 99483 99492 99493 G0017 G0533 G0556-G0558 G2067-G2075 G2086",
    "G2087",
)
EPISODE = timedelta(days=30)
WEEK = timedelta(days=6)
THERAPY_ALONE = dict(zip(WITH_VISIT.values(), STANDALONE.values(), strict=True))


@rule(
    "BHV113",
    severity="stop",
    owner="coding",
    prevents=("CO-107/N122", "CO-97", "CO-4"),
    sources=(
        "NCCI add-on code edits, type 1, 90833 90836 90838",
        "APA, evaluation and management with psychotherapy add-on: level by medical decision making",
    ),
    procedures=THERAPY_WITH_VISIT,
    context=VISIT | STANDALONE_THERAPY | PROLONGED,
    key=("payer_id", "patient", "rendering_npi", "from_date"),
    supersedes=("BHV126", "BND108"),
    fails=[{"lines": ["90836 [F33.1]"], "history": []}],
    passes=[
        {
            "lines": ["99214 [F33.1]", "90836 [F33.1]"],
            "documentation": {"session_note": {"em_basis": "mdm", "psychotherapy_minutes": 42}},
        }
    ],
)
def em_with_psychotherapy_addon(
    day: Cohort[SessionNote], add_ons: Table[AddOn], *, require_25_with_addon_psy: bool = False
) -> Outcomes:
    """Psychotherapy billed as an add-on lacks its visit, or the visit's level was chosen by time.

    The add-on is paid only beside an evaluation and management service of the same clinician, whose level then
    comes from medical decision making: the same minutes cannot pay for both. Add the visit if it is documented, or
    bill psychotherapy alone.
    """
    for line in day:
        if not line.triggered:
            continue
        table = add_ons.on(line.from_date)
        rows = table.all(line.procedure)
        visits = [each for each in day if any(each.procedure in row.codes for row in rows)]
        if visits:
            yield from _visit_beside_therapy(line, visits, day, require_25=require_25_with_addon_psy)
        elif any(each.procedure in STANDALONE_THERAPY for each in day):
            yield hit(
                line,
                f"Line {line.line.number} {line.procedure} adds to a visit; psychotherapy of its own is not one.",
                fix="Remove the add-on, or bill the visit and the add-on instead of psychotherapy alone.",
                at="procedure",
                upon=table,
            )
        elif all_known(day, line.from_date):
            yield hit(
                line,
                f"Line {line.line.number} {line.procedure} has no E/M by the same clinician on {line.from_date}.",
                fix=f"Add the visit if it is documented; otherwise bill {THERAPY_ALONE[line.procedure]}.",
                at="procedure",
                upon=table,
            )
        else:
            yield not_checked("the other claims of the day, to find the visit", line)


def _visit_beside_therapy(line: Line, visits: list[Line], day: Iterable[Line], *, require_25: bool) -> Outcomes:
    visit = visits[0]
    pair = f"{visit.procedure} with {line.procedure} on {line.from_date}"
    prolonged = next((each for each in day if each.procedure in PROLONGED), None)
    if prolonged is not None:
        yield hit(
            prolonged,
            f"{pair}: prolonged service {prolonged.procedure} cannot be added to a visit with psychotherapy.",
            fix=f"Remove {prolonged.procedure}.",
            at="procedure",
            subject="prolonged",
        )
    if all(each.procedure == "99211" for each in visits):
        yield hit(
            line,
            f"{pair}: the visit of a nurse is no base for the prescriber's psychotherapy.",
            fix="Bill the prescriber's own visit if there was one; otherwise psychotherapy alone.",
            at="procedure",
            severity="review",
            subject="99211",
        )
    if require_25 and not any(each.line.has("25") for each in visits):
        yield hit(
            visit,
            f"{pair}: this payer wants 25 on the visit.",
            fix="Append 25 to the visit.",
            at="modifiers",
            severity="review",
            subject="25",
        )
    note = line.record
    if note is None or note.em_basis is None:
        yield not_checked("how the level of the visit was chosen, by decision making or by time", line)
    elif note.em_basis == "time":
        yield hit(
            visit,
            f"{pair}: its level was chosen by time; beside psychotherapy it comes from decision making.",
            fix="Choose the level of the visit by medical decision making.",
            at="procedure",
            subject="time",
        )
    if note is None or note.em_minutes is None or note.psychotherapy_minutes is None or note.session_minutes is None:
        return
    both = note.em_minutes + note.psychotherapy_minutes
    if both > note.session_minutes:
        yield hit(
            [visit, line],
            f"{pair}: {note.em_minutes} + {note.psychotherapy_minutes} = {both} minutes in a session of"
            f" {note.session_minutes}; some were counted twice.",
            fix="Count each minute once, then choose the codes again.",
            at="procedure",
            subject="minutes",
        )


@rule(
    "BHV126",
    severity="stop",
    owner="coding",
    prevents=("CO-107/N122", "CO-97"),
    sources=(
        "NCCI add-on code edits, 2024 Q3",
        "APA, coding of psychological testing over several days",
        "CMS PFS RVU25D, status of 90863",
    ),
    procedures=ADD_ONS,
    context=PRIMARIES,
    key=("payer_id", "patient", "rendering_npi"),
    supersedes=("BND108",),
    fails=[{"lines": ["90785 [F33.1]", "90847 [F33.1]"], "history": []}],
    passes=[
        {
            "lines": ["90834 [F33.1]", "90785 [F33.1]"],
            "documentation": {"session_note": {"interactive_factors": ["caregiver conflict"]}},
        }
    ],
)
def addon_without_base(services: Cohort[SessionNote], payer: Payer, add_ons: Table[AddOn]) -> Outcomes:
    """An add-on is billed without a service that it can be added to.

    Payers deny an add-on whose primary service is not billed by the same clinician on the same day, or in the same
    week, month or episode where the code says so. Bill the right primary service, or remove the add-on.
    """
    for line in services:
        if not line.triggered:
            continue
        if line.procedure == "90863" and payer.line_of_business == "medicare_ffs":
            yield hit(
                line,
                f"Line {line.line.number} 90863 is not valid for Medicare.",
                fix="Remove the line; Medicare pays drug management within a visit.",
                at="procedure",
                subject="medicare",
            )
            continue
        table = add_ons.on(line.from_date)
        rows = table.all(line.procedure)
        near = [each for each in services if rows and _within(rows[0].within, each.from_date, line.from_date)]
        bases = [each for each in near if any(each.procedure in row.codes for row in rows)]
        if not bases:
            yield from _without_base(line, rows[0] if rows else None, near, services, table)
        elif line.procedure == "90785":
            yield from _interactive_complexity(line, bases)


def _without_base(
    line: Line, row: AddOn | None, near: list[Line], services: Cohort[SessionNote], upon: Table[AddOn]
) -> Outcomes:
    if row is None:
        yield not_checked(f"what {line.procedure} adds to on {line.from_date}", line)
        return
    since = line.from_date.replace(day=1) if row.within == "month" else line.from_date - _span(row.within)
    if not all_known(services, since):
        yield not_checked(f"the claims since {since}, to find what {line.procedure} adds to", line)
        return
    family = next((each.procedure for each in near if each.procedure in FAMILY_THERAPY), None)
    where = "on the same day" if row.within == "day" else f"in the same {row.within}"
    billed = f"Line {line.line.number} {line.procedure}"
    yield hit(
        line,
        f"{billed} attached to {family}: family therapy is not an eligible primary."
        if family and line.procedure == "90785"
        else f"{billed} has none of its primaries ({row.primaries}) by the same clinician {where}.",
        fix="Remove the add-on, or bill the right primary service if it is documented.",
        at="procedure",
        severity="review" if row.within == "episode" else "stop",
        upon=upon,
        subject="base",
    )


def _interactive_complexity(line: Line, bases: list[Line]) -> Outcomes:
    if line.line.units > len(bases):
        yield hit(
            line,
            f"Line {line.line.number} 90785 x{line.line.units} beside {len(bases)} eligible primary service"
            f"{'s' if len(bases) > 1 else ''}.",
            fix=f"Bill {len(bases)} unit{'s' if len(bases) > 1 else ''}.",
            at="units",
            subject="units",
        )
    factors = line.record.interactive_factors if line.record else None
    if factors is None:
        yield not_checked("the factors that made the session complex", line)
    elif not factors:
        yield hit(
            line,
            f"Line {line.line.number} 90785: the note names no factor that made communication complex.",
            fix="Complete the note if a factor was present; otherwise remove the line.",
            severity="review",
            owner="clinical_documentation",
            subject="factors",
        )
    elif all("interpret" in factor.lower() for factor in factors):
        yield hit(
            line,
            f"Line {line.line.number} 90785: an interpreter alone does not make a session complex.",
            fix="Remove the line.",
            at="procedure",
            subject="factors",
        )


def _within(span: str, one: date, other: date) -> bool:
    if span == "month":
        return (one.year, one.month) == (other.year, other.month)
    return abs(one - other) <= _span(span)


def _span(span: str) -> timedelta:
    return {"episode": EPISODE, "week": WEEK}.get(span, timedelta(0))
