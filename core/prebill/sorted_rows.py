"""The rows of a large table, kept as text and made into rows when they are looked up."""

from __future__ import annotations

import gzip
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Generic, TypeVar

import msgspec

from prebill.errors import TableError

Row = TypeVar("Row")

_GZIP = b"\x1f\x8b"


def text_of(content: bytes) -> str:
    """Return the text of a file, which may be compressed by gzip."""
    return (gzip.decompress(content) if content.startswith(_GZIP) else content).decode("utf-8-sig")


class SortedRows(Mapping[tuple[Any, ...], tuple[Row, ...]], Generic[Row]):
    """The rows of a CSV file with one key column, its first. Nothing is read before the first look-up.

    Cells hold no commas or quotes; empty cells at the end of a line may be left off.
    """

    def __init__(self, row_type: type[Row], read: Callable[[], bytes], where: str) -> None:
        self._row_type = row_type
        self._read = read
        self._where = where
        self._columns: list[str] = []
        self._lines: list[str] = []
        self._found: dict[tuple[Any, ...], tuple[Row, ...]] = {}

    def __getitem__(self, key: tuple[Any, ...]) -> tuple[Row, ...]:
        found = self._found.get(key)
        if found is None:
            found = self._look_up(key[0]) if isinstance(key[0], str) else ()
            if not found:
                raise KeyError(key)
            self._found[key] = found
        return found

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return iter(dict.fromkeys((line.partition(",")[0],) for line in self._sorted_lines()))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __reduce__(self) -> tuple[type[SortedRows[Row]], tuple[Any, ...]]:
        return SortedRows, (self._row_type, self._read, self._where)

    @property
    def row_count(self) -> int:
        """The number of rows."""
        return len(self._sorted_lines())

    def starting_with(self, prefix: str) -> Iterator[Row]:
        """Yield the rows whose key starts with a prefix, in order."""
        lines = self._sorted_lines()
        position = bisect_left(lines, prefix)
        while position < len(lines) and lines[position].startswith(prefix):
            yield self._row(lines[position])
            position += 1

    def _look_up(self, key: str) -> tuple[Row, ...]:
        lines = self._sorted_lines()
        first = position = bisect_left(lines, key)
        while position < len(lines) and lines[position].partition(",")[0] == key:
            position += 1
        return tuple(map(self._row, lines[first:position]))

    def _sorted_lines(self) -> list[str]:
        if not self._columns:
            lines = text_of(self._read()).splitlines()
            start = next((number for number, line in enumerate(lines) if not line.startswith("#")), len(lines))
            self._lines = sorted(filter(None, lines[start + 1 :]))
            self._columns = lines[start].split(",") if start < len(lines) else ["key"]
        return self._lines

    def _row(self, line: str) -> Row:
        cells = {name: cell for name, cell in zip(self._columns, line.split(","), strict=False) if cell}
        try:
            return msgspec.convert(cells, self._row_type, strict=False)
        except msgspec.ValidationError as error:
            message = f"{self._where}, row {line.partition(',')[0]}: {error}"
            raise TableError(message) from error
