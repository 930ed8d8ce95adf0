"""How a report is written."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from prebill.findings import Severity


@attrs.frozen(kw_only=True)
class RuleText:
    """What a report says of a rule beside its findings."""

    code: str
    name: str
    severity: Severity
    summary: str
    explanation: str
    sources: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Options:
    """How a report is written; every reporter takes what concerns it.

    Args:
        width: The columns of a text report.
        color: Whether a text report is coloured.
        verbose: Whether a text report lists what was not checked claim by claim.
        statistics: Whether a text report counts findings by rule instead of listing them.
        rules: The rules that ran, by code.
    """

    width: int = 100
    color: bool = False
    verbose: bool = False
    statistics: bool = False
    rules: Mapping[str, RuleText] = attrs.field(factory=dict)
