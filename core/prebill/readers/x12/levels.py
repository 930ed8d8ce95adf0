"""Transactions that are a hierarchy of levels (HL), such as answers about eligibility: read whole, one by one."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from prebill.readers.x12.envelopes import Envelopes, Remark
from prebill.readers.x12.kinds import Kind, Wanted, kind_of_group, refusal
from prebill.readers.x12.lexing import Lexer, NotX12Error, Readable
from prebill.readers.x12.sections import Section
from prebill.readers.x12.separators import Separators
from prebill.reading import Place, Problem

_RANKS = {"20": 0, "21": 1, "22": 2, "23": 3, "EV": 4, "SS": 5}
"""The levels by their code (HL03), from the outermost in."""


@attrs.frozen
class Segment:
    """A segment and its ordinal inside its interchange, counted from 1."""

    ordinal: int
    elements: tuple[str, ...]
    separators: Separators

    @property
    def name(self) -> str:
        """The name of the segment, such as `NM1`."""
        return self.elements[0]

    def __getitem__(self, position: int) -> str:
        """Return an element by its position, counted from 1; an absent one is empty."""
        return self.elements[position] if position < len(self.elements) else ""

    def component(self, position: int, part: int) -> str:
        """Return a component of an element, both counted from 1; an absent one is empty."""
        parts = self[position].split(self.separators.component)
        return parts[part - 1] if part <= len(parts) else ""

    def repeated(self, position: int) -> tuple[str, ...]:
        """Return the values of an element that may be repeated; none when it is empty."""
        mark = self.separators.repetition
        values = self[position].split(mark) if mark and not mark.isalnum() else [self[position]]
        return tuple(value for value in values if value)


@attrs.define
class Level:
    """A level of the hierarchy: its code (HL03), its segments from its HL on, and the level it stands under."""

    code: str
    segments: list[Segment]
    above: Level | None = None

    def outer(self, code: str) -> Level | None:
        """Return the level of a code that this one stands under, or is."""
        level: Level | None = self
        while level is not None and level.code != code:
            level = level.above
        return level


@attrs.define
class Transaction:
    """A transaction (ST to SE) of the kind wanted.

    `header` are the segments before its first level, those of its interchange and group in front. `closed` tells
    that its SE was reached.
    """

    source: str
    interchange: int
    header: list[Segment]
    levels: list[Level] = attrs.field(factory=list)
    closed: bool = False

    def place(self, ordinal: int, element: str | None = None) -> Place:
        """Return the place of a segment, or of an element of it."""
        return Place(source=self.source, interchange=self.interchange or None, segment=ordinal, element=element)


@attrs.frozen
class Foreign:
    """A group or a transaction of another kind, which is passed over."""

    place: Place
    kind: Kind
    guide: str

    @property
    def description(self) -> str:
        """What it holds, in words."""
        return refusal(self.kind, self.guide).partition(";")[0]


Item = Transaction | Foreign | Problem


class Transactions:
    """Reads the transactions of one kind out of X12, and says what else there is and what is wrong around them."""

    def __init__(self, source: str, wanted: Wanted) -> None:
        self._source = source
        self._wanted = wanted
        self._envelopes = Envelopes(wanted)
        self._headers: dict[str, Segment] = {}
        self._open: Transaction | None = None
        self._skipping = False
        self._ordinal = 0

    def read(self, stream: Readable) -> Iterator[Item]:
        """Yield what a stream holds; none where it holds no interchange."""
        try:
            for batch in Lexer(stream).batches():
                for text in batch.text.split(batch.separators.terminator):
                    self._ordinal += 1
                    if text.startswith("ISA"):
                        self._ordinal = 1
                    if text:
                        yield from self._pass(Section(self._ordinal, text, batch.separators))
        except NotX12Error:
            return
        yield from self._end_transaction()
        yield from self._remarks(self._envelopes.end_interchange("the input ends"))

    def _pass(self, section: Section) -> Iterator[Item]:
        segment = Segment(section.first, tuple(section.elements), section.separators)
        match segment.name:
            case "ISA":
                yield from self._end_transaction()
                yield from self._remarks(self._envelopes.end_interchange("another ISA segment comes"))
                yield from self._remarks(self._envelopes.open_interchange(section))
                self._headers = {"ISA": segment}
            case "GS":
                yield from self._end_transaction()
                yield from self._remarks(self._envelopes.end_group("another GS segment comes"))
                self._headers["GS"] = segment
                yield from self._enter(self._envelopes.open_group(section), segment, segment[8])
            case "ST":
                yield from self._end_transaction()
                yield from self._remarks(self._envelopes.end_transaction("another ST segment comes"))
                kind, remarks = self._envelopes.open_transaction(section)
                yield from self._remarks(remarks)
                yield from self._open_transaction(kind, segment)
            case "SE":
                if self._open:
                    self._open.closed = True
                yield from self._end_transaction()
                yield from self._remarks(self._envelopes.close_transaction(section, ours=not self._skipping))
            case "GE":
                yield from self._end_transaction()
                yield from self._remarks(self._envelopes.close_group(section))
                self._skipping = False
            case "IEA":
                yield from self._end_transaction()
                yield from self._remarks(self._envelopes.close_interchange(section))
                yield from self._remarks(self._envelopes.end_interchange(""))
                self._skipping = False
            case _:
                yield from self._add(segment)

    def _enter(self, kind: Kind, segment: Segment, guide: str) -> Iterator[Item]:
        self._skipping = kind is not self._wanted.kind
        if self._skipping:
            place = Place(
                source=self._source, interchange=self._envelopes.interchanges or None, segment=segment.ordinal
            )
            yield Foreign(place, kind, guide)

    def _open_transaction(self, kind: Kind, segment: Segment) -> Iterator[Item]:
        if kind is self._wanted.kind:
            header = [*self._headers.values(), segment]
            self._open = Transaction(self._source, self._envelopes.interchanges, header)
            self._skipping = False
        elif not self._skipping:
            yield from self._enter(kind_of_group("", segment[3]), segment, segment[3])

    def _end_transaction(self) -> Iterator[Item]:
        transaction, self._open = self._open, None
        if transaction:
            yield transaction

    def _add(self, segment: Segment) -> Iterator[Problem]:
        transaction = self._open
        if transaction is None:
            return
        if segment.name != "HL":
            (transaction.levels[-1].segments if transaction.levels else transaction.header).append(segment)
            return
        code = segment[3]
        rank = _RANKS.get(code)
        if rank is None:
            message = f"the level is none of {', '.join(_RANKS)}"
            yield Problem(place=transaction.place(segment.ordinal, "HL03"), message=message)
        level = transaction.levels[-1] if transaction.levels else None
        while level is not None and rank is not None and _RANKS.get(level.code, len(_RANKS)) >= rank:
            level = level.above
        if level is not None and segment[2] and segment[2] != level.segments[0][1]:
            message = f"the level does not stand under the nearest level {level.code}"
            yield Problem(place=transaction.place(segment.ordinal, "HL02"), message=message)
        transaction.levels.append(Level(code, [segment], level))

    def _remarks(self, remarks: Iterator[Remark] | list[Remark]) -> Iterator[Problem]:
        for remark in remarks:
            place = Place(
                source=self._source,
                interchange=self._envelopes.interchanges or None,
                segment=remark.ordinal,
                element=remark.element,
            )
            yield Problem(place=place, message=remark.message)
