r"""Draws a stretch of an anesthesiologist's day as lines of plain text, for the evidence of a finding.

>>> cases = [Row("C-17", "QY", (Span(450, 550),)), Row("C-18", "QK", (Span(470, 530),))]
>>> print("\n".join(draw(cases, marked=480, width=20)))
                07:30       08:30
C-17  QY       |====================| 07:30-09:10
C-18  QK       |....============....| 07:50-08:50
at once        |11112222222222221111| 2 at 08:00
                      ^
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from prebill_anesthesia.concurrency import Profile, profile
from prebill_anesthesia.spans import Span, clock, clock_range

SHOWN = 12
_LABEL = 15


class Row(NamedTuple):
    """One case: its name, the role billed, and when the physician had it."""

    name: str
    role: str
    spans: tuple[Span, ...]


def draw(
    rows: Sequence[Row],
    *,
    marked: int | None = None,
    offset: int = 0,
    width: int = 48,
    most: int = SHOWN,
    more: int = 0,
    counts: Profile | None = None,
) -> tuple[str, ...]:
    """Return the lines of a drawing: one bar per case, the number of cases at once, and a mark at a minute.

    Args:
        rows: The cases, in the order in which to show them.
        marked: The minute to mark.
        offset: Minutes by which the clock on the wall is ahead of the minutes counted.
        width: Columns of a bar.
        most: Cases to show; the number of those left out is stated.
        more: How many further cases there are, beside the rows.
        counts: The number of cases at each minute, where more cases count than the rows.
    """
    spans = [span for row in rows[:most] for span in row.spans]
    if not spans:
        return ()
    scale = _Scale(min(span.start for span in spans), max(span.stop for span in spans), width)
    lines = [" " * _LABEL + scale.hours(offset)]
    for row in rows[:most]:
        times = ", ".join(clock_range(span, offset) for span in row.spans)
        lines.append(f"{_label(row)}|{scale.bar(row.spans)}| {times}")
    left_out = max(len(rows) - most, 0) + more
    if left_out:
        lines.append(f"... and {left_out} more")
    counts = counts or profile(row.spans for row in rows)
    digits = "".join(_digit(counts.peak([column]).count) for column in scale.columns())
    at = "" if marked is None else f" {counts.at(marked)} at {clock(marked, offset)}"
    lines.append(f"{'at once':<{_LABEL}}|{digits}|{at}")
    if marked is not None:
        lines.append(" " * (_LABEL + 1 + scale.column(marked)) + "^")
    return tuple(lines)


def _label(row: Row) -> str:
    name = f"{row.name[: _LABEL - 5]}  {row.role}"
    return f"{name:<{_LABEL}}"


def _digit(count: int) -> str:
    return "." if count == 0 else str(count) if count < 10 else "+"


class _Scale:
    """Divides a stretch of time into columns; each has at least one minute."""

    def __init__(self, start: int, stop: int, width: int) -> None:
        self.start = start
        self.width = width
        self.length = max(stop - start, 1)
        edges = [start + at * self.length // width for at in range(width + 1)]
        self._starts = edges[:-1]
        self._stops = [max(edge, begin + 1) for begin, edge in pairwise(edges)]

    def column(self, minute: int) -> int:
        return min(bisect_right(self._stops, minute), self.width - 1)

    def columns(self) -> list[Span]:
        return [Span(start, stop) for start, stop in zip(self._starts, self._stops, strict=True)]

    def bar(self, spans: Sequence[Span]) -> str:
        filled = ["."] * self.width
        for span in spans:
            first, last = bisect_right(self._stops, span.start), bisect_left(self._starts, span.stop)
            filled[first:last] = "=" * max(0, last - first)
        return "".join(filled)

    def hours(self, offset: int) -> str:
        """Return the clock at every full or half hour for which there is room."""
        line = [" "] * (self.width + 8)
        free = 0
        step = 30 if self.length <= 12 * 30 else 60 if self.length <= 12 * 60 else 240
        first = -(-(self.start + offset) // step) * step - offset
        for minute in range(first, self.start + self.length, step):
            at = 1 + self.column(minute)
            if at >= free:
                line[at : at + 5] = clock(minute, offset)
                free = at + 7
        return "".join(line).rstrip()
