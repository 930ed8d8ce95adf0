"""The eligibility checks that speak about a claim."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from operator import attrgetter

from prebill.model import Claim, EligibilityCheck, Payer

SYSTEM_REJECTS = frozenset({"42", "79", "80"})
ANSWERED = frozenset({"active", "inactive"})
WHEN_CHECKED = attrgetter("checked_at")


def of_payer(checks: Iterable[EligibilityCheck], payer: Payer) -> list[EligibilityCheck]:
    """Return the checks that asked a payer, earliest first; one that does not name its payer counts."""
    names = (None, payer.payer_id, *payer.aliases)
    return sorted([each for each in checks if each.payer_id in names], key=WHEN_CHECKED)


def days_of(claim: Claim) -> list[date]:
    """Return every date of service of a claim."""
    days = {line.from_date for line in claim.lines}
    for line in claim.lines:
        if line.to_date is not None:
            days.update(line.days)
    return sorted(days)


def in_period(day: date, begin: date | None, end: date | None) -> bool:
    """Tell whether a day lies in a period that has a begin; both ends are inclusive, no end is open."""
    return begin is not None and begin <= day and (end is None or day <= end)


def answering(checks: Iterable[EligibilityCheck], day: date) -> list[EligibilityCheck]:
    """Return the checks that the payer answered and that speak for a day."""
    return [each for each in checks if each.status in ANSWERED and each.answers_for(day)]
