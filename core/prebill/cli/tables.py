"""`prebill tables`: the reference tables that rules look things up in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import click
import msgspec

from prebill.cli.options import Choice, practice_options, store_option
from prebill.cli.output import width
from prebill.cli.table import table
from prebill.cli.tables_diff import diff
from prebill.cli.tables_import import import_
from prebill.errors import TableError
from prebill.lookup import table_spec
from prebill.reporters.accounting import count

if TYPE_CHECKING:
    from prebill.api import Setup
    from prebill.lookup import Table
    from prebill.tables.inventory import Available
    from prebill.tables.store import TableStore

Function = Callable[..., Any]
_FORMAT = click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text")


@click.group()
def tables() -> None:
    """Import, list and lock the reference tables.

    An edition of a table is imported from the files of its publisher, and kept beside the other editions: rules use
    the one in force on the date of service.
    """


tables.add_command(import_)
tables.add_command(diff)


@tables.command()
@practice_options
@_FORMAT
def importers(choice: Choice, format_: str) -> None:
    """List what can be imported, and where it is published."""
    from prebill.tables.csv_importer import PUBLISHER
    from prebill.tables.importing import importers_of
    from prebill.tables.inventory import row_types_of

    packs = choice.setup().rules.packs
    published = [
        {"name": name, "published": importer.publisher}
        for name, each in importers_of(packs).items()
        for importer in each
    ]
    own = sorted(row_types_of(packs))
    if format_ == "json":
        _print_json([*published, *({"name": name, "published": PUBLISHER} for name in own)])
        return
    formatter = click.HelpFormatter(width=width())
    with formatter.section("Published files"):
        formatter.write_dl([(each["name"], each["published"]) for each in published])
    with formatter.section(f"Any table, from {PUBLISHER}"):
        formatter.write_text(", ".join(own))
    click.echo(formatter.getvalue(), nl=False)


@tables.command()
@click.argument("name", metavar="TABLE")
@practice_options
def columns(choice: Choice, name: str) -> None:
    """Print the columns of a table, as the header of a CSV file to import."""
    from prebill.tables.inventory import known_table, row_types_of

    row_type: Any = known_table(name, row_types_of(choice.setup().rules.packs))[0]
    click.echo(",".join(field.name for field in attrs.fields(row_type)))


@tables.command("list")
@practice_options
@store_option(exists=True)
@_FORMAT
def list_(choice: Choice, store: Path | None, format_: str) -> None:
    """List every edition at hand: imported, named in the configuration, or shipped with a pack."""
    rows = [_facts(each) for each in _in_order(choice.setup(store).available())]
    if format_ == "json":
        _print_json(rows)
        return
    columns = ("table", "from", "to", "holds", "rows", "origin", "edition")
    for line in table([_words(row) for row in rows], columns, width()):
        click.echo(line)


@tables.command()
@click.argument("name", metavar="TABLE")
@click.argument("key", nargs=-1)
@practice_options
@store_option(exists=True)
@click.option("--find", metavar="TEXT", help="Show the rows that hold this text in any column, instead of a key's.")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="The day; by default the current date.")
@_FORMAT
def show(
    choice: Choice,
    store: Path | None,
    name: str,
    key: tuple[str, ...],
    find: str | None,
    on: datetime | None,
    format_: str,
) -> None:
    """Show the edition of a table in force on a day, and what it says of a key."""
    from prebill.lookup import NotKnown
    from prebill.tables.difference import cells_of
    from prebill.tables.inventory import known_table, row_types_of

    if key and find:
        message = "give a key, or what to --find"
        raise click.UsageError(message)

    setup = choice.setup(store)
    row_type = known_table(name, row_types_of(setup.rules.packs))[0]
    spec = table_spec(row_type)
    if spec is None:
        raise AssertionError(name)
    if key and len(key) != len(spec.key):
        message = f"the key of {name} is {' '.join(spec.key)}"
        raise click.UsageError(message)
    try:
        found = setup.tables().find(row_type).on(on.date() if on else date.today())  # noqa: DTZ011 - as a person says it
        rows = found.all(*key) if key else tuple(_holding(find, found)) if find else ()
    except NotKnown as missing:
        raise TableError(str(missing)) from missing
    edition = found.edition
    if format_ == "json":
        _print_json({"edition": edition.name, "source": edition.source, "complete": edition.complete, "rows": rows})
        return
    facts = [
        f"{edition.effective_from or '…'} to {edition.effective_to or '…'}",
        "complete" if edition.complete else "an excerpt",
        *(["not confirmed for the day"] if found.tentative else []),
    ]
    click.echo(f"{name} {edition.name}, {', '.join(facts)}: {edition.source}")
    for row in rows:
        click.echo("  ".join(f"{name} {value}" for name, value in cells_of(row).items() if value is not None))
    if (key or find) and not rows:
        click.echo(f"{' '.join(key) or find} has no row")


@tables.command()
@practice_options
@store_option(exists=True)
def verify(choice: Choice, store: Path | None) -> None:
    """Compare what is stored with what was imported, and with the lock."""
    from prebill.tables.edition_file import verify as fault_of

    setup = choice.setup(store)
    kept = _store(setup)
    faults = [fault for path in kept.files() if (fault := fault_of(path)) is not None]
    faults += [f"{path}: left by an import that was stopped; remove it" for path in kept.unfinished()]
    if faults:
        raise TableError("\n".join(faults))
    setup.tables()
    locked = setup.lock is not None and setup.lock.exists()
    click.echo(f"{count(len(kept.files()), 'edition')} as imported{', all as locked' if locked else ''}")


@tables.command()
@practice_options
@store_option(exists=True)
def lock(choice: Choice, store: Path | None) -> None:
    """Write down the editions at hand, so that `prebill check` uses exactly these."""
    from prebill.tables.lock import write_lock

    setup = choice.setup(store)
    if setup.lock is None:
        message = "a lock stands beside a configuration; do without --isolated"
        raise click.UsageError(message)
    locked = write_lock(setup.lock, setup.available())
    click.echo(f"{setup.lock}: {count(len(locked), 'edition')} locked")


@tables.command()
@click.argument("name", metavar="TABLE")
@click.argument("edition")
@practice_options
@store_option(exists=True)
def remove(choice: Choice, store: Path | None, name: str, edition: str) -> None:
    """Remove an edition from the store."""
    _store(choice.setup(store)).remove(name, edition)
    click.echo(f"{name} {edition} removed")


def _store(setup: Setup) -> TableStore:
    if setup.store is None:
        message = "say which --store"
        raise click.UsageError(message)
    return setup.store


def _holding(text: str, found: Table[Any]) -> Iterator[Any]:
    from prebill.tables.difference import cells_of

    wanted = text.casefold()
    for key in found.edition.rows:
        for row in found.find(*key) or ():
            if any(wanted in str(value).casefold() for value in cells_of(row).values()):
                yield row


def _in_order(available: Iterable[Available]) -> list[Available]:
    return sorted(available, key=lambda each: (each.table, str(each.effective_from or ""), each.name, each.origin))


def _facts(available: Available) -> dict[str, Any]:
    return {
        "table": available.table,
        "edition": available.name,
        "from": available.effective_from,
        "to": available.effective_to,
        "complete": available.complete,
        "rows": available.count_rows(),
        "checksum": available.checksum,
        "origin": available.origin,
        "place": available.place,
    }


def _words(facts: dict[str, Any]) -> dict[str, object]:
    return {
        **facts,
        "from": facts["from"] or "",
        "to": facts["to"] or "",
        "holds": "all" if facts["complete"] else "excerpt",
        "rows": f"{facts['rows']:,}",
        "origin": f"file {facts['place']}" if facts["origin"] == "file" else facts["origin"],
    }


def _print_json(content: Any) -> None:
    click.echo(msgspec.json.format(msgspec.json.encode(content), indent=2))
