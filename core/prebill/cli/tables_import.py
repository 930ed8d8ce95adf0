"""`prebill tables import`: bring an edition of a table into the store."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from prebill.cli.options import Choice, practice_options, store_option
from prebill.cli.progress import Progress

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command("import")
@click.argument("name")
@click.argument(
    "files",
    nargs=-1,
    required=True,
    metavar="FILE...",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@practice_options
@store_option(exists=False)
@click.option("--edition", help="What the edition is called, instead of what the files tell.")
@click.option("--source", help="Where it is from.")
@click.option("--effective-from", type=_DAY, metavar="DATE", help="The first day on which it is in force.")
@click.option("--effective-to", type=_DAY, metavar="DATE", help="The last day.")
@click.option("--complete/--excerpt", default=None, help="Whether a code that is not in it is in no other file either.")
@click.option("--rows", type=click.IntRange(0), metavar="N", help="How many rows there must be.")
@click.option("--replace", is_flag=True, help="Put it in the place of the same edition with other content.")
@click.option("--dry-run", is_flag=True, help="Read and check everything, and store nothing.")
@click.option("-q", "--quiet", is_flag=True, help="No progress on stderr.")
def import_(
    choice: Choice,
    store: Path | None,
    name: str,
    files: tuple[Path, ...],
    edition: str | None,
    source: str | None,
    effective_from: datetime | None,
    effective_to: datetime | None,
    complete: bool | None,
    rows: int | None,
    replace: bool,
    dry_run: bool,
    quiet: bool,
) -> None:
    """Bring an edition of a table into the store, all of it or nothing.

    NAME is what `prebill tables importers` lists, for the files of a publisher as they are, or any table, for a CSV
    file with its columns. A row that does not fit refuses the import.
    """
    from prebill.published import PublishedFile
    from prebill.tables.importing import Order, import_edition

    setup = choice.setup(store)
    if setup.store is None:
        message = "say which --store"
        raise click.UsageError(message)
    stated: dict[str, Any] = {
        "edition": edition,
        "source": source,
        "effective_from": effective_from and effective_from.date(),
        "effective_to": effective_to and effective_to.date(),
        "complete": complete,
    }
    order = Order(
        name=name,
        files=tuple(map(PublishedFile, files)),
        stated={field: value for field, value in stated.items() if value is not None},
        rows=rows,
        replace=replace,
        dry_run=dry_run,
    )
    progress = Progress(quiet=quiet, what="rows")
    try:
        imported = import_edition(setup.store, setup.rules.packs, order, progress)
    finally:
        progress.clear()
    described = imported.description
    heading = described.heading
    window = f"{heading.effective_from or '…'} to {heading.effective_to or '…'}"
    holds = "complete" if heading.complete else "an excerpt"
    click.echo(
        f"{described.table} {heading.edition}: {window}, {holds}, {described.rows:,} rows, "
        f"sha256:{described.checksum}: {imported.outcome.value}"
    )
    if imported.stored and setup.lock is not None and setup.lock.exists():
        click.echo(
            f"prebill: `prebill check` uses it once `prebill tables lock` has written {setup.lock} anew", err=True
        )
