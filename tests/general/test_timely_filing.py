from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prebill.general.tables.timely_filing import MEDICARE, FilingLimit
from prebill.general.workdays import federal_holidays, is_workday, next_workday, workdays_between
from prebill.packs import find_packs
from prebill.testing import Case, breaches, cases_of, run_case

GENERAL = find_packs(["general"])[0]
CASES = [case for case in cases_of(GENERAL) if case.rule is not None and case.rule.code.startswith("TFL")]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_case(case: Case) -> None:
    result = run_case(case)
    assert result.passed, result.detail


def test_the_rules_keep_the_contract() -> None:
    assert [breach for breach in breaches(GENERAL) if breach.startswith("TFL")] == []


def test_every_rule_of_the_specification_is_there() -> None:
    found = {rule.code for rule in GENERAL.rules if rule.code.startswith("TFL")}
    assert found == {f"TFL{number}" for number in range(101, 108)}


DAYS = st.dates(date(2015, 1, 1), date(2035, 12, 31))


def test_federal_holidays_of_2026() -> None:
    """As the Office of Personnel Management publishes them; July 4 is a Saturday."""
    assert federal_holidays(2026) == {
        date(2026, 1, 1),
        date(2026, 1, 19),
        date(2026, 2, 16),
        date(2026, 5, 25),
        date(2026, 6, 19),
        date(2026, 7, 3),
        date(2026, 9, 7),
        date(2026, 10, 12),
        date(2026, 11, 11),
        date(2026, 11, 26),
        date(2026, 12, 25),
    }


def test_new_year_on_a_saturday_is_observed_in_the_old_year() -> None:
    assert date(2021, 12, 31) in federal_holidays(2021)
    assert date(2022, 1, 1) not in federal_holidays(2022)


@given(DAYS)
def test_the_next_workday_is_the_first_one(day: date) -> None:
    found = next_workday(day)
    assert is_workday(found)
    assert all(not is_workday(day + timedelta(days=offset)) for offset in range((found - day).days))
    assert (found - day).days <= 4


@given(DAYS, st.integers(0, 40))
def test_workdays_are_counted_after_the_first_day(day: date, length: int) -> None:
    last = day + timedelta(days=length)
    assert workdays_between(day, day) == 0
    assert workdays_between(day, last + timedelta(days=1)) - workdays_between(day, last) == is_workday(
        last + timedelta(days=1)
    )


@pytest.mark.parametrize(
    ("limit", "start", "last"),
    [
        (MEDICARE, date(2024, 2, 29), date(2025, 2, 28)),
        (MEDICARE, date(2024, 8, 31), date(2025, 9, 2)),
        (MEDICARE, date(2025, 11, 21), date(2026, 11, 23)),
        (FilingLimit(payer_id="P", limit=90), date(2026, 3, 16), date(2026, 6, 14)),
        (FilingLimit(payer_id="P", unit="end_of_next_year"), date(2026, 3, 16), date(2027, 12, 31)),
        (FilingLimit(payer_id="P", limit=6, unit="months_after_month"), date(2026, 3, 16), date(2026, 9, 30)),
        (FilingLimit(payer_id="P", limit=6, unit="months_after_month"), date(2025, 8, 1), date(2026, 2, 28)),
    ],
)
def test_the_last_day_of_a_limit(limit: FilingLimit, start: date, last: date) -> None:
    assert limit.deadline(start) == last


@given(DAYS, DAYS)
def test_a_later_service_never_has_an_earlier_deadline(one: date, other: date) -> None:
    first, second = sorted([one, other])
    for limit in (
        MEDICARE,
        FilingLimit(payer_id="P", limit=95),
        FilingLimit(payer_id="P", unit="end_of_next_year"),
    ):
        assert limit.deadline(first) <= limit.deadline(second)
