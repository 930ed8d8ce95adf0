"""Dividing a file for several processes: where to cut, and what a reader must know to start there.

A file is cut before a level of the hierarchy, a billing provider's or a subscriber's, found by a scan of its bytes.
"""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterator
from pathlib import Path

import attrs

from prebill.readers.x12.kinds import Kind, kind_of_group
from prebill.readers.x12.lexing import split
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

    `segments` are the headers and the billing provider, each with its ordinal. `claims` counts those of the
    interchange; `earlier` are the claim numbers of the share that came before it.
    """

    separators: Separators
    interchange: int
    ordinal: int
    groups: int
    transactions: int
    claims: int
    segments: tuple[tuple[int, str], ...]
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
        """Return where to cut: nowhere, when separators change within the file, or blank lines would be counted."""
        head = self._data[:_BLOCK]
        first = find_header(head)
        separators = None if first is None else read_separators(head[first:])
        if first is None or separators is None or separators.terminator in _LINE_BREAKS:
            return []
        self._separators = separators
        self._counted_to = first
        for offset, name in self._segments(first):
            if name == "CLM":
                self._pass_claim(offset)
            elif name == "HL":
                self._pass_level(offset)
            elif name in {"ISA", "IEA"} and not self._goes_on(offset, name):
                return []
            else:
                self._pass_envelope(offset, name)
        return self._cuts

    def _segments(self, first: int) -> Iterator[tuple[int, str]]:
        """Yield the offset and the name of every segment that matters."""
        element, terminator = (
            re.escape(mark.encode()) for mark in (self._separators.element, self._separators.terminator)
        )
        pattern = re.compile(rb"%b[\r\n ]*(?:(IEA|GS|GE|ST|SE|HL|CLM)%b|ISA)" % (terminator, element))
        yield first, "ISA"
        for found in pattern.finditer(self._data, first):
            if found[1]:
                yield found.start(1), found[1].decode()
            else:
                yield found.end() - len("ISA"), "ISA"

    def _goes_on(self, offset: int, name: str) -> bool:
        """Tell whether the interchange that comes next has the same separators."""
        text = self._data[offset : offset + _LONGEST_SEGMENT]
        if name == "IEA":
            text = text.partition(self._separators.terminator.encode())[2].lstrip()
        return not text.startswith(b"ISA") or read_separators(text) == self._separators

    def _elements(self, offset: int) -> list[str]:
        """Return the elements of the segment at an offset, and some empty ones."""
        text = split(self._data[offset : offset + _LONGEST_SEGMENT], self._separators)[0]
        return [*text.split(self._separators.element), *[""] * _FEW]

    def _ordinal_at(self, offset: int) -> int:
        """Return the ordinal of the segment at an offset; offsets only grow."""
        terminator = self._separators.terminator.encode()
        while self._counted_to < offset:
            block = self._data[self._counted_to : min(offset, self._counted_to + _BLOCK)]
            self._ordinal += block.count(terminator)
            self._counted_to += len(block)
        return self._ordinal + 1

    def _pass_claim(self, offset: int) -> None:
        if "ST" not in self._above:
            return
        self._claims += 1
        number = self._elements(offset)[1]
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

    def _pass_level(self, offset: int) -> None:
        """Cut before a billing provider or a subscriber, where a share is to end."""
        if "ST" not in self._above:
            return
        for name in ("ST", "HL"):
            if name in self._above and not self._above[name][1]:
                first, _, ordinal = self._above[name]
                self._above[name] = (first, offset, ordinal)
        level = self._elements(offset)[3]
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

    def _start(self, offset: int) -> Start:
        segments: list[tuple[int, str]] = []
        for first, last, ordinal in self._above.values():
            texts = split(self._data[first : last or first + _LONGEST_SEGMENT], self._separators)
            segments += enumerate(texts if last else texts[:1], ordinal)
        return Start(
            separators=self._separators,
            interchange=self._interchange,
            ordinal=self._ordinal_at(offset),
            groups=self._groups,
            transactions=self._transactions,
            claims=self._claims,
            segments=tuple(segments),
        )
