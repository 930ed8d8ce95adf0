"""NDJSON: one encounter on each line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import attrs

from prebill.readers.encounter import EncounterReader, reports
from prebill.readers.faults import UnknownKey
from prebill.readers.files import opened
from prebill.reading import Item

BOM = b"\xef\xbb\xbf"


@attrs.frozen
class JsonLines:
    """The lines of a file from one byte to another; both are the beginning of a line, or the end of the file.

    One line is in memory at a time, besides eight bytes for each claim number. A share runs over the lines before
    its own once, to number its lines and to know the claim numbers met there; that takes a twentieth of the time
    that checking them takes.
    """

    path: Path
    name: str
    strict: bool = False
    start: int = 0
    stop: int | None = None

    def read(self) -> Iterator[Item]:
        """Yield the encounter of every line, or why there is none; blank lines are skipped."""
        reader = EncounterReader(self.name, strict=self.strict, reported=self._reported)
        with opened(self.path, self.name) as file:
            before = 0
            for before, line in self._lines(file, 0, self.start):  # noqa: B007 - the last number is needed
                reader.pass_over(line)
            for number, line in self._lines(file, self.start, self.stop, before):
                if line and not line.isspace():
                    yield from reader.read(line, number)

    def shares(self, count: int) -> tuple[JsonLines, ...]:
        """Divide the file at line ends into at most `count` parts about equal in size."""
        stop = self.path.stat().st_size if self.stop is None else self.stop
        bounds = [self.start]
        with opened(self.path, self.name) as file:
            for part in range(1, count):
                file.seek(self.start + (stop - self.start) * part // count)
                file.readline()
                if bounds[-1] < file.tell() < stop:
                    bounds.append(file.tell())
        ends: list[int | None] = [*bounds[1:], self.stop]
        return tuple(attrs.evolve(self, start=start, stop=end) for start, end in zip(bounds, ends, strict=True))

    def _lines(self, file: BinaryIO, at: int, stop: int | None, number: int = 0) -> Iterator[tuple[int, bytes]]:
        """Yield the lines from one byte to another with their numbers, the first of which follows `number`."""
        file.seek(at)
        for line in file:
            if stop is not None and at >= stop:
                break
            number += 1
            yield number, line if at else line.removeprefix(BOM)
            at += len(line)

    def _reported(self, unknown: UnknownKey) -> bool:
        """Tell whether a line before this share reports an unknown key."""
        if not self.start:
            return False
        key = unknown.key.encode()
        with opened(self.path, self.name) as file:
            lines = self._lines(file, 0, self.start)
            return any(reports(unknown, line) for _, line in lines if key in line or b"\\" in line)
