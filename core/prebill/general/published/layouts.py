"""How rows are laid out: spreadsheets with named columns, and records of fixed width."""

from __future__ import annotations

import csv
import io
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from operator import itemgetter
from typing import TypeVar

import attrs

from prebill.errors import TableError
from prebill.published import BYTE_ORDER_MARK, PublishedFile, Rejected, parsed

Row = TypeVar("Row")

_LINES_ABOVE = 40
_MOST_NAMED = 3
_ASIDE = re.compile(r"\([^)]*\)")


def heading_of(*cells: str) -> str:
    """Return a heading as it is compared: capitals, single blanks, without what stands in parentheses."""
    return " ".join(_ASIDE.sub(" ", " ".join(cells).removeprefix(BYTE_ORDER_MARK)).upper().split())


@attrs.frozen
class Sheet:
    """A spreadsheet saved as CSV, whose columns are found by their headings and not by their places.

    Args:
        columns: The headings of the columns that are read, in the order in which they are handed on.
        wrapped: Over how many lines a heading may run.
        encoding: The encoding of the text.
    """

    columns: tuple[str, ...]
    wrapped: int = 1
    encoding: str = "latin-1"

    def recognises(self, file: PublishedFile) -> bool:
        """Tell whether the columns are in the beginning of a file."""
        try:
            return not self._absent(csv.reader(io.StringIO(file.beginning(), newline="")))[0]
        except csv.Error:
            return False

    def rows(self, file: PublishedFile, row: Callable[..., Row | None]) -> Iterator[Row | Rejected]:
        """Yield what `row` makes of the columns; blank lines are passed over.

        Raises `TableError` where a column is missing.
        """
        numbered = file.cells(self.encoding)
        absent, headings = self._absent(cells for _, cells in numbered)
        if absent:
            named = " and ".join(f"no column {each!r}" for each in absent[:_MOST_NAMED])
            more = f" and {len(absent) - _MOST_NAMED} more missing" if len(absent) > _MOST_NAMED else ""
            message = f"{file.name}: {named}{more}"
            raise TableError(message)
        chosen = itemgetter(*(headings.index(heading_of(each)) for each in self.columns))

        def parse(cells: list[str]) -> Row | None:
            if len(cells) != len(headings):
                message = f"{len(cells)} columns, where the header has {len(headings)}"
                raise ValueError(message)
            return row(*chosen(cells))

        yield from parsed(file, ((number, cells) for number, cells in numbered if any(cells)), parse)

    def _absent(self, lines: Iterable[list[str]]) -> tuple[list[str], list[str]]:
        """Read up to the header; return the columns missing from the line that comes nearest, and its headings."""
        absent, nearest = list(self.columns), list[str]()
        above: deque[list[str]] = deque(maxlen=self.wrapped)
        for cells in islice(lines, _LINES_ABOVE):
            above.append(cells)
            level = [each for each in above if len(each) == len(cells)]
            headings = [heading_of(*column) for column in zip(*level, strict=True)]
            missing = [each for each in self.columns if heading_of(each) not in headings]
            if len(missing) < len(absent):
                absent, nearest = missing, headings
            if not missing:
                break
        return absent, nearest


@attrs.frozen
class Record:
    """A line of fixed width.

    Args:
        fields: First and last position of each field, counted from 1, in the order in which they are handed on.
        shortest: The length of the shortest record.
        longest: The length of the longest, by default of every, record.
    """

    fields: tuple[tuple[int, int], ...]
    shortest: int
    longest: int | None = None

    def rows(
        self, file: PublishedFile, row: Callable[..., Row | None], *, skip: str | None = None
    ) -> Iterator[Row | Rejected]:
        """Yield what `row` makes of the fields; blank lines, and those that begin with `skip`, are passed over."""
        chosen = itemgetter(*(slice(first - 1, last) for first, last in self.fields))

        def parse(line: str) -> Row | None:
            if not self.fits(line):
                message = f"{len(line)} characters, where a record has {self.shortest}"
                raise ValueError(message)
            return row(*map(str.strip, chosen(line)))

        numbered = (
            (number, line)
            for number, line in file.lines()
            if line.strip() and not (skip is not None and line.startswith(skip))
        )
        yield from parsed(file, numbered, parse)

    def fits(self, line: str) -> bool:
        """Tell whether a line is as long as a record."""
        return self.shortest <= len(line) <= (self.longest or self.shortest)
