"""A JSON document: an array of encounters, or one encounter that may be printed over many lines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import attrs
import msgspec

from prebill.readers.encounter import EncounterReader, place_in, syntax_fault
from prebill.readers.files import opened
from prebill.readers.ndjson import BOM
from prebill.reading import Item, Place, Refused


@attrs.frozen
class JsonDocument:
    """A file that is one JSON text. It is loaded whole: for many encounters, NDJSON is the better format."""

    path: Path
    name: str
    strict: bool = False

    def read(self) -> Iterator[Item]:
        """Yield every encounter, or why there is none; an array that is not JSON is refused as a whole."""
        with opened(self.path, self.name) as file:
            content = file.read().removeprefix(BOM)
        start = len(content) - len(content.lstrip())
        reader = EncounterReader(self.name, strict=self.strict)
        if content[start : start + 1] != b"[":
            yield from reader.read(content[start:], content.count(b"\n", 0, start) + 1)
            return
        fault = syntax_fault(content)
        if fault:
            lines, column = place_in(content, fault[0])
            place = Place(source=self.name, line=lines + 1, element=column)
            yield Refused(place=place, reason=f"not JSON: {fault[1]}; nothing of this array can be read")
            return
        at, line = 0, 1
        for index, element in enumerate(msgspec.json.decode(content, type=list[msgspec.Raw])):
            each = bytes(element)
            begin = content.index(each, at)
            line += content.count(b"\n", at, begin)
            yield from reader.read(each, line, f"/{index}")
            at = begin + len(each)
            line += each.count(b"\n")

    def shares(self, count: int) -> tuple[JsonDocument, ...]:
        """Return the document alone: only as a whole it is JSON."""
        return (self,)
