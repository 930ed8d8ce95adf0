"""How the text of an element becomes a value of the model.

A conversion raises `ValueError` with what it expected, never with what it found: the text may be a patient's.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import Any

_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,18}(?:\.[0-9]{0,9})?|\.[0-9]{1,9})")
_CAPACITY = 2048


class Kind(StrEnum):
    """What an element holds."""

    TEXT = "text"
    CODE = "code"
    DIAGNOSIS = "diagnosis code"
    AMOUNT = "amount"
    COUNT = "count"
    POSITION = "position"
    DAY = "date"
    FIRST_DAY = "first day"
    LAST_DAY = "last day"
    MOMENT = "date and time"
    ANSWER = "Y or N"
    MARK = "Y"
    EXEMPT = "0"
    CAPITATED = "RP"
    REISSUE = "18"

    @property
    def numeric(self) -> bool:
        """Tell whether a claim cannot be represented when such an element is not a number."""
        return self in _NUMERIC


_NUMERIC = frozenset({Kind.AMOUNT, Kind.COUNT, Kind.POSITION})


class Remembered(dict[str, Any]):
    """A conversion that remembers what it made last; texts repeat from claim to claim."""

    def __init__(self, convert: Callable[[str], Any]) -> None:
        super().__init__()
        self._convert = convert

    def __missing__(self, text: str) -> Any:
        value = self._convert(text)
        if len(self) >= _CAPACITY:
            self.clear()
        self[text] = value
        return value


class Conversions:
    """The conversions of one reader."""

    def __init__(self) -> None:
        numbers = Remembered(number).__getitem__
        self._of: dict[Kind, Callable[[str], Any] | None] = {
            Kind.TEXT: None,
            Kind.CODE: Remembered(code).__getitem__,
            Kind.DIAGNOSIS: Remembered(diagnosis).__getitem__,
            Kind.AMOUNT: numbers,
            Kind.COUNT: numbers,
            Kind.POSITION: Remembered(position).__getitem__,
            Kind.DAY: Remembered(day).__getitem__,
            Kind.FIRST_DAY: Remembered(first_day).__getitem__,
            Kind.LAST_DAY: Remembered(last_day).__getitem__,
            Kind.MOMENT: moment,
            Kind.ANSWER: answer,
            Kind.MARK: "Y".__eq__,
            Kind.EXEMPT: "0".__eq__,
            Kind.CAPITATED: "RP".__eq__,
            Kind.REISSUE: "18".__eq__,
        }

    def of(self, kind: Kind) -> Callable[[str], Any] | None:
        """Return the conversion for a kind of element; text needs none."""
        return self._of[kind]


def number(text: str) -> Decimal:
    """Read an X12 decimal."""
    if not _NUMBER.fullmatch(text):
        raise ValueError("a number")
    return Decimal(text)


def position(text: str) -> int:
    """Read a whole number such as a diagnosis pointer."""
    value = number(text)
    if value != int(value):
        raise ValueError("a whole number")
    return int(value)


def day(text: str) -> date:
    """Read a date `CCYYMMDD`."""
    if len(text) != 8 or not (text.isascii() and text.isdigit()):
        raise ValueError("a date CCYYMMDD")
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        raise ValueError("a calendar date") from None


def first_day(text: str) -> date:
    """Read the date, or the first date of a range `CCYYMMDD-CCYYMMDD`."""
    return day(text.partition("-")[0])


def last_day(text: str) -> date | None:
    """Read the last date of a range `CCYYMMDD-CCYYMMDD`; a single date has none."""
    _, dash, last = text.partition("-")
    return day(last) if dash else None


def moment(text: str) -> datetime:
    """Read a date and a time `CCYYMMDD HHMM`, with or without seconds; without a time, the day begins."""
    known, _, clock = text.partition(" ")
    try:
        return datetime.combine(day(known), time.fromisoformat(clock[:6] or "0000"))
    except ValueError:
        raise ValueError("a date CCYYMMDD with a time HHMM") from None


def code(text: str) -> str:
    """Read a code: upper case, without blanks around it."""
    return text.strip().upper()


def diagnosis(text: str) -> str:
    """Read a diagnosis code: upper case, without its dot."""
    return text.strip().upper().replace(".", "")


def answer(text: str) -> bool:
    """Read an answer `Y` or `N`."""
    if text not in {"Y", "N"}:
        raise ValueError("Y or N")
    return text == "Y"
