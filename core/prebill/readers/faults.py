"""Explains why plain data does not fit a twin: every fault, with its JSON pointer and what was expected instead.

A value is never repeated, since it may be a patient's; the name of an unknown key is, where it is a plain name.
"""

from __future__ import annotations

import re
import typing
from collections.abc import Iterator, Mapping
from datetime import date
from enum import Enum
from functools import cache
from typing import Any, Literal

import attrs
import msgspec

from prebill.errors import did_you_mean
from prebill.readers.twins import Local, Number, Whole, is_union, without_none

_MOST = 20
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,39}")
_EXPECTED: tuple[tuple[Any, str], ...] = (
    (Number, "a decimal number of at most 18 digits and 9 decimals"),
    (Whole, "a whole number"),
    (Local, "a date and time YYYY-MM-DDThh:mm:ss without a time zone"),
    (date, "a date YYYY-MM-DD"),
    (bool, "true or false"),
    (str, "text"),
)


@attrs.frozen
class Fault:
    """One thing wrong in a value: the JSON pointer of where, and what was expected there."""

    pointer: str
    message: str

    def __str__(self) -> str:
        return f"{self.pointer or '/'}: {self.message}"


@attrs.frozen
class UnknownKey:
    """A key that a record does not have; `where` is the pointer of the record, with `*` for any position."""

    where: str
    key: str
    known: frozenset[str] = attrs.field(eq=False, repr=False)

    def message(self, consequence: str = "") -> str:
        """Return what is wrong, what follows from it, and the nearest key that exists."""
        plain = is_plain_name(self.key)
        near = did_you_mean(self.key, sorted(self.known)) if plain else ""
        return f"unknown key{f' {self.key!r}' if plain else ''}{consequence}{'.' if near else ''}{near}"


def is_plain_name(text: str) -> bool:
    """Tell whether a key or a column title looks like the name of a field, and may be repeated in a message."""
    return _NAME.fullmatch(text) is not None


def reason(faults: list[Fault]) -> str:
    """Return one sentence that lists faults, at most 20 of them."""
    more = len(faults) - _MOST
    return "; ".join(map(str, faults[:_MOST])) + (f"; and {more} more" if more > 0 else "")


def faults_in(value: Any, kind: Any, at: str = "", *, lax: bool = False) -> Iterator[Fault]:
    """Yield every fault of plain data against a twin, or any annotation inside one.

    Args:
        value: What a JSON decoder returns.
        kind: The annotation that it has to fit.
        at: The JSON pointer of the value.
        lax: Whether text such as `"5"` may stand for a number, as it does in a CSV.
    """
    kind, optional = without_none(kind)
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if value is None and optional:
        return
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        if isinstance(value, dict):
            yield from _faults_in_record(value, kind, at, lax=lax)
        else:
            yield Fault(at, "expected an object")
    elif origin is tuple and ... in arguments:
        if isinstance(value, list):
            for position, each in enumerate(value):
                yield from faults_in(each, arguments[0], f"{at}/{position}", lax=lax)
        else:
            yield Fault(at, "expected a list")
    else:
        try:
            msgspec.convert({"value": value}, _holder(kind), strict=not lax)
        except msgspec.ValidationError:
            yield Fault(at, f"expected {expected(kind)}")


@cache
def _holder(kind: Any) -> type[msgspec.Struct]:
    """Return a class that holds one value of a kind, since msgspec prepares only classes once and for all."""
    return msgspec.defstruct("Holder", [("value", kind)])


def _faults_in_record(value: dict[str, Any], kind: type[msgspec.Struct], at: str, *, lax: bool) -> Iterator[Fault]:
    fields = _fields(kind)
    if kind.__struct_config__.forbid_unknown_fields:
        for key in value:
            if key not in fields:
                yield Fault(at, UnknownKey(at, key, frozenset(fields)).message())
    for name, field in fields.items():
        if name in value:
            yield from faults_in(value[name], field.type, f"{at}/{name}", lax=lax)
        elif field.required:
            yield Fault(at, f"expected the key {name!r}")


def expected(kind: Any) -> str:
    """Return in words what an annotation accepts."""
    known = next((words for each, words in _EXPECTED if each == kind), None)
    if known:
        return known
    if typing.get_origin(kind) is Literal:
        return "one of " + ", ".join(map(str, typing.get_args(kind)))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return "one of " + ", ".join(str(each.value) for each in kind)
    if typing.get_origin(kind) is tuple:
        return f"a list of {len(typing.get_args(kind))} values"
    if is_union(kind):
        return " or ".join(expected(each) for each in typing.get_args(kind))
    if issubclass(typing.get_origin(kind) or object, Mapping):
        return "an object"
    return "a value of another type"


def unknown_keys(value: Any, kind: type[msgspec.Struct], where: str = "") -> Iterator[UnknownKey]:
    """Yield the keys of plain data that its twin, or a twin inside it, does not have."""
    if not isinstance(value, dict):
        return
    known, inner = _keys(kind)
    for name, inside in value.items():
        if name not in known:
            yield UnknownKey(where, name, known)
        elif name in inner:
            twin, many = inner[name]
            if not many:
                yield from unknown_keys(inside, twin, f"{where}/{name}")
            elif isinstance(inside, list):
                for each in inside:
                    yield from unknown_keys(each, twin, f"{where}/{name}/*")


@cache
def _keys(kind: type[msgspec.Struct]) -> tuple[frozenset[str], Mapping[str, tuple[type[msgspec.Struct], bool]]]:
    """Return the keys of a twin, and those of them that hold twins themselves: which one, and whether a list."""
    fields = _fields(kind)
    inner = {}
    for field in fields.values():
        each, _ = without_none(field.type)
        many = typing.get_origin(each) is tuple
        each = typing.get_args(each)[0] if many else each
        if isinstance(each, type) and issubclass(each, msgspec.Struct):
            inner[field.name] = (each, many)
    return frozenset(fields), inner


@cache
def _fields(kind: type[msgspec.Struct]) -> Mapping[str, msgspec.structs.FieldInfo]:
    return {field.name: field for field in msgspec.structs.fields(kind)}
