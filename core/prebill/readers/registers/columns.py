"""The columns of a record type in a CSV: worked out from its fields."""

from __future__ import annotations

import typing
from collections import Counter
from functools import cache
from typing import Any

import attrs

from prebill.model import Encounter
from prebill.readers.twins import without_none

CLAIM, MEMBER, PATIENT = "claim_id", "member_id", "patient_id"
DAYS = ("service_date", "from_date")
JOIN = (CLAIM, MEMBER, PATIENT, *DAYS)


@attrs.frozen
class Column:
    """A field, or a field of a nested record, as a column.

    `path` leads to the field. `kind` is what one item of it holds; with `items` a cell holds several. `rows` says
    that the nested record is one of a list, so that each row adds one.
    """

    name: str
    path: tuple[str, ...]
    kind: Any
    items: bool = False
    rows: bool = False


def register_types() -> dict[str, type]:
    """Return the types of the registers of an encounter by the name of their field."""
    hints = typing.get_type_hints(Encounter)
    found = {}
    for field in attrs.fields(Encounter):
        kind, optional = without_none(hints[field.name])
        if optional and typing.get_origin(kind) is tuple:
            found[field.name] = typing.get_args(kind)[0]
    return found


@cache
def columns_of(record: type) -> tuple[Column, ...]:
    """Return the columns of a record type, in the order of its fields."""
    columns: list[Column] = []
    for name, kind, items in _fields(record):
        if isinstance(kind, type) and attrs.has(kind):
            columns += [
                Column(".".join(path), path, inner, several, rows=items)
                for path, inner, several in (((name, each), inner, more) for each, inner, more in _fields(kind))
            ]
        else:
            columns.append(Column(name, (name,), kind, items))
    taken = Counter([*JOIN, *(column.path[-1] for column in columns)])
    return tuple(
        attrs.evolve(column, name=column.path[-1]) if column.rows and taken[column.path[-1]] == 1 else column
        for column in columns
    )


def _fields(record: type) -> list[tuple[str, Any, bool]]:
    """Return name, kind of one item and whether there are several, for every field."""
    hints = typing.get_type_hints(record, include_extras=True)
    found = []
    for field in attrs.fields(record):
        kind, _ = without_none(hints[field.name])
        arguments = typing.get_args(kind)
        items = typing.get_origin(kind) is tuple and ... in arguments
        found.append((field.name, without_none(arguments[0])[0] if items else kind, items))
    return found


def csv_template(record: type) -> str:
    """Return the header line of a register of a record type: join columns, then fields."""
    return ",".join(dict.fromkeys([*JOIN[:-1], *(column.name for column in columns_of(record))]))
