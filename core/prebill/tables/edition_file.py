"""An edition of a table as one file: an SQLite database that is written once and from then on only read.

A key is the text of its columns. The rows of a key are encoded together, without the key; what many keys have in
common is kept once. The file can be copied, and names its own content with a checksum.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from itertools import groupby
from operator import attrgetter, itemgetter
from pathlib import Path
from typing import Any, TypeVar

import attrs
import msgspec

from prebill.errors import TableError
from prebill.lookup import table_spec
from prebill.published import Heading
from prebill.tables.key_filter import KeyFilter

Row = TypeVar("Row")
Cells = tuple[Any, ...]

FORMAT = 2
SEPARATOR = "\x01"
CONTENT = (
    "SELECT rows.key, coalesce(shared.content, rows.content) FROM rows LEFT JOIN shared ON shared.id = rows.content"
)

_SCHEMA = """
CREATE TABLE description (content TEXT NOT NULL);
CREATE TABLE key_filter (bitmap BLOB NOT NULL);
CREATE TABLE rows (key TEXT PRIMARY KEY, content NOT NULL) WITHOUT ROWID;
CREATE TABLE shared (id INTEGER PRIMARY KEY, content BLOB NOT NULL);
"""
_MOST_SHARED = 65_536
_encode = msgspec.msgpack.Encoder().encode


@attrs.frozen(kw_only=True)
class Description:
    """What the file of an edition says of it. `columns` are those beside the `key`; `rows` is their number."""

    format: int = FORMAT
    table: str
    heading: Heading
    key: tuple[str, ...]
    columns: tuple[str, ...]
    rows: int
    checksum: str


class RepeatedRowsError(TableError):
    """Rows share the columns that should tell them apart."""


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Open the file of an edition for a moment; raises `TableError` where it is none, or is damaged."""
    try:
        with closing(connect(path)) as connection:
            yield connection
    except sqlite3.Error as error:
        message = f"{path}: the table cannot be read ({error}); import it again"
        raise TableError(message) from error


def connect(path: Path) -> sqlite3.Connection:
    """Open the file of an edition for reading, without the locks that a file which changes would need."""
    location = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    return sqlite3.connect(location, uri=True, check_same_thread=False, isolation_level=None)


def read_description(path: Path) -> Description:
    """Return what the file says of its edition; raises `TableError` where it is not the file of one."""
    with opened(path) as connection:
        content = "".join(text for (text,) in connection.execute("SELECT content FROM description"))
    try:
        described = msgspec.json.decode(content, type=Description)
    except msgspec.DecodeError as error:
        raise _of_another_version(path) from error
    if described.format != FORMAT:
        raise _of_another_version(path)
    return described


def _of_another_version(path: Path) -> TableError:
    return TableError(f"{path}: written by another version of prebill; import the edition again")


def read_filter(path: Path) -> KeyFilter:
    """Return the filter of the keys; raises `TableError` where the file is damaged."""
    with opened(path) as connection:
        for (bitmap,) in connection.execute("SELECT bitmap FROM key_filter"):
            return KeyFilter(bitmap)
    message = f"{path}: the file is damaged; import the edition again"
    raise TableError(message)


