"""`prebill packs`: the installed packs."""

from __future__ import annotations

import click
import msgspec

from prebill.cli.output import width
from prebill.cli.table import table
from prebill.packs import find_packs


@click.command()
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text")
def packs(format_: str) -> None:
    """List the installed packs, with what kept any of them from loading."""
    found = [
        {
            "name": pack.name,
            "distribution": pack.distribution,
            "version": pack.version,
            "rules": len(pack.rules),
            "failure": pack.failure,
        }
        for pack in find_packs()
    ]
    if format_ == "json":
        click.echo(msgspec.json.format(msgspec.json.encode(found), indent=2))
        return
    rows = [{**row, "failure": row["failure"] or ""} for row in found]
    failed = any(row["failure"] for row in rows)
    columns = ("name", "distribution", "version", "rules", *(["failure"] if failed else []))
    for line in table(rows, columns, width()):
        click.echo(line)
