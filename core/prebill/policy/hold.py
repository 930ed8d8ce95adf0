"""Decides what happens to a claim: what is expected to be lost by releasing it, against the cost of looking at it.

A claim that will be denied is held until it is mended. One that may be challenged is worth a person's time only
when the loss that the look prevents exceeds what the look costs; all others go out at once, their findings
attached. Amounts are dollars, probabilities and shares are fractions of 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

import attrs

from prebill.findings import Disposition, Finding, Owner, Severity, SharedFinding, summed

Amount = Decimal
ANY_PAYER = "any"
_LAST_DAYS = 3
_DEADLINE_RULE = "TFL102"
_MINUTES_PER_FURTHER_FINDING = 2

# How often a finding of a severity became a denial, before a practice has counted: 17 of 20, 2 of 12, never.
_PRIORS = {Severity.STOP: (Decimal(17), Decimal(3)), Severity.REVIEW: (Decimal(2), Decimal(10))}
_CATEGORY_BY_OWNER = {
    Owner.FRONT_DESK: "ELG",
    Owner.AUTHORIZATION: "AUT",
    Owner.CLINICAL_DOCUMENTATION: "NEC",
    Owner.CODING: "MOD",
    Owner.CHARGE_CAPTURE: "INF",
    Owner.BILLING: "INF",
}


def _amounts(**values: str) -> Mapping[str, Amount]:
    return {name: Decimal(value) for name, value in values.items()}


@attrs.frozen(kw_only=True)
class Look:
    """What a person's look takes and gives: minutes of review, and how often it mends what it finds."""

    minutes: Decimal
    mends: Decimal


@attrs.frozen(kw_only=True)
class Observed:
    """How often a rule spoke for a payer, and how many of those claims were denied for it (from a back-test)."""

    fired: int
    denied: int


@attrs.frozen(kw_only=True)
class HoldPolicy:
    """The settings under `[hold]`.

    `min_net` is what a look has to save at least. `always` names rules whose claims are reviewed from so many
    dollars at risk on. `observed` holds the counts of a back-test by rule and payer (`any` for all payers).
    `recovery` is how much of a denied amount comes back and `rework` what asking for it costs, by family of rules.
    `looks` is what a look takes, by kind: `fix`, `documentation`, `clinical`. `capacity_minutes` and `max_share`
    bound what is reviewed of one run: minutes of work, and a share of the claims; None is no bound.
    """

    min_net: Amount = Decimal(10)
    wage_per_hour: Amount = Decimal(30)
    cost_of_capital: Decimal = Decimal("0.08")
    denial_delay_days: int = 45
    hold_days: int = 2
    always: Mapping[str, Amount] = attrs.field(factory=dict)
    observed: Mapping[str, Mapping[str, Observed]] = attrs.field(factory=dict)
    recovery: Mapping[str, Decimal] = attrs.field(factory=dict)
    rework: Mapping[str, Amount] = attrs.field(factory=dict)
    looks: Mapping[str, Look] = attrs.field(factory=dict)
    capacity_minutes: Decimal | None = None
    max_share: Decimal | None = None


# Defaults, not sourced but for the range of rework from $25 to $118: a practice's own history overrides them.
RECOVERY = _amounts(INF="0.85", DUP="0.85", MOD="0.65", BND="0.35", NEC="0.45", AUT="0.40", ELG="0.50", TFL="0.05")
REWORK = _amounts(INF="25", DUP="25", ELG="25", MOD="57", TFL="57", AUT="118", BND="118", NEC="118")
LOOKS = {
    "fix": Look(minutes=Decimal(4), mends=Decimal("0.9")),
    "documentation": Look(minutes=Decimal(8), mends=Decimal("0.7")),
    "clinical": Look(minutes=Decimal(15), mends=Decimal("0.3")),
}


