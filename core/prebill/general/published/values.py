"""What stands in one cell. Every function names the column and the value in its `ValueError`."""

from __future__ import annotations

import re
from collections.abc import Collection
from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

_CODE = re.compile(r"[0-9A-Z]{5}")
_AMOUNT = re.compile(r"\d+\.?\d*|\.\d+")
_DAY = re.compile(r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)")
_AMERICAN_DAY = re.compile(r"(?P<month>\d\d?)/(?P<day>\d\d?)/(?P<year>\d{4})")
_ISO_DAY = re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)([ T].*)?")
_LONGEST_SHOWN = 40

# Files of millions of rows hold few different values; each is read once.
_remembered = lru_cache(maxsize=65_536)


@_remembered
def code(text: str, column: str) -> str:
    """Return a procedure code: five digits and capital letters."""
    if _CODE.fullmatch(text):
        return text
    raise wrong(text, column, "a code of five characters")


@_remembered
def day(text: str, column: str) -> date:
    """Return a date CCYYMMDD."""
    return _date(_DAY.fullmatch(text), text, column, "CCYYMMDD")


@_remembered
def day_of_year(text: str, column: str) -> date:
    """Return a date CCYYDDD: the year, and the day in it."""
    if len(text) == 7 and text.isdecimal():
        with suppress(ValueError, OverflowError):
            found = date(int(text[:4]), 1, 1) + timedelta(days=int(text[4:]) - 1)
            if found.year == int(text[:4]):
                return found
    raise wrong(text, column, "a date CCYYDDD")


@_remembered
def american_day(text: str, column: str) -> date:
    """Return a date MM/DD/CCYY."""
    return _date(_AMERICAN_DAY.fullmatch(text), text, column, "MM/DD/CCYY")


@_remembered
def iso_day(text: str, column: str) -> date:
    """Return a date CCYY-MM-DD, which a time may follow."""
    return _date(_ISO_DAY.fullmatch(text), text, column, "CCYY-MM-DD")


@_remembered
def whole(text: str, column: str) -> int:
    """Return a number of zero or more."""
    if text.isdecimal() and text.isascii():
        return int(text)
    raise wrong(text, column, "a whole number")


@_remembered
def amount(text: str, column: str) -> Decimal:
    """Return a decimal number of zero or more."""
    if _AMOUNT.fullmatch(text):
        return Decimal(text)
    raise wrong(text, column, "a number")


def one_of(text: str, column: str, known: Collection[str]) -> str:
    """Return a value that the publisher defines."""
    if text in known:
        return text
    raise wrong(text, column, f"one of {', '.join(sorted(known))}")


def wrong(text: str, column: str, wanted: str) -> ValueError:
    """Return the error for a value that is not what the column holds."""
    shown = text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
    return ValueError(f"{column}: {shown!r} is not {wanted}")


def in_order(first: date | None, last: date | None, column: str) -> None:
    """Raise `ValueError` where a last day lies before the first."""
    if first is not None and last is not None and last < first:
        message = f"{column}: {last} is before the first day, {first}"
        raise ValueError(message)


def _date(found: re.Match[str] | None, text: str, column: str, form: str) -> date:
    if found is not None:
        with suppress(ValueError):
            return date(int(found["year"]), int(found["month"]), int(found["day"]))
    raise wrong(text, column, f"a date {form}")
