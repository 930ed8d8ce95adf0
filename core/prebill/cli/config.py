"""`prebill config`: the configuration as it takes effect."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import attrs
import click
import msgspec

from prebill.cli.options import Choice, choice_options
from prebill.cli.plain import value_text
from prebill.engine import Checker
from prebill.rules import Rule

_PLAIN = (
    "packs", "select", "ignore", "fail_on", "complete_batch", "ledger", "history_since", "baseline", "registers",
    "tables", "table_store",
)  # fmt: skip
_ABSENT = {"fail_on": "never", "complete_batch": False}
_PAYER = ("name", "aliases", "line_of_business", "release_stop")


@click.group()
def config() -> None:
    """Show and validate the configuration."""


@config.command()
@choice_options
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text")
def show(choice: Choice, format_: str) -> None:
    """Show every setting of every rule that runs, as it takes effect."""
    checker = choice.checker()
    if format_ == "json":
        content = {
            **attrs.asdict(checker.policy),
            "rules": {rule.code: _settings(checker, rule) for rule in checker.rules},
        }
        click.echo(msgspec.json.format(msgspec.json.encode(content, enc_hook=str), indent=2))
        return
    for line in _toml(checker):
        click.echo(line)


@config.command()
@choice_options
def validate(choice: Choice) -> None:
    """Say whether the configuration, the selection and the tables that it names are in order."""
    checker = choice.checker()
    origin = checker.policy.origin or "no configuration"
    click.echo(f"{origin}: in order; {len(checker.rules)} rules of {len(checker.rule_set.packs)} packs run")


@config.command()
def schema() -> None:
    """Print the JSON Schema of prebill.toml for the installed packs."""
    from prebill.packs import find_packs
    from prebill.policy import RuleSet, config_schema

    content = config_schema(RuleSet(find_packs()))
    click.echo(msgspec.json.format(msgspec.json.encode(content, enc_hook=str), indent=2))


def _settings(checker: Checker, rule: Rule) -> dict[str, Any]:
    """Return how a rule runs where no payer or line of business says otherwise."""
    configured = checker.policy.rules.get(rule.code, {})
    declared = {"severity": rule.severity, **{each.name: each.default for each in rule.signature.settings}}
    return {**declared, **configured}


def _toml(checker: Checker) -> Iterator[str]:
    policy = checker.policy
    yield f"# {policy.origin or 'no configuration'}"
    for name in _PLAIN:
        value = getattr(policy, name) or _ABSENT.get(name)
        if value not in (None, (), {}):
            yield f"{name} = {_inline(value)}"
    yield "\n[hold]"
    yield from _entries(attrs.asdict(policy.hold))
    for waiver in policy.waivers:
        yield "\n[[waivers]]"
        yield from _entries(attrs.asdict(waiver))
    for rule in checker.rules:
        yield f"\n[rules.{rule.code}]  # {rule.name}"
        yield from _entries(_settings(checker, rule))
    for name, rules in policy.lines_of_business.items():
        for code, values in rules.items():
            yield f"\n[lines_of_business.{name}.rules.{code}]"
            yield from _entries(values)
    for payer_id, profile in policy.payers.items():
        yield f"\n[payers.{value_text(payer_id)}]"
        yield from _entries({field: getattr(profile, field) for field in _PAYER})
        for code, values in profile.rules.items():
            yield f"\n[payers.{value_text(payer_id)}.rules.{code}]"
            yield from _entries(values)


def _entries(values: Any) -> Iterator[str]:
    return (f"{name} = {_inline(value)}" for name, value in values.items() if value not in (None, (), {}))


def _inline(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{value_text(name)} = {_inline(each)}" for name, each in value.items()) + " }"
    return value_text(value)
