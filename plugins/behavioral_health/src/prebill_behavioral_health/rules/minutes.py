"""Minutes: the code that the documented time supports."""

from __future__ import annotations

from prebill import Claim, Outcomes, ServiceLine, hit, known, rule
from prebill_behavioral_health.codes import FAMILY_THERAPY, STANDALONE_THERAPY, THERAPY_WITH_VISIT, VISIT
from prebill_behavioral_health.records import SessionNote
from prebill_behavioral_health.timing import (
    FAMILY_STARTS_AT,
    LENGTHS,
    STANDALONE,
    STARTS_AT,
    WITH_VISIT,
    therapy_length,
)


@rule(
    "BHV110",
    severity="stop",
    owner="clinical_documentation",
    prevents=("CO-150", "CO-152/N206"),
    sources=("CPT time rule for psychotherapy, as published by APA Services; BCBSIL psychotherapy policy",),
    procedures=STANDALONE_THERAPY | THERAPY_WITH_VISIT | FAMILY_THERAPY,
    fails=[{"lines": ["90837 [F33.1]"], "documentation": {"session_note": {"psychotherapy_minutes": 52}}}],
    passes=[{"lines": ["90837 [F33.1]"], "documentation": {"session_note": {"psychotherapy_minutes": 53}}}],
)
def psychotherapy_minutes_mismatch(line: ServiceLine, claim: Claim, note: SessionNote) -> Outcomes:
    """The documented minutes support another psychotherapy code than the one billed.

    Psychotherapy is coded by minutes: 16, 38 and 53 start the three lengths, 26 family therapy. A longer code than
    the note supports is denied or taken back on review. Change to the code that the minutes support, or correct
    the note only if the log proves other times.
    """
    beside_visit = any(other.procedure in VISIT and other.from_date == line.from_date for other in claim.lines)
    minutes = known(
        note.therapy_minutes(beside_visit=beside_visit),
        "psychotherapy minutes, or session times and the minutes of the visit",
    )
    billed = f"Line {line.number} {line.procedure}"

    if line.procedure in FAMILY_THERAPY:
        if minutes < FAMILY_STARTS_AT:
            yield hit(
                line,
                f"{billed} needs at least {FAMILY_STARTS_AT} minutes; the note shows {_shown(note, minutes)}.",
                fix="Do not bill family therapy for this session.",
                at="procedure",
            )
        return

    family = WITH_VISIT if line.procedure in THERAPY_WITH_VISIT else STANDALONE
    billed_length = next(length for length, code in family.items() if code == line.procedure)
    supported = therapy_length(minutes)
    needed = f"{billed} needs at least {STARTS_AT[billed_length]} minutes; the note shows {_shown(note, minutes)}"
    if supported is None:
        yield hit(
            line,
            f"{needed}: psychotherapy under {STARTS_AT['short']} minutes is not billable.",
            fix="Remove the line, or correct the note if the log proves other times.",
            at="procedure",
        )
    elif LENGTHS.index(supported) < LENGTHS.index(billed_length):
        yield hit(
            line,
            f"{needed} -> {family[supported]}.",
            fix=f"Bill {family[supported]}, or correct the note if the log proves other times.",
            at="procedure",
            evidence={"minutes": minutes, "supported": family[supported]},
        )
    elif supported != billed_length:
        yield hit(
            line,
            f"{billed} is less than the note supports: {_shown(note, minutes)} -> {family[supported]}.",
            fix=f"Bill {family[supported]} if the note is right.",
            at="procedure",
            severity="info",
            owner="coding",
            evidence={"minutes": minutes, "supported": family[supported]},
        )


def _shown(note: SessionNote, minutes: int) -> str:
    if note.psychotherapy_minutes is None and note.session_start and note.session_end:
        return f"{note.session_start:%H:%M}-{note.session_end:%H:%M} = {minutes} min of psychotherapy"
    return f"{minutes} min"