@attrs.frozen(kw_only=True)
class Exposure:
    """What one finding puts at risk on one claim, in the terms of the decision."""

    lines: frozenset[int]
    probability: Decimal
    value: Amount
    recovery: Decimal
    rework: Amount
    look: Look

    def loss_if_denied(self, policy: HoldPolicy) -> Amount:
        """Return the rework, what never comes back, and what the wait for the rest costs."""
        lost = (1 - self.recovery) * self.value
        late = self.recovery * self.value * policy.cost_of_capital * policy.denial_delay_days / 365
        return self.rework + lost + late

    def saved(self, policy: HoldPolicy) -> Amount:
        """Return what a look is expected to save."""
        return self.probability * self.look.mends * self.loss_if_denied(policy)


@attrs.frozen(kw_only=True)
class Decision:
    """What happens to a claim and why.

    `expected_value` is what holding it is worth, in cents; None where no finding speaks for a look. `minutes` is
    the work of the look. `escalate` asks for a person today. `reason` is `stop`, `always`, `expected value`,
    `filing limit`, `capacity`, or empty for a claim that goes out.
    """

    disposition: Disposition
    expected_value: Amount | None = None
    minutes: Decimal = Decimal(0)
    escalate: bool = False
    reason: str = ""


def denial_probability(severity: Severity, observed: Observed | None = None) -> Decimal:
    """Return how likely a finding becomes a denial: the prior of its severity, moved by what was counted."""
    prior = _PRIORS.get(severity)
    if prior is None:
        return Decimal(0)
    denied, paid = prior
    if observed is None:
        return denied / (denied + paid)
    return (denied + observed.denied) / (denied + paid + observed.fired)


def expected_value_of_holding(
    exposures: Iterable[Exposure], policy: HoldPolicy, allowed: Amount | None = None
) -> tuple[Amount, Decimal]:
    """Return what holding a claim is worth, not rounded, and the minutes that a look at it takes.

    Of several findings on the same lines the dearest counts. The values of all lines together are at most what the
    claim is expected to be paid.
    """
    by_lines: dict[frozenset[int], Exposure] = {}
    count = 0
    longest = Decimal(0)
    for each in exposures:
        count += 1
        longest = max(longest, each.look.minutes)
        known = by_lines.get(each.lines)
        if known is None or each.saved(policy) > known.saved(policy):
            by_lines[each.lines] = each
    chosen = list(by_lines.values())
    value = sum((each.value for each in chosen), Decimal(0))
    if allowed is not None and value > allowed:
        chosen = [attrs.evolve(each, value=each.value * allowed / value) for each in chosen]
        value = allowed
    minutes = longest + _MINUTES_PER_FURTHER_FINDING * max(count - 1, 0)
    saved = sum((each.saved(policy) for each in chosen), Decimal(0))
    return saved - review_cost(minutes, value, policy), minutes


def review_cost(minutes: Decimal, value: Amount, policy: HoldPolicy) -> Amount:
    """Return what a look costs: a person's time, and the wait for the money meanwhile."""
    return minutes / 60 * policy.wage_per_hour + value * policy.cost_of_capital * policy.hold_days / 365


