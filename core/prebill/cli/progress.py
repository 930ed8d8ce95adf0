"""Progress on stderr, where a person looks on."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

_EVERY = 0.2


class Progress:
    """Counts what is read, claims or rows, on one line of a terminal; silent anywhere else."""

    def __init__(self, *, quiet: bool, what: str = "claims", now: Callable[[], float] = time.monotonic) -> None:
        self._what = what
        self._shown = not quiet and sys.stderr.isatty()
        self._now = now
        self._start = self._last = now()

    def __call__(self, count: int) -> None:
        """Show how many were read, and how fast."""
        moment = self._now()
        if self._shown and count and moment - self._last >= _EVERY:
            self._last = moment
            rate = count / (moment - self._start)
            sys.stderr.write(f"\r\x1b[K{count:,} {self._what} read, {rate:,.0f} a second")
            sys.stderr.flush()

    def clear(self) -> None:
        """Remove the line."""
        if self._shown and self._last > self._start:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
