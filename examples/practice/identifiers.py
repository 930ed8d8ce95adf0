"""Identifiers that fit their formats and belong to nobody."""

from __future__ import annotations

from random import Random

_LETTERS = "ACDEFGHJKMNPQRTUVWXY"
_DIGITS = "0123456789"
_MEDICARE_NUMBER = (
    "123456789",
    _LETTERS,
    _LETTERS + _DIGITS,
    _DIGITS,
    _LETTERS,
    _LETTERS + _DIGITS,
    _DIGITS,
    _LETTERS,
    _LETTERS,
    _DIGITS,
    _DIGITS,
)


def npi(number: int) -> str:
    """Return the national provider identifier of a running number, with its Luhn check digit."""
    body = f"1{number:08}"
    doubled = [int(digit) for digit in reversed("80840" + body)]
    total = sum(sum(divmod(2 * digit, 10)) if place % 2 == 0 else digit for place, digit in enumerate(doubled))
    return f"{body}{-total % 10}"


def medicare_number(random: Random) -> str:
    """Return a Medicare beneficiary identifier."""
    return "".join(random.choice(characters) for characters in _MEDICARE_NUMBER)


def member_number(random: Random) -> str:
    """Return a member number of a commercial payer."""
    return f"W{random.randrange(10**8, 10**9)}"
