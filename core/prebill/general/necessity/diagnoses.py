"""Diagnosis codes as people write them, and the fiscal years in which they hold."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from prebill.model import Claim, ServiceLine


def dotted(code: str) -> str:
    """Return a code with its dot: `E11.9`."""
    return f"{code[:3]}.{code[3:]}" if len(code) > 3 else code


def listed(codes: Iterable[str]) -> str:
    """Return codes with their dots, in a row."""
    return ", ".join(map(dotted, codes))


def fiscal_year(day: date) -> int:
    """Return the fiscal year of a day, which begins on October 1 of the year before."""
    return day.year + (day.month >= 10)


def letter(position: int) -> str:
    """Return the letter by which the claim form names a diagnosis: A for the first."""
    return chr(ord("A") + position - 1)


def diagnoses_of(claim: Claim) -> tuple[str, ...]:
    """Return the ICD-10-CM codes of a claim, each once, in order; the first is first-listed."""
    codes = [each.code for each in claim.diagnoses if each.qualifier not in {"BK", "BF"}]
    return tuple(codes) if len(codes) < 2 else tuple(dict.fromkeys(codes))


def lines_pointing(claim: Claim, code: str) -> tuple[ServiceLine, ...]:
    """Return the lines that point to a diagnosis."""
    return tuple(line for line in claim.lines if code in claim.diagnoses_of(line))