def decide(
    findings: Sequence[Finding],
    policy: HoldPolicy,
    *,
    shared: Sequence[SharedFinding] = (),
    payer_id: str | None = None,
    release_stop: Iterable[str] = (),
) -> Decision:
    """Decide what happens to a claim with these findings, and its share in findings reported under other claims.

    A finding of severity `stop` holds it, unless the payer's `release_stop` names the rule. A filing limit of
    three days or less releases what would only be reviewed, and calls a person to what is held: a claim that the
    payer rejects has not been filed.
    """
    released = frozenset(release_stop)
    everything: list[Finding | SharedFinding] = [*findings, *shared]
    last_days = any(_is_last_day(each) for each in findings)
    exposures = [_exposure(each, policy, payer_id) for each in everything if each.severity is not Severity.INFO]
    if not exposures:
        return Decision(disposition=Disposition.RELEASE)
    worth, minutes = expected_value_of_holding(exposures, policy, _expected_payment(findings, shared))
    value = worth.quantize(Decimal("0.01"), ROUND_HALF_UP)
    if any(each.severity is Severity.STOP and each.rule not in released for each in everything):
        return Decision(
            disposition=Disposition.HOLD, expected_value=value, minutes=minutes, escalate=last_days, reason="stop"
        )
    reason = ""
    if any(_is_always(each, policy) for each in everything):
        reason = "always"
    elif worth >= policy.min_net:
        reason = "expected value"
    if not reason:
        return Decision(disposition=Disposition.RELEASE, expected_value=value, minutes=minutes)
    if last_days:
        return Decision(disposition=Disposition.RELEASE, expected_value=value, minutes=minutes, reason="filing limit")
    return Decision(disposition=Disposition.REVIEW, expected_value=value, minutes=minutes, reason=reason)


def _is_last_day(finding: Finding) -> bool:
    left = finding.evidence.get("days_left") if finding.rule == _DEADLINE_RULE else None
    return left is not None and int(left) <= _LAST_DAYS


def _is_always(finding: Finding | SharedFinding, policy: HoldPolicy) -> bool:
    least = policy.always.get(finding.rule)
    return least is not None and finding.at_risk >= least


def category_of(finding: Finding | SharedFinding) -> str:
    """Return the kind of denial, one of the families of the general pack, that a finding leads to."""
    family = finding.rule[:3]
    return family if family in RECOVERY else _CATEGORY_BY_OWNER[finding.owner]


def _exposure(finding: Finding | SharedFinding, policy: HoldPolicy, payer_id: str | None) -> Exposure:
    category = category_of(finding)
    kind = "fix"
    if finding.owner is Owner.CLINICAL_DOCUMENTATION:
        kind = "clinical" if category == "NEC" else "documentation"
    counted = policy.observed.get(finding.rule, {})
    return Exposure(
        lines=frozenset(finding.lines),
        probability=denial_probability(finding.severity, counted.get(payer_id or "") or counted.get(ANY_PAYER)),
        value=finding.at_risk,
        recovery=policy.recovery.get(finding.rule[:3], policy.recovery.get(category, RECOVERY[category])),
        rework=policy.rework.get(finding.rule[:3], policy.rework.get(category, REWORK[category])),
        look=policy.looks.get(kind, LOOKS[kind]),
    )


def _expected_payment(findings: Sequence[Finding], shared: Sequence[SharedFinding]) -> Amount:
    """Return what the findings put at risk together, each line counted once."""
    return summed(findings) + sum((each.at_risk for each in shared), Decimal(0))


@attrs.frozen(kw_only=True)
class Candidate:
    """A claim that deserves a look: its number in the run, its id, what holding it is worth, and the work."""

    number: int
    claim_id: str
    expected_value: Amount
    minutes: Decimal

    @property
    def rank(self) -> tuple[Decimal, tuple[int, ...], int]:
        """What orders candidates, the best highest: dollars a minute; ties by claim id, then by the input."""
        per_minute = self.expected_value / self.minutes if self.minutes else self.expected_value
        return per_minute, tuple(-ord(letter) for letter in self.claim_id), -self.number


def beyond_capacity(
    candidates: Iterable[Candidate], *, minutes: Decimal | None = None, claims: int | None = None
) -> frozenset[int]:
    """Return the numbers of the candidates that are released because the day is full.

    The best are reviewed, dollars a minute, until the minutes or the number of claims are used up.
    """
    released = []
    used, count, full = Decimal(0), 0, False
    for each in sorted(candidates, key=lambda each: each.rank, reverse=True):
        full = (
            full
            or (minutes is not None and used + each.minutes > minutes)
            or (claims is not None and count + 1 > claims)
        )
        if full:
            released.append(each.number)
            continue
        used += each.minutes
        count += 1
    return frozenset(released)
