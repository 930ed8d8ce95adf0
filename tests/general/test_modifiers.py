from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prebill.general.code_families import ANATOMIC, EVALUATION, EVALUATION_WIDE
from prebill.general.modifiers.line import in_order
from prebill.general.tables.mpfs import FeeScheduleRow
from prebill.packs import find_packs
from prebill.tables import shipped_edition
from prebill.testing import Case, breaches, cases_of, run_case

GENERAL = find_packs(["general"])[0]
CASES = [case for case in cases_of(GENERAL) if case.rule is not None and case.rule.code.startswith("MOD")]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_case(case: Case) -> None:
    result = run_case(case)
    assert result.passed, result.detail


def test_the_rules_keep_the_contract() -> None:
    assert [breach for breach in breaches(GENERAL) if breach.startswith("MOD")] == []


def test_every_rule_of_the_specification_is_there() -> None:
    found = {rule.code for rule in GENERAL.rules if rule.code.startswith("MOD")}
    assert found == {f"MOD{number}" for number in (101, *range(103, 115))}


@given(st.lists(st.sampled_from(["26", "59", "RT", "LT", "22", "25", "KX", "GA", "XS", "Z9"]), max_size=6).map(tuple))
def test_the_order_keeps_the_modifiers_and_is_final(modifiers: tuple[str, ...]) -> None:
    ordered = in_order(modifiers)
    assert sorted(ordered) == sorted(modifiers)
    assert in_order(ordered) == ordered


def test_families() -> None:
    assert "99213" in EVALUATION
    assert "99495" not in EVALUATION
    assert "99495" in EVALUATION_WIDE
    assert {"RT", "F9", "TA", "LD"} <= {each for each in ("RT", "F9", "TA", "LD", "59") if each in ANATOMIC}
    assert "59" not in ANATOMIC


def test_the_shipped_fee_schedule_is_that_of_the_specification() -> None:
    edition = shipped_edition(FeeScheduleRow)
    assert edition is not None
    (knee,) = edition.rows["27447", ""]
    assert (knee.global_days, knee.bilateral, knee.assistant, knee.cosurgeon) == ("090", "1", "2", "1")
    assert [str(each) for each in (knee.pre_operative, knee.intra_operative, knee.post_operative)] == [
        "0.10",
        "0.69",
        "0.21",
    ]
    without_share = [row for (row,) in edition.rows.values() if row.global_days in {"000", "XXX", "ZZZ"}]
    assert not any(row.post_operative for row in without_share)
