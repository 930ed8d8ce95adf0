"""How many cases a physician had at each minute: an exact sweep over half-open intervals.

`profile` is for use outside the rules too:

    >>> day = profile([[Span(0, 60)], [Span(30, 90)], [Span(60, 120)]])
    >>> day.levels
    (Level(start=0, stop=30, count=1), Level(start=30, stop=90, count=2), Level(start=90, stop=120, count=1))
    >>> day.peak([Span(0, 60)])
    Peak(count=2, minute=30)
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

import attrs

from prebill_anesthesia.spans import Span, merged


@attrs.frozen
class Level:
    """A stretch of minutes during which the number of cases does not change."""

    start: int
    stop: int
    count: int


@attrs.frozen
class Peak:
    """The most cases at once, and the first minute at which there were so many."""

    count: int
    minute: int | None


@attrs.frozen(eq=False)
class Profile:
    """The number of cases at each minute of a stretch of days; minutes without a case are left out."""

    levels: tuple[Level, ...]
    _starts: list[int] = attrs.field(init=False, repr=False)
    _ranges: list[list[int]] = attrs.field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "_starts", [level.start for level in self.levels])
        object.__setattr__(self, "_ranges", self._highest_of_ranges())

    def at(self, minute: int) -> int:
        """Return the number of cases at a minute."""
        index = bisect_right(self._starts, minute) - 1
        return self.levels[index].count if index >= 0 and minute < self.levels[index].stop else 0

    def peak(self, spans: Iterable[Span]) -> Peak:
        """Return the most cases at once at any minute of these spans; 0 cases at no minute when there is none."""
        best = Peak(0, None)
        for span in sorted(spans):
            first = max(bisect_right(self._starts, span.start) - 1, 0)
            if first < len(self.levels) and self.levels[first].stop <= span.start:
                first += 1
            last = bisect_left(self._starts, span.stop)
            if first < last:
                highest = self._highest(first, last)
                level = self.levels[highest]
                if level.count > best.count:
                    best = Peak(level.count, max(level.start, span.start))
        return best

    def _highest_of_ranges(self) -> list[list[int]]:
        """For every power of two, the position of the first highest level in each range of that length."""
        table = [list(range(len(self.levels)))]
        width = 1
        while 2 * width <= len(self.levels):
            row = table[-1]
            table.append([self._higher(row[at], row[at + width]) for at in range(len(row) - width)])
            width *= 2
        return table

    def _highest(self, first: int, last: int) -> int:
        power = (last - first).bit_length() - 1
        row = self._ranges[power]
        return self._higher(row[first], row[last - (1 << power)])

    def _higher(self, one: int, other: int) -> int:
        return other if self.levels[other].count > self.levels[one].count else one


def profile(cases: Iterable[Iterable[Span]]) -> Profile:
    """Count the cases at every minute.

    Each case is given as its spans; a case counts once at a minute, however many of its spans hold it. A case that
    ends at the minute at which another starts is not at the same time with it. Takes O(n log n).
    """
    events: list[tuple[int, int]] = []
    for spans in cases:
        for span in merged(spans):
            events += [(span.start, 1), (span.stop, -1)]
    events.sort()
    levels: list[Level] = []
    count = 0
    since = 0
    for minute, change in events:
        if count and minute > since:
            if levels and levels[-1].count == count and levels[-1].stop == since:
                levels[-1] = Level(levels[-1].start, minute, count)
            else:
                levels.append(Level(since, minute, count))
        since = minute
        count += change
    return Profile(tuple(levels))


def stretched(spans: Sequence[Span], by: int) -> tuple[Span, ...]:
    """Return spans whose ends are moved by some minutes, later or (`by` below 0) earlier; none becomes empty.

    Earlier by a grace, cases overlap exactly where they overlapped for more than that grace; later by one minute,
    cases that touched overlap.
    """
    return tuple(Span(span.start, max(span.start + 1, span.stop + by)) for span in spans) if by else tuple(spans)
