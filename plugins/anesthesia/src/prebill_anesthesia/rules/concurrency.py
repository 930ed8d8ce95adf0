"""How many cases the physician had at once, minute by minute, beside the role billed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs

from prebill import Cohort, Outcomes, hit, not_checked, rule
from prebill_anesthesia.anesthetics import Anesthetic, Line, anesthetics
from prebill_anesthesia.concurrency import Profile, profile, stretched
from prebill_anesthesia.records import AnesthesiaRecord, Interval
from prebill_anesthesia.spans import Span, clock, clock_range, without
from prebill_anesthesia.timeline import SHOWN, Row, draw
from prebill_anesthesia.vocabulary import (
    DIRECTED_KINDS,
    LABOR,
    NURSES_AND_ASSISTANTS,
    PHYSICIAN_ROLES,
    TIMED,
    TRAINEES,
    role_of,
)

_TEACHING_LIMIT = 2


def _example(case: str, start: str, stop: str, line: str, kind: str) -> dict[str, object]:
    return {
        "lines": [line],
        "documentation": {
            "anesthesia": {
                "anes_case_id": case,
                "anes_start": start,
                "anes_stop": stop,
                "directing_npi": "1043000005",
                "anesthetist_kind": kind,
            }
        },
    }


@attrs.frozen(eq=False)
class _Case:
    """An anesthetic as it fills the physician's time; `counted` is that time with the payer's grace applied."""

    anesthetic: Anesthetic
    lines: tuple[Line, ...]
    spans: tuple[Span, ...]
    counted: tuple[Span, ...]
    kind: str | None
    only_named: bool

    @property
    def name(self) -> str:
        return self.anesthetic.name

    @property
    def role(self) -> str:
        return next((role for line in self.lines if (role := role_of(line.line))), "")


@attrs.frozen(eq=False)
class _Day:
    """The physician's cases and how many there were at each minute, in all and by himself or herself."""

    cases: tuple[_Case, ...]
    at_once: Profile
    personal: Profile
    _at: dict[int, tuple[_Case, ...]] = attrs.field(factory=dict, repr=False)

    def at(self, minute: int) -> tuple[_Case, ...]:
        """Return the cases of a minute, in the order of their starts."""
        if minute not in self._at:
            self._at[minute] = tuple(
                case for case in self.cases if any(span.start <= minute < span.stop for span in case.counted)
            )
        return self._at[minute]


@attrs.frozen(kw_only=True)
class _Expected:
    """The role that a case calls for, and the minute that decides it."""

    role: str
    count: int
    minute: int | None
    why: str
    teaching_doubt: bool = False


@rule(
    "ANE102",
    severity="stop",
    owner="coding",
    prevents=("CO-59", "CO-4", "CO-54"),
    sources=(
        "42 CFR 415.110(a)(2) and 414.46",
        "Medicare Claims Processing Manual, Pub. 100-04 ch. 12 §50.B-50.D",
        "NGS Medicare, Concurrent Care, Medical Direction and Supervision",
    ),
    procedures=TIMED,
    modifiers=PHYSICIAN_ROLES,
    context=TIMED,
    key=("record.physician_npi",),
    fails=[
        {
            "claims": [
                _example("C-17", "T10:00", "T11:00", "00790-AA 60min @22", "none"),
                _example("C-18", "T10:30", "T12:00", "00790-QY 90min @22", "crna"),
            ]
        }
    ],
    passes=[
        {
            "claims": [
                _example("C-17", "T10:00", "T11:00", "00790-QY 60min @22", "crna"),
                _example("C-18", "T11:00", "T12:00", "00790-QY 60min @22", "crna"),
            ],
            "complete": True,
        }
    ],
)
def concurrency_contradicts_role(
    lines: Cohort[AnesthesiaRecord],
    *,
    max_directed: int = 4,
    concurrency_grace_minutes: int = 0,
    touching_counts: bool = False,
    count_labor_epidural: bool = False,
) -> Outcomes:
    """The role billed contradicts how many cases the physician had at the same time.

    One case directed is QY, two to four are QK; more, or personal work beside them, is supervision (AD, three
    units), and payers compare the claims of a day. All patients count, whoever pays. Change the modifier on
    every case of the conflict, or correct the staffing times. Labor epidurals and short emergencies on file do
    not count.
    """
    change = (1 if touching_counts else 0) - concurrency_grace_minutes
    cases, unknown = _cases(lines.entries, change, count_labor_epidural=count_labor_epidural)
    sure = _day([case for case in cases if not case.only_named])
    named_too = _day(cases) if any(case.only_named for case in cases) else sure
    for case in sure.cases:
        for line in case.lines:
            if line.triggered:
                yield from _judge(case, line, sure, named_too, max_directed, complete=lines.complete)
    for line, reason in unknown:
        yield not_checked(reason, line)


