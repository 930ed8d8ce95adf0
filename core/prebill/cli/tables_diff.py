"""`prebill tables diff`: what changed from one edition of a table to another."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import click
import msgspec

from prebill.cli.options import Choice, practice_options, store_option
from prebill.errors import TableError, did_you_mean

if TYPE_CHECKING:
    from prebill.lookup import Edition
    from prebill.tables.difference import Change
    from prebill.tables.inventory import Available


@click.command()
@click.argument("name", metavar="TABLE")
@click.argument("earlier", metavar="EDITION")
@click.argument("later", metavar="EDITION")
@practice_options
@store_option(exists=True)
@click.option("--limit", type=click.IntRange(0), default=20, metavar="N", help="How many changes to list (text).")
@click.option("--format", "format_", type=click.Choice(["text", "json", "csv"]), default="text")
def diff(choice: Choice, store: Path | None, name: str, earlier: str, later: str, limit: int, format_: str) -> None:
    """Show what changed from one edition of a table to another: added, removed and changed rows."""
    from prebill.tables.difference import changes

    available = [each for each in choice.setup(store).available() if each.table == name and each.editions]
    found = changes(_edition(available, name, earlier), _edition(available, name, later))
    if format_ == "csv":
        _print_csv(found)
    elif format_ == "json":
        content = msgspec.json.encode([attrs.asdict(each) for each in found])
        click.echo(msgspec.json.format(content, indent=2))
    else:
        _print_text(found, limit)


def _edition(available: Sequence[Available], name: str, wanted: str) -> Edition[Any]:
    for each in available:
        if each.name == wanted:
            return next(iter(each.editions.values()))
    message = (
        f"there is no edition {wanted!r} of the table {name}.{did_you_mean(wanted, (each.name for each in available))}"
    )
    raise TableError(message)


def _print_text(found: Iterable[Change], limit: int) -> None:
    counts: Counter[str] = Counter()
    listed: list[Change] = []
    for each in found:
        counts[each.kind] += 1
        if len(listed) < limit:
            listed.append(each)
    for each in listed:
        click.echo(f"{each.kind:8} {' '.join(each.key)}: {_said(each)}")
    left = counts.total() - len(listed)
    if left and listed:
        click.echo(f"… and {left:,} more; --format csv lists all")
    click.echo(f"{counts['added']:,} added, {counts['removed']:,} removed, {counts['changed']:,} changed")


def _said(change: Change) -> str:
    before, after = change.before or {}, change.after or {}
    if change.kind != "changed":
        return ", ".join(f"{name} {value}" for name, value in (before or after).items() if value is not None)
    return ", ".join(
        f"{name} {before.get(name)} → {after.get(name)}"
        for name in {**before, **after}
        if before.get(name) != after.get(name)
    )


def _print_csv(found: Iterable[Change]) -> None:
    """Print a line for each row that came or went; a changed row has two."""
    columns: list[str] = []
    for kind, cells in _rows(found):
        if not columns:
            columns = [*cells]
            click.echo(_csv(["change", *columns]), nl=False)
        click.echo(_csv([kind, *(cells.get(name) for name in columns)]), nl=False)


def _rows(found: Iterable[Change]) -> Iterator[tuple[str, Any]]:
    for each in found:
        changed = each.kind == "changed"
        if each.before is not None:
            yield "before" if changed else "removed", each.before
        if each.after is not None:
            yield "after" if changed else "added", each.after


def _csv(cells: Sequence[Any]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue()
