"""The command line, one module per command, each imported when it is called."""

from __future__ import annotations

import click

from prebill import __version__
from prebill.cli.exits import EPILOG
from prebill.cli.group import LazyGroup
from prebill.packs import Command

__all__ = ["main"]

_COMMANDS = {
    "check": Command(path="prebill.cli.check:check", help="Check claims before they are billed."),
    "explain": Command(path="prebill.cli.explain:explain", help="Say what a rule checks, why, and how to fix it."),
    "rules": Command(path="prebill.cli.rules:rules", help="List the rules."),
    "packs": Command(path="prebill.cli.packs:packs", help="List the installed packs."),
    "schema": Command(path="prebill.cli.schema:schema", help="Describe what the inputs hold, field by field."),
    "convert": Command(path="prebill.cli.convert:convert", help="Turn claims into prebill's own NDJSON."),
    "config": Command(path="prebill.cli.config:config", help="Show and validate the configuration."),
    "ledger": Command(path="prebill.cli.ledger:ledger", help="Look into the ledger of what was billed."),
    "tables": Command(path="prebill.cli.tables:tables", help="Import, list and lock the reference tables."),
    "test": Command(path="prebill.cli.test:test", help="Run the cases of rules and the contract of packs."),
    "new": Command(path="prebill.cli.new:new", help="Start a pack, or a rule in one."),
}


@click.group(
    cls=LazyGroup,
    own=_COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=EPILOG,
)
@click.version_option(__version__, message="%(prog)s %(version)s")
def main() -> None:
    """Find the claims that a payer will deny before they are billed."""
