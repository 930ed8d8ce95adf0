"""Regular expressions for segments in which nothing is remarkable, made from the map.

A segment that has a value too long, outside its code list or missing where it is needed does not match. All
quantifiers are possessive: an expression matches in one pass over the text, or not at all.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import attrs

from prebill.readers.x12.drafts import Slot, slot
from prebill.readers.x12.mapping import Filling, Need, Segment, Several, Value
from prebill.readers.x12.separators import Separators
from prebill.readers.x12.values import Conversions, Remembered


@attrs.frozen
class Capture:
    """A group of the expression that fills a field; groups count from 0."""

    group: int
    target: Slot
    convert: Callable[[str], Any] | None


class PatternBuilder:
    """Writes an expression piece by piece, and remembers what its groups fill."""

    def __init__(self, separators: Separators, conversions: Conversions) -> None:
        element, component, terminator = map(
            re.escape, (separators.element, separators.component, separators.terminator)
        )
        self.element, self.terminator = element, terminator
        self.plain_element = separators.element
        self.rest = f"[^{terminator}]*+"
        self.captures: list[Capture] = []
        self.groups = 0
        self._component = component
        self._separators = separators
        self._conversions = conversions
        self._text = f"[^{element}{terminator}]"
        self._part = f"[^{element}{terminator}{component}]"

    def group(self) -> int:
        """Count one more group and return its number."""
        self.groups += 1
        return self.groups - 1

    def segment(self, segment: Segment) -> str:
        """Return the expression for a segment that only fills fields."""
        fills = [fill for fill in segment.fills if isinstance(fill, Value | Several)]
        own = 1 if segment.qualifiers else 0
        last = max((fill.at[0].element for fill in fills), default=own)
        needed = max((fill.at[0].element for fill in fills if _is_needed(fill)), default=own)
        return segment.name + self._elements(segment, fills, 1, last, max(needed, own))

    def _elements(self, segment: Segment, fills: list[Value | Several], at: int, last: int, needed: int) -> str:
        if at > last:
            return f"(?:{self.element}{self.rest})?+"
        here = [fill for fill in fills if fill.at[0].element == at]
        if at == 1 and segment.qualifiers:
            choice = "|".join(map(re.escape, segment.qualifiers))
            text = self._capture(here, choice) if here else f"(?:{choice})"
        elif here and here[0].at[0].component:
            text = self._components(here, 1, max(fill.at[-1].component for fill in here))
        else:
            text = self._capture(here, _texts(self._text, here)) if here else f"{self._text}*+"
        expression = self.element + text + self._elements(segment, fills, at + 1, last, needed)
        return expression if at <= needed else f"(?:{expression})?+"

    def _components(self, fills: list[Value | Several], at: int, last: int) -> str:
        """Return the expression for the components of an element from one on, its separator before it excepted."""
        if at > last:
            return f"(?:{self._component}{self._text}*+)?+"
        here = [fill for fill in fills if fill.at[0].component == at]
        after = at + 1
        if here and isinstance(here[0], Several):
            one = f"{self._part}{{0,{here[0].longest}}}+" if here[0].longest else f"{self._part}*+"
            after = here[0].at[-1].component + 1
            text = self._capture(here, f"{one}(?:{self._component}{one}){{0,{after - at - 1}}}+")
        else:
            text = self._capture(here, _texts(self._part, here)) if here else f"{self._part}*+"
        inner = self._components(fills, after, last)
        if after <= last:
            inner = self._component + inner
            if not any(_is_needed(fill) for fill in fills if fill.at[0].component >= after):
                inner = f"(?:{inner})?+"
        return text + inner

    def _capture(self, fills: list[Value | Several], expression: str) -> str:
        group = self.group()
        self.captures += [Capture(group, slot(fill.field), self._conversion(fill)) for fill in fills]
        return f"({expression})"

    def _conversion(self, fill: Value | Several) -> Callable[[str], Any] | None:
        convert = self._conversions.of(fill.kind)
        if isinstance(fill, Value):
            return convert
        component = self._separators.component

        def members(text: str) -> tuple[Any, ...]:
            texts = filter(None, text.split(component))
            return tuple(map(convert, texts) if convert else texts)

        return Remembered(members).__getitem__


def only_fills_fields(fills: tuple[Filling, ...]) -> bool:
    """Tell whether a segment fills fields and nothing else, each from one place."""
    return all(
        len(fill.at) == 1 and not fill.only_if and not fill.then
        if isinstance(fill, Value)
        else isinstance(fill, Several) and all(position.component for position in fill.at)
        for fill in fills
    )


def _is_needed(fill: Value | Several) -> bool:
    return isinstance(fill, Value) and fill.need > Need.OPTIONAL


def _texts(character: str, fills: list[Value | Several]) -> str:
    """Return the expression for what the values of one place may be."""
    least = 1 if any(_is_needed(fill) for fill in fills) else 0
    codes = next((fill.codes for fill in fills if isinstance(fill, Value) and fill.codes), None)
    if codes:
        return "|".join([*map(re.escape, sorted(codes, key=len, reverse=True)), *([] if least else [""])])
    longest = min((fill.longest for fill in fills if fill.longest), default=0)
    return f"{character}{{{least},{longest or ''}}}+"
