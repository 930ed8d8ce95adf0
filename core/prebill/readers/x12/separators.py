"""The separators of an interchange, as its ISA header declares them."""

from __future__ import annotations

import re

import attrs

HEADER_LENGTH = 106
"""The characters of an ISA segment with its terminator; every element has a fixed width."""

LONGEST_HEADER = 140
"""How far a header is searched when its elements do not have the width they should have."""

_START = re.compile(rb"ISA([^A-Za-z0-9\s])(?:[^\r\n]{2}|[^\r\n]{1,3})\1")
_ELEMENTS = 16


@attrs.frozen
class Separators:
    """Characters that divide an interchange: elements, components, repetitions and segments."""

    element: str
    component: str
    repetition: str
    terminator: str

    @property
    def line_breaks(self) -> str:
        """The line breaks that stand between segments as mere decoration."""
        marks = (self.element, self.component, self.repetition, self.terminator)
        return "".join(character for character in "\r\n" if character not in marks)


def find_header(text: bytes) -> int | None:
    """Return where the first ISA segment of a text starts, or None."""
    found = _START.search(text)
    return found.start() if found else None


def read_separators(text: bytes) -> Separators | None:
    """Read the separators off the ISA segment that the text starts with, or return None when it is not one.

    The positions are counted in elements, not in characters: a header whose padding was lost still tells its
    separators. The component separator is ISA16, the terminator the character after it. A header without an
    ISA16 gets a component separator that no text contains.
    """
    head = text[:LONGEST_HEADER].decode("latin-1")
    element = head[3:4]
    parts = head.split(element, _ELEMENTS) if element else []
    if len(parts) <= _ELEMENTS or parts[0] != "ISA":
        return None
    component, terminator, after = (
        (parts[_ELEMENTS] + "   ")[0],
        (parts[_ELEMENTS] + "   ")[1],
        parts[_ELEMENTS][1:3],
    )
    if after == "\r\n":
        terminator = "\n"
    elif after == "GS":
        component, terminator = "\0", component
    separators = Separators(element, component, parts[11], terminator)
    unusable = terminator.isalnum() or terminator in {" ", element, component} or component == element
    return None if unusable or not "".join(attrs.astuple(separators)).isascii() else separators
