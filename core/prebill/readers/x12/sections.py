"""Sections: the stretches of a transmission that are read as one."""

from __future__ import annotations

import attrs

from prebill.readers.x12.separators import Separators


@attrs.define
class Section:
    """Segments in a row: an envelope, a level of the hierarchy with what it says, or a claim.

    `first` is the ordinal of the first of them. The text lacks the terminator of the last one.
    """

    first: int
    text: str
    separators: Separators

    @property
    def segments(self) -> list[str]:
        """The segments, without their terminators."""
        return self.text.split(self.separators.terminator)

    @property
    def elements(self) -> list[str]:
        """The elements of the first segment, its name in front."""
        return self.text.partition(self.separators.terminator)[0].split(self.separators.element)

    def element(self, position: int) -> str:
        """Return an element of the first segment; an absent one is empty."""
        elements = self.elements
        return elements[position] if position < len(elements) else ""

    @property
    def opener(self) -> Section:
        """The first segment alone."""
        return Section(self.first, self.text.partition(self.separators.terminator)[0], self.separators)

    def extended(self, text: str) -> Section:
        """Return the section with more segments at its end."""
        return Section(self.first, f"{self.text}{self.separators.terminator}{text}", self.separators)
