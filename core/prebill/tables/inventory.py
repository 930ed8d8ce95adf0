"""The editions that a run has at hand, wherever they come from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import attrs

from prebill.errors import TableError, did_you_mean
from prebill.lookup import Edition, OrderedRows
from prebill.packs import InstalledPack
from prebill.tables.csv_edition import read_edition, shipped_edition
from prebill.tables.store import StoredEdition, TableStore

RowTypes = Mapping[str, tuple[type, ...]]


@attrs.frozen(kw_only=True)
class Available:
    """An edition at hand: of the store, of a file that the configuration names, or shipped with a pack.

    `origin` is `store`, `file` or `pack NAME`, and `place` what tells it from others of its kind. `editions` has
    the edition once for each row type of its table in the packs in use.
    """

    table: str
    name: str
    complete: bool
    effective_from: date | None
    effective_to: date | None
    checksum: str
    origin: str
    place: str
    editions: Mapping[type, Edition[Any]] = attrs.field(repr=False)
    count_rows: Callable[[], int] = attrs.field(repr=False)


def row_types_of(packs: Iterable[InstalledPack]) -> RowTypes:
    """Return the row types of packs by the name of their table, the one with the most columns first."""
    found: dict[str, list[type]] = {}
    for installed in packs:
        if installed.pack is not None:
            for name, row_type in installed.pack.load_tables().items():
                found.setdefault(name, []).append(row_type)
    return {name: tuple(sorted(types, key=_columns, reverse=True)) for name, types in found.items()}


def known_table(name: str, row_types: RowTypes) -> tuple[type, ...]:
    """Return the row types of a table; raises `TableError` where no pack has it."""
    if name not in row_types:
        message = f"no installed pack has a table {name!r}.{did_you_mean(name, row_types)}"
        raise TableError(message)
    return row_types[name]


def editions_of_files(files: Mapping[str, tuple[str, ...]], row_types: RowTypes) -> Iterator[Available]:
    """Yield the editions in CSV files; raises `TableError` for a file that does not fit or an unknown table."""
    for table, paths in files.items():
        types = known_table(table, row_types)
        for path in paths:
            editions: dict[type, Edition[Any]] = {row_type: read_edition(row_type, Path(path)) for row_type in types}
            yield _available(table, "file", path, editions)


def editions_of_store(store: TableStore, row_types: RowTypes) -> Iterator[Available]:
    """Yield the editions in a store, those of tables that the packs do not have among them."""
    for stored in store.editions():
        description = stored.description
        yield Available(
            table=description.table,
            name=stored.name,
            complete=description.heading.complete,
            effective_from=description.heading.effective_from,
            effective_to=description.heading.effective_to,
            checksum=description.checksum,
            origin="store",
            place=str(stored.path),
            editions={row_type: stored.of(row_type) for row_type in row_types.get(description.table, ())},
            count_rows=partial(_stored_rows, stored),
        )


def editions_of_packs(packs: Iterable[InstalledPack]) -> Iterator[Available]:
    """Yield the editions that ship with packs."""
    for installed in packs:
        if installed.pack is not None:
            for table, row_type in installed.pack.load_tables().items():
                edition: Edition[Any] | None = shipped_edition(row_type)
                if edition is not None:
                    yield _available(table, f"pack {installed.name}", installed.name, {row_type: edition})


def row_count(edition: Edition[Any]) -> int:
    """Return the number of rows."""
    rows = edition.rows
    return rows.row_count if isinstance(rows, OrderedRows) else sum(map(len, rows.values()))


def _available(table: str, origin: str, place: str, editions: Mapping[type, Edition[Any]]) -> Available:
    first = next(iter(editions.values()))
    return Available(
        table=table,
        name=first.name,
        complete=first.complete,
        effective_from=first.effective_from,
        effective_to=first.effective_to,
        checksum=first.checksum,
        origin=origin,
        place=place,
        editions=editions,
        count_rows=partial(row_count, first),
    )


def _stored_rows(stored: StoredEdition) -> int:
    return stored.description.rows


def _columns(row_type: type) -> int:
    return len(attrs.fields(row_type))
