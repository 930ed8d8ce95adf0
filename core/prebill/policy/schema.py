"""The JSON Schema of prebill.toml, with the settings of the rules in use."""

from __future__ import annotations

from typing import Any

import msgspec

from prebill.findings import Severity
from prebill.model import LINES_OF_BUSINESS
from prebill.policy.selection import RuleSet
from prebill.rules import Rule

_STRINGS = {"type": "array", "items": {"type": "string"}}
_AMOUNT = {"type": "number", "minimum": 0}
_COUNT = {"type": "integer", "minimum": 0}
_SHARE = {"type": "number", "minimum": 0, "maximum": 1}
_RULE, _FAMILY = "^[A-Z]{3}[0-9]{3}$", "^[A-Z]{3}$"
_WAIVER = {
    "type": "object",
    "description": "A finding that is let go: its fingerprint, or its rule and claim; why, and until when.",
    "additionalProperties": False,
    "required": ["reason", "expires"],
    "properties": {
        "fingerprint": {"type": "string"},
        "rule": {"type": "string", "pattern": _RULE},
        "claim": {"type": "string"},
        "reason": {"type": "string", "minLength": 1},
        "expires": {"type": "string", "format": "date"},
    },
    "oneOf": [{"required": ["fingerprint"]}, {"required": ["rule", "claim"]}],
}


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
            "release_stop": _STRINGS,
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
            "table_store": {"type": "string", "description": "The folder of the editions that were imported."},
            "registers": files,
            "hold": _hold_schema(),
            "waivers": {"type": "array", "items": _WAIVER},
            "baseline": {"type": "string"},
        },
        "$defs": {"rules": settings},
    }


def _hold_schema() -> dict[str, Any]:
    by_rule = {"type": "object", "propertyNames": {"pattern": _RULE}, "additionalProperties": _AMOUNT}
    by_family = {"type": "object", "propertyNames": {"pattern": _FAMILY}, "additionalProperties": _AMOUNT}
    counts = {
        "type": "object",
        "additionalProperties": False,
        "required": ["fired", "denied"],
        "properties": {"fired": _COUNT, "denied": _COUNT},
    }
    look = {
        "type": "object",
        "additionalProperties": False,
        "required": ["minutes", "mends"],
        "properties": {"minutes": _AMOUNT, "mends": _SHARE},
    }
    return {
        "type": "object",
        "description": "What is held, and what is worth a person's look.",
        "additionalProperties": False,
        "properties": {
            "min_net": _AMOUNT,
            "wage_per_hour": _AMOUNT,
            "cost_of_capital": _SHARE,
            "denial_delay_days": _COUNT,
            "hold_days": _COUNT,
            "always": by_rule,
            "observed": {
                "type": "object",
                "propertyNames": {"pattern": _RULE},
                "additionalProperties": {"type": "object", "additionalProperties": counts},
            },
            "recovery": {**by_family, "additionalProperties": _SHARE},
            "rework": by_family,
            "looks": {
                "type": "object",
                "additionalProperties": False,
                "properties": dict.fromkeys(["fix", "documentation", "clinical"], look),
            },
            "capacity_minutes": _AMOUNT,
            "max_share": _SHARE,
        },
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
