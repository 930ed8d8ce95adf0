"""Dividing a file for several processes: where to cut, and what a reader must know to start there.

A file is cut before a level of the hierarchy, a billing provider's or a subscriber's, found in a scan of its
bytes.
"""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterator
from pathlib import Path

import attrs

from prebill.readers.x12.kinds import Kind, kind_of_group
from prebill.readers.x12.lexing import cleaned
from prebill.readers.x12.numbers import SeenNumbers
from prebill.readers.x12.separators import Separators, find_header, read_separators

_LINE_BREAKS = "\r\n"
_BLOCK = 1 << 20
_LONGEST_SEGMENT = 1 << 12
_CUT_AT = ("20", "22")
_TRANSACTION_SET = "837"
_FEW = 9
_INSIDE = {
    "ISA": {"ISA", "GS", "ST", "HL"},
    "IEA": {"ISA", "GS", "ST", "HL"},
    "GS": {"GS", "ST", "HL"},
    "GE": {"GS", "ST", "HL"},
    "ST": {"ST", "HL"},
    "SE": {"ST", "HL"},
}
"""What is no longer open where an envelope opens or closes."""


@attrs.frozen
class Start:
    """What stands before a share: separators, the segments above its first claim, and the counts so far.

    `sections` are the headers and the billing provider, each with its ordinal. `claims` counts those of the
    interchange; `earlier` are the claim numbers of the share that came before it.
    """

    separators: Separators
    interchange: int
    ordinal: int
    groups: int
    transactions: int
    claims: int
    sections: tuple[tuple[int, str], ...]
    earlier: frozenset[str] = frozenset()


@attrs.frozen
class Share:
    """A run of bytes of a file, from `first` to before `last`; without a start it is the first share."""

    first: int
    last: int | None
    start: Start | None = None


