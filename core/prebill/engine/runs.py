"""Sorts any number of rows with little memory: sorted runs on disk, merged when they are read."""

from __future__ import annotations

import heapq
import marshal
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

Row = tuple[Any, ...]

_RUN = 40_000
_BLOCK = 500


class SortedRuns:
    """Rows of plain values, added in any order and read in theirs.

    Rows are tuples of text, bytes, numbers and None, comparable with each other; they must differ in what comes
    before the first value that cannot be compared. Another process may read what `close` has written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._rows: list[Row] = []
        self._written = 0

    def add(self, row: Row) -> None:
        """Add a row."""
        self._rows.append(row)
        if len(self._rows) >= _RUN:
            self.close()

    def close(self) -> None:
        """Write what is in memory as one more run."""
        if not self._rows:
            return
        self._rows.sort()
        with self._path.with_suffix(f".{self._written}").open("wb") as file:
            for start in range(0, len(self._rows), _BLOCK):
                marshal.dump(self._rows[start : start + _BLOCK], file)
        self._written += 1
        self._rows = []

    def __iter__(self) -> Iterator[Row]:
        self.close()
        runs = [_read(path) for path in sorted(self._path.parent.glob(f"{self._path.name}.*"))]
        return runs[0] if len(runs) == 1 else heapq.merge(*runs)


def _read(path: Path) -> Iterator[Row]:
    with path.open("rb") as file:
        yield from records(file, many=True)


def records(file: BinaryIO, *, many: bool = False) -> Iterator[Row]:
    """Yield what was written to a file, record by record, or row by row of records that hold many."""
    while True:
        try:
            record = marshal.load(file)  # noqa: S302 - written by this program for itself
        except EOFError:
            return
        if many:
            yield from record
        else:
            yield record