def contents(path: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the key and the encoded rows of every key, in order."""
    with opened(path) as connection:
        yield from connection.execute(f"{CONTENT} ORDER BY rows.key")


def verify(path: Path) -> str | None:
    """Return what is wrong with the file of an edition, or None."""
    try:
        description = read_description(path)
        digest = _Digest(description)
        for key, content in contents(path):
            digest.add(key, content)
        with opened(path) as connection:
            intact = read_filter(path).bitmap == _filter_of(connection, description.key).bitmap
    except TableError as error:
        return str(error)
    if digest.text != description.checksum or not intact:
        return f"{path}: the content is not what was imported; import the edition again"
    return None


def write_edition(
    path: Path, row_type: type[Row], heading: Heading, rows: Iterable[Row], unique: tuple[str, ...] | None = None
) -> Description:
    """Write the file of an edition; rows in any order, as many as the disk holds.

    Args:
        path: Where; nothing may be there. A second file beside it holds the rows before they are sorted.
        row_type: What the rows are, declared with `@table`.
        heading: What the edition is called, and when it is in force.
        rows: The rows.
        unique: Columns, those of the key among them, that no two rows may share; empty where rows may repeat.

    Raises:
        RepeatedRowsError: Rows share what is unique.
        TableError: A key cannot be written.
    """
    spec = table_spec(row_type)
    if spec is None:
        message = f"{row_type.__qualname__} is not declared with @table"
        raise TypeError(message)
    fields: Any = attrs.fields(row_type)  # type: ignore[arg-type]
    others = tuple(field.name for field in fields if field.init and field.name not in spec.key)
    described = Description(table=spec.name, heading=heading, key=spec.key, columns=others, rows=0, checksum="")
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; {_SCHEMA}")
        connection.execute("ATTACH ? AS unsorted", (str(path.with_suffix(".unsorted")),))
        connection.executescript(
            "PRAGMA unsorted.journal_mode = OFF; PRAGMA unsorted.synchronous = OFF;"
            "CREATE TABLE unsorted.rows (key TEXT NOT NULL, content BLOB NOT NULL); BEGIN"
        )
        connection.executemany("INSERT INTO unsorted.rows VALUES (?, ?)", _encoded(rows, described))
        sorting = _Sorting(described, spec.key if unique is None else unique)
        connection.executemany("INSERT INTO rows VALUES (?, ?)", sorting.grouped(connection))
        if sorting.repeated:
            raise RepeatedRowsError("\n".join(sorting.repeated))
        connection.executemany(
            "INSERT INTO shared VALUES (?, ?)", ((id_, each) for each, id_ in sorting.shared.items())
        )
        connection.execute("INSERT INTO key_filter VALUES (?)", (bytes(_filter_of(connection, spec.key).bitmap),))
        described = attrs.evolve(described, rows=sorting.rows, checksum=sorting.digest.text)
        connection.execute("INSERT INTO description VALUES (?)", (msgspec.json.encode(described).decode(),))
        connection.execute("COMMIT")
    return described


def _encoded(rows: Iterable[Row], described: Description) -> Iterator[tuple[str, bytes]]:
    key_of, cells_of = _getter(described.key), _getter(described.columns)
    separators = len(described.key) - 1
    for row in rows:
        key = SEPARATOR.join(key_of(row))
        if key.count(SEPARATOR) != separators or "\0" in key:
            message = f"a key of the table {described.table} holds a control character: {key_of(row)}"
            raise TableError(message)
        yield key, _encode(cells_of(row))


def _getter(columns: tuple[str, ...]) -> Any:
    """Return what makes a tuple of the columns of a row; `attrgetter` alone does not for fewer than two."""
    if len(columns) > 1:
        return attrgetter(*columns)
    return lambda row: tuple(getattr(row, column) for column in columns)


class _Sorting:
    """Groups the sorted rows by key, counts and sums them up, and notices those that repeat."""

    def __init__(self, described: Description, unique: tuple[str, ...]) -> None:
        if unique and not set(described.key) <= set(unique):
            message = f"what is unique in {described.table} must include its key {described.key}"
            raise TypeError(message)
        self._described = described
        self._unique = [described.columns.index(each) for each in unique if each not in described.key]
        self._checked = bool(unique)
        self.digest = _Digest(described)
        self.shared: dict[bytes, int] = {}
        self.repeated: list[str] = []
        self.rows = 0

    def grouped(self, connection: sqlite3.Connection) -> Iterator[tuple[str, int | bytes]]:
        """Yield each key with its encoded rows, or the number under which these are shared."""
        ordered = connection.execute("SELECT key, content FROM unsorted.rows ORDER BY key, rowid")
        for key, same in groupby(ordered, itemgetter(0)):
            cells = [content for _, content in same]
            self.rows += len(cells)
            if self._checked and len(cells) > 1:
                self._notice(key, cells)
            content = _encode([msgspec.Raw(each) for each in cells])
            self.digest.add(key, content)
            yield key, self._shared(content)

    def _shared(self, content: bytes) -> int | bytes:
        known = self.shared.get(content)
        if known is None:
            if len(self.shared) >= _MOST_SHARED:
                return content
            known = self.shared[content] = len(self.shared)
        return known

    def _notice(self, key: str, rows: list[bytes]) -> None:
        seen = set()
        for cells in map(msgspec.msgpack.decode, rows):
            told_by = tuple(cells[number] for number in self._unique)
            if told_by in seen:
                names = [*self._described.key, *(self._described.columns[number] for number in self._unique)]
                values = zip(names, (*key.split(SEPARATOR), *told_by), strict=True)
                self.repeated.append(f"two rows have {', '.join(f'{name} {value}' for name, value in values)}")
            seen.add(told_by)


class _Digest:
    """The checksum of the rows of an edition."""

    def __init__(self, description: Description) -> None:
        self._sum = hashlib.sha256(_encode((description.key, description.columns)))

    def add(self, key: str, content: bytes) -> None:
        self._sum.update(_encode(key))
        self._sum.update(content)

    @property
    def text(self) -> str:
        return self._sum.hexdigest()[:16]


def _filter_of(connection: sqlite3.Connection, key: tuple[str, ...]) -> KeyFilter:
    """Return the filter of all keys, and of their first columns, by which a row type may look rows up too."""
    (count,) = connection.execute("SELECT count(*) FROM rows").fetchone()
    return KeyFilter.of(_keys_and_beginnings(connection, len(key)), count)


def _keys_and_beginnings(connection: sqlite3.Connection, columns: int) -> Iterator[str]:
    last: tuple[str, ...] = ()
    for (key,) in connection.execute("SELECT key FROM rows ORDER BY key"):
        yield key
        if columns > 1:
            parts = tuple(key.split(SEPARATOR)[:-1])
            if parts != last:
                last = parts
                yield from (SEPARATOR.join(parts[:length]) for length in range(1, len(parts) + 1))