def _cases(
    lines: Sequence[Line], change: int, *, count_labor_epidural: bool
) -> tuple[list[_Case], list[tuple[Line, str]]]:
    cases: list[_Case] = []
    unknown: list[tuple[Line, str]] = []
    counted = [line for line in lines if count_labor_epidural or line.procedure != LABOR]
    for anesthetic in anesthetics(counted):
        spans = _physician_time(anesthetic)
        judged = [line for line in anesthetic.lines if line.triggered]
        if not spans:
            unknown += [(line, "no anesthesia start and stop on file") for line in judged]
            continue
        cases.append(
            _Case(
                anesthetic=anesthetic,
                lines=anesthetic.physician_lines,
                spans=spans,
                counted=stretched(spans, change),
                kind=_kind(anesthetic),
                only_named=not anesthetic.physician_lines
                and all(role_of(line.line) == "QZ" for line in anesthetic.lines),
            )
        )
    return cases, unknown


def _physician_time(anesthetic: Anesthetic) -> tuple[Span, ...]:
    """Return when the physician had the case: the direction on file, else all of it, less what is excluded."""
    records = [line.record for line in anesthetic.lines if line.record is not None]
    directed = [span for record in records for span in _own(record.direction_intervals, record.physician_npi)]
    whole = [span for record in records for span in _own(record.intervals, record.physician_npi) or record.spans or ()]
    excluded = [each.span for record in records for each in record.concurrency_exclusions]
    return without(directed or whole, excluded)


def _own(intervals: Sequence[Interval], npi: str | None) -> tuple[Span, ...]:
    """Return the intervals of a provider; all of them where none is marked as the provider's."""
    marked = tuple(interval.span for interval in intervals if interval.provider_npi == npi)
    return marked or tuple(interval.span for interval in intervals)


def _kind(anesthetic: Anesthetic) -> str | None:
    """Return who the physician directed; without a record of it, a QX line proves an anesthetist."""
    ordered = (*anesthetic.physician_lines, *anesthetic.lines)
    stated = next((kind for line in ordered if line.record and (kind := line.record.anesthetist_kind)), None)
    if stated is not None:
        return stated
    return "crna" if any(role_of(line.line) == "QX" for line in anesthetic.lines) else None


def _day(cases: Sequence[_Case]) -> _Day:
    return _Day(
        cases=tuple(sorted(cases, key=lambda case: (case.spans, case.name))),
        at_once=profile(case.counted for case in cases),
        personal=profile(case.counted for case in cases if case.kind == "none"),
    )


def _expected(case: _Case, day: _Day, max_directed: int) -> _Expected | None:
    """Return the role that a case calls for; None where the kind of anesthetist does not tell."""
    peak = day.at_once.peak(case.counted)
    count = max(peak.count, 1)
    if case.kind == "none":
        return _Expected(role="AA", count=count, minute=peak.minute, why="did it personally")
    if case.kind not in DIRECTED_KINDS:
        return None
    personal = day.personal.peak(case.counted)
    if count > max_directed:
        return _Expected(role="AD", count=count, minute=peak.minute, why=f"had {count} cases")
    if case.kind in TRAINEES:
        role = "AA" if count <= _TEACHING_LIMIT else "QK"
        return _Expected(
            role=role,
            count=count,
            minute=personal.minute if personal.count else peak.minute,
            why=f"had {count} case{'s'[: count > 1]}, this one with a resident",
            teaching_doubt=bool(personal.count),
        )
    if personal.count:
        return _Expected(role="AD", count=count, minute=personal.minute, why="did a case personally while directing")
    if count > 1:
        return _Expected(role="QK", count=count, minute=peak.minute, why=f"had {count} cases")
    alone = "QY" if case.kind in NURSES_AND_ASSISTANTS else "AA"
    return _Expected(role=alone, count=1, minute=peak.minute, why="had this case alone")


