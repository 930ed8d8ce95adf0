"""The set of tables that a run looks things up in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import attrs

from prebill.errors import TableError, did_you_mean
from prebill.lookup import Edition, Table, table_spec
from prebill.packs import InstalledPack
from prebill.tables.csv_edition import read_edition, shipped_edition


@attrs.frozen
class TableSet:
    """Editions by table name, beside those that ship with the packs.

    Loaded editions stand beside the shipped excerpt; `Table.on` prefers a complete one.
    """

    loaded: Mapping[str, tuple[Edition[Any], ...]] = attrs.field(factory=dict)

    @classmethod
    def load(cls, packs: Iterable[InstalledPack], files: Mapping[str, tuple[str, ...]]) -> TableSet:
        """Read the editions that a configuration names, for the tables of the packs in use.

        Raises `TableError` for a table that no pack declares, or a file that does not fit.
        """
        types = {
            name: row_type
            for installed in packs
            if installed.pack is not None
            for name, row_type in installed.pack.load_tables().items()
        }
        for name in files:
            if name not in types:
                message = f"no installed pack has a table {name!r}.{did_you_mean(name, types)}"
                raise TableError(message)
        return cls(
            {name: tuple(read_edition(types[name], Path(path)) for path in paths) for name, paths in files.items()}
        )

    def find(self, row_type: type[Any]) -> Table[Any]:
        """Return the table of a row type with every edition known; it has none when nothing is loaded."""
        spec = table_spec(row_type)
        if spec is None:
            message = f"{row_type.__qualname__} is not declared with @table"
            raise TypeError(message)
        shipped: Edition[Any] | None = shipped_edition(row_type)  # type: ignore[arg-type]
        editions = (*self.loaded.get(spec.name, ()), *((shipped,) if shipped else ()))
        return Table(spec.name, editions, _has_dates(row_type))


def _has_dates(row_type: type[Any]) -> bool:
    return {"effective_from", "effective_to"} <= {field.name for field in attrs.fields(row_type)}
