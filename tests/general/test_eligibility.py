from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prebill.general.alike import letters, likeness, one_slip_apart, part_of_double_name, same_first_name
from prebill.general.eligibility.member import last_covered_day
from prebill.packs import find_packs
from prebill.testing import Case, breaches, cases_of, run_case

GENERAL = find_packs(["general"])[0]
CASES = [case for case in cases_of(GENERAL) if case.rule is not None and case.rule.code.startswith("ELG")]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_case(case: Case) -> None:
    result = run_case(case)
    assert result.passed, result.detail


def test_the_rules_keep_the_contract() -> None:
    assert [breach for breach in breaches(GENERAL) if breach.startswith("ELG")] == []


def test_every_rule_of_the_specification_is_there() -> None:
    found = {rule.code for rule in GENERAL.rules if rule.code.startswith("ELG")}
    assert found == {f"ELG{number}" for number in range(101, 112)}


WORDS = st.text("ABC123", max_size=8)


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("A7718", "A7781", True),
        ("A7781", "A7781", False),
        ("A778", "A7781", True),
        ("A7781", "A7782", True),
        ("B7781", "A7781", True),
        ("A1877", "A7781", False),
        ("", "A", True),
        ("AB", "BA", True),
        ("ABC", "CAB", False),
    ],
)
def test_one_slip_of_the_keyboard(one: str, other: str, near: bool) -> None:
    assert one_slip_apart(one, other) is near


@given(WORDS, WORDS)
def test_a_slip_has_no_direction(one: str, other: str) -> None:
    assert one_slip_apart(one, other) == one_slip_apart(other, one)


@given(WORDS, st.integers(0, 8), st.sampled_from("ABC123"))
def test_every_single_slip_is_found(word: str, index: int, letter: str) -> None:
    at = min(index, len(word))
    for slipped in (
        word[:at] + letter + word[at:],
        word[:at] + letter + word[at + 1 :],
        word[:at] + word[at + 1 :],
    ):
        assert slipped == word or one_slip_apart(word, slipped)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [("MARTHA", "MARHTA", 0.9611), ("DWAYNE", "DUANE", 0.84), ("DIXON", "DICKSONX", 0.8133), ("A", "B", 0.0)],
)
def test_likeness_of_names(one: str, other: str, alike: float) -> None:
    """The published examples of Winkler (1990)."""
    assert likeness(one, other) == pytest.approx(alike, abs=0.0001)


@given(WORDS, WORDS)
def test_likeness_is_a_share_and_has_no_direction(one: str, other: str) -> None:
    assert 0 <= likeness(one, other) <= 1
    assert likeness(one, other) == pytest.approx(likeness(other, one), abs=0.11)
    assert likeness(one, one) == 1


def test_names_are_compared_by_their_letters() -> None:
    assert letters("O'Neil-Jones Jr.") == "ONEILJONES"
    assert same_first_name("ROBERT", "Bob")
    assert same_first_name("R", "ROBERT")
    assert same_first_name(None, "ROBERT")
    assert not same_first_name("ROBERT", "RICHARD")
    assert part_of_double_name("SMITH", "SMITH-JONES")
    assert not part_of_double_name("SMITH", "JONES")


@pytest.mark.parametrize(
    ("born", "rule", "last"),
    [
        (date(2000, 2, 10), "end_of_month", date(2026, 2, 28)),
        (date(2000, 3, 10), "end_of_month", date(2026, 3, 31)),
        (date(2000, 3, 10), "birthday", date(2026, 3, 9)),
        (date(2000, 2, 29), "birthday", date(2026, 2, 27)),
        (date(2002, 2, 28), "end_of_month", date(2028, 2, 29)),
    ],
)
def test_the_last_day_of_a_child(born: date, rule: str, last: date) -> None:
    assert last_covered_day(born, 26, rule) == last
