"""The JSON Schema of prebill.toml, with the settings of the rules in use."""

from __future__ import annotations

from typing import Any

import msgspec

from prebill.findings import Severity
from prebill.model import LINES_OF_BUSINESS
from prebill.policy.selection import RuleSet
from prebill.rules import Rule

_STRINGS = {"type": "array", "items": {"type": "string"}}


def config_schema(rules: RuleSet) -> dict[str, Any]:
    """Return the JSON Schema of the configuration for these packs."""
    settings = {
        "type": "object",
        "additionalProperties": False,
        "properties": {code: _rule_schema(rule) for code, rule in rules.by_code.items()},
    }
    profile = {
        "type": "object",
        "additionalProperties": False,
        "properties": {"rules": {"$ref": "#/$defs/rules"}},
    }
    payer = {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "name": {"type": "string"},
            "aliases": _STRINGS,
            "line_of_business": {"enum": list(LINES_OF_BUSINESS)},
            "rules": {"$ref": "#/$defs/rules"},
        },
    }
    files = {"type": "object", "additionalProperties": {"oneOf": [{"type": "string"}, _STRINGS]}}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "prebill.toml",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "packs": _STRINGS,
            "select": _STRINGS,
            "ignore": _STRINGS,
            "fail_on": {"enum": [*Severity, "never"]},
            "complete_batch": {"type": "boolean"},
            "ledger": {"type": "string"},
            "history_since": {"type": "string", "format": "date"},
            "rules": {"$ref": "#/$defs/rules"},
            "lines_of_business": {
                "type": "object",
                "additionalProperties": False,
                "properties": dict.fromkeys(LINES_OF_BUSINESS, profile),
            },
            "payers": {"type": "object", "additionalProperties": payer},
            "tables": files,
            "registers": files,
        },
        "$defs": {"rules": settings},
    }


def _rule_schema(rule: Rule) -> dict[str, Any]:
    own = {
        setting.name: {**msgspec.json.schema(setting.type), "default": msgspec.to_builtins(setting.default)}
        for setting in rule.signature.settings
    }
    return {
        "type": "object",
        "description": rule.summary,
        "additionalProperties": False,
        "properties": {"enabled": {"type": "boolean"}, "severity": {"enum": list(Severity)}, **own},
    }
