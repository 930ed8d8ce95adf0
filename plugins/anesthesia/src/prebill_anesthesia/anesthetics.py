"""Gathers the lines of several claims into anesthetics: the physician's and the anesthetist's of one case."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import attrs

from prebill import Entry
from prebill_anesthesia.records import AnesthesiaRecord
from prebill_anesthesia.spans import Span, shared
from prebill_anesthesia.vocabulary import ANESTHETIST_ROLES, PHYSICIAN_ROLES, role_of

Line = Entry[AnesthesiaRecord]


@attrs.frozen(eq=False)
class Anesthetic:
    """The lines of one case, whoever billed them."""

    name: str
    lines: tuple[Line, ...]

    @property
    def physician_lines(self) -> tuple[Line, ...]:
        """The lines with a physician's role."""
        return tuple(line for line in self.lines if role_of(line.line) in PHYSICIAN_ROLES)

    @property
    def anesthetist_lines(self) -> tuple[Line, ...]:
        """The lines with the role of a CRNA or anesthesiologist assistant."""
        return tuple(line for line in self.lines if role_of(line.line) in ANESTHETIST_ROLES)


def spans_of(line: Line) -> tuple[Span, ...] | None:
    """Return the documented anesthesia time of a line; None when it is not on file."""
    return None if line.record is None else line.record.spans_for(line.line)


def anesthetics(lines: Iterable[Line]) -> tuple[Anesthetic, ...]:
    """Gather lines by the case number of their records; without one, by patient, day and overlapping times."""
    groups: dict[tuple[Any, ...], list[Line]] = {}
    numberless: list[Line] = []
    for line in lines:
        case_id = None if line.record is None else line.record.anes_case_id
        if case_id is None:
            numberless.append(line)
        else:
            groups.setdefault((_patient(line), case_id), []).append(line)
    numbered = {key: tuple(group) for key, group in groups.items()}
    by_day: dict[tuple[Any, ...], list[list[Line]]] = {}
    for key, group in numbered.items():
        for day in sorted({line.from_date for line in group}):
            by_day.setdefault((key[0], day), []).append(groups[key])
    for line in numberless:
        day_groups = by_day.setdefault((_patient(line), line.from_date), [])
        fitting = [group for group in day_groups if _may_be_one(group, line)]
        if fitting:
            fitting[0].append(line)
        else:
            day_groups.append([line])
    found: list[list[Line]] = list(groups.values())
    known = {id(group) for group in found}
    found += [group for day_groups in by_day.values() for group in day_groups if id(group) not in known]
    return tuple(Anesthetic(_name(group), tuple(group)) for group in found)


def _may_be_one(group: Sequence[Line], line: Line) -> bool:
    """Tell whether a line is of a group's anesthetic: their times meet, or nothing tells them apart."""
    spans = spans_of(line)
    others = [found for each in group if (found := spans_of(each)) is not None]
    if spans is None or not others:
        return not _is_another_session(line) and not any(_is_another_session(each) for each in group)
    return any(shared(spans, other) for other in others)


def _is_another_session(line: Line) -> bool:
    return line.line.has("59", "XE", "76", "77", "78")


def _patient(line: Line) -> str:
    return line.patient or f"claim {line.claim.control_number}"


def _name(group: Sequence[Line]) -> str:
    case_id = next((line.record.anes_case_id for line in group if line.record and line.record.anes_case_id), None)
    return case_id or group[0].claim.control_number
