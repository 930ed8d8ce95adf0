"""Days on which payers and practices work: neither weekend nor federal holiday (5 U.S.C. 6103)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache

_MONDAY, _THURSDAY, _SATURDAY, _SUNDAY = 0, 3, 5, 6


def is_workday(day: date) -> bool:
    """Tell whether a day is neither weekend nor federal holiday."""
    return day.weekday() < _SATURDAY and day not in federal_holidays(day.year)


def next_workday(day: date) -> date:
    """Return the day itself when it is a workday, else the next one."""
    while not is_workday(day):
        day += timedelta(days=1)
    return day


def workdays_between(first: date, last: date) -> int:
    """Count the workdays after the first day up to and including the last."""
    return sum([is_workday(first + timedelta(days=offset)) for offset in range(1, (last - first).days + 1)])


@lru_cache(maxsize=64)
def federal_holidays(year: int) -> frozenset[date]:
    """Return the days in a year on which federal holidays are observed: Friday for Saturday, Monday for Sunday."""
    return frozenset(day for day in _observed(year) if day.year == year)


def _observed(year: int) -> Iterator[date]:
    for of_year in (year, year + 1):
        for month, number in ((1, 1), (6, 19), (7, 4), (11, 11), (12, 25)):
            day = date(of_year, month, number)
            yield day + timedelta(days={_SATURDAY: -1, _SUNDAY: 1}.get(day.weekday(), 0))
    yield _nth(year, 1, _MONDAY, 3)
    yield _nth(year, 2, _MONDAY, 3)
    yield _nth(year, 6, _MONDAY, 1) - timedelta(days=7)
    yield _nth(year, 9, _MONDAY, 1)
    yield _nth(year, 10, _MONDAY, 2)
    yield _nth(year, 11, _THURSDAY, 4)


def _nth(year: int, month: int, weekday: int, number: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (number - 1))
