"""Finds spilled claims by what makes them versions of each other."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice, starmap
from pathlib import Path
from typing import TypeVar

from prebill.engine.force import CHANGES, chains, out_of_force
from prebill.engine.keys import SEPARATOR, digest
from prebill.engine.spill import ClaimHeader, Spill

T = TypeVar("T")
CHUNK = 500
_COLUMNS = ("identity", "chain", "payer_number", "replaces", "claim_id")


class Versions:
    """An index on disk over the headers of spilled claims."""

    def __init__(self, path: Path) -> None:
        self._database = sqlite3.connect(path, isolation_level=None)
        self._database.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-8000;"
            "CREATE TABLE version (number INTEGER PRIMARY KEY, claim_id TEXT, identity TEXT, chain TEXT,"
            " frequency TEXT, created TEXT, digest BLOB, payer_number TEXT, replaces TEXT);"
        )

    def add(self, headers: Iterable[ClaimHeader]) -> None:
        """Add claims by their headers."""
        self._database.execute("BEGIN")
        self._database.executemany(
            "INSERT INTO version VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (header[:9] for header in headers),
        )
        self._database.execute("COMMIT")
        for column in _COLUMNS:
            self._database.execute(f"CREATE INDEX IF NOT EXISTS by_{column} ON version ({column})")

    def close(self) -> None:
        """Release the index."""
        self._database.close()

    def having(self, column: str, values: Iterable[str | int]) -> Iterator[ClaimHeader]:
        """Yield the claims that have one of these values, by number."""
        for chunk in chunks(values):
            yield from self._where(f"{column} IN ({','.join('?' * len(chunk))})", chunk)

    def numbered(self, numbers: Iterable[int]) -> Iterator[ClaimHeader]:
        """Yield claims by their numbers."""
        return self.having("number", numbers)

    def distinct(self, column: str) -> Iterator[str]:
        """Yield the distinct values of a column that are not empty, in order."""
        statement = f"SELECT DISTINCT {column} FROM version WHERE {column} <> '' ORDER BY {column}"  # noqa: S608
        return (value for (value,) in self._database.execute(statement))

    def tell_apart(self) -> dict[int, str]:
        """Number the claims that share their identity with another of the batch; return the new identities."""
        repeated = self._database.execute(
            "SELECT number, identity, row_number() OVER (PARTITION BY identity ORDER BY digest, number) AS count"
            " FROM version WHERE identity IN (SELECT identity FROM version GROUP BY identity HAVING count(*) > 1)"
        )
        renamed = {number: f"{identity}{SEPARATOR}{count}" for number, identity, count in repeated if count > 1}
        self._database.executemany(
            "UPDATE version SET identity = ? WHERE number = ?",
            [(name, number) for number, name in renamed.items()],
        )
        return renamed

    def out_of_force(self, marked: Iterable[int] = (), anew: Collection[int] = ()) -> frozenset[int]:
        """Return the claims out of force.

        Chains with a version in the batch, or among those to resolve `anew`, are resolved; of the others, the
        claims already `marked` stay so.
        """
        resolved: set[int] = set()
        dead: set[int] = set()
        for versions in chains(self._related()):
            if any(version.in_batch or version.number in anew for version in versions):
                resolved.update(version.number for version in versions)
                dead.update(version.number for version in out_of_force(versions))
        return frozenset(dead | (set(marked) - resolved))

    def _related(self) -> list[ClaimHeader]:
        """Return every claim that is, or may be, a version of a claim that was replaced or voided."""
        found = {each.number: each for each in self.having("frequency", sorted(CHANGES))}
        new = list(found.values())
        while new:
            wanted = {
                "chain": {each.chain for each in new},
                "payer_number": {each.replaces for each in new},
                "replaces": {each.payer_number for each in new},
            }
            new = []
            for column, values in wanted.items():
                for each in self.having(column, sorted(values - {""})):
                    if each.number not in found:
                        found[each.number] = each
                        new.append(each)
        return list(found.values())

    def _where(self, condition: str, values: Sequence[str | int]) -> Iterator[ClaimHeader]:
        statement = f"SELECT * FROM version WHERE {condition} ORDER BY number"  # noqa: S608
        return starmap(ClaimHeader, self._database.execute(statement, values).fetchall())


def related_to_changes(spills: Sequence[Spill]) -> Iterator[ClaimHeader]:
    """Yield the few claims that replace or void others, and those that they may replace or void."""
    changes = [each for spill in spills for each in spill.headers() if each.frequency in CHANGES]
    of_chains = {each.chain for each in changes}
    of_numbers = {each.replaces for each in changes} - {""}
    for spill in spills if changes else ():
        for each in spill.headers():
            if each.chain in of_chains or each.payer_number in of_numbers:
                _, content = spill.claim(each.offset, each.length)
                yield each._replace(digest=digest(content))


def chunks(values: Iterable[T]) -> Iterator[list[T]]:
    """Divide values into lists short enough for one query."""
    iterator = iter(values)
    while chunk := list(islice(iterator, CHUNK)):
        yield chunk
