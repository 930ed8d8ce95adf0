"""The words in which `guide` states where each field of the model stands in an 837P.

Positions are written as the implementation guide writes them: `05` is the fifth element of a segment, `05-1` the
first component of it. Fields are dotted paths from the record that the loop fills: `coverage.subscriber.sex`.
"""

from __future__ import annotations

from enum import IntEnum

import attrs

from prebill.readers.x12.values import Kind


class Need(IntEnum):
    """What follows when an element is absent."""

    OPTIONAL = 0
    EXPECTED = 1
    """The guide requires it: a problem is reported."""
    RECORD = 2
    """Without it the segment makes no record: it is kept as read, and a problem is reported."""
    CLAIM = 3
    """Without it, or where it cannot be read, the claim is unreadable."""


@attrs.frozen
class Position:
    """An element of a segment, or one component of it; both count from 1, component 0 is the whole element."""

    element: int
    component: int = 0

    def __str__(self) -> str:
        return f"{self.element:02}-{self.component}" if self.component else f"{self.element:02}"


def position(text: str) -> Position:
    """Read a position such as `05` or `05-1`."""
    element, _, component = text.partition("-")
    return Position(int(element), int(component or 0))


def elements(first: int, last: int, *, component: int = 0) -> tuple[Position, ...]:
    """Return the positions of elements in a row, or of the same component of each."""
    return tuple(Position(element, component) for element in range(first, last + 1))


def components(element: int, first: int, last: int) -> tuple[Position, ...]:
    """Return the positions of components in a row."""
    return tuple(Position(element, component) for component in range(first, last + 1))


def _positions(given: str | tuple[Position, ...]) -> tuple[Position, ...]:
    return (position(given),) if isinstance(given, str) else given


@attrs.frozen
class Value:
    """One element that fills one field; the first one present, where several positions are given.

    `codes` and `longest` are the code list and the length that the guide allows. With `only_if`, a position and
    a text, the field is filled only where that element holds that text. With `then`, the text of that element
    follows, after a blank. Where a `strict` element is there but cannot be read, the claim is unreadable.
    """

    field: str
    at: tuple[Position, ...] = attrs.field(converter=_positions)
    kind: Kind = Kind.TEXT
    need: Need = attrs.field(default=Need.OPTIONAL, kw_only=True)
    codes: frozenset[str] = attrs.field(default=frozenset(), kw_only=True)
    longest: int = attrs.field(default=0, kw_only=True)
    only_if: tuple[Position, str] | None = attrs.field(default=None, kw_only=True)
    then: Position | None = attrs.field(default=None, kw_only=True)
    strict: bool = attrs.field(default=False, kw_only=True)


@attrs.frozen
class Several:
    """Elements or components in a row that together fill a field with a tuple."""

    field: str
    at: tuple[Position, ...]
    kind: Kind = Kind.TEXT
    longest: int = attrs.field(default=0, kw_only=True)


@attrs.frozen
class Append:
    """Elements that are added to a list, which further segments of the loop may continue."""

    field: str
    at: tuple[Position, ...] = attrs.field(converter=_positions)
    kind: Kind = Kind.TEXT


@attrs.frozen
class Pair:
    """A qualifier and an identifier that are added to a list as a pair, unless the qualifier is `excluded`."""

    field: str
    qualifier: Position = attrs.field(converter=position)
    at: Position = attrs.field(converter=position)
    excluded: str = ""


@attrs.frozen
class Records:
    """Groups of elements that each add one record to a list.

    A segment has up to `groups` of them, `step` elements apart. Positions of `values` are those of the first
    group; `shared` are the same for every record. With `keep_order`, an empty group before a filled one makes an
    empty record, so that the others keep their number. `carried` is a field that an earlier segment of the loop
    gives (`Carry`).
    """

    field: str
    record: type
    values: tuple[Value | Several, ...]
    shared: tuple[Value, ...] = ()
    step: int = attrs.field(default=0, kw_only=True)
    groups: int = attrs.field(default=1, kw_only=True)
    keep_order: bool = attrs.field(default=False, kw_only=True)
    carried: str = attrs.field(default="", kw_only=True)


@attrs.frozen
class Carry:
    """An element that the records of the following segments of the loop carry as a field."""

    field: str
    at: Position = attrs.field(converter=position)


Filling = Value | Several | Append | Pair | Records | Carry


@attrs.frozen
class Segment:
    """A segment of a loop, the qualifiers (first component of the first element) it is known by, what it fills.

    A segment that fills nothing is kept as read unless it is `structural`, and so is a second one that would fill
    the same fields. `unless` is an element that must be absent; `allowed` are the qualifiers that the guide allows
    where any is read; `expected` are elements that fill nothing but must be there. What a `varied` segment holds
    differs from claim to claim, so that it is not worth remembering.
    """

    name: str
    fills: tuple[Filling, ...] = ()
    qualifiers: tuple[str, ...] = attrs.field(default=(), kw_only=True)
    structural: bool = attrs.field(default=False, kw_only=True)
    unless: Position | None = attrs.field(default=None, kw_only=True)
    allowed: frozenset[str] = attrs.field(default=frozenset(), kw_only=True)
    expected: tuple[str, ...] = attrs.field(default=(), kw_only=True)
    varied: bool = attrs.field(default=False, kw_only=True)


@attrs.frozen
class Loop:
    """A loop: the segment that opens it (the first), its own segments, and the loops inside it.

    A loop with a `record` makes an object for `field` of the enclosing record (one more of them: `many`); a loop
    without one fills the enclosing record itself. `required` pairs what must be there, a field or an inner loop,
    with its name in a message; with `fatal` a claim without it is unreadable. `principal` is the segment that the
    loop is about: it is shown as the place of the record, and opens the loop where the opener is missing.
    `counted` is a field that is numbered where its element is missing. An `unknown` loop is opened by a qualifier
    that the guide does not have.
    """

    name: str
    segments: tuple[Segment, ...]
    loops: tuple[Loop, ...] = ()
    field: str = attrs.field(default="", kw_only=True)
    record: type | None = attrs.field(default=None, kw_only=True)
    many: bool = attrs.field(default=False, kw_only=True)
    required: tuple[tuple[str, str], ...] = attrs.field(default=(), kw_only=True)
    fatal: bool = attrs.field(default=False, kw_only=True)
    principal: str = attrs.field(default="", kw_only=True)
    counted: str = attrs.field(default="", kw_only=True)
    unknown: bool = attrs.field(default=False, kw_only=True)
