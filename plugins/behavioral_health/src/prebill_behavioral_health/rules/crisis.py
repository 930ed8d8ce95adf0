"""Crisis therapy: the units that the minutes support."""

from __future__ import annotations

from prebill import Cohort, Entry, Outcomes, codes, hit, not_checked, rule
from prebill_behavioral_health.absence import all_known
from prebill_behavioral_health.codes import VISIT
from prebill_behavioral_health.records import SessionNote
from prebill_behavioral_health.timing import (
    CRISIS_STARTS_AT,
    STANDALONE,
    WITH_VISIT,
    crisis_add_on_units,
    therapy_length,
)

Line = Entry[SessionNote]

ADD_ON_OF = {"90839": "90840", "G0017": "G0018"}
OFFICE = "11"


@rule(
    "BHV125",
    severity="stop",
    owner="coding",
    prevents=("CO-150", "CO-107/N122", "CO-236"),
    sources=("CPT time rule of crisis psychotherapy, as summarized by APA", "NCCI unit limit of 90839"),
    procedures=codes("90839 90840 G0017 G0018"),
    context=VISIT,
    key=("payer_id", "patient", "rendering_npi", "from_date"),
    supersedes=("BND105", "BND107", "BND108"),
    fails=[
        {
            "lines": ["90839 [F32.2]", "90840 [F32.2]"],
            "documentation": {"session_note": {"psychotherapy_minutes": 74}},
        }
    ],
    passes=[
        {
            "lines": ["90839 [F32.2]", "90840 [F32.2]"],
            "documentation": {
                "session_note": {
                    "psychotherapy_minutes": 75,
                    "crisis_state_documented": True,
                    "crisis_mental_status_documented": True,
                    "crisis_disposition_documented": True,
                }
            },
        }
    ],
)
def crisis_therapy(day: Cohort[SessionNote]) -> Outcomes:
    """The units of crisis therapy are not those that the documented minutes support.

    Crisis therapy starts at 30 minutes, its add-on at 75, one unit per further 30 minutes begun. A payer denies
    units beyond that, an add-on without its base, and a second base on one day. Correct the units or code the
    session as psychotherapy.
    """
    crisis = [line for line in day if line.triggered]
    for base, add_on in ADD_ON_OF.items():
        billed = [line for line in crisis if line.procedure == base]
        if len(billed) > 1 or sum(line.line.units for line in billed) > 1:
            yield hit(
                billed,
                f"{base} is billed more than once on {billed[0].from_date}; it is paid once a day.",
                fix=f"Bill {base} once, and further time with {add_on}.",
                at="units",
            )
    for line in crisis:
        if line.procedure in ADD_ON_OF:
            yield from _session(line, day)
        elif line.procedure == "90840":
            yield from _more_time_alone(line, day)


def _more_time_alone(line: Line, day: Cohort[SessionNote]) -> Outcomes:
    base = "90839"
    if any(each.procedure == base for each in day):
        return
    if all_known(day, line.from_date):
        yield hit(
            line,
            f"Line {line.line.number} {line.procedure} has no {base} by the same clinician on {line.from_date}.",
            fix=f"Add {base} if the session is documented as crisis therapy; otherwise remove the line.",
            at="procedure",
        )
    else:
        yield not_checked(f"the other claims of the day, to find {base}", line)


def _session(line: Line, day: Cohort[SessionNote]) -> Outcomes:
    add_on = ADD_ON_OF[line.procedure]
    more = [each for each in day if each.procedure == add_on]
    lines = [line, *more]
    if line.procedure == "G0017" and line.claim.place_of(line.line) == OFFICE:
        yield hit(
            line,
            f"Line {line.line.number} G0017 @11: the code is for crisis therapy outside the office.",
            fix="Bill 90839, or correct the place of service.",
            at="place_of_service",
            subject="place",
        )
    beside_visit = any(each.procedure in VISIT for each in day)
    minutes = line.record.therapy_minutes(beside_visit=beside_visit) if line.record else None
    if minutes is None:
        yield not_checked("minutes of crisis therapy", *lines)
        return
    length = therapy_length(minutes)
    if minutes < CRISIS_STARTS_AT:
        instead = (WITH_VISIT if beside_visit else STANDALONE)[length] if length else None
        yield hit(
            lines,
            f"Line {line.line.number} {line.procedure} starts at {CRISIS_STARTS_AT} minutes; the note shows"
            f" {minutes}" + (f" -> {instead}." if instead else "."),
            fix=f"Bill {instead}." if instead else "Bill the visit alone; psychotherapy is too short to bill.",
            at="procedure",
        )
        return
    units = crisis_add_on_units(minutes)
    billed = sum(int(each.line.units) for each in more)
    if billed > units:
        yield hit(
            more,
            f"{add_on} x{billed} with {minutes} minutes: "
            + ("starts at 75." if units == 0 else f"the note supports x{units}."),
            fix=f"Remove {add_on}." if units == 0 else f"Bill {add_on} x{units}.",
            at="units",
        )
    elif billed < units:
        yield hit(
            line,
            f"{minutes} minutes support {add_on} x{units}; x{billed} is billed.",
            fix=f"Bill {add_on} x{units} if the note is right.",
            at="units",
            severity="info",
            subject="more",
        )
    yield from _documented(line)


def _documented(line: Line) -> Outcomes:
    note = line.record or SessionNote()
    flags = {
        "the patient's state": note.crisis_state_documented,
        "the mental status": note.crisis_mental_status_documented,
        "the disposition": note.crisis_disposition_documented,
    }
    absent = [name for name, stated in flags.items() if stated is False]
    if absent:
        yield hit(
            line,
            f"Line {line.line.number} {line.procedure}: the note does not state {' and '.join(absent)}.",
            fix="Complete the note before billing, if the session bears it out; otherwise bill psychotherapy.",
            severity="review",
            owner="clinical_documentation",
            subject="documented",
        )
    elif None in flags.values():
        yield not_checked("whether the note states the crisis, the mental status and the disposition", line)
