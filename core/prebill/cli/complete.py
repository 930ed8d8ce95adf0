"""Shell completion of packs and rules."""

from __future__ import annotations

import click
from click.shell_completion import CompletionItem

from prebill.packs import find_packs, installed_names


def complete_pack(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete the name of an installed pack."""
    return [CompletionItem(name) for name in installed_names() if name.startswith(incomplete)]


def complete_rule(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete a rule's code, or its name once it is no code."""
    rules = [rule for pack in find_packs() for rule in pack.rules]
    by_code = [(rule.code, rule) for rule in rules if rule.code.startswith(incomplete.upper())]
    found = by_code or [(rule.name, rule) for rule in rules if rule.name.startswith(incomplete)]
    return [CompletionItem(text, help=rule.summary) for text, rule in found]
