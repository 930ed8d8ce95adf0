"""A folder of stored editions, one file each."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

import attrs

from prebill.errors import TableError
from prebill.lookup import Edition, table_spec
from prebill.tables.edition_file import Description, read_description
from prebill.tables.stored_rows import StoredRows

Row = TypeVar("Row")

PLACE = Path(".prebill", "tables")
SUFFIX = ".sqlite"
_UNFINISHED = ".importing-"


@attrs.frozen
class StoredEdition:
    """An edition in a store: its file, and what that says of it."""

    path: Path
    description: Description

    @property
    def name(self) -> str:
        """The name of the edition."""
        return self.description.heading.edition

    def of(self, row_type: type[Row]) -> Edition[Row]:
        """Return the edition with rows of a row type of its table, which may have fewer columns than the file.

        Raises `TableError` where the file lacks a column that the row type cannot do without.
        """
        self._check(row_type)
        heading = self.description.heading
        return Edition(
            name=heading.edition,
            source=heading.source,
            complete=heading.complete,
            checksum=self.description.checksum,
            rows=StoredRows(self.path, self.description, row_type),
            effective_from=heading.effective_from,
            effective_to=heading.effective_to,
            verified=heading.verified,
            carried_forward=heading.carried_forward,
        )

    def _check(self, row_type: type[Any]) -> None:
        spec = table_spec(row_type)
        if spec is None:
            message = f"{row_type.__qualname__} is not declared with @table"
            raise TypeError(message)
        key, columns = self.description.key, {*self.description.key, *self.description.columns}
        where = f"{self.path}: the edition {self.name} of the table {spec.name}"
        needed = [field.name for field in attrs.fields(row_type) if field.init and field.default is attrs.NOTHING]
        absent = [name for name in (*spec.key, *needed) if name not in columns]
        if absent:
            message = f"{where} has no {absent[0]}, which {row_type.__module__} needs; import it again"
            raise TableError(message)
        if spec.key != key[: len(spec.key)]:
            message = f"{where} is kept by {', '.join(key)}; {row_type.__module__} looks it up by {', '.join(spec.key)}"
            raise TableError(message)


@attrs.frozen
class TableStore:
    """A folder with a folder for each table and in it a file for each edition; it need not exist yet."""

    folder: Path

    def editions(self) -> tuple[StoredEdition, ...]:
        """Return what is stored, by table, first day and name; raises `TableError` for a file that is no edition."""
        return tuple(sorted((StoredEdition(path, read_description(path)) for path in self.files()), key=_order))

    def files(self) -> tuple[Path, ...]:
        """Return the files of the editions."""
        found = self.folder.glob(f"*/*{SUFFIX}")
        return tuple(sorted(path for path in found if not path.parent.name.startswith(_UNFINISHED)))

    def find(self, table: str, edition: str) -> StoredEdition | None:
        """Return an edition of a table, or None."""
        path = self.path_of(table, edition)
        return StoredEdition(path, read_description(path)) if path.exists() else None

    def path_of(self, table: str, edition: str) -> Path:
        """Return where an edition is kept, or would be."""
        return self.folder / quote(table, safe=" ") / f"{quote(edition, safe=' ')}{SUFFIX}"

    @contextmanager
    def building(self) -> Iterator[Path]:
        """Return the place for a file in the making; whatever is left there in the end is removed."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=_UNFINISHED, dir=self.folder) as folder:
            yield Path(folder, f"edition{SUFFIX}")

    def unfinished(self) -> tuple[Path, ...]:
        """Return what imports that were killed have left behind."""
        return tuple(sorted(self.folder.glob(f"{_UNFINISHED}*")))

    def add(self, built: Path, description: Description) -> StoredEdition:
        """Take a finished file in at one stroke, in place of the same edition if there is one."""
        path = self.path_of(description.table, description.heading.edition)
        path.parent.mkdir(exist_ok=True)
        with built.open("rb") as file:
            os.fsync(file.fileno())
        built.replace(path)
        return StoredEdition(path, description)

    def remove(self, table: str, edition: str) -> None:
        """Remove an edition; raises `TableError` where it is not stored."""
        path = self.path_of(table, edition)
        if not path.exists():
            message = f"the store {self.folder} has no edition {edition!r} of the table {table!r}"
            raise TableError(message)
        path.unlink()


def _order(stored: StoredEdition) -> tuple[str, str, str]:
    heading = stored.description.heading
    return stored.description.table, str(heading.effective_from or ""), heading.edition
