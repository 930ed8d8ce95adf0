"""Everything there is to say of a rule, as plain data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import attrs
import msgspec

from prebill.cli.plain import type_name
from prebill.lookup import table_spec
from prebill.policy import Policy, RuleSet
from prebill.rules import NeedKind, Rule


@attrs.frozen(kw_only=True)
class SettingText:
    """A setting: its type, its default, and what the configuration makes of it, by where it says so."""

    name: str
    type: str
    default: Any
    configured: Mapping[str, Any]


@attrs.frozen(kw_only=True)
class Description:
    """Everything that `explain` says of a rule."""

    code: str
    name: str
    summary: str
    explanation: str
    severity: str
    owner: str
    prevents: tuple[str, ...]
    pack: str
    scope: str
    triggers: Mapping[str, str]
    needs: tuple[str, ...]
    settings: tuple[SettingText, ...]
    configured: Mapping[str, Any]
    keys: tuple[tuple[str, ...], ...]
    windows: tuple[int, ...]
    supersedes: tuple[str, ...]
    preview: bool
    sources: tuple[str, ...]
    fails: tuple[Any, ...]
    passes: tuple[Any, ...]


def describe(rule: Rule, rules: RuleSet, policy: Policy) -> Description:
    """Gather what there is to say of a rule, with what the configuration says of it."""
    layers = _layers(rule, policy)
    return Description(
        code=rule.code,
        name=rule.name,
        summary=rule.summary,
        explanation=rule.explanation,
        severity=rule.severity,
        owner=rule.owner,
        prevents=rule.prevents,
        pack=rules.pack_of(rule.code),
        scope=rule.scope,
        triggers=_triggers(rule),
        needs=tuple(dict.fromkeys(need for each in (rule, *rule.parts) for need in _needs(each))),
        settings=tuple(
            SettingText(
                name=setting.name,
                type=type_name(setting.type),
                default=msgspec.to_builtins(setting.default),
                configured={
                    where: msgspec.to_builtins(values[setting.name])
                    for where, values in layers.items()
                    if setting.name in values
                },
            )
            for setting in rule.signature.settings
        ),
        configured={
            f"{where}: {word}": values[word]
            for where, values in layers.items()
            for word in ("enabled", "severity")
            if word in values
        },
        keys=tuple(each.key for each in (rule, *rule.parts) if each.key),
        windows=tuple(each.window for each in (rule, *rule.parts) if each.window is not None),
        supersedes=rule.supersedes,
        preview=rule.preview,
        sources=rule.sources,
        fails=tuple(msgspec.to_builtins(rule.fails)),
        passes=tuple(msgspec.to_builtins(rule.passes)),
    )


def _layers(rule: Rule, policy: Policy) -> Mapping[str, Mapping[str, Any]]:
    """Return what each part of the configuration says of a rule, in the order in which they override."""
    layers = {
        "configuration": policy.rules,
        **policy.lines_of_business,
        **{f"payer {payer_id}": profile.rules for payer_id, profile in policy.payers.items()},
    }
    return {where: rules[rule.code] for where, rules in layers.items() if rule.code in rules}


def _triggers(rule: Rule) -> Mapping[str, str]:
    triggers = rule.triggers
    sets = {
        "procedures": triggers.procedures,
        "modifiers": triggers.modifiers,
        "diagnoses": triggers.diagnoses,
        "places": triggers.places,
    }
    found = {name: str(value) for name, value in sets.items() if value is not None}
    if triggers.payers:
        found["payers"] = ", ".join(triggers.payers)
    if triggers.listed is not None:
        found["procedures in the table"] = table_name(triggers.listed)
    if triggers.authorized:
        found["authorization"] = "named by the line or its claim"
    if triggers.frequencies:
        found["claim frequencies"] = ", ".join(triggers.frequencies)
    if triggers.effective:
        first, last = triggers.effective
        found["dates of service"] = f"{first or '…'} to {last or '…'}"
    return found


def _needs(rule: Rule) -> Iterator[str]:
    for need in rule.signature.needs:
        if need.kind in {NeedKind.REGISTER, NeedKind.RECORD, NeedKind.TABLE}:
            label = f"{table_name(need.type)} table" if need.kind is NeedKind.TABLE else need.label
            yield f"{label}{' (optional)' if need.optional else ''}"


def table_name(row_type: Any) -> str:
    """Return the name of the table that a row type belongs to."""
    spec = table_spec(row_type)
    return spec.name if spec else row_type.__name__
