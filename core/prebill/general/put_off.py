"""Lets a rule judge everything that it can before it says what it does not know."""

from __future__ import annotations

from datetime import date
from types import TracebackType
from typing import Any

from prebill.lookup import NotKnown, Table


class PutOff:
    """Keeps the first value that is not known, so that the rule can go on with the next line.

    Use it as `with put_off:` around what may not be known, and end with `put_off.say()`.
    """

    _first: NotKnown | None = None

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> bool:
        if isinstance(error, NotKnown):
            self._first = self._first or error
            return True
        return False

    def find(self, table: Table[Any], day: date, *key: Any) -> tuple[Any, ...]:
        """Return the rows of a key on a day, as `Table.all` does; none where they are not known, which is put off."""
        dated = self.on(table, day)
        if dated is None:
            return ()
        rows = dated.find(*key)
        if rows is None:
            self.left_out(dated)
        return rows or ()

    def on(self, table: Table[Any], day: date) -> Table[Any] | None:
        """Return a table as it stands on a day, or None where no edition covers it, which is put off."""
        try:
            return table.on(day)
        except NotKnown as error:
            self._first = self._first or error
            return None

    def left_out(self, table: Table[Any]) -> None:
        """Put off that the table has an excerpt only, and not what was looked up."""
        self._first = self._first or table.left_out()

    def say(self) -> None:
        """Raise the first value that was not known; nothing when all were."""
        if self._first is not None:
            raise self._first
