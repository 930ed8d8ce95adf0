"""Encounters that a program already has, as a source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from prebill.model import Encounter
from prebill.reading import Item, Place, Source, Sourced


@attrs.frozen
class Position:
    """The place of an encounter in a sequence."""

    number: int
    source: str = "memory"

    def locate(self, path: str = "") -> Place:
        """Return the position in the sequence and the path."""
        return Place(source=self.source, line=self.number, element=path or None)


@attrs.frozen
class Encounters:
    """A source of encounters in memory. An iterator is read once and cannot be shared among workers."""

    encounters: Iterable[Encounter]

    def read(self) -> Iterator[Item]:
        """Yield the encounters in their order."""
        for number, encounter in enumerate(self.encounters, 1):
            yield Sourced(encounter, Position(number))

    def shares(self, count: int) -> tuple[Source, ...]:
        """Divide a sequence into runs of equal length; anything else stays whole."""
        if count < 2 or not isinstance(self.encounters, (list, tuple)):
            return (self,)
        size = -(-len(self.encounters) // count) or 1
        return tuple(
            _Run(tuple(self.encounters[start : start + size]), start)
            for start in range(0, max(len(self.encounters), 1), size)
        )


@attrs.frozen
class _Run:
    encounters: tuple[Encounter, ...]
    start: int

    def read(self) -> Iterator[Item]:
        for number, encounter in enumerate(self.encounters, self.start + 1):
            yield Sourced(encounter, Position(number))

    def shares(self, count: int) -> tuple[Source, ...]:
        return (self,)
