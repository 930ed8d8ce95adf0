"""Reference files as their publishers make them, and what a pack declares to read one."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date
from itertools import islice
from pathlib import Path
from typing import IO, Generic, TextIO, TypeVar, cast

import attrs

from prebill.errors import TableError

Row = TypeVar("Row")
Cells = TypeVar("Cells")
_Numbered = tuple[int, list[str]]

# The byte order mark of UTF-8, as Latin-1 shows it.
BYTE_ORDER_MARK = "\xef\xbb\xbf"

_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"
_BEGINNING = 4096
# Whole articles of the Medicare Coverage Database stand in one cell.
_LONGEST_CELL = 16 * 1024 * 1024
_AT_A_TIME = 256


@attrs.frozen
class PublishedFile:
    """A file from its publisher; one compressed by gzip, or alone in a zip archive, is read as what it holds."""

    path: Path

    @property
    def name(self) -> str:
        """The name of the file, for messages, and for what publishers tell in it: quarters, versions, parts."""
        return self.path.name

    @contextmanager
    def open(self, encoding: str = "latin-1") -> Iterator[TextIO]:
        """Open the text; raises `TableError` where the file is missing, cut off, or in another encoding."""
        try:
            with ExitStack() as stack:
                raw = stack.enter_context(self.path.open("rb"))
                content = stack.enter_context(self._content(raw))
                yield stack.enter_context(io.TextIOWrapper(content, encoding=encoding, newline=""))
        except (OSError, EOFError, UnicodeDecodeError, zlib.error, csv.Error) as error:
            message = f"{self.name}: the file cannot be read to its end ({error}); fetch it again"
            raise TableError(message) from error

    def lines(self, encoding: str = "latin-1") -> Iterator[tuple[int, str]]:
        """Yield the lines without their ends, numbered from 1."""
        with self.open(encoding) as text:
            for number, line in enumerate(text, 1):
                yield number, line.rstrip("\r\n")

    def cells(self, encoding: str = "latin-1", delimiter: str = ",") -> Iterator[tuple[int, list[str]]]:
        """Yield the rows of a CSV file, stripped of blanks around cells, with the number of their last line."""
        with self.open(encoding) as text:
            reader = csv.reader(text, delimiter=delimiter)
            rows = ((reader.line_num, row) for row in reader)
            while some := _with_long_cells(rows):
                for number, row in some:
                    yield number, [cell.strip() for cell in row]

    def beginning(self, encoding: str = "latin-1") -> str:
        """Return the first characters, by which a file is recognised."""
        with self.open(encoding) as text:
            return text.read(_BEGINNING)

    def _content(self, raw: IO[bytes]) -> IO[bytes]:
        magic = raw.read(len(_ZIP))
        raw.seek(0)
        if magic.startswith(_GZIP):
            return cast("IO[bytes]", gzip.open(raw))
        return self._only_member(raw) if magic == _ZIP else raw

    def _only_member(self, raw: IO[bytes]) -> IO[bytes]:
        import zipfile

        try:
            archive = zipfile.ZipFile(raw)
            members = [each for each in archive.namelist() if not each.endswith("/")]
            if len(members) == 1:
                return archive.open(members[0])
        except zipfile.BadZipFile as error:
            message = f"{self.name}: {error}; fetch it again"
            raise TableError(message) from error
        message = f"{self.name}: the archive holds {len(members)} files; unpack it and name the ones to import"
        raise TableError(message)


def _with_long_cells(rows: Iterator[_Numbered]) -> list[_Numbered]:
    """Read some rows; the longest cell that csv takes is set for the whole process, and is nobody else's meanwhile."""
    before = csv.field_size_limit(_LONGEST_CELL)
    try:
        return list(islice(rows, _AT_A_TIME))
    finally:
        csv.field_size_limit(before)


@attrs.frozen
class Rejected:
    """A row that does not fit: its file, its line, and what is wrong with it."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.reason}"


@attrs.frozen(kw_only=True)
class Heading:
    """What an edition is called and when it is in force; all as in `Edition`."""

    edition: str
    source: str
    complete: bool
    effective_from: date | None = None
    effective_to: date | None = None
    verified: bool = True
    carried_forward: bool = False


@attrs.frozen(kw_only=True)
class Importer(Generic[Row]):
    """How the rows of a reference table are read from a published file.

    Args:
        name: What users call the file: `prebill tables import NAME FILE…`.
        publisher: Who publishes it, where and how often, in a line.
        row_type: The row type, declared with `@table`, that the rows have.
        recognises: Tells by its beginning whether a file is one of these.
        heading: Works out the edition from the names and beginnings of the files that make it up; raises
            `TableError` where they do not belong together, or do not tell.
        rows: Yields the rows, and a `Rejected` for each that does not fit; raises `TableError` where a file as a
            whole is something else.
        unique: Columns that no two rows may share, by default the key of the table; empty where rows may repeat.
    """

    name: str
    publisher: str
    row_type: type[Row]
    recognises: Callable[[PublishedFile], bool]
    heading: Callable[[Sequence[PublishedFile]], Heading]
    rows: Callable[[Sequence[PublishedFile]], Iterator[Row | Rejected]]
    unique: tuple[str, ...] | None = None


def parsed(
    file: PublishedFile, numbered: Iterable[tuple[int, Cells]], parse: Callable[[Cells], Row | None]
) -> Iterator[Row | Rejected]:
    """Yield what `parse` makes of each row, nothing where it returns None; its `ValueError` rejects the row."""
    for number, cells in numbered:
        try:
            row = parse(cells)
        except ValueError as error:
            yield Rejected(file.name, number, str(error))
        else:
            if row is not None:
                yield row
