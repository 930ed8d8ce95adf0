"""One person with two patients at the same minute."""

from __future__ import annotations

import attrs

from prebill import Cohort, Outcomes, codes, hit, not_checked, rule
from prebill_anesthesia.anesthetics import Line
from prebill_anesthesia.concurrency import profile
from prebill_anesthesia.records import AnesthesiaRecord
from prebill_anesthesia.spans import Span, clock_range, merged, shared
from prebill_anesthesia.vocabulary import LABOR, TIMED, TRAINEES

_STUDENTS_OF_A_CRNA = 2


@attrs.frozen(eq=False)
class _Presence:
    """A line whose provider was with the patient, and when."""

    line: Line
    spans: tuple[Span, ...]
    student: bool

    @property
    def case(self) -> object:
        record = self.line.record
        return (record.anes_case_id if record else None) or self.line.claim.control_number

    @property
    def shown(self) -> str:
        offset = self.line.record.utc_offset if self.line.record else 0
        return f"{self.line.label} {', '.join(clock_range(span, offset) for span in self.spans)}"


def _example(case: str, start: str, stop: str) -> dict[str, object]:
    return {
        "id": case,
        "patient": {"record_number": case},
        "lines": ["00790-QZ 60min @22"],
        "documentation": {"anesthesia": {"anes_case_id": case, "anes_start": start, "anes_stop": stop}},
    }


@rule(
    "ANE109",
    severity="stop",
    owner="clinical_documentation",
    prevents=("CO-59", "CO-18"),
    sources=(
        "42 CFR 414.46(a)(2)-(3)",
        "Medicare Claims Processing Manual, Pub. 100-04 ch. 12 §140.5 (teaching CRNA, two students)",
    ),
    procedures=TIMED,
    modifiers=codes("AA QX QZ"),
    key=("rendering_npi",),
    minimum=2,
    fails=[{"claims": [_example("C-31", "T10:00", "T11:10"), _example("C-32", "T11:05", "T12:00")]}],
    passes=[{"claims": [_example("C-31", "T10:00", "T11:10"), _example("C-32", "T11:10", "T12:00")]}],
)
def provider_in_two_places(
    lines: Cohort[AnesthesiaRecord], *, overlap_grace_minutes: int = 0, labor_is_face_time: bool = False
) -> Outcomes:
    """A provider is with two patients at the same time.

    Whoever furnishes an anesthetic personally is present for all of it; overlapping times are denied, and found
    in audits of the day. Correct the relief or hand-off times, or split the intervals.
    """
    present = []
    for line in lines:
        if not _personally(line, labor_is_face_time=labor_is_face_time):
            continue
        spans = _own_time(line)
        if spans is None:
            yield not_checked("no anesthesia start and stop on file", line)
        elif spans:
            student = line.record is not None and line.record.anesthetist_kind == "srna"
            present.append(_Presence(line, spans, student))
    students = profile(each.spans for each in present if each.student)
    for first, second in _overlapping(present, overlap_grace_minutes):
        if first.student and second.student:
            both = [part for part in first.spans if shared([part], second.spans)]
            if students.peak(both).count <= _STUDENTS_OF_A_CRNA:
                continue
        minutes = shared(first.spans, second.spans)
        yield hit(
            [first.line, second.line],
            f"NPI {first.line.rendering_npi} is on {first.shown} and on {second.shown}: {minutes}"
            f" minute{'s'[: minutes > 1]} overlap.",
            fix="Correct the relief or hand-off time, or split the intervals.",
            at="units",
            evidence={"minutes": minutes},
        )


def _personally(line: Line, *, labor_is_face_time: bool) -> bool:
    if line.procedure == LABOR and not labor_is_face_time:
        return False
    kind = None if line.record is None else line.record.anesthetist_kind
    return not (line.line.has("AA") and (kind in TRAINEES or kind in {"srna", "crna", "caa"}))


def _own_time(line: Line) -> tuple[Span, ...] | None:
    """Return when the rendering provider was there, relief by others left out, blocks of his own included."""
    record = line.record
    if record is None or record.spans is None:
        return None
    npi = line.rendering_npi
    relieved = [each.span for each in record.intervals if each.provider_npi in (None, npi)]
    own = relieved if record.intervals else list(record.spans)
    own += [each.span for each in record.blocks or () if each.span is not None and each.placed_by_npi == npi]
    return merged(own)


def _overlapping(present: list[_Presence], grace: int) -> list[tuple[_Presence, _Presence]]:
    """Return the pairs of different cases that share more minutes than the grace, in the order of their starts."""
    found = []
    active: list[_Presence] = []
    for each in sorted(present, key=lambda each: (each.spans, each.line.claim.control_number)):
        active = [other for other in active if other.spans[-1].stop > each.spans[0].start]
        found += [
            (other, each) for other in active if other.case != each.case and shared(other.spans, each.spans) > grace
        ]
        active.append(each)
    return found
