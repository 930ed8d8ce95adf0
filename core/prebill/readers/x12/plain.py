"""The quick way to read a segment in which nothing is remarkable, which is nearly every one.

For each segment of the map that only fills fields a function is written and compiled, once per reader, as attrs does
for its initializers: reading is the innermost loop of everything. For `N3*1 ELM ST` of a provider it is

    def read(elements):
        count = len(elements)
        fields_0 = {}
        if count > 1 and (text := elements[1]):
            if len(text) > 55: return None
            fields_0["line1"] = text
        if count > 2 and (text := elements[2]):
            if len(text) > 55: return None
            fields_0["line2"] = text
        return [("address", fields_0)]

A segment that is faulty in any way is left to the careful reading in `steps`, which finds out what is wrong and says
so. Both follow the same map.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from prebill.readers.x12.making import maker
from prebill.readers.x12.mapping import Append, Need, Records, Segment, Several, Value
from prebill.readers.x12.values import Conversions

Fields = dict[str, Any]
Slot = tuple[str, str]
"""A field of a record under construction: the part it belongs to (`""` the record itself) and its name."""

Parts = list[tuple[str, Fields]]
Lists = tuple[tuple[Slot, tuple[Any, ...]], ...]
Plain = tuple[Parts, Lists]
"""What a segment gives: fields by the part they belong to, and members of lists."""

PlainReader = Callable[[list[str]], Plain | None]

_CAPACITY = 4096


def slot(field: str) -> Slot:
    """Split a dotted field into the part of the record and the name in it."""
    part, _, name = field.rpartition(".")
    return part, name


def plain_reader(segment: Segment, conversions: Conversions, component: str) -> PlainReader:
    """Return what reads the elements of a segment, or gives None where the careful reading must see to it."""
    fills = segment.fills
    if segment.structural:
        return lambda _: ([], ())
    if segment.allowed or segment.unless or segment.expected or not fills:
        return lambda _: None
    if _are_simple(fills):
        return _Source(fills, conversions, component).compile()
    (first, *others) = fills
    if isinstance(first, Append) and len(first.at) == 1 and not first.at[0].component and not others:
        return _appended(first, conversions)
    if isinstance(first, Records) and first.step == 1 and not first.shared and not others:
        return _Composites(first, conversions, component).read
    return lambda _: None


def _are_simple(fills: tuple[Any, ...]) -> bool:
    """Tell whether a segment only fills fields, each from one place."""
    return all(
        len(fill.at) == 1 and not fill.only_if and not fill.then
        if isinstance(fill, Value)
        else isinstance(fill, Several) and all(position.component for position in fill.at)
        for fill in fills
    )


class _Source:
    """The source text of a function that reads a segment, and the values that the text refers to."""

    def __init__(self, fills: tuple[Any, ...], conversions: Conversions, component: str) -> None:
        self._fills: list[Value | Several] = sorted(fills, key=lambda fill: fill.at[0].element)
        self._conversions = conversions
        self._names: dict[str, Any] = {"component": component}
        self._parts = list(dict.fromkeys(slot(fill.field)[0] for fill in fills))

    def compile(self) -> PlainReader:
        """Return the function."""
        exec("\n".join(self._lines()), self._names)  # noqa: S102 - the text is made of the map alone
        reader: PlainReader = self._names["read"]
        return reader

    def _lines(self) -> Iterator[str]:
        yield "def read(elements):"
        yield " count = len(elements)"
        yield " try:"
        for index in range(len(self._parts)):
            yield f"  fields_{index} = {{}}"
        elements = dict.fromkeys(fill.at[0].element for fill in self._fills)
        for element in elements:
            fills = [fill for fill in self._fills if fill.at[0].element == element]
            yield f"  if count > {element} and (text := elements[{element}]):"
            if fills[0].at[0].component:
                yield "   texts = text.split(component)"
                yield "   size = len(texts)"
            for fill in fills:
                yield from self._fill(fill)
            if any(isinstance(fill, Value) and fill.need for fill in fills):
                yield "  else: return None"
        yield " except ValueError: return None"
        given = ", ".join(f"({part!r}, fields_{index})" for index, part in enumerate(self._parts))
        if len(self._parts) == 1:
            yield f" return [{given}], ()"
        else:
            yield f" return [each for each in ({given}) if each[1]], ()"

    def _fill(self, fill: Value | Several) -> Iterator[str]:
        part, name = slot(fill.field)
        target = f"fields_{self._parts.index(part)}[{name!r}]"
        first = fill.at[0].component
        if isinstance(fill, Several):
            yield f"   members = [text for text in texts[{first - 1}:{fill.at[-1].component}] if text]"
            yield "   if members:"
            if fill.longest:
                yield f"    if max(map(len, members)) > {fill.longest}: return None"
            yield f"    {target} = tuple({self._converted(fill, 'members', each=True)})"
            return
        if first:
            yield f"   if size > {first - 1} and (text := texts[{first - 1}]):"
            yield from self._value(fill, target, "    ")
            if fill.need > Need.OPTIONAL:
                yield "   else: return None"
        else:
            yield from self._value(fill, target, "   ")

    def _value(self, fill: Value, target: str, indent: str) -> Iterator[str]:
        if fill.longest:
            yield f"{indent}if len(text) > {fill.longest}: return None"
        if fill.codes:
            yield f"{indent}if text not in {self._refer(fill.codes)}: return None"
        yield f"{indent}{target} = {self._converted(fill, 'text')}"

    def _converted(self, fill: Value | Several, text: str, *, each: bool = False) -> str:
        convert = self._conversions.of(fill.kind)
        if convert is None:
            return text
        name = self._refer(convert)
        return f"map({name}, {text})" if each else f"{name}({text})"

    def _refer(self, value: object) -> str:
        name = f"known_{len(self._names)}"
        self._names[name] = value
        return name


def _appended(append: Append, conversions: Conversions) -> PlainReader:
    """Return what reads one element that is added to a list."""
    index, target = append.at[0].element, slot(append.field)
    convert = conversions.of(append.kind) or str

    def read(elements: list[str]) -> Plain | None:
        if len(elements) <= index or not elements[index]:
            return None
        return [], ((target, (convert(elements[index]),)),)

    return read


class _Composites:
    """Reads elements that each are one record, such as the diagnoses of an HI; the last ones are remembered."""

    def __init__(self, records: Records, conversions: Conversions, component: str) -> None:
        self._limit = records.groups + 1
        self._slot = slot(records.field)
        self._make = maker(records.record)
        self._read = _Source(records.values, conversions, component).compile()
        self._known: dict[str, Any] = {}

    def read(self, elements: list[str]) -> Plain | None:
        if len(elements) > self._limit:
            return None
        members = []
        for text in elements[1:]:
            record = self._known.get(text) or self._learn(text)
            if record is None:
                return None
            members.append(record)
        return [], ((self._slot, tuple(members)),)

    def _learn(self, text: str) -> Any:
        plain = self._read(["", text])
        if plain is None:
            return None
        if len(self._known) >= _CAPACITY:
            self._known.clear()
        record = self._known[text] = self._make(**plain[0][0][1])
        return record
