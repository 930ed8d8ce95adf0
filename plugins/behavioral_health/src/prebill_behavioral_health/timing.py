"""How minutes choose a code: the thresholds of psychotherapy, family therapy and crisis therapy."""

from __future__ import annotations

SHORT, MIDDLE, LONG = "short", "middle", "long"
LENGTHS = (SHORT, MIDDLE, LONG)
STANDALONE = dict(zip(LENGTHS, ("90832", "90834", "90837"), strict=True))
WITH_VISIT = dict(zip(LENGTHS, ("90833", "90836", "90838"), strict=True))
STARTS_AT = {SHORT: 16, MIDDLE: 38, LONG: 53}
FAMILY_STARTS_AT = 26
CRISIS_STARTS_AT = 30
CRISIS_FIRST_HOUR_ENDS_AT = 74


def therapy_length(minutes: int) -> str | None:
    """Return the length of individual psychotherapy that the minutes support, or None below 16."""
    return next((length for length in reversed(LENGTHS) if minutes >= STARTS_AT[length]), None)


def crisis_add_on_units(minutes: int) -> int:
    """Return the units of more time that a crisis session supports: one per 30 minutes begun after minute 74."""
    return max(0, -((CRISIS_FIRST_HOUR_ENDS_AT - minutes) // 30))
