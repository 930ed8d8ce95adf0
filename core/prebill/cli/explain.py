"""`prebill explain`: what a rule checks, why, and how to fix what it finds."""

from __future__ import annotations

import click
import msgspec

from prebill.cli.complete import complete_rule
from prebill.cli.describe import describe
from prebill.cli.options import Choice, choice_options
from prebill.cli.output import width
from prebill.cli.rule_text import as_markdown, as_text


@click.command()
@click.argument("codes", nargs=-1, required=True, metavar="RULE…", shell_complete=complete_rule)
@click.option("--format", "format_", type=click.Choice(["text", "json", "markdown"]), default="text")
@choice_options
def explain(codes: tuple[str, ...], format_: str, choice: Choice) -> None:
    """Say what a rule checks, why a payer denies it, how to fix it, and how it is set.

    RULE is a code, a family such as ANE, or the name of a rule or pack.
    """
    checker = choice.checker()
    rules = checker.rule_set.select(codes)
    described = [describe(rule, checker.rule_set, checker.policy) for rule in rules]
    if format_ == "json":
        click.echo(msgspec.json.format(msgspec.json.encode(described, enc_hook=str), indent=2))
        return
    for number, rule in enumerate(described):
        lines = as_markdown(rule) if format_ == "markdown" else as_text(rule, width())
        click.echo("\n".join([*(["", ""] if number else []), *lines]))
