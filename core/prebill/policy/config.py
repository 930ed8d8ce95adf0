"""Reads prebill.toml: one file, no cascade, unknown keys are errors."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
import msgspec

from prebill.errors import ConfigError, did_you_mean
from prebill.findings import Severity
from prebill.model import Coverage, Payer
from prebill.policy.hold import HoldPolicy
from prebill.policy.schema import config_schema
from prebill.policy.selection import RuleSet
from prebill.policy.waivers import Waiver
from prebill.rules import Rule

FILE = "prebill.toml"
_FILES = frozenset({"tables", "table_store", "registers", "baseline", "ledger"})

_LINE_OF_BUSINESS_BY_FILING_INDICATOR = {
    "MB": "medicare_ffs",
    "MA": "medicare_ffs",
    "16": "medicare_advantage",
    "MC": "medicaid_ffs",
    "CH": "tricare",
    "VA": "va",
    "WC": "workers_comp",
    "AM": "auto",
    "09": "self_pay",
    **dict.fromkeys(["11", "12", "13", "14", "15", "BL", "CI", "FI", "HM"], "commercial"),
}


@attrs.frozen(kw_only=True)
class RuleSettings:
    """How one rule runs for one payer: whether, at which severity if not its own, and with which settings."""

    enabled: bool = True
    severity: Severity | None = None
    values: Mapping[str, Any] = attrs.field(factory=dict)


@attrs.frozen(kw_only=True)
class PayerProfile:
    """What prebill.toml says of one payer. `release_stop` names rules whose stops do not hold its claims."""

    name: str | None = None
    aliases: tuple[str, ...] = ()
    line_of_business: str | None = None
    release_stop: tuple[str, ...] = ()
    rules: Mapping[str, Mapping[str, Any]] = attrs.field(factory=dict)


@attrs.frozen(kw_only=True)
class Policy:
    """The decisions of a practice. Without a file every rule runs as its pack declares it.

    `history_since` is the day from which on the ledger holds everything that was billed. `complete_batch` says
    that the batch holds every claim of each day and provider in it, so that absence proves something.
    """

    packs: tuple[str, ...] | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: Severity | None = Severity.STOP
    complete_batch: bool = False
    ledger: str | None = None
    history_since: date | None = None
    rules: Mapping[str, Mapping[str, Any]] = attrs.field(factory=dict)
    lines_of_business: Mapping[str, Mapping[str, Mapping[str, Any]]] = attrs.field(factory=dict)
    payers: Mapping[str, PayerProfile] = attrs.field(factory=dict)
    tables: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict)
    table_store: str | None = None
    registers: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict)
    hold: HoldPolicy = HoldPolicy()
    waivers: tuple[Waiver, ...] = ()
    baseline: str | None = None
    origin: str | None = None

    def payer_of(self, coverage: Coverage) -> Payer:
        """Return the payer of a coverage: profiled by its id or an alias, else told by its filing indicator."""
        payer_id = self.canonical_payer(coverage.payer_id)
        profile = self.payers.get(payer_id or "", PayerProfile())
        return Payer(
            payer_id=payer_id,
            name=profile.name or coverage.payer_name,
            line_of_business=profile.line_of_business
            or _LINE_OF_BUSINESS_BY_FILING_INDICATOR.get(coverage.filing_indicator or ""),
            aliases=profile.aliases,
        )

    def canonical_payer(self, payer_id: str | None) -> str | None:
        """Return the id under which a payer is profiled, for its id or one of its aliases."""
        if payer_id in self.payers:
            return payer_id
        return next((each for each, profile in self.payers.items() if payer_id in profile.aliases), payer_id)

    def release_stop(self, payer_id: str | None) -> tuple[str, ...]:
        """Return the rules whose stops do not hold the claims of a payer."""
        return self.payers.get(payer_id or "", PayerProfile()).release_stop

    def settings(self, rule: Rule, payer: Payer) -> RuleSettings:
        """Return how a rule runs for a payer: default, then line of business, then the payer itself."""
        merged: dict[str, Any] = {}
        for layer in (
            self.rules,
            self.lines_of_business.get(payer.line_of_business or "", {}),
            self.payers.get(payer.payer_id or "", PayerProfile()).rules,
        ):
            merged.update(layer.get(rule.code, {}))
        enabled = merged.pop("enabled", True)
        severity = merged.pop("severity", None)
        types = {setting.name: setting.type for setting in rule.signature.settings}
        return RuleSettings(
            enabled=enabled,
            severity=None if severity is None else Severity(severity),
            values={name: msgspec.convert(value, types[name]) for name, value in merged.items()},
        )


def load_policy(path: Path) -> Mapping[str, Any]:
    """Read a configuration file, `prebill.toml` or the table `tool.prebill` of a `pyproject.toml`.

    Returns the plain content, in which paths lead from the directory of the file; `policy_from` checks it. Raises
    `ConfigError` when it cannot be read.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        message = f"{path}: {error}"
        raise ConfigError(message) from error
    if path.name == "pyproject.toml":
        content = content.get("tool", {}).get("prebill", {})
    return {name: _placed(value, path.parent) if name in _FILES else value for name, value in content.items()}


