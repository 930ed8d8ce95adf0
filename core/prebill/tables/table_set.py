"""The set of tables that a run looks things up in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import attrs

from prebill.lookup import Edition, Table, table_spec
from prebill.packs import InstalledPack
from prebill.tables.csv_edition import shipped_edition
from prebill.tables.inventory import editions_of_files, editions_of_packs, editions_of_store, row_types_of
from prebill.tables.lock import only_locked
from prebill.tables.store import TableStore


@attrs.frozen
class TableSet:
    """Editions by row type, or by the name of a table for each of its row types, beside those that packs ship.

    Loaded editions stand beside the shipped excerpt; `Table.on` prefers a complete one. A row type finds the
    excerpt of its own pack alone, so that findings do not depend on which other packs are installed.
    """

    loaded: Mapping[str | type, tuple[Edition[Any], ...]] = attrs.field(factory=dict)

    @classmethod
    def load(
        cls,
        packs: Iterable[InstalledPack],
        files: Mapping[str, tuple[str, ...]],
        store: TableStore | None = None,
        lock: Path | None = None,
    ) -> TableSet:
        """Find the editions of files and a store for the tables of the packs in use.

        Raises `TableError` for a table that no pack declares, or a file that does not fit; `ConfigError` where the
        editions are not those of the lock.
        """
        packs = tuple(packs)
        row_types = row_types_of(packs)
        available = [*editions_of_files(files, row_types), *(editions_of_store(store, row_types) if store else ())]
        if lock is not None:
            available = [*only_locked([*available, *editions_of_packs(packs)], lock, tables=row_types, packs=packs)]
        loaded: dict[str | type, tuple[Edition[Any], ...]] = {}
        for each in available:
            if not each.origin.startswith("pack "):
                for row_type, edition in each.editions.items():
                    loaded[row_type] = (*loaded.get(row_type, ()), edition)
        return cls(loaded)

    def find(self, row_type: type[Any]) -> Table[Any]:
        """Return the table of a row type with every edition known; it has none when nothing is loaded."""
        spec = table_spec(row_type)
        if spec is None:
            message = f"{row_type.__qualname__} is not declared with @table"
            raise TypeError(message)
        shipped: Edition[Any] | None = shipped_edition(row_type)  # type: ignore[arg-type]
        loaded = (*self.loaded.get(row_type, ()), *self.loaded.get(spec.name, ()))
        return Table(spec.name, (*loaded, *((shipped,) if shipped else ())), _has_dates(row_type))


def _has_dates(row_type: type[Any]) -> bool:
    return {"effective_from", "effective_to"} <= {field.name for field in attrs.fields(row_type)}
