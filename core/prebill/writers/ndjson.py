"""Writes encounters as NDJSON, one on each line, without what has its default value."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Any

import attrs
import msgspec

from prebill.model import Encounter

SCHEMA = "prebill/1"


def encounter_line(encounter: Encounter) -> bytes:
    """Return the line of an encounter, with its line end; reading it gives an equal encounter."""
    return msgspec.json.encode({"schema": SCHEMA, **_plain(encounter)}) + b"\n"


def _plain(value: Any) -> Any:
    if attrs.has(type(value)):
        return {
            name: _plain(each)
            for name, default in _defaults(value.__class__)
            if (each := getattr(value, name)) is not default and each != default
        }
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, Decimal):
        return format(value, "f")
    return value


@cache
def _defaults(record: type) -> tuple[tuple[str, Any], ...]:
    """Return the fields of a record type with their defaults; `attrs.NOTHING` equals no value."""
    return tuple((field.name, _default(field.default)) for field in attrs.fields(record))


def _default(default: Any) -> Any:
    return default.factory() if isinstance(default, attrs.Factory) else default  # type: ignore[arg-type]
