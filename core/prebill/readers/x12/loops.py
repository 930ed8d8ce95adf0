"""Reading a loop carefully: segments in, a record of the model out, and whatever is wrong with them.

A loop reads its own segments, hands the openers of inner loops to those, and ends at a segment that belongs to an
enclosing loop. What a segment gives depends on its loop and its text alone, so the last ones are remembered: the
procedures, dates and providers of a practice repeat from claim to claim.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import attrs

from prebill.making import maker
from prebill.model import Claim, ServiceLine
from prebill.model import Segment as KeptSegment
from prebill.readers.x12.compiled import Found
from prebill.readers.x12.drafts import Draft, Fields, slot
from prebill.readers.x12.mapping import Carry, Loop, Position, Records
from prebill.readers.x12.separators import Separators
from prebill.readers.x12.steps import Fault, SegmentReader, Step
from prebill.readers.x12.values import Conversions

_KEEPERS = (Claim, ServiceLine)
_CAPACITY = 2048
_KEPT = "other_segments"
_LONGEST_QUALIFIER = 3
_NAME = re.compile("[A-Z][A-Z0-9]{1,2}")


@attrs.define
class Places:
    """Where values stand: path to position of the segment, its name with the loop, and the element in it.

    `path` is that of the record being read and `keeper` that of the record that keeps other segments, each with
    its dot. `first` is the ordinal of the first segment of the section being read. `wanted` is the one inner record,
    such as `lines[0]`, of which places are noted beside those of the claim itself.
    """

    wanted: str

    known: dict[str, tuple[int, str, str]] = attrs.field(factory=dict)
    path: str = ""
    keeper: str = ""
    first: int = 0
    carried: dict[str, tuple[int, str, str]] = attrs.field(factory=dict)

    def note(self, path: str, position: int, reader: SegmentReader, at: Position | str = "") -> None:
        """Note where the value at a full path stands."""
        self.known[path] = (self.first + position, reader.label(), str(at))


@attrs.define
class Log:
    """What reading leaves beside a record: faults by position, segments kept as read, and places if wanted."""

    faults: list[tuple[int, Fault]] = attrs.field(factory=list)
    kept: list[KeptSegment] = attrs.field(factory=list)
    places: Places | None = None

    def keep(self, segment: KeptSegment, position: int) -> None:
        """Keep a segment as read."""
        if self.places is not None:
            path = f"{self.places.keeper}other_segments[{len(self.kept)}]"
            place = (self.places.first + position, f"{segment.loop}/{segment.name}")
            self.places.known[path] = (*place, "")
            for index in range(len(segment.elements)):
                self.places.known[f"{path}.elements[{index}]"] = (*place, f"{index + 1:02}")
        self.kept.append(segment)


_Turn = tuple["Found | None", "Step | None", "LoopReader | None"]
"""Where a segment leads: it is plain, or read with care, or opens an inner loop, or, with none, belongs outside."""

_OUTSIDE: _Turn = (None, None, None)


class LoopReader:
    """Reads one kind of loop in interchanges with the same separators."""

    def __init__(
        self,
        loop: Loop,
        separators: Separators,
        conversions: Conversions,
        outside: tuple[LoopReader, ...] = (),
    ) -> None:
        self.loop = loop
        self._separators = separators
        self._outside = outside
        self._segments = tuple(
            SegmentReader(loop.name, segment, conversions, separators.component) for segment in loop.segments
        )
        self._required = tuple((key, slot(key), name) for key, name in loop.required)
        self._named: dict[str, list[SegmentReader]] = {}
        for reader in self._segments[1:]:
            self._named.setdefault(reader.segment.name, []).append(reader)
        self._quick = dict(_sure(self._named))
        self._starts = _starts(*(segment.name for segment in loop.segments[1:]), separators=separators)
        self._starts_inside = _starts(
            *(name for inner in loop.loops for name in (inner.segments[0].name, inner.principal) if name),
            separators=separators,
        )
        self._starts_outside = frozenset[str]().union(*(reader._starts | reader._starts_inside for reader in outside))
        self.inner = tuple(LoopReader(inner, separators, conversions, (self, *outside)) for inner in loop.loops)
        self._openers: dict[str, _Turn] = {
            f"{opener.name} {qualifier}": (None, None, inner)
            for inner in self.inner
            if (opener := inner.loop.segments[0]).name not in self._named
            for qualifier in opener.qualifiers
        }
        self._turns: dict[str, _Turn] = {}
        self._openings: dict[str, _Turn] = {}
        self._records: dict[tuple[str, ...], tuple[Any, int, Log]] = {}
        self._make_record: Callable[..., Any] | None = maker(loop.record) if loop.record else None
        self._needed = frozenset(
            field.name for field in (attrs.fields(loop.record) if loop.record else ()) if field.default is attrs.NOTHING
        )

    # -------------------------------------------------------------------------------------------- reading

    def read(self, segments: list[str], position: int, draft: Draft, log: Log) -> int:
        """Read the loop that opens at a position into a draft; return the position after it."""
        start, end = position, len(segments)
        opened: list[str] = []
        carried: Fields = {}
        turns, take, placeless = self._turns, draft.take, log.places is None
        plain, step, child = self._open(segments[position])
        while True:
            if plain is not None and placeless and not opened and take(*plain):
                position += 1
            elif child is not None:
                opened.append(child.loop.name)
                position = child.enter(segments, position, draft, log)
            else:
                if plain is not None:
                    step = Step(*plain)
                if step is None:
                    break
                if opened and not step.unknown:
                    name = self._name(self._split(segments[position]))
                    log.faults.append((position, Fault(name, f"the segment stands after loop {opened[-1]}")))
                if not self._take(step, segments[position], position, draft, log, carried):
                    break
                position += 1
            if position >= end:
                break
            text = segments[position]
            plain, step, child = turns.get(text) or self._turn(text)
        for key, target, name in self._required:
            if key not in opened and not draft.has(target):
                log.faults.append((start, Fault(self.loop.name, f"{name} is missing", self.loop.fatal)))
        return position

    def enter(self, segments: list[str], position: int, draft: Draft, log: Log) -> int:
        """Read the loop that opens at a position and give its record to the draft of the enclosing one."""
        loop = self.loop
        if loop.record is None:
            return self.read(segments, position, draft, log)
        if not loop.many and loop.field in draft.parts[""]:
            after = self.read(segments, position, Draft(), Log())
            log.faults.append((position, Fault(loop.name, "a second loop of this kind")))
            self._keep(segments, position, after, log)
            return after
        members: list[Any] = draft.lists.setdefault(("", loop.field), []) if loop.many else []
        if log.places is not None and self._is_wanted(len(members), log.places):
            record, after = self._locate(segments, position, len(members), log, log.places)
        elif log.places is not None:
            record, after = self.make(segments, position, len(members), Log(log.faults, log.kept))
        elif self.inner:
            record, after = self.make(segments, position, len(members), log)
        else:
            record, after = self._recall(segments, position, log)
        if record is None:
            self._keep(segments, position, after, log)
        elif loop.many:
            members.append(record)
        else:
            draft.parts[""][loop.field] = record
        return after

    def make(self, segments: list[str], position: int, index: int, log: Log) -> tuple[Any, int]:
        """Read a record; None where something it cannot be without is missing."""
        keeper = self.loop.record in _KEEPERS
        inner = Log(log.faults, [], log.places) if keeper else log
        kept = len(inner.kept)
        draft = Draft()
        after = self.read(segments, position, draft, inner)
        fields = draft.fields()
        if self.loop.counted:
            fields.setdefault(self.loop.counted, index + 1)
        if keeper and inner.kept:
            fields["other_segments"] = tuple(inner.kept)
        if self._make_record is None or not self._needed <= fields.keys():
            del inner.kept[kept:]
            log.faults.append((position, Fault(self.loop.name, "the loop lacks what it is about; kept as read")))
            return None, after
        return self._make_record(**fields), after

    def _recall(self, segments: list[str], position: int, log: Log) -> tuple[Any, int]:
        """Read a record of a loop without inner loops, or remember it from the last time it was read."""
        end = position + 1
        while end < len(segments) and (
            segments[end][:3] in self._starts or segments[end][:3] not in self._starts_outside
        ):
            end += 1
        key = tuple(segments[position:end])
        known = self._records.get(key)
        if known is None:
            beside = Log()
            record, length = self.make(list(key), 0, 0, beside)
            known = self._records[key] = (record, length, beside)
            _bound(self._records)
        record, length, beside = known
        log.faults += [(position + at, fault) for at, fault in beside.faults]
        log.kept += beside.kept
        return record, position + length

    def _take(self, step: Step, text: str, position: int, draft: Draft, log: Log, carried: Fields) -> bool:
        """Add what a segment gives; return False when it opens the loop anew."""
        elements = self._split(text)
        if any(draft.has((part, name)) for part, fields in step.parts for name in fields):
            if elements[0] == self.loop.principal:
                return False
            log.faults.append((position, Fault(self._name(elements), "the segment repeats an earlier one")))
            log.keep(self._as_read(elements), position)
            return True
        if log.places is not None:
            self._note(elements, position, draft, log.places)
        draft.take(step.parts, step.lists)
        carried.update(step.carries)
        if step.carried:
            records, waiting = step.carried
            draft.add(slot(records.field), [records.record(**fields, **carried) for fields in waiting])
        log.faults += [(position, fault) for fault in step.faults]
        if step.kept:
            log.keep(step.kept, position)
        return True

    def _keep(self, segments: list[str], position: int, after: int, log: Log) -> None:
        """Keep the segments of a loop that makes no record."""
        for at in range(position, after):
            log.keep(self._as_read(self._split(segments[at])), at)

    # ------------------------------------------------------------------------------- where a segment leads

    def _turn(self, text: str) -> _Turn:
        """Find out where a segment leads, and remember it if it may well come again."""
        elements = text.split(self._separators.element)
        quick = self._quick.get(elements[0])
        if quick is None and len(elements) > 1:
            name = f"{elements[0]} {elements[1].partition(self._separators.component)[0]}"
            quick = self._quick.get(name)
            if name in self._openers:
                return self._openers[name]
        turn = _plainly(quick, elements) if quick else None
        varied = quick is not None and quick.segment.varied
        if turn is None:
            turn, varied = self._leading(elements)
        if not varied:
            self._turns[text] = turn
            _bound(self._turns)
        return turn

    def _open(self, text: str) -> _Turn:
        """Read the segment that opens the loop, likewise."""
        turn = self._openings.get(text)
        if turn is None:
            elements = text.split(self._separators.element)
            opener = self._segments[0]
            if not self.loop.unknown and elements[0] == opener.segment.name:
                turn = _plainly(opener, elements)
            turn = turn or self._opening(elements)
            if not opener.segment.varied:
                self._openings[text] = turn
                _bound(self._openings)
        return turn

    def _opening(self, elements: list[str]) -> _Turn:
        opener = self._segments[0]
        if elements[0] != opener.segment.name:
            own = self._own(elements[0], self._qualifier(elements), elements)
            step = own.read(elements) if own else Step()
            missing = Fault(self.loop.name, f"{opener.segment.name} is missing")
            return None, attrs.evolve(step, faults=(missing, *step.faults)), None
        if self.loop.unknown:
            qualifier = elements[1] if len(elements) > 1 and len(elements[1]) <= _LONGEST_QUALIFIER else ""
            unknown = Fault(opener.label(Position(1)), f"NM101 {qualifier} is not expected here")
            return None, attrs.evolve(opener.read(elements), faults=(unknown,)), None
        return None, opener.read(elements), None

    def _leading(self, elements: list[str]) -> tuple[_Turn, bool]:
        """Return where a segment leads, and whether such segments differ from claim to claim."""
        name, qualifier = elements[0], self._qualifier(elements)
        if not name:
            return (None, Step(faults=(Fault(self.loop.name, "an empty segment"),), unknown=True), None), False
        own = self._own(name, qualifier, elements)
        if own is not None:
            return _plainly(own, elements) or (None, own.read(elements), None), own.segment.varied
        child = self._inner(name, qualifier)
        if child is not None:
            return (None, None, child), child.loop.segments[0].varied
        if any(reader._knows(name, qualifier, elements) for reader in self._outside):
            return _OUTSIDE, False
        child = self._unknown(name)
        if child is not None:
            return (None, None, child), False
        if any(reader._unknown(name) for reader in self._outside):
            return _OUTSIDE, False
        refused = Fault(self._name(elements), "the segment is not allowed in the loop")
        return (None, Step(faults=(refused,), kept=self._as_read(elements), unknown=True), None), False

    def _own(self, name: str, qualifier: str, elements: list[str]) -> SegmentReader | None:
        """Return the reader of one of the loop's own segments, its opener excepted."""
        for reader in self._named.get(name, ()):
            segment = reader.segment
            if (not segment.qualifiers or qualifier in segment.qualifiers) and (
                segment.unless is None or not "".join(elements[segment.unless.element : segment.unless.element + 1])
            ):
                return reader
        return None

    def _inner(self, name: str, qualifier: str) -> LoopReader | None:
        """Return the inner loop that a segment opens."""
        for reader in self.inner:
            opener = reader.loop.segments[0]
            if not reader.loop.unknown and opener.name == name:
                if not opener.qualifiers or qualifier in opener.qualifiers:
                    return reader
            elif reader.loop.principal and reader.loop.principal == name:
                return reader
        return None

    def _unknown(self, name: str) -> LoopReader | None:
        """Return the inner loop for names that the guide does not have."""
        return next((each for each in self.inner if each.loop.unknown and name == each.loop.segments[0].name), None)

    def _knows(self, name: str, qualifier: str, elements: list[str]) -> bool:
        return self._own(name, qualifier, elements) is not None or self._inner(name, qualifier) is not None

    # --------------------------------------------------------------------------------------------- helpers

    def _split(self, text: str) -> list[str]:
        return text.split(self._separators.element)

    def _qualifier(self, elements: list[str]) -> str:
        return elements[1].partition(self._separators.component)[0] if len(elements) > 1 else ""

    def _name(self, elements: list[str]) -> str:
        """Name a segment; what does not look like a segment name is not repeated, it may be a patient's."""
        return f"{self.loop.name}/{elements[0]}" if _NAME.fullmatch(elements[0]) else self.loop.name

    def _as_read(self, elements: list[str]) -> KeptSegment:
        return KeptSegment(loop=self.loop.name, name=elements[0], elements=tuple(elements[1:]))

    # ---------------------------------------------------------------------------------------------- places

    def _is_wanted(self, index: int, places: Places) -> bool:
        if places.wanted.startswith(_KEPT):
            return True
        path = f"{places.path}{self._path(index)}"
        return path == places.wanted or path.startswith((f"{places.wanted}.", f"{places.wanted}["))

    def _path(self, index: int) -> str:
        return f"{self.loop.field}[{index}]" if self.loop.many else self.loop.field

    def _locate(self, segments: list[str], position: int, index: int, log: Log, places: Places) -> tuple[Any, int]:
        """Read a record and note where its values stand."""
        outer = places.path, places.keeper
        record = f"{places.path}{self._path(index)}"
        places.note(record, position, self._segments[0])
        places.path = f"{record}."
        if self.loop.record in _KEEPERS:
            places.keeper = places.path
        made = self.make(segments, position, index, log)
        places.path, places.keeper = outer
        return made

    def _note(self, elements: list[str], position: int, draft: Draft, places: Places) -> None:
        """Note where the values of one of the loop's own segments stand."""
        reader = self._own(elements[0], self._qualifier(elements), elements)
        if reader is None and elements[0] == self._segments[0].segment.name:
            reader = self._segments[0]
        if reader is None:
            return
        if elements[0] == self.loop.principal:
            places.note(places.path[:-1], position, reader)
        for path, at in reader.places(elements, draft.count):
            places.note(f"{places.path}{path}", position, reader, at)
        for fill in reader.segment.fills:
            if isinstance(fill, Carry):
                places.carried[fill.field] = (places.first + position, reader.label(), str(fill.at))
            elif isinstance(fill, Records) and fill.carried:
                path = f"{places.path}{fill.field}[{draft.count(slot(fill.field))}].{fill.carried}"
                places.known[path] = places.carried[fill.carried]


def _plainly(reader: SegmentReader, elements: list[str]) -> _Turn | None:
    """Read a segment if nothing about it is remarkable."""
    if not reader.can_be_quick:
        return None
    try:
        plain = reader.read_quickly(elements)
    except ValueError:
        return None
    return plain and (plain, None, None)


def _sure(named: Mapping[str, Sequence[SegmentReader]]) -> Iterator[tuple[str, SegmentReader]]:
    """Yield who reads what is known by its name, or by that and its first element."""
    for name, readers in named.items():
        for reader in readers:
            segment = reader.segment
            if segment.unless is not None or not reader.can_be_quick:
                break
            for key in [f"{name} {qualifier}" for qualifier in segment.qualifiers] or [name]:
                if segment.qualifiers or len(readers) == 1:
                    yield key, reader


def _starts(*names: str, separators: Separators) -> frozenset[str]:
    """Return how segments of these names start: three characters tell them apart."""
    return frozenset(f"{name}{separators.element}"[:3] for name in names)


def _bound(known: dict[Any, Any]) -> None:
    """Forget everything when there is too much: what repeats is soon known again."""
    if len(known) > _CAPACITY:
        known.clear()
