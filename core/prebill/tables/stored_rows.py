"""The rows of a stored edition, looked up where they lie."""

from __future__ import annotations

import sqlite3
import weakref
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Generic, TypeVar

import attrs
import msgspec

from prebill.errors import TableError
from prebill.lookup import table_spec
from prebill.making import maker
from prebill.tables.edition_file import CONTENT, SEPARATOR, Description, connect, read_description, read_filter
from prebill.tables.key_filter import KeyFilter

Row = TypeVar("Row")
Key = tuple[Any, ...]

_REMEMBERED = 32_768
_AFTER_SEPARATOR = chr(ord(SEPARATOR) + 1)
_LAST = chr(0x10FFFF)
_OF_KEY = f"{CONTENT} WHERE rows.key = ?"
_BETWEEN = f"{CONTENT} WHERE rows.key >= ? AND rows.key < ? ORDER BY rows.key"
_IN_ORDER = f"{CONTENT} ORDER BY rows.key"


def decoded(description: Description, row_type: type[Row], text: str, content: bytes) -> list[Row]:
    """Return the rows of a key; raises `TableError` where they do not fit the row type."""
    columns, key = (*description.key, *description.columns), text.split(SEPARATOR)
    rows = [dict(zip(columns, (*key, *cells), strict=True)) for cells in msgspec.msgpack.decode(content)]
    try:
        return msgspec.convert(rows, list[row_type])  # type: ignore[valid-type]
    except msgspec.ValidationError as error:
        where = f"{description.table} {description.heading.edition}, {' '.join(key)}"
        message = f"{where}: not a row as {row_type.__module__} has it: {error}"
        raise TableError(message) from error


class StoredRows(Mapping[Key, tuple[Row, ...]], Generic[Row]):
    """The rows of a file as those of a row type, whose key is that of the file or its first columns.

    Nothing is opened before the first look-up, and nothing but the place goes to another process. Rows once found
    are remembered, a bounded number of them. Raises `TableError` where the file is not what it was.
    """

    def __init__(self, path: Path, description: Description, row_type: type[Row]) -> None:
        spec = table_spec(row_type)
        if spec is None:
            message = f"{row_type.__qualname__} is not declared with @table"
            raise TypeError(message)
        self._path = path
        self._description = description
        self._row_type = row_type
        self._arity = len(spec.key)
        self._whole = self._arity == len(description.key)
        self._connection: sqlite3.Connection | None = None
        self._filter = KeyFilter()
        self._find = lru_cache(maxsize=_REMEMBERED)(self._found)
        fields: Any = attrs.fields(row_type)  # type: ignore[arg-type]
        names = [field.name for field in fields if field.init]
        self._key_columns = [(place, name) for place, name in enumerate(description.key) if name in names]
        self._others = [name for name in names if name not in description.key]
        self._contents: dict[bytes, list[dict[str, Any]]] = {}
        self._make_row = maker(row_type)

    @property
    def row_count(self) -> int:
        """The number of rows."""
        return self._description.rows

    def get(self, key: Key, default: Any = None) -> Any:
        """Return the rows of a key."""
        try:
            text = SEPARATOR.join(key)
        except TypeError:
            return default
        if len(key) == self._arity and self._filter.may_hold(text):
            return self._find(text) or default
        return default

    def __getitem__(self, key: Key) -> tuple[Row, ...]:
        found: tuple[Row, ...] | None = self.get(key)
        if found is None:
            raise KeyError(key)
        return found

    def __contains__(self, key: object) -> bool:
        return isinstance(key, tuple) and self.get(key) is not None

    def __iter__(self) -> Iterator[Key]:
        last = None
        for (text,) in self._execute("SELECT key FROM rows ORDER BY key"):
            key = tuple(text.split(SEPARATOR)[: self._arity])
            if key != last:
                yield key
            last = key

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __reduce__(self) -> tuple[type[StoredRows[Row]], tuple[Any, ...]]:
        return StoredRows, (self._path, self._description, self._row_type)

    def starting_with(self, prefix: str) -> Iterator[Row]:
        """Yield the rows whose key starts with a prefix, in order."""
        return self._between(prefix, prefix + _LAST)

    def encoded(self) -> Iterator[tuple[Key, bytes]]:
        """Yield every key of the file with its encoded rows, in order: equal ones are equal rows."""
        for text, content in self._execute(_IN_ORDER):
            yield tuple(text.split(SEPARATOR)), content

    def decoded(self, key: Key, content: bytes) -> tuple[Row, ...]:
        """Return encoded rows as rows."""
        return tuple(self._decoded(SEPARATOR.join(key), content))

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the encoded rows."""
        return self._description.columns

    def _found(self, text: str) -> tuple[Row, ...]:
        if not self._whole:
            return tuple(self._between(text + SEPARATOR, text + _AFTER_SEPARATOR))
        try:
            found = (self._connection or self._open()).execute(_OF_KEY, (text,)).fetchone()
        except sqlite3.Error as error:
            raise self._unreadable(error) from error
        return tuple(self._decoded(*found)) if found else ()

    def _between(self, first: str, end: str) -> Iterator[Row]:
        for text, content in self._execute(_BETWEEN, first, end):
            yield from self._decoded(text, content)

    def _decoded(self, text: str, content: bytes) -> list[Row]:
        """Return the rows of a key; many keys have the same content, which is decoded once."""
        known = self._contents.get(content)
        if known is None:
            rows = decoded(self._description, self._row_type, text, content)
            if len(self._contents) < _REMEMBERED:
                self._contents[content] = [{name: getattr(row, name) for name in self._others} for row in rows]
            return rows
        parts = text.split(SEPARATOR)
        key = {name: parts[place] for place, name in self._key_columns}
        return [self._make_row(**key, **cells) for cells in known]

    def _execute(self, statement: str, *values: str) -> Iterator[tuple[Any, ...]]:
        try:
            yield from (self._connection or self._open()).execute(statement, values)
        except sqlite3.Error as error:
            raise self._unreadable(error) from error

    def _unreadable(self, error: sqlite3.Error) -> TableError:
        return TableError(f"{self._path}: the table cannot be read ({error}); import it again")

    def _open(self) -> sqlite3.Connection:
        if read_description(self._path) != self._description:
            message = f"{self._path}: the edition was replaced during the run; start it again"
            raise TableError(message)
        keys = read_filter(self._path)
        connection = connect(self._path)
        weakref.finalize(self, connection.close)
        self._filter, self._connection = keys, connection
        return connection
