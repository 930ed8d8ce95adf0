"""What one segment gives to the record it stands in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

import attrs

from prebill.model import Segment as KeptSegment
from prebill.readers.x12.compiled import Read, can_be_compiled, compiled
from prebill.readers.x12.drafts import Fields, Slot, slot
from prebill.readers.x12.mapping import (
    Append,
    Carry,
    Need,
    Pair,
    Position,
    Records,
    Segment,
    Several,
    Value,
)
from prebill.readers.x12.mapping import position as position_of
from prebill.readers.x12.values import Conversions

_Readers = tuple["_Reader", ...]
_LONGEST_LISTING = 12


@attrs.frozen
class Fault:
    """Something wrong with a segment: the element, what, and whether it makes the claim unreadable."""

    element: str
    message: str
    fatal: bool = False


@attrs.frozen
class Step:
    """What one segment adds to a record: fields by part, members of lists, faults.

    The records in `carried` wait for a field that an earlier segment `carries`. `kept` is the segment as read;
    `unknown` tells that it has no place in the loop.
    """

    parts: tuple[tuple[str, Fields], ...] = ()
    lists: tuple[tuple[Slot, tuple[Any, ...]], ...] = ()
    carried: tuple[Records, tuple[Fields, ...]] | None = None
    carries: Fields = attrs.field(factory=dict)
    faults: tuple[Fault, ...] = ()
    kept: KeptSegment | None = None
    unknown: bool = False


class _UnusableError(Exception):
    """A segment lacks what its record cannot be without."""


@attrs.frozen
class _Reader:
    """A value made ready to be read: the name of its field, and its conversion."""

    name: str
    source: Value | Several
    convert: Callable[[str], Any] | None


class SegmentReader:
    """Reads one kind of segment in one loop, and tells where it stands what it reads."""

    def __init__(self, loop: str, segment: Segment, conversions: Conversions, component: str) -> None:
        self.segment = segment
        self._loop = loop
        self._component = component
        self._conversions = conversions
        self.can_be_quick = can_be_compiled(segment)

    @cached_property
    def _parts(self) -> tuple[tuple[str, _Readers], ...]:
        single = [each for each in self.segment.fills if isinstance(each, Value | Several)]
        return tuple(
            (part, self._ready(*(each for each in single if slot(each.field)[0] == part)))
            for part in dict.fromkeys(slot(each.field)[0] for each in single)
        )

    @cached_property
    def _records(self) -> tuple[tuple[Records, _Readers, _Readers], ...]:
        return tuple(
            (each, self._ready(*each.values), self._ready(*each.shared))
            for each in self.segment.fills
            if isinstance(each, Records)
        )

    @cached_property
    def _appended(self) -> tuple[tuple[Slot, _Readers], ...]:
        return tuple(
            (slot(each.field), self._ready(Several(each.field, each.at, each.kind)))
            for each in self.segment.fills
            if isinstance(each, Append)
        )

    @cached_property
    def _pairs(self) -> tuple[Pair, ...]:
        return tuple(each for each in self.segment.fills if isinstance(each, Pair))

    @cached_property
    def _carries(self) -> tuple[Carry, ...]:
        return tuple(each for each in self.segment.fills if isinstance(each, Carry))

    def _ready(self, *sources: Value | Several) -> _Readers:
        return tuple(_Reader(slot(source.field)[1], source, self._conversions.of(source.kind)) for source in sources)

    def label(self, position: Position | None = None) -> str:
        """Name the segment, or one element of it, such as `2400/SV101-2`."""
        return f"{self._loop}/{self.segment.name}{position or ''}"

    def keep(self, elements: list[str]) -> KeptSegment:
        """Return the segment as read."""
        return KeptSegment(loop=self._loop, name=elements[0], elements=tuple(elements[1:]))

    # -------------------------------------------------------------------------------------------- reading

    @cached_property
    def read_quickly(self) -> Read:
        """Reads a segment that is not remarkable, where `can_be_quick`; what it fills is what `read` gives."""
        return compiled(self.segment, self._conversions, self._component, self._one_record)

    def read(self, elements: list[str]) -> Step:
        """Read a segment with care, given its elements with its name in front."""
        faults: list[Fault] = []
        unread: list[Position] = []
        if self.segment.allowed and elements[1:2] and elements[1] not in self.segment.allowed:
            faults.append(Fault(self.label(Position(1)), f"this {elements[0]} qualifier is not one of the loop"))
        faults += [
            Fault(self.label(position), "this element is missing")
            for position in map(position_of, self.segment.expected)
            if not self._text(elements, position)
        ]
        try:
            parts = tuple((part, self._fields(readers, elements, faults, unread)) for part, readers in self._parts)
            lists = [
                (slot(records.field), self._make(records, values, shared, elements, faults, unread))
                for records, values, shared in self._records
            ]
        except _UnusableError:
            return Step(faults=tuple(faults), kept=self.keep(elements))
        carried = None
        if self._records and self._records[0][0].carried:
            carried = (self._records[0][0], lists.pop()[1])
        lists += [
            (target, next(iter(self._fields(readers, elements, faults, unread).values()), ()))
            for target, readers in self._appended
        ]
        lists += [(slot(pair.field), (found,)) for pair in self._pairs if (found := self._pair(pair, elements))]
        return Step(
            parts=tuple((part, fields) for part, fields in parts if fields),
            lists=tuple((target, members) for target, members in lists if members),
            carried=carried,
            carries={each.field: self._text(elements, each.at) for each in self._carries},
            faults=tuple(faults),
            kept=self.keep(elements) if unread or not (self.segment.fills or self.segment.structural) else None,
        )

    def _one_record(self, text: str) -> Any:
        """Return the record that an element of the segment makes; raises `ValueError` if it is remarkable."""
        step = self.read([self.segment.name, text])
        if step.faults or step.kept or len(step.lists) != 1:
            raise ValueError
        ((_, (record,)),) = step.lists
        return record

    def _fields(
        self,
        readers: _Readers,
        elements: list[str],
        faults: list[Fault],
        unread: list[Position],
        offset: int = 0,
    ) -> Fields:
        fields: Fields = {}
        for reader in readers:
            source = reader.source
            if isinstance(source, Several):
                members = self._several(reader, source, elements, faults, unread)
                if members:
                    fields[reader.name] = members
                continue
            position, text = self._find(source, elements, offset)
            if not text:
                if source.need:
                    self._absent(source, position, faults)
                continue
            if not self._restrict(source, position, text, elements, faults):
                continue
            if source.then:
                text = f"{text} {self._text(elements, source.then)}"
            if reader.convert is None:
                fields[reader.name] = text
                continue
            try:
                value = reader.convert(text)
            except ValueError as expected:
                self._misread(source, position, str(expected), faults, unread)
                continue
            if value is not None:
                fields[reader.name] = value
        return fields

    def _find(self, source: Value, elements: list[str], offset: int) -> tuple[Position, str]:
        """Return the first position of the value that holds text, and the text."""
        for position in source.at:
            index = position.element + offset
            text = elements[index] if index < len(elements) else ""
            if text and position.component:
                components = text.split(self._component)
                text = components[position.component - 1] if position.component <= len(components) else ""
            if text:
                return position if not offset else Position(index, position.component), text
        first = source.at[0]
        return (first if not offset else Position(first.element + offset, first.component)), ""

    def _text(self, elements: list[str], position: Position) -> str:
        return self._find(Value("", (position,)), elements, 0)[1]

    def _several(
        self,
        reader: _Reader,
        source: Several,
        elements: list[str],
        faults: list[Fault],
        unread: list[Position],
    ) -> tuple[Any, ...]:
        members = []
        for position in source.at:
            if position.element >= len(elements):
                break
            text = self._text(elements, position)
            if not text:
                continue
            if source.longest and len(text) > source.longest:
                faults.append(_too_long(self.label(position), source.longest))
            try:
                members.append(reader.convert(text) if reader.convert else text)
            except ValueError as expected:
                self._misread(source, position, str(expected), faults, unread)
        return tuple(members)

    def _make(
        self,
        records: Records,
        values: _Readers,
        shared: _Readers,
        elements: list[str],
        faults: list[Fault],
        unread: list[Position],
    ) -> tuple[Any, ...]:
        """Make the records of the segment; those that wait for a carried field stay fields."""
        common = self._fields(shared, elements, faults, unread)
        made = []
        for offset in self._groups(records, elements):
            fields = common | self._fields(values, elements, faults, unread, offset)
            if records.keep_order:
                fields = {"code": "", **fields}
            made.append(fields if records.carried or _lost(faults) else records.record(**fields))
        return tuple(made)

    def _groups(self, records: Records, elements: list[str]) -> Iterator[int]:
        """Yield the offsets of the groups of elements that are there."""
        for group in range(records.groups):
            offset = group * records.step
            if records.keep_order:
                present = 1 + offset < len(elements)
            else:
                present = any(
                    position.element + offset < len(elements) and elements[position.element + offset]
                    for value in records.values
                    for position in value.at
                )
            if present or not group:
                yield offset

    def _pair(self, pair: Pair, elements: list[str]) -> tuple[str, str] | None:
        qualifier, text = self._text(elements, pair.qualifier), self._text(elements, pair.at)
        return (qualifier, text) if text and qualifier != pair.excluded else None

    # --------------------------------------------------------------------------------------------- faults

    def _absent(self, source: Value, position: Position, faults: list[Fault]) -> None:
        faults.append(Fault(self.label(position), "this element is missing", source.need is Need.CLAIM))
        if source.need is Need.RECORD:
            raise _UnusableError

    def _misread(
        self,
        source: Value | Several,
        position: Position,
        expected: str,
        faults: list[Fault],
        unread: list[Position],
    ) -> None:
        need = source.need if isinstance(source, Value) else Need.OPTIONAL
        strict = isinstance(source, Value) and source.strict
        fatal = strict or need is Need.CLAIM or source.kind.numeric
        faults.append(Fault(self.label(position), f"this element is not {expected}", fatal))
        unread.append(position)
        if need is Need.RECORD:
            raise _UnusableError

    def _restrict(self, source: Value, position: Position, text: str, elements: list[str], faults: list[Fault]) -> bool:
        """Report what the guide does not allow; tell whether the value applies at all."""
        if source.only_if and self._text(elements, source.only_if[0]) != source.only_if[1]:
            return False
        if source.codes and text not in source.codes:
            listing = f" ({', '.join(sorted(source.codes))})" if len(source.codes) <= _LONGEST_LISTING else ""
            faults.append(Fault(self.label(position), f"this element is outside its code list{listing}"))
        if source.longest and len(text) > source.longest:
            faults.append(_too_long(self.label(position), source.longest))
        return True

    # -------------------------------------------------------------------------------------------- places

    def places(self, elements: list[str], count: Callable[[Slot], int]) -> Iterator[tuple[str, Position]]:
        """Yield the path and the position of every value that the segment fills.

        `count` tells how many members a list of the record already has.
        """
        for fill in self.segment.fills:
            if isinstance(fill, Value):
                yield from self._value_place(fill, fill.field, elements, 0)
            elif isinstance(fill, Several):
                yield from self._members(fill.field, fill.at, elements, 0)
            elif isinstance(fill, Append):
                yield from self._members(fill.field, fill.at, elements, count(slot(fill.field)))
            elif isinstance(fill, Pair):
                if self._pair(fill, elements):
                    path = f"{fill.field}[{count(slot(fill.field))}]"
                    yield path, fill.at
                    yield f"{path}[0]", fill.qualifier
                    yield f"{path}[1]", fill.at
            elif isinstance(fill, Records):
                yield from self._record_places(fill, elements, count(slot(fill.field)))

    def _value_place(self, value: Value, path: str, elements: list[str], offset: int) -> Iterator[tuple[str, Position]]:
        position, text = self._find(value, elements, offset)
        if text:
            yield path, position

    def _members(
        self, field: str, positions: tuple[Position, ...], elements: list[str], first: int
    ) -> Iterator[tuple[str, Position]]:
        present = (position for position in positions if self._text(elements, position))
        for index, position in enumerate(present, first):
            yield f"{field}[{index}]", position

    def _record_places(self, records: Records, elements: list[str], first: int) -> Iterator[tuple[str, Position]]:
        for index, offset in enumerate(self._groups(records, elements), first):
            path = f"{records.field}[{index}]"
            for value in (*records.shared, *records.values):
                shift = 0 if value in records.shared else offset
                if isinstance(value, Value):
                    yield from self._value_place(value, f"{path}.{value.field}", elements, shift)
                else:
                    yield from self._members(f"{path}.{value.field}", value.at, elements, 0)


def _too_long(element: str, longest: int) -> Fault:
    return Fault(element, f"this element is longer than {longest} characters")


def _lost(faults: list[Fault]) -> bool:
    return any(fault.fatal for fault in faults)
