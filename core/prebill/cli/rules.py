"""`prebill rules`: the rules of the installed packs."""

from __future__ import annotations

from typing import Any

import click
import msgspec

from prebill.cli.options import Choice, choice_options
from prebill.cli.output import width
from prebill.cli.table import table
from prebill.findings import Owner, Severity
from prebill.rules import Rule


@click.command()
@choice_options
@click.option("--severity", type=click.Choice(list(map(str, Severity))), help="Only rules of this severity.")
@click.option("--owner", type=click.Choice(list(map(str, Owner))), help="Only rules of this owner.")
@click.option("--all", "every", is_flag=True, help="Also rules that do not run: ignored ones and previews.")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text")
def rules(choice: Choice, severity: str | None, owner: str | None, every: bool, format_: str) -> None:
    """List the rules that run."""
    checker = choice.checker()
    running = {rule.code for rule in checker.rules}
    shown = [
        _row(rule, checker.rule_set.pack_of(rule.code), runs=rule.code in running)
        for rule in checker.rule_set.by_code.values()
        if (every or rule.code in running)
        and severity in (None, str(rule.severity))
        and owner in (None, str(rule.owner))
    ]
    if format_ == "json":
        click.echo(msgspec.json.format(msgspec.json.encode(shown), indent=2))
        return
    columns = ("code", "severity", "owner", "pack", "name", "summary")
    for line in table([_text(row) for row in shown], columns, width()):
        click.echo(line)


def _row(rule: Rule, pack: str, *, runs: bool) -> dict[str, Any]:
    return {
        "code": rule.code,
        "name": rule.name,
        "severity": rule.severity,
        "owner": rule.owner,
        "scope": rule.scope,
        "pack": pack,
        "runs": runs,
        "preview": rule.preview,
        "prevents": rule.prevents,
        "summary": rule.summary,
    }


def _text(row: dict[str, Any]) -> dict[str, str]:
    off = "" if row["runs"] else " (preview)" if row["preview"] else " (off)"
    return {**row, "owner": row["owner"].replace("_", " "), "code": row["code"] + off}
