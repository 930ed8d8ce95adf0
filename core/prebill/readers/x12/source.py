"""An 837P as a source of encounters."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import attrs

from prebill.errors import InputError
from prebill.readers.x12.kinds import Kind, refusal
from prebill.readers.x12.lexing import Lexer, NotX12Error, Readable
from prebill.readers.x12.sharing import Share, divide
from prebill.readers.x12.transmission import Transmission
from prebill.reading import Item, Place, Refused


@attrs.frozen
class ProfessionalClaims:
    """The claims of an 837P file, or of a stream of bytes such as the standard input.

    `name` is what the user knows it by; `share` is the part of the file to read.
    """

    input: Path | BinaryIO
    name: str
    share: Share = Share(0, None)

    def read(self) -> Iterator[Item]:
        """Yield every claim, readable or not, and what is wrong with the file, in the order of the file."""
        transmission = Transmission(self.name)
        start = self.share.start
        if start:
            transmission.resume(start)
        with self._open() as stream:
            try:
                yield from transmission.items(Lexer(stream, start.separators if start else None).batches())
            except NotX12Error as error:
                kind = Kind.EMPTY if error.empty else Kind.NOT_X12
                yield Refused(place=Place(source=self.name), reason=refusal(kind))
                return
        yield from transmission.pause() if self.share.last else transmission.end()

    def shares(self, count: int) -> tuple[ProfessionalClaims, ...]:
        """Divide the file into at most `count` parts of whole claims, about equal in size."""
        if not isinstance(self.input, Path) or self.share != Share(0, None):
            return (self,)
        try:
            shares = divide(self.input, count)
        except OSError as error:
            raise _cannot_open(self.name, error) from None
        return tuple(attrs.evolve(self, share=share) for share in shares)

    @contextmanager
    def _open(self) -> Iterator[Readable]:
        if not isinstance(self.input, Path):
            yield self.input
            return
        try:
            stream = self.input.open("rb")
        except OSError as error:
            raise _cannot_open(self.name, error) from None
        with stream:
            stream.seek(self.share.first)
            yield stream if self.share.last is None else _Limited(stream, self.share.last - self.share.first)


class _Limited:
    """The next bytes of a stream, up to a number of them."""

    def __init__(self, stream: BinaryIO, size: int) -> None:
        self._stream = stream
        self._left = size

    def read(self, size: int) -> bytes:
        """Read up to so many bytes."""
        block = self._stream.read(min(size, self._left))
        self._left -= len(block)
        return block


def _cannot_open(name: str, error: OSError) -> InputError:
    return InputError(f"{name}: {error.strerror or type(error).__name__}")
