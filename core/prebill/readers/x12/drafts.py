"""A record of the model under construction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any

from prebill.making import maker
from prebill.model import (
    Accident,
    Address,
    Contract,
    Coverage,
    DurableEquipment,
    Patient,
    Provider,
    Repricing,
    Segment,
    Submission,
    Subscriber,
)

Fields = dict[str, Any]
Slot = tuple[str, str]
"""A field of a record under construction: the part it belongs to (`""` is the record itself) and its name."""

_PARTS: dict[str, type] = {
    "accident": Accident,
    "address": Address,
    "billing": Provider,
    "contract": Contract,
    "coverage": Coverage,
    "equipment": DurableEquipment,
    "patient": Patient,
    "pay_to_address": Address,
    "payer_address": Address,
    "repricing": Repricing,
    "submission": Submission,
    "subscriber": Subscriber,
}


def slot(field: str) -> Slot:
    """Split a dotted field into the part of the record and the name in it."""
    part, _, name = field.rpartition(".")
    return part, name


class Draft:
    """The fields of each part of a record, its lists, and segments that it keeps as read."""

    __slots__ = ("kept", "lists", "parts")

    def __init__(self) -> None:
        self.parts: dict[str, Fields] = {"": {}}
        self.lists: dict[Slot, list[Any]] = {}
        self.kept: list[Segment] = []

    def part(self, name: str) -> Fields:
        """Return the fields of a part; it comes into being with the parts around it."""
        if name not in self.parts:
            around = name.rpartition(".")[0]
            if around:
                self.part(around)
            self.parts[name] = {}
        return self.parts[name]

    def add(self, target: Slot, members: Iterable[Any]) -> None:
        """Add members to a list."""
        self.lists.setdefault(target, []).extend(members)

    def take(self, parts: Sequence[tuple[str, Fields]], lists: Sequence[tuple[Slot, Iterable[Any]]] = ()) -> bool:
        """Add fields and members of lists; return False where a field is filled already, and add nothing."""
        known = self.parts
        for part, fields in parts:
            if part in known and not known[part].keys().isdisjoint(fields):
                return False
        for part, fields in parts:
            if part in known:
                known[part].update(fields)
            else:
                self.part(part).update(fields)
        for target, members in lists:
            self.lists.setdefault(target, []).extend(members)
        return True

    def has(self, target: Slot) -> bool:
        """Tell whether a field is filled."""
        return target[1] in self.parts.get(target[0], ())

    def count(self, target: Slot) -> int:
        """Return how many members a list has so far."""
        return len(self.lists.get(target, ()))

    def fields(self) -> Fields:
        """Return the fields of the record, its parts made into objects and its lists into tuples."""
        for (part, name), members in self.lists.items():
            self.part(part)[name] = tuple(members)
        parts = self.parts
        if len(parts) > 1:
            for part, outer, name, make in _assembly(tuple(parts)):
                parts[outer][name] = make(**parts[part])
        return parts[""]


@cache
def _assembly(parts: tuple[str, ...]) -> tuple[tuple[str, str, str, Callable[..., Any]], ...]:
    """Return how to put the parts of a record together, the innermost first."""
    inner = sorted(filter(None, parts), key=len, reverse=True)
    return tuple((part, *slot(part), maker(_PARTS[slot(part)[1]])) for part in inner)
