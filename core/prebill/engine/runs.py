"""Sorts any number of rows with little memory: sorted runs on disk, merged when they are read."""

from __future__ import annotations

import heapq
import marshal
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

Row = tuple[Any, ...]

_RUN = 2_000
_BLOCK = 20
_MOST_RUNS = 16


class SortedRuns:
    """Rows of plain values, added in any order and read in theirs.

    Rows are tuples of text, bytes, numbers and None, comparable with each other; they must differ in what comes
    before the first value that cannot be compared. Another process may read what `close` has written. So that any
    number of rows needs few open files, many runs are merged into one of the next level.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._rows: list[Row] = []
        self._levels: list[list[Path]] = []
        self._written = 0

    def add(self, row: Row) -> None:
        """Add a row."""
        self._rows.append(row)
        if len(self._rows) >= _RUN:
            self.close()

    def close(self) -> None:
        """Write what is in memory as one more run."""
        if self._rows:
            self._rows.sort()
            self._write(self._rows, 0)
            self._rows = []

    def __iter__(self) -> Iterator[Row]:
        self.close()
        return _merged(sorted(self._path.parent.glob(f"{self._path.name}.*")))

    def _write(self, rows: Iterable[Row], level: int) -> None:
        path = self._path.with_suffix(f".{self._written}")
        self._written += 1
        rest = iter(rows)
        with path.open("wb") as file:
            while block := list(islice(rest, _BLOCK)):
                marshal.dump(block, file)
        if level == len(self._levels):
            self._levels.append([])
        runs = self._levels[level]
        runs.append(path)
        if len(runs) == _MOST_RUNS:
            self._levels[level] = []
            self._write(_merged(runs), level + 1)
            for each in runs:
                each.unlink()


def _merged(paths: Iterable[Path]) -> Iterator[Row]:
    runs = [_read(path) for path in paths]
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
