"""Three-valued answers: true, false, or None for not known."""

from __future__ import annotations


def every(*values: bool | None) -> bool | None:
    """Return False if any value is false, True if all are true, else None."""
    if any(value is False for value in values):
        return False
    return None if None in values else True


def some(*values: bool | None) -> bool | None:
    """Return True if any value is true, False if all are false, else None."""
    if any(values):
        return True
    return None if None in values else False


def negated(value: bool | None) -> bool | None:
    """Return the opposite of a known value."""
    return None if value is None else not value
