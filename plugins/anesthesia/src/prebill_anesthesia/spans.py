"""Stretches of time in whole minutes, half-open: one that ends at 09:00 does not meet one that starts then."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

_EPOCH = datetime(2000, 1, 1)
_MINUTE = timedelta(minutes=1)


class Span(NamedTuple):
    """The minutes from `start` up to, not including, `stop`; minutes are counted from a fixed moment."""

    start: int
    stop: int

    @property
    def minutes(self) -> int:
        """How long the span is."""
        return self.stop - self.start

    def overlap(self, other: Span) -> int:
        """Return how many minutes two spans share; 0 when they only touch."""
        return max(0, min(self.stop, other.stop) - max(self.start, other.start))


def minute_of(moment: datetime) -> int:
    """Return the minute of a moment, seconds dropped. Moments with a zone are counted in UTC, true to DST."""
    if moment.tzinfo is not None:
        moment = moment.astimezone(UTC).replace(tzinfo=None)
    return (moment - _EPOCH) // _MINUTE


def span_of(start: datetime, stop: datetime) -> Span:
    """Return the span between two moments."""
    return Span(minute_of(start), minute_of(stop))


def offset_of(moment: datetime | None) -> int:
    """Return the minutes by which a moment's own clock is ahead of UTC; 0 for a moment without a zone."""
    ahead = None if moment is None else moment.utcoffset()
    return 0 if ahead is None else ahead // _MINUTE


def clock(minute: int, offset: int = 0) -> str:
    """Return a minute as `HH:MM` on the wall."""
    return f"{_EPOCH + (minute + offset) * _MINUTE:%H:%M}"


def clock_range(span: Span, offset: int = 0) -> str:
    """Return a span as `HH:MM-HH:MM`."""
    return f"{clock(span.start, offset)}-{clock(span.stop, offset)}"


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return the same minutes as sorted spans that neither overlap nor touch."""
    found: list[Span] = []
    for span in sorted(spans):
        if span.minutes <= 0:
            continue
        if found and span.start <= found[-1].stop:
            found[-1] = Span(found[-1].start, max(found[-1].stop, span.stop))
        else:
            found.append(span)
    return tuple(found)


def total(spans: Iterable[Span]) -> int:
    """Return how many minutes lie in any of the spans; a minute in two of them counts once."""
    return sum(span.minutes for span in merged(spans))


def without(spans: Iterable[Span], taken: Iterable[Span]) -> tuple[Span, ...]:
    """Return what is left of spans after the minutes of others are taken out."""
    left = merged(spans)
    for gap in merged(taken):
        left = tuple(
            part
            for span in left
            for part in (
                Span(span.start, min(span.stop, gap.start)),
                Span(max(span.start, gap.stop), span.stop),
            )
            if part.minutes > 0
        )
    return left


def shared(one: Sequence[Span], other: Sequence[Span]) -> int:
    """Return how many minutes lie in both of two groups of spans."""
    first, second = merged(one), merged(other)
    minutes = at = 0
    for span in first:
        while at < len(second) and second[at].stop <= span.start:
            at += 1
        later = at
        while later < len(second) and second[later].start < span.stop:
            minutes += span.overlap(second[later])
            later += 1
    return minutes
