"""`prebill explain`: what a rule checks, why, and how to fix what it finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
import msgspec

from prebill.cli.complete import complete_rule
from prebill.cli.describe import describe
from prebill.cli.options import Choice, choice_options
from prebill.cli.output import width
from prebill.cli.rule_text import as_markdown, as_text

if TYPE_CHECKING:
    from prebill.policy import RuleSet
    from prebill.rules import Rule


@click.command()
@click.argument("codes", nargs=-1, required=True, metavar="RULE…", shell_complete=complete_rule)
@click.option("--all", "every", is_flag=True, help="Examples in full, not in short (text).")
@click.option("--format", "format_", type=click.Choice(["text", "json", "markdown"]), default="text")
@choice_options
def explain(codes: tuple[str, ...], every: bool, format_: str, choice: Choice) -> None:
    """Say what a rule checks, why a payer denies it, how to fix it, and how it is set.

    RULE is a code, a family such as ANE, or the name of a rule or pack.
    """
    checker = choice.checker()
    rules = checker.rule_set.select(codes)
    described = [describe(rule, checker.rule_set, checker.policy) for rule in rules]
    if format_ == "json":
        click.echo(msgspec.json.format(msgspec.json.encode(described, enc_hook=str), indent=2))
        return
    for number, (rule, told) in enumerate(zip(rules, described, strict=True)):
        if format_ == "markdown":
            lines = as_markdown(told)
        else:
            lines = as_text(told, width(), every=every, cases=_cases(rule, checker.rule_set))
        click.echo("\n".join([*(["", ""] if number else []), *lines]))


def _cases(rule: Rule, rules: RuleSet) -> int | None:
    """Return how many worked cases a rule has; None where what reads them is not installed."""
    from prebill.testing import cases_of_rule

    pack = next(pack for pack in rules.packs if pack.name == rules.pack_of(rule.code))
    try:
        return len(cases_of_rule(pack, rule))
    except ModuleNotFoundError:
        return None
