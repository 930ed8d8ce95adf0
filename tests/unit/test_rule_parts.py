"""A rule that judges within one claim, with a part that judges across claims, under one code."""

from __future__ import annotations

import pickle
from datetime import date
from typing import Any

import attrs
import pytest

from prebill import Claim, Cohort, Outcomes, PackError, ServiceLine, hit, rule, table
from prebill.engine import Checker
from prebill.lookup import build_edition
from prebill.packs import Pack
from prebill.policy import Policy, RuleSet, policy_from
from prebill.readers import Encounters
from prebill.tables import TableSet
from prebill.testing.build import encounter_from
from tests.engine.sample_rules import EXAMPLES, pack_of


@table("pairs", key=("procedure",))
@attrs.frozen(kw_only=True)
class Listed:
    procedure: str


@rule("PRT101", severity="stop", owner="coding", prevents="CO-97", **EXAMPLES)
def twice(line: ServiceLine, claim: Claim, *, most: int = 1) -> Outcomes:
    """A code is billed twice.

    Payers deny the second one; remove it.
    """
    same = [each for each in claim.lines if each.procedure == line.procedure]
    if len(same) > most and same[0] is line:
        yield hit(same, "twice on the claim", fix="Remove one.")


@twice.across_claims(key=("patient", "from_date"), listed=Listed)
def twice_across_claims(lines: Cohort[Any], *, most: int = 1) -> Outcomes:
    """The code is on two claims."""
    triggered = [entry for entry in lines if entry.triggered]
    for entry in triggered[most:]:
        yield hit(entry, "twice on the day", fix="Remove one.")


def check(
    *claims: dict[str, Any], listed: str = "99213", config: dict[str, Any] | None = None
) -> list[tuple[str, str, str]]:
    rules = RuleSet((pack_of(twice),))
    edition = build_edition(Listed, [Listed(procedure=listed)], name="e", source="test", complete=True)
    checker = Checker(
        rule_set=rules,
        policy=policy_from(config or {}, rules) if config else Policy(),
        tables=TableSet({"pairs": (edition,)}),
        as_of=date(2026, 3, 20),
    )
    with checker.check(Encounters([encounter_from(each, number) for number, each in enumerate(claims, 1)])) as report:
        return [(each.rule, each.claim_id, each.message) for each in report.findings]


def test_within_a_claim_the_rule_itself_speaks() -> None:
    assert check({"lines": ["99213", "99213"]}) == [("PRT101", "C-1", "twice on the claim")]


def test_across_claims_the_part_speaks_under_the_same_code() -> None:
    assert check({"lines": ["99213"]}, {"lines": ["99213"]}) == [("PRT101", "C-2", "twice on the day")]


def test_a_part_applies_to_what_its_table_lists() -> None:
    assert check({"lines": ["99213"]}, {"lines": ["99213"]}, listed="99214") == []


def test_settings_of_the_rule_are_those_of_its_part() -> None:
    config = {"rules": {"PRT101": {"most": 2}}}
    assert check({"lines": ["99213"]}, {"lines": ["99213"]}, config=config) == []
    assert check({"lines": ["99213"]}, {"lines": ["99213"]}, config={"rules": {"PRT101": {"enabled": False}}}) == []


def test_a_pack_has_the_rule_and_not_its_part() -> None:
    assert Pack(name="parts", rules=(__name__,)).load_rules() == (twice,)
    assert twice.parts == [twice_across_claims]
    assert twice_across_claims.code == "PRT101"


def test_a_part_can_be_sent_to_another_process() -> None:
    assert pickle.loads(pickle.dumps(twice_across_claims)) is twice_across_claims


def test_a_part_takes_a_cohort_and_the_settings_of_its_rule() -> None:
    def other_settings(lines: Cohort[Any], *, most: int = 2) -> Outcomes:
        yield from ()

    def no_cohort(line: ServiceLine, *, most: int = 1) -> Outcomes:
        yield from ()

    for function in (other_settings, no_cohort):
        with pytest.raises(PackError, match="PRT101"):
            twice.across_claims(key=("patient",))(function)
