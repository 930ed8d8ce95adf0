"""The eligibility checks that speak about a claim."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from prebill.model import Claim, EligibilityCheck, Payer

SYSTEM_REJECTS = frozenset({"42", "79", "80"})


def of_payer(checks: Iterable[EligibilityCheck], payer: Payer) -> list[EligibilityCheck]:
    """Return the checks that asked a payer, earliest first; one that does not name its payer counts."""
    own = [each for each in checks if each.payer_id is None or payer.is_called(each.payer_id)]
    return sorted(own, key=lambda each: each.checked_at)


def days_of(claim: Claim) -> list[date]:
    """Return every date of service of a claim."""
    return sorted({day for line in claim.lines for day in line.days})


def in_period(day: date, begin: date | None, end: date | None) -> bool:
    """Tell whether a day lies in a period that has a begin; both ends are inclusive, no end is open."""
    return begin is not None and begin <= day and (end is None or day <= end)


def answering(checks: Iterable[EligibilityCheck], day: date) -> Iterator[EligibilityCheck]:
    """Yield the checks that the payer answered and that speak for a day."""
    return (each for each in checks if each.status in {"active", "inactive"} and each.answers_for(day))
