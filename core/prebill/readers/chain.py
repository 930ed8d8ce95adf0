"""Several sources, one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs

from prebill.reading import Item, Refused, Source


@attrs.frozen
class Part:
    """A source and its size in bytes, by which work is divided."""

    source: Source
    size: int


@attrs.frozen
class Chain:
    """Sources that are read in their order."""

    parts: tuple[Part, ...]

    def read(self) -> Iterator[Item]:
        """Yield what the sources hold."""
        for part in self.parts:
            yield from part.source.read()

    def shares(self, count: int) -> tuple[Chain, ...]:
        """Divide the sources into at most `count` runs about equal in size; a large source is divided itself."""
        total = sum(part.size for part in self.parts)
        if count < 2 or not total:
            return (self,)
        pieces = [piece for part in self.parts for piece in _divided(part, -(-count * part.size // total))]
        runs: list[list[Part]] = [[] for _ in range(count)]
        before = 0
        for piece in pieces:
            middle = before + piece.size // 2
            runs[min(count * middle // total, count - 1)].append(piece)
            before += piece.size
        return tuple(Chain(tuple(run)) for run in runs if run)


def _divided(part: Part, count: int) -> Sequence[Part]:
    if count < 2:
        return (part,)
    shares = part.source.shares(count)
    return [Part(share, part.size // len(shares)) for share in shares]


@attrs.frozen
class Refusal:
    """An input that holds nothing to check."""

    refused: Refused

    def read(self) -> Iterator[Item]:
        """Yield the refusal."""
        yield self.refused

    def shares(self, count: int) -> tuple[Refusal, ...]:
        """Return itself."""
        return (self,)
