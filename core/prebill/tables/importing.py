"""Brings an edition from published files into a store: all of it, or nothing."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import Any

import attrs

from prebill.errors import TableError, did_you_mean
from prebill.packs import InstalledPack
from prebill.published import Heading, Importer, PublishedFile, Rejected
from prebill.tables.csv_importer import csv_importer
from prebill.tables.edition_file import Description, RepeatedRowsError, contents, write_edition
from prebill.tables.inventory import row_types_of
from prebill.tables.store import SUFFIX, StoredEdition, TableStore
from prebill.tables.stored_rows import decoded

Progress = Callable[[int], None]

_LISTED = 20
_MOST_SEEN = 65_536


class Outcome(Enum):
    """What became of an import."""

    ADDED = "imported"
    REPLACED = "replaced"
    UNCHANGED = "unchanged, it was imported before"
    TRIED = "can be imported"


@attrs.frozen
class Imported:
    """An edition as it was read, and what became of it."""

    description: Description
    outcome: Outcome

    @property
    def stored(self) -> bool:
        """Tell whether the store holds anything new."""
        return self.outcome in {Outcome.ADDED, Outcome.REPLACED}


@attrs.frozen(kw_only=True)
class Order:
    """What to import, and how. `stated` are the fields of the heading that replace what the files tell."""

    name: str
    files: tuple[PublishedFile, ...]
    stated: Mapping[str, Any] = attrs.field(factory=dict)
    rows: int | None = None
    replace: bool = False
    dry_run: bool = False


def importers_of(packs: Iterable[InstalledPack]) -> dict[str, tuple[Importer[Any], ...]]:
    """Return what the packs can read, by name; two packs may read a file each in its own way."""
    found: dict[str, tuple[Importer[Any], ...]] = {}
    for installed in packs:
        if installed.pack is not None:
            for name, importer in installed.pack.load_importers().items():
                found[name] = (*found.get(name, ()), importer)
    return dict(sorted(found.items()))


def import_edition(
    store: TableStore, packs: Sequence[InstalledPack], order: Order, progress: Progress | None = None
) -> Imported:
    """Read files and add the edition that they make up to a store, which a failure leaves as it was.

    Raises `TableError` for files that are something else, any row that does not fit, rows that repeat, another
    number of rows than ordered, and an edition that is stored with other content unless it is to be replaced.
    """
    importer = find_importer(order, packs)
    heading = _heading(importer, order)
    with _place(store, dry_run=order.dry_run) as path:
        description = _written(path, importer, heading, order, progress)
        others = [each for each in row_types_of(packs)[description.table] if each is not importer.row_type]
        _check_row_types(StoredEdition(path, description), others)
        return Imported(description, _taken_in(store, path, description, order))


def find_importer(order: Order, packs: Sequence[InstalledPack]) -> Importer[Any]:
    """Return the importer that a name stands for and that recognises the files.

    A name is that of an importer, or of a table, whose rows are then in prebill's own CSV format. Raises
    `TableError` for an unknown name, and for a file that is something else, saying what it looks like.
    """
    importers, row_types = importers_of(packs), row_types_of(packs)
    candidates = [*importers.get(order.name, ())]
    if order.name in row_types:
        candidates.append(csv_importer(row_types[order.name], order.stated))
    if not candidates:
        known = {*importers, *row_types}
        message = f"there is nothing to import as {order.name!r}.{did_you_mean(order.name, known)}"
        raise TableError(f"{message} `prebill tables importers` lists what there is.")
    for candidate in candidates:
        if all(candidate.recognises(file) for file in order.files):
            return candidate
    wrong = next(file for file in order.files if not candidates[0].recognises(file))
    like = [name for name, each in importers.items() if any(importer.recognises(wrong) for importer in each)]
    hint = f"it looks like {' or '.join(like)}" if like else _first_fault(candidates[0], wrong)
    message = f"{wrong.name}: not a file of {order.name}; {hint}"
    raise TableError(message)


def _first_fault(importer: Importer[Any], file: PublishedFile) -> str:
    """Say why a file is not what it should be: what an importer stumbles over that reads it nevertheless."""
    told = "it is nothing that an installed pack knows"
    try:
        first = next(importer.rows((file,)), None)
    except TableError as error:
        return f"{told}: {str(error).removeprefix(f'{file.name}: ')}"
    return f"{told}: line {first.line}: {first.reason}" if isinstance(first, Rejected) else told


def _heading(importer: Importer[Any], order: Order) -> Heading:
    """Return the heading; where all of it is stated, the files need not tell it."""
    try:
        return attrs.evolve(importer.heading(order.files), **order.stated)
    except TableError:
        if {"edition", "source", "complete"} <= {*order.stated}:
            return Heading(**order.stated)
        raise


@contextmanager
def _place(store: TableStore, *, dry_run: bool) -> Iterator[Path]:
    if not dry_run:
        with store.building() as path:
            yield path
        return
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder, f"edition{SUFFIX}")


def _written(
    path: Path, importer: Importer[Any], heading: Heading, order: Order, progress: Progress | None
) -> Description:
    rejected: list[Rejected] = []
    rows = _accepted(importer.rows(order.files), rejected, progress)
    try:
        description = write_edition(path, importer.row_type, heading, rows, importer.unique)
    except RepeatedRowsError as error:
        if not rejected:
            raise TableError(_refusal(str(error).splitlines())) from error
    if rejected:
        raise TableError(_refusal(rejected))
    if order.rows is not None and description.rows != order.rows:
        message = f"{order.name}: {description.rows:,} rows instead of {order.rows:,}; nothing was imported"
        raise TableError(message)
    return description


def _accepted(rows: Iterable[Any | Rejected], rejected: list[Rejected], progress: Progress | None) -> Iterator[Any]:
    for number, row in enumerate(rows):
        if isinstance(row, Rejected):
            rejected.append(row)
        else:
            yield row
        if progress is not None and number % 10_000 == 0:
            progress(number)


def _refusal(reasons: Sequence[Rejected | str]) -> str:
    shown = [*map(str, reasons[:_LISTED])]
    more = [f"… and {len(reasons) - _LISTED:,} more"] if len(reasons) > _LISTED else []
    count = "one row does" if len(reasons) == 1 else f"{len(reasons):,} rows do"
    return "\n".join([*shown, *more, f"{count} not fit; nothing was imported"])


def _check_row_types(built: StoredEdition, row_types: Iterable[type]) -> None:
    """See that every row type of the table can have the rows, so that no rule stumbles over them later."""
    for row_type in row_types:
        built.of(row_type)
        seen: set[bytes] = set()
        for key, content in contents(built.path):
            if content not in seen:
                decoded(built.description, row_type, key, content)
                if len(seen) < _MOST_SEEN:
                    seen.add(content)


def _taken_in(store: TableStore, path: Path, description: Description, order: Order) -> Outcome:
    try:
        known = store.find(description.table, description.heading.edition)
    except TableError:
        # It was refused with the advice to import it again.
        return _stored(store, path, description, order, Outcome.REPLACED)
    if known is not None:
        if _without_source(known.description) == _without_source(description):
            return Outcome.UNCHANGED
        if not order.replace:
            message = (
                f"the edition {known.name} of the table {description.table} is stored with other content: "
                f"{known.description.rows:,} rows, sha256:{known.description.checksum}, and now {description.rows:,} "
                f"rows, sha256:{description.checksum}; --replace puts this one in its place"
            )
            raise TableError(message)
    return _stored(store, path, description, order, Outcome.ADDED if known is None else Outcome.REPLACED)


def _stored(store: TableStore, path: Path, description: Description, order: Order, outcome: Outcome) -> Outcome:
    if order.dry_run:
        return Outcome.TRIED
    store.add(path, description)
    return outcome


def _without_source(description: Description) -> Description:
    """A file may have been given another name since."""
    return attrs.evolve(description, heading=attrs.evolve(description.heading, source=""))