def _judge(case: _Case, line: Line, sure: _Day, named_too: _Day, max_directed: int, *, complete: bool) -> Outcomes:
    billed = role_of(line.line)
    if billed is None:
        return
    expected = _expected(case, sure, max_directed)
    if expected is None:
        yield not_checked("who the physician directed (anesthetist_kind)", line)
        return
    both_necessary = billed == "AA" and line.record is not None and line.record.both_necessary_documented
    if both_necessary:
        return
    widest = expected if named_too is sure else _expected(case, named_too, max_directed)
    if billed in {expected.role, widest.role if widest else None}:
        if expected.teaching_doubt and billed == "AA":
            yield _finding(case, line, expected, sure, "review")
        elif not complete and not _final(case, expected):
            yield not_checked("the batch may not hold every case of the physician that day", line)
        return
    if not complete and not _proven(case, billed, expected, max_directed):
        yield not_checked("the batch may not hold every case of the physician that day", line)
        return
    swapped = {billed, expected.role} == {"QK", "QY"}
    yield _finding(case, line, expected, sure, "review" if swapped else "stop")


def _final(case: _Case, expected: _Expected) -> bool:
    """Tell whether further cases could not change the role."""
    return case.kind == "none" or expected.role == "AD"


def _proven(case: _Case, billed: str, expected: _Expected, max_directed: int) -> bool:
    """Tell whether the cases seen contradict the role, whatever others there are."""
    if case.kind == "none" or expected.role == "AD" or (billed == "AA" and case.kind in NURSES_AND_ASSISTANTS):
        return True
    if billed == "AA":
        return expected.role == "QK"
    return billed == "QY" and (expected.count > 1 or case.kind not in NURSES_AND_ASSISTANTS)


def _finding(case: _Case, line: Line, expected: _Expected, day: _Day, severity: str) -> Any:
    record = line.record
    offset = 0 if record is None else record.utc_offset
    minute = expected.minute if expected.minute is not None else case.spans[0].start
    together = day.at(minute)
    names = [each.name for each in together]
    shown = ", ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")
    times = ", ".join(clock_range(span, offset) for span in case.spans)
    drawn = [case, *(each for each in together[:SHOWN] if each is not case)][:SHOWN]
    rows = [Row(each.name, each.role, each.spans) for each in drawn]
    billed = role_of(line.line)
    if expected.teaching_doubt and severity == "review":
        said = "the teaching rate needs the other case to be a resident's or a directed one"
        fix = "Confirm that the other case was not the physician's own, or bill the case as directed."
    else:
        said = f"{expected.role} applies"
        fix = (
            f"Change {billed} to {expected.role} on every case of this stretch"
            f"{', and review the anesthetists’ claims' if expected.role == 'AD' else ''}; or correct the staffing"
            " times."
        )
    return hit(
        line,
        f"NPI {line.rendering_npi} billed {billed} on case {case.name} ({times}) but {expected.why} at"
        f" {clock(minute, offset)} ({shown}): {said}.",
        fix=fix,
        at="modifiers",
        severity=severity,
        evidence={
            "case": case.name,
            "billed": billed,
            "expected": expected.role,
            "at_once": len(names),
            "minute": clock(minute, offset),
            "cases": tuple(names),
            "timeline": draw(rows, marked=minute, offset=offset, more=len(together) - len(drawn), counts=day.at_once),
        },
    )