def _placed(value: Any, folder: Path) -> Any:
    """Return paths, alone, in a list or under names, as they lead from a directory; URLs stay."""
    if isinstance(value, Mapping):
        return {name: _placed(each, folder) for name, each in value.items()}
    if isinstance(value, list):
        return [_placed(each, folder) for each in value]
    return str(folder / value) if isinstance(value, str) and "://" not in value else value


def policy_from(content: Mapping[str, Any], rules: RuleSet, origin: str = FILE) -> Policy:
    """Make a policy of the content of a configuration file.

    Raises `ConfigError` naming every key that is unknown, with the nearest known one, and every wrong value.
    """
    faults = _faults(content, config_schema(rules), rules)
    if faults:
        raise ConfigError("\n".join(f"{origin}: {fault}" for fault in faults))
    fail_on = content.get("fail_on", "stop")
    fields: dict[str, Any] = {
        name: _tuples(value) for name, value in content.items() if name in {"packs", "select", "ignore"}
    }
    for name in ("tables", "registers"):
        fields[name] = {
            key: (value,) if isinstance(value, str) else tuple(value) for key, value in content.get(name, {}).items()
        }
    return Policy(
        **fields,
        fail_on=None if fail_on == "never" else Severity(fail_on),
        complete_batch=content.get("complete_batch", False),
        ledger=content.get("ledger"),
        table_store=content.get("table_store"),
        history_since=_date(content.get("history_since"), origin),
        rules=content.get("rules", {}),
        lines_of_business={
            name: section.get("rules", {}) for name, section in content.get("lines_of_business", {}).items()
        },
        payers={
            payer_id: PayerProfile(**{name: _tuples(value) for name, value in section.items()})
            for payer_id, section in content.get("payers", {}).items()
        },
        hold=msgspec.convert(content.get("hold", {}), HoldPolicy),
        waivers=tuple(_waiver(each, origin) for each in content.get("waivers", ())),
        baseline=content.get("baseline"),
        origin=origin,
    )


def _waiver(content: Mapping[str, Any], origin: str) -> Waiver:
    expires = _date(content["expires"], origin)
    if expires is None:
        raise AssertionError(content)
    return Waiver(**{**content, "expires": expires})


def _tuples(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _date(value: Any, origin: str) -> date | None:
    try:
        return value if value is None or isinstance(value, date) else date.fromisoformat(value)
    except ValueError as error:
        message = f"{origin}: history_since: {error}"
        raise ConfigError(message) from error


def _faults(content: Mapping[str, Any], schema: dict[str, Any], rules: RuleSet) -> list[str]:
    import jsonschema

    validator = jsonschema.Draft202012Validator(schema)
    faults = []
    for error in sorted(validator.iter_errors(_plain(content)), key=lambda each: list(map(str, each.path))):
        where = ".".join(map(str, error.path))
        if error.validator != "additionalProperties":
            faults.append(f"{where}: {error.message}")
            continue
        known = error.schema.get("properties", {})
        for key in sorted(set(error.instance) - set(known)):
            path = f"{where}.{key}" if where else key
            if rules.failed and where.endswith("rules"):
                continue
            faults.append(f"unknown key {path!r}.{did_you_mean(key, known)}")
    return faults


def _plain(value: Any) -> Any:
    """Return the content as JSON Schema sees it: dates as text, decimals as numbers."""
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value
