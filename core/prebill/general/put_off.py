"""Lets a rule judge everything that it can before it says what it does not know."""

from __future__ import annotations

from types import TracebackType

from prebill.lookup import NotKnown


class PutOff:
    """Keeps the first value that is not known, so that the rule can go on with the next line.

    Use it as `with put_off:` around what may not be known, and end with `put_off.say()`.
    """

    def __init__(self) -> None:
        self._first: NotKnown | None = None

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> bool:
        if isinstance(error, NotKnown):
            self._first = self._first or error
            return True
        return False

    def say(self) -> None:
        """Raise the first value that was not known; nothing when all were."""
        if self._first is not None:
            raise self._first
