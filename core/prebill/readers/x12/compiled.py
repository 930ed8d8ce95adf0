"""Reading segments in which nothing is remarkable, by functions written out from the map.

A function states in plain code what `mapping` states in data, as attrs writes an initializer for each class: most of
the time of reading would else go into looking up what to do. What needs a word to the biller, or care, is left to
the careful reading in `steps`, which gives the same for all that is read here (a property test holds the two to it).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from textwrap import indent
from types import CodeType
from typing import Any, cast

from prebill.readers.x12.drafts import Fields, Slot, slot
from prebill.readers.x12.mapping import Append, Filling, Need, Pair, Position, Records, Segment, Several, Value
from prebill.readers.x12.values import Conversions, Kind, Remembered

Found = tuple[tuple[tuple[str, Fields], ...], tuple[tuple[Slot, tuple[Any, ...]], ...]]
"""The fields of each part of a record, and the members of its lists."""

Read = Callable[[list[str]], Found | None]
"""Reads a segment given its elements, its name in front; None for a remarkable one. Raises `ValueError` likewise."""


def can_be_compiled(segment: Segment) -> bool:
    """Tell whether there is a function for a kind of segment, or every segment of the kind needs care."""
    return (bool(segment.fills) or segment.structural) and all(map(_is_simple, segment.fills))


def compiled(segment: Segment, conversions: Conversions, component: str, one_record: Callable[[str], Any]) -> Read:
    """Return the function for a kind of segment.

    `one_record` makes the member that an element adds to a list, where each element of the segment adds one.
    """
    code, constants, kinds = _written(segment)
    names = {
        **constants,
        **{name: conversions.of(kind) for name, kind in kinds.items()},
        "one_record": Remembered(one_record).__getitem__,
        "separator": component,
    }
    exec(code, names)  # noqa: S102 - the code is made of the map alone
    return cast("Read", names["read"])


@cache
def _written(segment: Segment) -> tuple[CodeType, dict[str, Any], dict[str, Kind]]:
    """Return the code for a kind of segment, and the constants and conversions that it refers to by name."""
    writer = _Writer(segment)
    source = "def read(elements):\n" + indent("\n".join(writer.lines()), "    ")
    return compile(source, f"<{segment.name}>", "exec"), writer.constants, writer.kinds


class _Writer:
    """Writes the function of one kind of segment."""

    def __init__(self, segment: Segment) -> None:
        self._segment = segment
        self.constants: dict[str, Any] = {}
        self.kinds: dict[str, Kind] = {}
        self._values = [each for each in segment.fills if isinstance(each, Value | Several)]
        self._parts = tuple(dict.fromkeys(slot(each.field)[0] for each in self._values))

    def lines(self) -> Iterator[str]:
        """Yield the body of the function."""
        segment = self._segment
        yield "count = len(elements)"
        if segment.allowed:
            yield f"if count < 2 or elements[1] not in {self._constant(segment.allowed)}: return None"
        for position in map(int, segment.expected):
            yield f"if count <= {position} or not elements[{position}]: return None"
        yield from (f"part{number} = {{}}" for number in range(len(self._parts)))
        for element in dict.fromkeys(value.at[0].element for value in self._values):
            yield from self._element(element)
        yield "lists = ()"
        for fill in segment.fills:
            yield from self._members(fill)
        found = (f"((({name!r}, part{number}),) if part{number} else ())" for number, name in enumerate(self._parts))
        yield f"return {' + '.join(found) or '()'}, lists"

    def _element(self, element: int) -> Iterator[str]:
        """Yield what reads all that one element fills."""
        here = [value for value in self._values if value.at[0].element == element]
        yield f"if count > {element} and (text := elements[{element}]):"
        for value in here:
            if isinstance(value, Value) and not value.at[0].component:
                yield from _indented(self._value(value, "text"))
        if any(value.at[0].component for value in here):
            yield "    components = text.split(separator)"
            yield "    width = len(components)"
            for value in here:
                if value.at[0].component:
                    yield from _indented(self._component(value))
        if any(_is_needed(value) for value in here):
            yield "else: return None"

    def _component(self, value: Value | Several) -> Iterator[str]:
        first = value.at[0].component - 1
        if isinstance(value, Several):
            yield f"pieces = [piece for piece in components[{first}:{value.at[-1].component}] if piece]"
            yield "if pieces:"
            if value.longest:
                yield f"    if max(map(len, pieces)) > {value.longest}: return None"
            pieces = "pieces" if value.kind is Kind.TEXT else f"map({self._conversion(value.kind)}, pieces)"
            made = f"tuple({pieces})"
            yield f"    {self._field(value.field)} = {made}"
        else:
            yield f"if width > {first} and (piece := components[{first}]):"
            yield from _indented(self._value(value, "piece"))
            if _is_needed(value):
                yield "else: return None"

    def _value(self, value: Value, text: str) -> Iterator[str]:
        if value.codes:
            yield f"if {text} not in {self._constant(value.codes)}: return None"
        if value.longest:
            yield f"if len({text}) > {value.longest}: return None"
        made = self._converted(value.kind, text)
        if value.only_if:
            yield f"if elements[{value.only_if[0].element}] == {value.only_if[1]!r}:"
            yield f"    {self._field(value.field)} = {made}"
        elif value.kind is Kind.LAST_DAY:
            yield f"last = {made}"
            yield f"if last is not None: {self._field(value.field)} = last"
        else:
            yield f"{self._field(value.field)} = {made}"

    def _members(self, fill: Filling) -> Iterator[str]:
        """Yield what adds to the list of a filling."""
        if isinstance(fill, Records):
            yield f"if count > {fill.groups + 1}: return None"
            yield f"lists += (({slot(fill.field)!r}, tuple(map(one_record, elements[1:]))),)"
        elif isinstance(fill, Append):
            yield "members = []"
            for position in fill.at:
                yield f"if count > {position.element} and (text := {_text_at(position)}):"
                yield f"    members.append({self._converted(fill.kind, 'text')})"
            yield f"if members: lists += (({slot(fill.field)!r}, tuple(members)),)"
        elif isinstance(fill, Pair):
            qualifier, at = fill.qualifier.element, fill.at.element
            other = f" and elements[{qualifier}] != {fill.excluded!r}" if fill.excluded else ""
            yield f"if count > {at} and elements[{at}]{other}:"
            yield f"    lists += (({slot(fill.field)!r}, ((elements[{qualifier}], elements[{at}]),)),)"

    def _field(self, field: str) -> str:
        part, name = slot(field)
        return f"part{self._parts.index(part)}[{name!r}]"

    def _converted(self, kind: Kind, text: str) -> str:
        return text if kind is Kind.TEXT else f"{self._conversion(kind)}({text})"

    def _conversion(self, kind: Kind) -> str:
        name = f"read_{kind.name.lower()}"
        self.kinds[name] = kind
        return name

    def _constant(self, value: Any) -> str:
        name = f"constant{len(self.constants)}"
        self.constants[name] = value
        return name


def _indented(lines: Iterator[str]) -> Iterator[str]:
    return (f"    {line}" for line in lines)


def _text_at(position: Position) -> str:
    whole = f"elements[{position.element}]"
    if not position.component:
        return whole
    return f"([*{whole}.split(separator), *[''] * {position.component}][{position.component - 1}])"


def _is_needed(value: Value | Several) -> bool:
    return isinstance(value, Value) and value.need > Need.OPTIONAL


def _is_simple(fill: Filling) -> bool:
    """Tell whether a filling is one that can be written out here."""
    if isinstance(fill, Value):
        condition = fill.only_if is None or not (fill.only_if[0].component or fill.at[0].component)
        earlier = fill.only_if is None or fill.only_if[0].element < fill.at[0].element
        return len(fill.at) == 1 and fill.then is None and condition and earlier
    if isinstance(fill, Several):
        return len({position.element for position in fill.at}) == 1 and all(each.component for each in fill.at)
    if isinstance(fill, Pair):
        return fill.qualifier.element < fill.at.element and not (fill.qualifier.component or fill.at.component)
    if isinstance(fill, Records):
        return fill.step == 1 and not fill.shared and not fill.carried
    return isinstance(fill, Append)
