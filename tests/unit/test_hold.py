"""Which claims are held, which are looked at, and which go out."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prebill.findings import AffectedLine, Disposition, Finding, Owner, Severity
from prebill.policy.hold import (
    Candidate,
    Exposure,
    HoldPolicy,
    Look,
    Observed,
    beyond_capacity,
    decide,
    denial_probability,
    expected_value_of_holding,
)

POLICY = HoldPolicy()
DOCUMENTATION = Look(minutes=Decimal(8), mends=Decimal("0.7"))


def found(
    rule: str = "MOD103",
    severity: Severity = Severity.REVIEW,
    owner: Owner = Owner.CLINICAL_DOCUMENTATION,
    at_risk: str = "92",
    line: int = 1,
    **evidence: object,
) -> Finding:
    amount = Decimal(at_risk)
    return Finding(
        rule=rule,
        name=rule.lower(),
        severity=severity,
        owner=owner,
        claim_id="C-1",
        affected=(AffectedLine(claim_id="C-1", line=line, at_risk=amount),),
        message="wrong",
        fix="mend it",
        at_risk=amount,
        evidence=evidence,
        fingerprint=f"{rule}{line}",
    )


def cents(amount: Decimal) -> str:
    return str(amount.quantize(Decimal("0.01"), ROUND_HALF_UP))


def test_a_visit_with_25_is_not_worth_a_look() -> None:
    """Worked number (a)."""
    exposure = Exposure(
        lines=frozenset({1}),
        probability=denial_probability(Severity.REVIEW),
        value=Decimal(92),
        recovery=Decimal("0.65"),
        rework=Decimal(57),
        look=DOCUMENTATION,
    )
    assert cents(exposure.loss_if_denied(POLICY)) == "89.79"
    worth, minutes = expected_value_of_holding([exposure], POLICY)
    assert (cents(worth), minutes) == ("6.44", 8)
    decision = decide([found()], POLICY)
    assert (decision.disposition, decision.expected_value) == (Disposition.RELEASE, Decimal("6.44"))


def test_the_same_visit_is_looked_at_where_the_payer_was_seen_to_deny_it() -> None:
    """Worked number (b): 40 of 88 denied, and so (2 + 40) / (12 + 88) = 0.42."""
    counted = {"MOD103": {"ACM01": Observed(fired=88, denied=40)}}
    policy = attrs.evolve(POLICY, observed=counted)
    decision = decide([found()], policy, payer_id="ACM01")
    assert (decision.disposition, decision.expected_value) == (Disposition.REVIEW, Decimal("22.36"))
    assert decide([found()], policy, payer_id="OTHER").disposition is Disposition.RELEASE
    everywhere = attrs.evolve(POLICY, observed={"MOD103": {"any": Observed(fired=88, denied=40)}})
    assert decide([found()], everywhere, payer_id="OTHER").disposition is Disposition.REVIEW


def test_a_dear_line_is_worth_a_look() -> None:
    """Worked number (c)."""
    decision = decide([found("BND103", at_risk="1480")], POLICY)
    assert (decision.disposition, decision.expected_value) == (Disposition.REVIEW, Decimal("121.95"))
    assert decision.minutes == 8


def test_a_stop_holds_whatever_it_is_worth() -> None:
    """Worked number (d)."""
    missing = found("AUT101", Severity.STOP, Owner.AUTHORIZATION, "21000")
    assert decide([missing], POLICY).disposition is Disposition.HOLD
    assert decide([missing], attrs.evolve(POLICY, min_net=Decimal(10**9))).disposition is Disposition.HOLD
    cheap = found("AUT101", Severity.STOP, Owner.AUTHORIZATION, "0")
    assert decide([cheap], POLICY).disposition is Disposition.HOLD
    assert decide([cheap], POLICY, release_stop=["AUT101"]).disposition is not Disposition.HOLD


def test_exactly_the_least_net_value_is_worth_a_look() -> None:
    worth, _ = expected_value_of_holding(
        [
            Exposure(
                lines=frozenset(),
                probability=denial_probability(Severity.REVIEW),
                value=Decimal(92),
                recovery=Decimal("0.65"),
                rework=Decimal(57),
                look=DOCUMENTATION,
            )
        ],
        POLICY,
    )
    assert decide([found()], attrs.evolve(POLICY, min_net=worth)).disposition is Disposition.REVIEW
    above = worth + Decimal("0.000001")
    assert decide([found()], attrs.evolve(POLICY, min_net=above)).disposition is Disposition.RELEASE


def test_a_rule_can_always_ask_for_a_look_from_an_amount_on() -> None:
    policy = attrs.evolve(POLICY, always={"MOD103": Decimal(92)})
    assert decide([found()], policy).reason == "always"
    assert decide([found(at_risk="91.99")], policy).disposition is Disposition.RELEASE


def test_facts_release() -> None:
    assert decide([found(severity=Severity.INFO, at_risk="9999")], POLICY).disposition is Disposition.RELEASE
    assert decide([], POLICY).expected_value is None


def test_the_last_days_of_a_filing_limit_release_a_look_and_call_a_person_to_a_hold() -> None:
    near = found("TFL102", owner=Owner.BILLING, at_risk="5000", days_left=3)
    assert decide([near], POLICY).reason == "filing limit"
    assert decide([near], POLICY).disposition is Disposition.RELEASE
    held = decide([near, found("AUT101", Severity.STOP, Owner.AUTHORIZATION)], POLICY)
    assert (held.disposition, held.escalate) == (Disposition.HOLD, True)
    assert decide([found("TFL102", owner=Owner.BILLING, at_risk="5000", days_left=4)], POLICY).reason != "filing limit"


def test_of_findings_on_the_same_lines_the_dearest_counts_once() -> None:
    one = decide([found("BND103", at_risk="1480")], POLICY)
    two = decide([found("BND103", at_risk="1480"), found("MOD103", at_risk="1480")], POLICY)
    assert one.expected_value is not None
    assert two.expected_value is not None
    assert two.minutes == one.minutes + 2
    assert one.expected_value - two.expected_value == Decimal("1.00")


def test_the_values_of_lines_and_of_their_claim_are_not_added_up() -> None:
    whole = found("BND103", at_risk="1000", line=0)
    line = found("MOD103", at_risk="1000", line=1)
    together = decide([whole, line], POLICY).expected_value
    apart = [decide([each], POLICY).expected_value for each in (whole, line)]
    assert together is not None
    assert together < sum(each for each in apart if each is not None)


@given(st.lists(st.tuples(st.integers(1, 500), st.integers(4, 17)), max_size=12), st.integers(0, 120))
def test_capacity_reviews_the_best_and_never_more_than_the_day_has(worth: list[tuple[int, int]], day: int) -> None:
    candidates = [
        Candidate(number=number, claim_id=f"C-{number}", expected_value=Decimal(value), minutes=Decimal(minutes))
        for number, (value, minutes) in enumerate(worth)
    ]
    released = beyond_capacity(candidates, minutes=Decimal(day))
    kept = [each for each in candidates if each.number not in released]
    assert sum(each.minutes for each in kept) <= day
    gone = [each for each in candidates if each.number in released]
    assert all(best.rank > worse.rank for best in kept for worse in gone)
    assert beyond_capacity(reversed(candidates), minutes=Decimal(day)) == released


@pytest.mark.parametrize(("claims", "left"), [(0, {0, 1, 2}), (1, {0, 2}), (2, {0}), (3, set())])
def test_a_share_of_the_claims_bounds_what_is_reviewed(claims: int, left: set[int]) -> None:
    candidates = [
        Candidate(number=number, claim_id=str(number), expected_value=Decimal(value), minutes=Decimal(4))
        for number, value in enumerate([10, 30, 20])
    ]
    assert beyond_capacity(candidates, claims=claims) == left
