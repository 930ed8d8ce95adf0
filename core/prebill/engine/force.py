"""Decides which claims are in force: not voided, not replaced."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Protocol

CHANGES = frozenset({"7", "8"})


class Version(Protocol):
    """What decides the order of the versions of a claim."""

    @property
    def chain(self) -> str: ...  # noqa: D102

    @property
    def frequency(self) -> str: ...  # noqa: D102

    @property
    def created(self) -> str: ...  # noqa: D102

    @property
    def digest(self) -> bytes: ...  # noqa: D102


def in_force(versions: Sequence[Version]) -> Mapping[int, bool]:
    """Tell for each version of one chain, by its position, whether it is in force.

    Without a replacement or void every original stands: two of them are two claims. Otherwise only the last
    version stands, and nothing does after a void. Versions follow the moment of their transmission; where one of
    them does not tell it, originals precede replacements and those precede voids.
    """
    if not any(version.frequency in CHANGES for version in versions):
        return dict.fromkeys(range(len(versions)), True)
    timed = all(version.created for version in versions)
    last = max(
        range(len(versions)),
        key=lambda index: (
            versions[index].created if timed else "",
            versions[index].frequency,
            versions[index].created,
            versions[index].digest,
        ),
    )
    return {index: index == last and versions[index].frequency != "8" for index in range(len(versions))}


def by_chain(versions: Iterable[Version]) -> Iterable[list[Version]]:
    """Gather versions by their chain."""
    ordered = sorted(versions, key=lambda version: version.chain)
    return (list(group) for _, group in groupby(ordered, key=lambda version: version.chain))
