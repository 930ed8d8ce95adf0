"""A source whose encounters are joined with registers."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from prebill.model import Encounter
from prebill.readers.registers.load import Register
from prebill.reading import Item, Place, Problem, Source, Sourced

_FEW = 10
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
        return Encounter(**fields)

    def _unjoined(self, left: set[tuple[str, int]]) -> Iterator[Problem]:
        for register in self.registers:
            lines: dict[str, list[int]] = {}
            for entry in register.all_entries:
                if (register.name, entry.number) in left:
                    lines.setdefault(entry.place.source, []).append(entry.place.line or 0)
            for name, each in lines.items():
                shown = ", ".join(map(str, each[:_FEW])) + (", …" if len(each) > _FEW else "")
                rows, at = ("row joins", "line") if len(each) == 1 else ("rows join", "lines")
                message = f"{register.name}: {len(each)} {rows} no claim ({at} {shown})"
                yield Problem(place=Place(source=name, line=each[0]), message=message)
