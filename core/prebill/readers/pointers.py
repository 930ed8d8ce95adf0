"""JSON pointers: where a value of a claim stands in a JSON text."""

from __future__ import annotations

import re
from typing import Any

import attrs
import msgspec

from prebill.reading import Place

_STEP = re.compile(r"[^.\[\]]+")
_CLAIM = "/claim"


def pointer_of(path: str) -> str:
    """Return the JSON pointer, from the encounter, of a path from its claim: `/claim/lines/0/procedure`."""
    return _CLAIM + "".join(f"/{step}" for step in _STEP.findall(path))


@attrs.frozen
class JsonOrigin:
    """The text of one encounter; it is looked into only when a place is asked for.

    `line` is the line on which the text starts, `inside` the pointer of the encounter in a document of several.
    """

    source: str
    line: int
    content: bytes = attrs.field(repr=False)
    inside: str = ""

    def locate(self, path: str = "") -> Place:
        """Return the pointer of a value, or of the nearest thing around it that the text holds."""
        pointer = pointer_of(path)
        if path:
            value: Any = msgspec.json.decode(self.content)
            present = ""
            for step in pointer.split("/")[1:]:
                try:
                    value = value[int(step)] if isinstance(value, list) else value[step]
                except (KeyError, IndexError, TypeError, ValueError):
                    break
                present = f"{present}/{step}"
            pointer = present
        return Place(source=self.source, line=self.line, element=f"{self.inside}{pointer}")
