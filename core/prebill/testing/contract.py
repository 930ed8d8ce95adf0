"""The contract that every pack keeps, checked by `prebill test` and by the tests of this project."""

from __future__ import annotations

import inspect
import pickle
from collections import Counter
from collections.abc import Iterator

from prebill.packs import InstalledPack
from prebill.rules import Rule


def breaches(pack: InstalledPack) -> Iterator[str]:
    """Yield in words how a pack breaks the contract; nothing when it keeps it."""
    if pack.failure:
        yield f"{pack.name} cannot be loaded: {pack.failure}"
    names = Counter(rule.name for rule in pack.rules)
    for rule in pack.rules:
        if names[rule.name] > 1:
            yield f"{rule.code}: another rule of the pack is called {rule.name} too"
        for breach in _rule_breaches(rule):
            yield f"{rule.code}: {breach}"


def _rule_breaches(rule: Rule) -> Iterator[str]:
    if pickle.loads(pickle.dumps(rule)) is not rule:  # noqa: S301 - our own bytes
        yield "it cannot be sent to another process: declare it at the top of a module"
    if not rule.summary.endswith("."):
        yield "its docstring starts with one sentence that says what is wrong"
    if not rule.explanation:
        yield "its docstring goes on to say why a payer denies it and how to fix it"
    if not rule.sources:
        yield "name the published rule in `sources`"
    if not rule.prevents:
        yield "name the denial that it prevents"
    if rule.code in rule.supersedes:
        yield "it supersedes itself"
    without_default = [each.name for each in rule.signature.settings if each.default is inspect.Parameter.empty]
    if without_default:
        yield f"its settings have no default: {', '.join(without_default)}"
