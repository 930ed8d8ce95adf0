"""What is absent proves something only where everything is known."""

from __future__ import annotations

from datetime import date
from typing import Any

from prebill import Cohort


def all_known(lines: Cohort[Any], since: date) -> bool:
    """Tell whether everything billed since a day is here, so that what is absent was not billed."""
    return lines.complete or (lines.known_since is not None and lines.known_since <= since)
