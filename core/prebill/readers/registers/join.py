"""A source whose encounters are joined with registers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import attrs

from prebill.model import Appointment, Encounter
from prebill.readers.registers.load import Register
from prebill.reading import Item, Place, Problem, Source, Sourced

_FEW = 10
_SCHEDULE = "appointments"
_MISSED = frozenset({"cancelled", "no_show"})
_OF_VISIT = ("scheduled_at", "appointment_date", "walk_in")
_FIELDS = tuple(field.name for field in attrs.fields(Encounter))


@attrs.frozen
class Joined:
    """A source whose encounters hold what registers say about them.

    The first share reports what is wrong in the registers, the last one which rows joined nothing. To know that,
    it runs over the other shares once more, until every row has joined; that costs it time only, and only where
    rows are left over.
    """

    source: Source
    registers: tuple[Register, ...]
    others: tuple[Source, ...] = ()
    first: bool = True
    last: bool = True

    def read(self) -> Iterator[Item]:
        """Yield the problems of the registers, what the source holds, and which rows joined nothing."""
        if self.first:
            for register in self.registers:
                yield from register.problems
        left = {(register.name, entry.number) for register in self.registers for entry in register.all_entries}
        for item in self.source.read():
            yield Sourced(self._join(item.encounter, left), item.origin) if isinstance(item, Sourced) else item
        if self.last:
            for source in self.others:
                for item in source.read() if left else ():
                    if isinstance(item, Sourced):
                        self._join(item.encounter, left)
            yield from self._unjoined(left)

    def shares(self, count: int) -> tuple[Joined, ...]:
        """Divide the source; each share has the registers."""
        shares = self.source.shares(count)
        last = len(shares) - 1
        return tuple(
            Joined(
                share,
                self.registers,
                others=tuple(shares[:last]) if number == last else (),
                first=number == 0,
                last=number == last,
            )
            for number, share in enumerate(shares)
        )

    def _join(self, encounter: Encounter, left: set[tuple[str, int]]) -> Encounter:
        """Return an encounter with its records, and take those out of what is left.

        What an encounter says itself stands: a register adds nothing to it.
        """
        fields = {name: getattr(encounter, name) for name in _FIELDS}
        documentation = fields["documentation"] = dict(encounter.documentation)
        for register in self.registers:
            entries = register.about(encounter)
            left.difference_update([(register.name, entry.number) for entry in entries])
            place = fields if register.core else documentation
            if place.get(register.name) is None:
                values = [entry.value for entry in entries]
                known = tuple(values) if register.core else values
                place[register.name] = None if None in values else known
            if register.name == _SCHEDULE:
                fields |= _scheduled(encounter, fields[_SCHEDULE] or ())
        return Encounter(**fields)

    def _unjoined(self, left: set[tuple[str, int]]) -> Iterator[Problem]:
        for register in self.registers:
            places: dict[str, list[Place]] = {}
            for entry in register.all_entries:
                if (register.name, entry.number) in left:
                    places.setdefault(entry.place.source, []).append(entry.place)
            for each in places.values():
                yield Problem(place=each[0], message=f"{register.name}: {_joining_nothing(each)}")


def _scheduled(encounter: Encounter, appointments: Iterable[Appointment]) -> dict[str, Any]:
    """Return what the appointment of the visit says that an encounter does not say; nothing where there are two."""
    visits = [
        each
        for each in appointments
        if each.appointment_date == encounter.claim.from_date and each.status not in _MISSED
    ]
    if len(visits) != 1:
        return {}
    return {name: getattr(visits[0], name) for name in _OF_VISIT if getattr(encounter, name) is None}


def _joining_nothing(places: list[Place]) -> str:
    """Say how many rows of a CSV, or answers in X12, join no claim, and where the first few stand."""
    noun, at = ("row", "line") if places[0].segment is None else ("answer", "segment")
    spots = [
        str(place.line or place.segment) + (f" of interchange {place.interchange}" if _is_later(place) else "")
        for place in places[:_FEW]
    ]
    shown = ", ".join(spots) + (", …" if len(places) > _FEW else "")
    if len(places) == 1:
        return f"1 {noun} joins no claim ({at} {shown})"
    return f"{len(places)} {noun}s join no claim ({at}s {shown})"


def _is_later(place: Place) -> bool:
    return place.interchange is not None and place.interchange > 1
