"""Residents and students: GC, attestation, and how many at once."""

from __future__ import annotations

from prebill import Cohort, Outcomes, Payer, hit, not_checked, rule
from prebill_anesthesia.anesthetics import Line
from prebill_anesthesia.concurrency import profile
from prebill_anesthesia.records import AnesthesiaRecord
from prebill_anesthesia.vocabulary import ANESTHETIST_ROLES, TIMED, TRAINEES, is_medicare, named, role_of

_STUDENTS = 2
_WHO = {
    "srna": "a student nurse anesthetist",
    "crna": "a CRNA",
    "caa": "an anesthesiologist assistant",
    "none": "the physician alone",
}


@rule(
    "ANE126",
    severity="stop",
    owner="coding",
    prevents=("CO-4", "CO-59"),
    sources=(
        "42 CFR 415.178",
        "Medicare Claims Processing Manual, Pub. 100-04 ch. 12 §50.B, §100.1.4 and §140.5",
    ),
    procedures=TIMED,
    key=("rendering_npi",),
    fails=[
        {"lines": ["00790-AA-GC 60min @22"], "documentation": {"anesthesia": {"anesthetist_kind": "srna"}}},
    ],
    passes=[
        {
            "lines": ["00790-AA-GC 60min @22"],
            "documentation": {"anesthesia": {"anesthetist_kind": "resident", "teaching_attestation": True}},
        }
    ],
)
def teaching_and_students(
    lines: Cohort[AnesthesiaRecord], payer: Payer, *, gc_required: bool | None = None, gc_rejected: bool = False
) -> Outcomes:
    """GC or the number of students does not fit who was taught.

    GC says that a resident took part and the teaching physician was there for the key portions; students are not
    residents, and nobody teaches more than two at once. Add or remove GC, or correct the staffing grid.
    """
    wanted = is_medicare(payer) if gc_required is None else gc_required
    for line in lines:
        yield from _gc(line, gc_rejected=gc_rejected, gc_required=wanted)
    yield from _students(lines)


def _kind(line: Line) -> str | None:
    return None if line.record is None else line.record.anesthetist_kind


def _gc(line: Line, *, gc_rejected: bool, gc_required: bool) -> Outcomes:
    role, kind = role_of(line.line), _kind(line)
    marked = line.line.has("GC")
    trainee = kind in TRAINEES
    if marked:
        if gc_rejected:
            why, fix = "the payer rejects GC", "Remove GC."
        elif role in ANESTHETIST_ROLES:
            why, fix = f"GC is a physician's, {role} an anesthetist's", "Remove GC."
        elif kind is not None and not trainee:
            why, fix = f"GC on a case staffed by {_WHO[kind]}; GC is for residents", "Remove GC."
        else:
            why, fix = "", ""
        if why:
            yield hit(line, f"{named(line.line)}: {why}.", fix=fix, at="modifiers", subject="GC")
            return
        if kind is None:
            yield not_checked("whether a resident took part (anesthetist_kind)", line)
            return
    elif trainee and gc_required and role in {"AA", "QK"}:
        yield hit(
            line,
            f"{named(line.line)}: a resident took part and GC is missing.",
            fix="Add GC behind the role modifier.",
            at="modifiers",
            severity="review",
            subject="GC",
        )
    if trainee and (marked or gc_required):
        attested = None if line.record is None else line.record.teaching_attestation
        if attested is False:
            yield hit(
                line,
                f"{named(line.line)}: the teaching physician does not attest presence at the key portions.",
                fix="Complete the attestation if true; otherwise the teaching rate does not apply.",
                at="modifiers",
                owner="clinical_documentation",
                subject="attestation",
            )
        elif attested is None:
            yield not_checked("the teaching physician's attestation", line)


def _students(lines: Cohort[AnesthesiaRecord]) -> Outcomes:
    """Judge the cases with students only; more than two at once are not teaching, for a physician or a CRNA."""
    cases = [
        (line, line.record.spans)
        for line in lines
        if line.record is not None and line.record.anesthetist_kind == "srna" and line.record.spans
    ]
    at_once = profile(spans for _, spans in cases)
    for line, spans in cases:
        count = at_once.peak(spans).count
        if count > _STUDENTS:
            yield hit(
                line,
                f"{named(line.line)}: NPI {line.rendering_npi} has {count} cases with students only at once; two"
                " is the"
                " limit.",
                fix="Correct the staffing grid, or bill the case as supervised.",
                at="modifiers",
                prevents="CO-59",
                subject="students",
            )
