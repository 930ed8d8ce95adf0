"""`prebill ledger`: what was billed before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import msgspec

from prebill.cli.options import Choice, choice_options
from prebill.errors import LedgerError
from prebill.findings import Finding
from prebill.ledger import Ledger, open_ledger
from prebill.reporters.accounting import count

_SQLITE = "sqlite:///"


@click.group()
def ledger() -> None:
    """Look into the ledger of what was billed.

    The ledger is a database URL or an SQLite file; without one, that of the configuration.
    """


@ledger.command()
@click.argument("url", required=False)
@choice_options
def init(url: str | None, choice: Choice) -> None:
    """Create a ledger, or bring an older one to this version."""
    place = _place(url, choice)
    open_ledger(place).close()
    click.echo("the ledger is ready")


@ledger.command()
@click.argument("url", required=False)
@choice_options
def status(url: str | None, choice: Choice) -> None:
    """Count what the ledger holds."""
    with _existing(_place(url, choice)) as opened:
        live = gone = 0
        for claim in opened.claims():
            live, gone = (live + 1, gone) if claim.live else (live, gone + 1)
        findings = sum(1 for _ in opened.findings())
        click.echo(f"{count(live, 'claim')} in force, {gone:,} voided or replaced")
        click.echo(f"{count(findings, 'finding')} in force")
        for family in sorted(opened.families()):
            click.echo(f"indexed by {family.replace('+', ', ')}")


@ledger.command()
@click.argument("url", required=False)
@choice_options
@click.option("--format", "format_", type=click.Choice(["text", "jsonl"]), default="text")
def findings(url: str | None, choice: Choice, format_: str) -> None:
    """List the findings in force."""
    from prebill.reporters.records import encode, finding_record

    with _existing(_place(url, choice)) as opened:
        for each in opened.findings():
            finding = msgspec.msgpack.decode(each.content, type=Finding)
            click.echo(encode(finding_record(finding)) if format_ == "jsonl" else _text(finding))


def _text(finding: Finding) -> str:
    return f"claim {finding.claim_id}: {finding.severity} {finding.rule} {finding.message}"


def _place(url: str | None, choice: Choice) -> str:
    place = url or choice.checker().policy.ledger
    if place is None:
        message = "name a ledger, or set `ledger` in prebill.toml"
        raise click.UsageError(message)
    return place


@contextmanager
def _existing(place: str) -> Iterator[Ledger]:
    """Open a ledger without creating one."""
    file = place.removeprefix(_SQLITE)
    if "://" not in file and not Path(file).exists():
        message = f"there is no ledger at {file}; `prebill ledger init` makes one"
        raise LedgerError(message)
    opened = open_ledger(place)
    try:
        yield opened
    finally:
        opened.close()
