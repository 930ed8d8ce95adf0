"""Splitting a stream of bytes into segments, a block at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import attrs

from prebill.readers.x12.separators import LONGEST_HEADER, Separators, find_header, read_separators

BLOCK = 1 << 20
_LINE_BREAKS = "\r\n"
_BLANKS = b"\xef\xbb\xbf \t\r\n"
_LONGEST_SEGMENT = 1 << 24
_FEW = 16


class Readable(Protocol):
    """Something that bytes can be read from."""

    def read(self, size: int, /) -> bytes:
        """Read up to so many bytes; none when there are no more."""
        ...


@attrs.frozen
class Batch:
    """Whole segments with the same separators, as one text that lacks the terminator of the last one.

    `skipped` says what stood before them instead of an interchange header, `unterminated` that the last one lacks
    its terminator because the input ends.
    """

    separators: Separators
    text: str
    skipped: str = ""
    unterminated: bool = False


class NotX12Error(Exception):
    """The input holds no interchange header; `empty` when it holds nothing at all."""

    def __init__(self, *, empty: bool) -> None:
        super().__init__()
        self.empty = empty


class Lexer:
    """Yields the segments of a stream.

    Separators are read off every ISA segment; given some, the stream starts in the middle of an interchange that
    has them. Line breaks are dropped wherever they stand: they belong to the transport.
    """

    def __init__(self, stream: Readable, separators: Separators | None = None, *, block: int = BLOCK) -> None:
        self._stream = stream
        self._separators = separators
        self._block = block
        self._buffer = b""

    def batches(self) -> Iterator[Batch]:
        """Yield the segments in batches; raise `NotX12Error` where there is no ISA segment to start from."""
        if self._separators is not None:
            yield from self._interchange(self._separators)
        while self._reach_text():
            skipped = self._read_header()
            if self._separators is None:
                raise NotX12Error(empty=False)
            yield from self._interchange(self._separators, skipped)
        if self._separators is None:
            raise NotX12Error(empty=True)

    def _more(self) -> bool:
        """Read another block; tell whether there was one."""
        block = self._stream.read(self._block)
        self._buffer += block
        return bool(block)

    def _reach_text(self) -> bool:
        """Fill the buffer with the start of what follows; tell whether anything but blanks does."""
        while len(self._buffer.lstrip(_BLANKS)) <= LONGEST_HEADER and self._more():
            pass
        return bool(self._buffer.strip(_BLANKS))

    def _read_header(self) -> str:
        """Read the separators off the header that comes next; tell what is skipped before the first one.

        Text between interchanges is no header: it goes on with the separators known so far.
        """
        first = self._separators is None
        text = self._buffer.lstrip(_BLANKS)
        start = find_header(text) if first else 0
        separators = None if start is None else read_separators(text[start:])
        if start is None or separators is None:
            self._buffer = text
            return ""
        skipped = ""
        if first and start:
            skipped = "text"
        elif first and self._buffer.startswith(b"\xef\xbb\xbf"):
            skipped = "a byte order mark"
        elif first and len(text) < len(self._buffer):
            skipped = "blank lines"
        self._buffer = text[start:]
        self._separators = separators
        return skipped

    def _interchange(self, separators: Separators, skipped: str = "") -> Iterator[Batch]:
        """Yield the segments up to the end of the interchange, or of the input."""
        terminator = separators.terminator.encode()
        while True:
            cut = self._buffer.rfind(terminator) + 1
            if not cut and len(self._buffer) > _LONGEST_SEGMENT:
                cut = len(self._buffer)
            if cut:
                end = _end_of_interchange(self._buffer[:cut], separators)
                block, self._buffer = self._buffer[: end or cut], self._buffer[end or cut :]
                yield Batch(separators, cleaned(block, separators), skipped)
                skipped = ""
                if end:
                    return
            if not self._more():
                rest, self._buffer = self._buffer, b""
                if rest.strip(_BLANKS):
                    yield Batch(separators, cleaned(rest, separators), skipped, unterminated=True)
                return


def _end_of_interchange(block: bytes, separators: Separators) -> int:
    """Return where an interchange ends in a block: after its IEA or before the next ISA; 0 when it does not."""
    terminator, element = separators.terminator.encode(), separators.element.encode()
    trailer = next(_starts(block, b"IEA" + element, terminator), -1)
    end = block.find(terminator, trailer) + 1 if trailer >= 0 else 0
    for header in _starts(block, b"ISA" + element, terminator):
        if block[:header].strip(_BLANKS):
            return min(end or header, header)
    return end


def _starts(block: bytes, start: bytes, terminator: bytes) -> Iterator[int]:
    """Yield where segments that start so start."""
    place = block.find(start)
    while place >= 0:
        before = block[max(0, place - _FEW) : place].rstrip(_BLANKS)
        if not before or before.endswith(terminator):
            yield place
        place = block.find(start, place + 1)


def cleaned(block: bytes, separators: Separators) -> str:
    """Decode whole segments and take away what is not theirs: line breaks, and blanks around elements.

    Text that is not UTF-8 is taken for Latin-1, segment by segment. An empty segment counts, except where line
    breaks end the segments: there it is a blank line.
    """
    terminator, element = separators.terminator, separators.element
    try:
        text = block.decode()
    except UnicodeDecodeError:
        text = terminator.join(_decode(piece) for piece in block.split(terminator.encode()))
    for line_break in separators.line_breaks:
        text = text.replace(line_break, "")
    if terminator in _LINE_BREAKS:
        text = terminator.join(filter(None, text.split(terminator)))
    else:
        text = text.removesuffix(terminator)
    start = LONGEST_HEADER if text.startswith("ISA") else 0
    if any(text.find(pair, start) >= 0 for mark in (terminator, element) for pair in (f"{mark} ", f" {mark}")):
        segments = text.split(terminator)
        return terminator.join(each if each.startswith("ISA") else _trim(each, element) for each in segments)
    return text


def _trim(segment: str, element: str) -> str:
    """Take away the blanks around each element."""
    if " " not in segment:
        return segment
    return element.join(part.strip() for part in segment.split(element))


def _decode(piece: bytes) -> str:
    try:
        return piece.decode()
    except UnicodeDecodeError:
        return piece.decode("latin-1")
