"""What a run reports: findings, rules that could not be checked, and the verdict on each claim."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any

import attrs

from prebill.reading import Place


class Severity(StrEnum):
    """How sure a payer is to refuse: `stop` will deny, `review` is predictably challenged, `info` is a fact."""

    INFO = "info"
    REVIEW = "review"
    STOP = "stop"

    @property
    def rank(self) -> int:
        """0 for info, 1 for review, 2 for stop."""
        return _RANKS[self]


_RANKS = {Severity.INFO: 0, Severity.REVIEW: 1, Severity.STOP: 2}


class Owner(StrEnum):
    """The workflow in which a defect arises, and where it is mended."""

    FRONT_DESK = "front_desk"
    AUTHORIZATION = "authorization"
    CLINICAL_DOCUMENTATION = "clinical_documentation"
    CODING = "coding"
    CHARGE_CAPTURE = "charge_capture"
    BILLING = "billing"


class Disposition(StrEnum):
    """What happens to a claim before it is billed."""

    RELEASE = "release"
    REVIEW = "review"
    HOLD = "hold"


@attrs.frozen(kw_only=True)
class AffectedLine:
    """A line that a finding concerns, and the dollars at risk on it; line 0 is the claim as a whole."""

    claim_id: str
    line: int
    at_risk: Decimal = Decimal(0)


@attrs.frozen(kw_only=True)
class Finding:
    """One violation of a rule.

    `claim_id` is the claim it is reported under; `affected` lists every line it concerns, which may lie on other
    claims. `at_risk` is dollars. `prevents` are denial reasons such as `CO-197`. `evidence` holds the values that
    decided. `fingerprint` is equal for the same violation of the same lines in every run.
    """

    rule: str
    name: str
    severity: Severity
    owner: Owner
    claim_id: str
    affected: tuple[AffectedLine, ...]
    message: str
    fix: str
    at_risk: Decimal
    prevents: tuple[str, ...] = ()
    evidence: Mapping[str, Any] = attrs.field(factory=dict)
    place: Place | None = None
    fingerprint: str = ""

    @property
    def lines(self) -> tuple[int, ...]:
        """The numbers of the lines on the reporting claim; empty for the claim as a whole."""
        return tuple(each.line for each in self.affected if each.claim_id == self.claim_id and each.line)


@attrs.frozen(kw_only=True)
class SharedFinding:
    """A claim's part in a finding that is reported under another claim."""

    fingerprint: str
    rule: str
    severity: Severity
    reported_under: str
    lines: tuple[int, ...]
    owner: Owner = Owner.BILLING
    at_risk: Decimal = Decimal(0)


@attrs.frozen(kw_only=True)
class NotChecked:
    """A rule that applied and could not be decided, and what was missing.

    `lines` is empty for a claim as a whole. `claim_id` is None where the reason lies in the run, not in a claim;
    then `count` tells how many lines were not checked.
    """

    rule: str
    name: str
    claim_id: str | None
    lines: tuple[int, ...]
    reason: str
    count: int = 1


@attrs.frozen(kw_only=True)
class RuleCrash:
    """A rule that failed on a claim. It names the kind of error only: its text could hold patient data."""

    rule: str
    claim_id: str
    error: str
    place: Place | None = None


def fingerprint(rule: str, affected: tuple[AffectedLine, ...], subject: str = "") -> str:
    """Return 16 hexadecimal digits that identify one violation of a rule on a set of lines."""
    text = "\x1f".join([rule, subject, *sorted(f"{each.claim_id}\x1e{each.line}" for each in affected)])
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def summed(findings: Iterable[Finding]) -> Decimal:
    """Return the dollars at risk in findings, counting a line once, at its largest."""
    largest: dict[tuple[str, int], Decimal] = {}
    for each in findings:
        for line in each.affected:
            key = (line.claim_id, line.line)
            largest[key] = max(largest.get(key, Decimal(0)), line.at_risk)
    whole: dict[str, Decimal] = {}
    lines: dict[str, Decimal] = {}
    for (claim_id, number), amount in largest.items():
        amounts = lines if number else whole
        amounts[claim_id] = amounts.get(claim_id, Decimal(0)) + amount
    none = Decimal(0)
    return sum((max(whole.get(each, none), lines.get(each, none)) for each in {*whole, *lines}), none)
