from __future__ import annotations

from datetime import date
from itertools import permutations
from typing import Any

import pytest

import prebill
from prebill.packs import find_packs
from prebill.testing import Case, breaches, cases_of, run_case
from prebill.testing.build import encounter_from

GENERAL = find_packs(["general"])[0]
CASES = [case for case in cases_of(GENERAL) if case.rule is not None and case.rule.code.startswith("DUP")]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_case(case: Case) -> None:
    result = run_case(case)
    assert result.passed, result.detail


def test_the_rules_keep_the_contract() -> None:
    assert [breach for breach in breaches(GENERAL) if breach.startswith("DUP")] == []


def test_every_rule_of_the_specification_is_there() -> None:
    found = {rule.code for rule in GENERAL.rules if rule.code.startswith("DUP")}
    assert found == {f"DUP{number}" for number in (101, 102, 103, 104, 106, 107, 108)}


DAY = date(2026, 3, 20)
VISIT: dict[str, Any] = {"lines": ["99213 [I10] $135"]}


def found(claims: list[dict[str, Any]], *rules: str) -> list[list[Any]]:
    """Check claims in every order and return what each order found."""
    encounters = [encounter_from(each, number) for number, each in enumerate(claims, 1)]
    results = []
    for batch in permutations(encounters):
        with prebill.check(list(batch), packs=["general"], select=rules, as_of=DAY) as report:
            results.append(sorted((each.rule, each.claim_id, each.lines) for each in report.findings))
    return results


def test_the_claim_that_was_sent_later_is_the_duplicate_whatever_the_order() -> None:
    sent = {**VISIT, "id": "Z-1", "status": {"state": "pending", "accepted_on": "2026-03-18"}}
    again = {**VISIT, "id": "A-1"}
    other = {"id": "M-1", "lines": ["99214 [I10] 2026-03-17"]}
    assert found([sent, again, other], "DUP101") == [[("DUP101", "A-1", (1,))]] * 6


def test_of_claims_that_were_not_sent_all_but_one_are_duplicates() -> None:
    results = found([{**VISIT, "id": "A"}, {**VISIT, "id": "B"}, {**VISIT, "id": "C"}], "DUP101")
    assert results == [[("DUP101", "B", (1,)), ("DUP101", "C", (1,))]] * 6


def test_an_equal_line_is_not_also_a_similar_one() -> None:
    assert found([{**VISIT, "id": "A"}, {**VISIT, "id": "B"}], "DUP101", "DUP102") == [[("DUP101", "B", (1,))]] * 2


def test_a_changed_claim_is_said_once_for_all_its_lines() -> None:
    prior = {
        "id": "A",
        "lines": ["99213 [I10]", "93000 [I10]", "36415 [I10]"],
        "status": {"state": "paid", "payer_claim_number": "ICN1"},
    }
    again = {"id": "B", "lines": ["99213-25 [I10]", "93000 [I10]", "36415 [I10]"]}
    assert found([prior, again], "DUP") == [[("DUP107", "B", ())]] * 2