def divide(path: Path, count: int) -> tuple[Share, ...]:
    """Return at most `count` shares of about the same size; one alone where the file cannot be divided."""
    size = path.stat().st_size
    if count < 2 or not size:
        return (Share(0, None),)
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        cuts = _Scan(data, [size * part // count for part in range(1, count)]).cuts()
    firsts = [0, *(cut.offset for cut in cuts)]
    lasts = [*(cut.offset for cut in cuts), None]
    starts = [None, *(cut.start for cut in cuts)]
    return tuple(Share(*share) for share in zip(firsts, lasts, starts, strict=True))


@attrs.define
class _Cut:
    """A place to cut, and the claim numbers after it that came before it."""

    offset: int
    known: Start
    earlier: set[str] = attrs.field(factory=set)

    @property
    def start(self) -> Start:
        """What the reader of the share must know."""
        return attrs.evolve(self.known, earlier=frozenset(self.earlier))


class _Scan:
    """One pass over the bytes of a file that looks at headers, levels and claim numbers only."""

    def __init__(self, data: mmap.mmap, targets: list[int]) -> None:
        self._data = data
        self._targets = targets
        self._cuts: list[_Cut] = []
        self._seen = SeenNumbers()
        self._pending: list[str] = []
        self._counted_to = self._ordinal = 0
        self._interchange = self._groups = self._transactions = self._claims = 0
        self._professional = False
        self._above: dict[str, tuple[int, int, int]] = {}

    def cuts(self) -> list[_Cut]:
        """Return where to cut; nowhere when separators change in the file, or line breaks stand within segments."""
        head = self._data[:_BLOCK]
        first = find_header(head)
        separators = None if first is None else read_separators(head[first:])
        if first is None or separators is None or separators.terminator in _LINE_BREAKS:
            return []
        self._separators = separators
        self._terminator, self._element = separators.terminator.encode(), separators.element.encode()
        self._counted_to = first
        if self._is_wrapped(first):
            return []
        for offset, name, value in self._segments(first):
            if name == "CLM":
                self._pass_claim(offset, value)
            elif name == "HL":
                self._pass_level(offset, value)
            elif name in {"ISA", "IEA"} and not self._goes_on(offset, name):
                return []
            else:
                self._pass_envelope(offset, name)
        return self._cuts

    def _is_wrapped(self, first: int) -> bool:
        """Tell whether a line break stands anywhere but after a segment."""
        terminator = re.escape(self._terminator)
        within = (rb"%b(?<=[^%b\r\n ]%b)" % (mark, terminator, mark) for mark in (b"\n", b"\r"))
        return any(re.compile(pattern).search(self._data, first) for pattern in within)

    def _segments(self, first: int) -> Iterator[tuple[int, str, str]]:
        """Yield offset and name of every segment that matters, with the number of a claim or the code of a level."""
        element, terminator = re.escape(self._element), re.escape(self._terminator)
        text = rb"[^%b%b]*" % (element, terminator)
        pattern = re.compile(
            rb"%b[\r\n ]*(?=[CGHIS])(?:(CLM)%b(%b)|(HL)%b(?:%b%b%b%b(%b))?|(IEA|GS|GE|ST|SE)%b|(ISA))"
            % (terminator, element, text, element, text, element, text, element, text, element)
        )
        yield first, "ISA", ""
        for found in pattern.finditer(self._data, first):
            claim, number, _, code, envelope, header = found.groups()
            if claim:
                yield found.start(1), "CLM", self._read(number)
            elif envelope or header:
                yield found.start(5 if envelope else 6), (envelope or header).decode(), ""
            else:
                yield found.start(3), "HL", self._read(code or b"")

    def _read(self, raw: bytes) -> str:
        """Return an element as a reader would read it."""
        text = raw.decode("latin-1")
        return text.strip() if text.isascii() and text.isprintable() else cleaned(raw, self._separators)

    def _goes_on(self, offset: int, name: str) -> bool:
        """Tell whether the interchange that comes next has the same separators."""
        text = self._data[offset : offset + _LONGEST_SEGMENT]
        if name == "IEA":
            text = text.partition(self._terminator)[2].lstrip()
        return not text.startswith(b"ISA") or read_separators(text) == self._separators

    def _elements(self, offset: int) -> list[str]:
        """Return the elements of the segment at an offset, and some empty ones."""
        end = self._data.find(self._terminator, offset, offset + _LONGEST_SEGMENT)
        text = cleaned(self._data[offset : end if end >= 0 else offset + _LONGEST_SEGMENT], self._separators)
        return [*text.split(self._separators.element), *[""] * _FEW]

    def _ordinal_at(self, offset: int) -> int:
        """Return the ordinal of the segment at an offset; offsets only grow."""
        while self._counted_to < offset:
            block = self._data[self._counted_to : min(offset, self._counted_to + _BLOCK)]
            self._ordinal += block.count(self._terminator)
            self._counted_to += len(block)
        return self._ordinal + 1

    def _pass_claim(self, offset: int, number: str) -> None:
        if "ST" not in self._above:
            return
        self._claims += 1
        self._end_sections(offset)
        if number:
            self._pending.append(number)
            if self._cuts and number in self._seen:
                self._cuts[-1].earlier.add(number)

    def _pass_envelope(self, offset: int, name: str) -> None:
        ordinal = self._ordinal_at(offset)
        elements = self._elements(offset)
        inside = _INSIDE[name]
        self._above = {each: place for each, place in self._above.items() if each not in inside}
        if name == "ISA":
            self._ordinal, ordinal = 0, 1
            self._interchange += 1
            self._groups = self._transactions = self._claims = 0
        elif name == "GS":
            self._professional = kind_of_group(elements[1], elements[8]) is Kind.PROFESSIONAL
            self._groups += 1
            self._transactions = 0
        elif name == "ST":
            self._transactions += 1
        if name in {"ISA", "GS"} or (
            name == "ST" and self._professional and "GS" in self._above and elements[1] == _TRANSACTION_SET
        ):
            self._above[name] = (offset, 0, ordinal)

    def _pass_level(self, offset: int, level: str) -> None:
        """Cut before a billing provider or a subscriber, where a share is to end."""
        if "ST" not in self._above:
            return
        self._end_sections(offset)
        if level == "20":
            self._above.pop("HL", None)
        if level in _CUT_AT and self._targets and offset >= self._targets[0]:
            self._targets = [target for target in self._targets if target > offset]
            for number in self._pending:
                self._seen.add(number)
            self._pending = []
            self._cuts.append(_Cut(offset, self._start(offset)))
        if level == "20":
            self._above["HL"] = (offset, 0, self._ordinal_at(offset))

    def _end_sections(self, offset: int) -> None:
        """Note that the header of the transaction and the billing provider end here at the latest."""
        for name in ("ST", "HL"):
            first, last, ordinal = self._above.get(name, (0, offset, 0))
            if not last:
                self._above[name] = (first, offset, ordinal)

    def _start(self, offset: int) -> Start:
        sections: list[tuple[int, str]] = []
        for first, last, ordinal in self._above.values():
            text = cleaned(self._data[first : last or first + _LONGEST_SEGMENT], self._separators)
            sections.append((ordinal, text if last else text.partition(self._separators.terminator)[0]))
        return Start(
            separators=self._separators,
            interchange=self._interchange,
            ordinal=self._ordinal_at(offset),
            groups=self._groups,
            transactions=self._transactions,
            claims=self._claims,
            sections=tuple(sections),
        )
