"""Prints the map of `guide` as the table in `docs/837p-map.md`: `python -m prebill.readers.x12.reference`."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from prebill.readers.x12 import guide
from prebill.readers.x12.mapping import (
    Append,
    Carry,
    Filling,
    Loop,
    Need,
    Pair,
    Position,
    Records,
    Segment,
    Several,
    Value,
)

_LOOPS = (
    guide.INTERCHANGE,
    guide.GROUP,
    guide.TRANSACTION,
    guide.BILLING,
    guide.SUBSCRIBER,
    guide.PATIENT,
    guide.CLAIM,
)
_HEAD = """\
# Where each field of a claim stands in an 837P

Printed from `core/prebill/readers/x12/guide/` by `python -m prebill.readers.x12.reference`; do not edit.
Loops, segments and elements are those of ASC X12N 005010X222A1. Fields are paths into `prebill.model.Claim`;
`[]` is one more member of a tuple. `CLM05-1` is the first component of the fifth element of a CLM segment.

An element marked *claim* makes its claim unreadable when it is missing or cannot be read; so does any amount or
count that is not a number. One marked *record* is needed for the record: without it the segment is kept as read.
For one marked *expected* a problem is reported. A segment with no field is kept in `other_segments` of the line
or of the claim; one marked *structure* says nothing that its place does not say.

| loop | segment | element | field | holds | needed |
|---|---|---|---|---|---|
"""
_NEEDS = {Need.OPTIONAL: "", Need.EXPECTED: "expected", Need.RECORD: "record", Need.CLAIM: "claim"}


def table() -> str:
    """Return the whole document."""
    rows = (row for loop in _LOOPS for row in _rows(loop, ""))
    return _HEAD + "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _rows(loop: Loop, path: str) -> Iterator[tuple[str, ...]]:
    for segment in loop.segments:
        for fill in segment.fills:
            for element, field, holds, need in _fields(segment, fill):
                yield loop.name, _name(segment), element, f"`{path}{field}`", holds, need
    structure = [_name(each) for each in loop.segments if each.structural]
    kept = [_name(each) for each in loop.segments if not each.fills and not each.structural]
    if structure:
        yield loop.name, ", ".join(structure), "", "*structure*", "", ""
    if kept:
        name = f"any other {', '.join(kept)}" if loop.unknown else ", ".join(kept)
        yield loop.name, name, "", f"`{_keeper(path)}other_segments[]`", "", ""
    for inner in loop.loops:
        field = f"{inner.field}[]" if inner.many else inner.field
        yield from _rows(inner, f"{path}{field}." if inner.record else path)


def _name(segment: Segment) -> str:
    return segment.name + (f"\\*{'/'.join(segment.qualifiers)}" if segment.qualifiers else "")


def _keeper(path: str) -> str:
    return "lines[]." if path.startswith("lines[]") else ""


def _fields(segment: Segment, fill: Filling) -> Iterator[tuple[str, str, str, str]]:
    name = segment.name
    match fill:
        case Value():
            yield _elements(name, fill.at), fill.field, _holds(fill), _NEEDS[fill.need]
        case Several():
            yield _elements(name, fill.at), f"{fill.field}[]", str(fill.kind), ""
        case Append():
            yield _elements(name, fill.at), f"{fill.field}[]", str(fill.kind), ""
        case Pair():
            yield f"{name}{fill.qualifier}, {name}{fill.at}", f"{fill.field}[]", "qualifier and identifier", ""
        case Carry():
            yield f"{name}{fill.at}", f"form_answers[].{fill.field}", "text", ""
        case Records():
            for value in (*fill.shared, *fill.values):
                repeated = f" (every {fill.step})" if fill.step and value not in fill.shared else ""
                for element, field, holds, need in _fields(segment, value):
                    yield f"{element}{repeated}", f"{fill.field}[].{field}", holds, need


def _elements(segment: str, positions: tuple[Position, ...]) -> str:
    first, last = positions[0], positions[-1]
    return f"{segment}{first}" if first == last else f"{segment}{first} to {segment}{last}"


def _holds(value: Value) -> str:
    if value.only_if:
        position, text = value.only_if
        return f"{value.kind}, where element {position} is {text}"
    return f"{value.kind}, with the time in element {value.then}" if value.then else str(value.kind)


if __name__ == "__main__":
    sys.stdout.write(table())
