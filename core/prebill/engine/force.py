"""Decides which claims are in force: not voided, not replaced."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol, TypeVar

CHANGES = frozenset({"7", "8"})


class Version(Protocol):
    """What decides which versions of a claim belong together, and their order."""

    @property
    def chain(self) -> str: ...  # noqa: D102

    @property
    def frequency(self) -> str: ...  # noqa: D102

    @property
    def created(self) -> str: ...  # noqa: D102

    @property
    def digest(self) -> bytes: ...  # noqa: D102

    @property
    def payer_number(self) -> str: ...  # noqa: D102

    @property
    def replaces(self) -> str: ...  # noqa: D102


V = TypeVar("V", bound=Version)


def chains(versions: Sequence[V]) -> Iterator[list[V]]:
    """Gather the versions of each claim.

    A replacement or void belongs with the claim whose payer's number it names; where no claim of that number is
    known, with the claims of its own control number.
    """
    numbered = {version.payer_number: version for version in sorted(versions, key=_order) if version.payer_number}
    gathered: dict[str, list[V]] = {}
    for version in versions:
        gathered.setdefault(_chain(version, numbered), []).append(version)
    yield from gathered.values()


def out_of_force(versions: Sequence[V]) -> Iterable[V]:
    """Return the versions of one claim that are not in force.

    Without a replacement or void every original stands: two of them are two claims. Otherwise only the last
    version stands, and nothing does after a void. Versions follow the moment of their transmission; where one of
    them does not tell it, originals precede replacements and those precede voids.
    """
    if not any(version.frequency in CHANGES for version in versions):
        return ()
    timed = all(version.created for version in versions)
    last = max(versions, key=lambda version: (version.created if timed else "", *_order(version)))
    return [version for version in versions if version is not last or version.frequency == "8"]


def _chain(version: Version, numbered: dict[str, V]) -> str:
    seen: list[Version] = []
    while version.frequency in CHANGES and version.replaces in numbered and version not in seen:
        seen.append(version)
        version = numbered[version.replaces]
    return version.chain


def _order(version: Version) -> tuple[str, str, bytes]:
    return version.frequency, version.created, version.digest
