"""What a reader hands over: encounters with the place they came from, and whatever could not be read.

Every record of an input becomes exactly one `Sourced` or one `Unreadable`, so that the counts add up.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import attrs

from prebill.model import Encounter


@attrs.frozen
class Place:
    """Where in the input a value stands.

    An 837P fills `interchange` and `segment` (1-based ordinal inside its ISA) and `element` (loop, segment and
    element, such as `2400/SV101-2`); a text format fills `line`, and `element` is a JSON pointer or a column.
    """

    source: str
    line: int | None = None
    interchange: int | None = None
    segment: int | None = None
    element: str | None = None

    def __str__(self) -> str:
        parts = [
            f"line {self.line}" if self.line else "",
            f"interchange {self.interchange}" if self.interchange and self.interchange > 1 else "",
            f"segment {self.segment}" if self.segment else "",
            self.element or "",
        ]
        return ":".join([self.source, " ".join(part for part in parts if part)]).rstrip(":")


class Origin(Protocol):
    """The source of one encounter; it can say where each of its values stands."""

    def locate(self, path: str = "") -> Place:
        """Return the place of a value, such as `lines[0].procedure`, or of the claim itself for `""`.

        Paths start at the claim; indexes are 0-based positions in the tuples of the model. A path that the
        source cannot resolve gives the nearest enclosing place.
        """
        ...


@attrs.frozen
class Sourced:
    """An encounter and where it came from."""

    encounter: Encounter
    origin: Origin


@attrs.frozen(kw_only=True)
class Unreadable:
    """One claim that could not be read, with its place and the reason; its number where it could be told."""

    place: Place
    reason: str
    claim_id: str | None = None


@attrs.frozen(kw_only=True)
class Problem:
    """Something wrong with the input that costs no claim by itself, such as a wrong segment count."""

    place: Place
    message: str
    claim_id: str | None = None


@attrs.frozen(kw_only=True)
class Refused:
    """A whole input, or a part of it, that is not something prebill checks; `claims` is how many it holds."""

    place: Place
    reason: str
    claims: int = 0


Item = Sourced | Unreadable | Problem | Refused


class Source(Protocol):
    """An input that can be read once, or in several shares by as many processes."""

    def read(self) -> Iterator[Item]:
        """Yield what the input holds, in its order."""
        ...

    def shares(self, count: int) -> tuple[Source, ...]:
        """Return at most `count` sources that together hold the same items in the same order.

        A source that cannot be divided returns itself alone. Shares can be pickled.
        """
        ...
