"""One answer of a payer, as a register takes it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any, TypeVar

import attrs

from prebill.readers.x12.levels import Segment, Transaction
from prebill.readers.x12.values import day, moment
from prebill.reading import Place, Problem

Value = TypeVar("Value")
Period = tuple[date | None, date | None]
"""The first and the last day; either may be unknown."""


@attrs.frozen
class Person:
    """The dependent whom an answer is about, where others of the family have the same member number."""

    first_name: str | None = None
    birth_date: date | None = None


@attrs.frozen
class Answer:
    """A record that a transaction holds, or None where it could not be read, and by what it is joined.

    `members` are the numbers under which the payer knows the member, old ones too; `patient` is the number of the
    practice for the patient. `faults` are what is wrong in it.
    """

    place: Place
    record: Any
    members: tuple[str, ...] = ()
    patient: str | None = None
    person: Person | None = None
    faults: tuple[Problem, ...] = ()


class Reading:
    """Turns elements of one answer into values, and keeps what is wrong with them.

    Faults name the element and what was expected there, never what stands there.
    """

    def __init__(self, transaction: Transaction, remedy: str) -> None:
        self._transaction = transaction
        self._remedy = remedy
        self.faults: list[Problem] = []

    def fault(self, segment: Segment, loop: str, position: int, message: str) -> None:
        """Note what is wrong with an element, or with the segment as a whole for position 0."""
        element = f"{loop}/{segment.name}{f'{position:02}' if position else ''}"
        place = self._transaction.place(segment.ordinal, element)
        self.faults.append(Problem(place=place, message=f"{message}; {self._remedy}"))

    def value(
        self, segment: Segment, loop: str, position: int, convert: Callable[[str], Value], text: str | None = None
    ) -> Value | None:
        """Return the value of an element, or of a part of it that is given as text; None without one."""
        text = segment[position] if text is None else text
        if not text:
            return None
        try:
            return convert(text)
        except ValueError as expected:
            self.fault(segment, loop, position, f"expected {expected}")
            return None

    def answered_at(self) -> datetime | None:
        """Return when the payer answered: the time of the transaction (BHT), else that of the interchange (ISA)."""
        header = self._transaction.header
        made, sent = named(header, "BHT"), named(header, "ISA")
        if made is not None and made[4]:
            return self.value(made, "header", 4, moment, f"{made[4]} {made[5]}")
        if sent is not None:
            return self.value(sent, "header", 9, moment, f"20{sent[9]} {sent[10]}")
        self.fault(header[-1], "header", 0, "the answer has no date (BHT04)")
        return None

    def dates(self, segments: Iterable[Segment], loop: str, qualifiers: Iterable[str]) -> Mapping[str, Period]:
        """Return the periods of DTP segments by their qualifier; a single day has no last one."""
        wanted = frozenset(qualifiers)
        found: dict[str, Period] = {}
        for segment in segments:
            if segment.name == "DTP" and segment[1] in wanted:
                first, dash, last = segment[3].partition("-")
                begin = self.value(segment, loop, 3, day, first)
                found.setdefault(segment[1], (begin, self.value(segment, loop, 3, day, last) if dash else None))
        return found


def named(segments: Iterable[Segment], name: str, *qualifiers: str) -> Segment | None:
    """Return the first segment of a name, with one of the qualifiers in its first element if any are given."""
    return next((each for each in segments if each.name == name and (not qualifiers or each[1] in qualifiers)), None)


def reference(segments: Iterable[Segment], *qualifiers: str) -> str | None:
    """Return the first REF02 of the qualifiers, in the order in which these are given."""
    held = [each for each in segments if each.name == "REF"]
    return next((each[2] for qualifier in qualifiers for each in held if each[1] == qualifier and each[2]), None)
