"""What a run reports: findings, rules that could not be checked, and the verdict on each claim."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
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
class NotChecked:
    """A rule that applied and could not be decided, and what was missing."""

    rule: str
    name: str
    claim_id: str
    lines: tuple[int, ...]
    reason: str


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
