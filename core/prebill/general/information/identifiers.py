"""National identifiers and how they are built: NPI, Medicare number, taxonomy."""

from __future__ import annotations

import re
from functools import lru_cache

_NPI_LENGTH = 10
_NPI_FIRST_DIGITS = "12"

# CMS, "Understanding the Medicare Beneficiary Identifier (MBI) Format": which characters stand where.
# Letters are all but S, L, O, I, B and Z.
_LETTER = "AC-HJKMNP-RT-Y"
_MBI_POSITIONS = tuple(
    re.compile(f"[{allowed}]")
    for allowed in (
        "1-9", _LETTER, f"{_LETTER}0-9", "0-9", _LETTER, f"{_LETTER}0-9", "0-9", _LETTER, _LETTER, "0-9", "0-9",
    )
)  # fmt: skip
_MBI = re.compile("".join(each.pattern for each in _MBI_POSITIONS))
_NEVER_IN_MBI = "SLOIBZ"
_MISREAD = str.maketrans("OISBZL", "015821")
# Nine digits and the letter of the entitlement (Social Security), or letters and six or nine digits (railroad).
_OLD_MEDICARE_NUMBER = re.compile(r"\d{9}[A-Z][A-Z0-9]?|[A-Z]{1,3}(\d{6}|\d{9})")
_TAXONOMY = re.compile(r"[0-9]{3}[A-Z0-9]{6}X")


def npi_check_digit(first_nine: str) -> str:
    """Return the tenth digit of an NPI (45 CFR 162.406): Luhn's sum with the prefix 80840, which adds 24."""
    total = 24
    for position, digit in enumerate(reversed(first_nine)):
        value = int(digit) * (1 if position % 2 else 2)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


@lru_cache(maxsize=65_536)
def npi_problem(npi: str) -> tuple[str, str] | None:
    """Return what is wrong with an NPI and how sure that is, or None."""
    if len(npi) != _NPI_LENGTH or not (npi.isascii() and npi.isdigit()):
        return f"does not have {_NPI_LENGTH} digits", "stop"
    expected = npi_check_digit(npi[:-1])
    if npi[-1] != expected:
        return f"fails its check digit (the last digit would be {expected})", "stop"
    if npi[0] not in _NPI_FIRST_DIGITS:
        return "starts with a digit that was never issued", "review"
    return None


def without_punctuation(number: str) -> str:
    """Return a member number in capitals without spaces and dashes."""
    return number.replace("-", "").replace(" ", "").upper()


def is_mbi(number: str) -> bool:
    """Tell whether a number, without dashes, has the form of a Medicare number (MBI)."""
    return _MBI.fullmatch(number) is not None


def is_old_medicare_number(number: str) -> bool:
    """Tell whether a number has the form of those that Medicare took until 2019."""
    return _OLD_MEDICARE_NUMBER.fullmatch(number) is not None


def mbi_problem(number: str) -> str:
    """Say why a number is no MBI: its length, and the first character that cannot stand where it is."""
    faults = []
    if len(number) != len(_MBI_POSITIONS):
        faults.append(f"has {len(number)} characters ({len(_MBI_POSITIONS)} needed)")
    for position, character in enumerate(number, 1):
        if character in _NEVER_IN_MBI:
            faults.append(f"position {position} '{character}' is never used")
            break
        if position <= len(_MBI_POSITIONS) and not _MBI_POSITIONS[position - 1].fullmatch(character):
            faults.append(f"position {position} cannot be '{character}'")
            break
    return "; ".join(faults)


def likely_mbi(number: str) -> str | None:
    """Return the MBI that a number becomes once letters that look like digits are read as digits, or None."""
    if len(number) != len(_MBI_POSITIONS):
        return None
    meant = number.translate(_MISREAD)
    return meant if is_mbi(meant) else None


@lru_cache(maxsize=4096)
def is_taxonomy(code: str) -> bool:
    """Tell whether a code has the form of a taxonomy code: three digits, six characters, `X`."""
    return _TAXONOMY.fullmatch(code) is not None
