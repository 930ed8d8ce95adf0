"""Types, values and examples in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec


def type_name(annotation: Any) -> str:
    """Return a type as people write it: `int`, `tuple[str, ...]`, `date | None`."""
    if isinstance(annotation, type) and not getattr(annotation, "__args__", None):
        return annotation.__name__
    return str(annotation).replace("typing.", "").replace("datetime.", "").replace("decimal.", "")


def value_text(value: Any) -> str:
    """Return a value as TOML and JSON write it."""
    return msgspec.json.encode(value, enc_hook=str).decode()


def example_text(example: Any) -> str:
    """Return an example of a rule: the line it is, or its words one by one."""
    if isinstance(example, Mapping):
        return "\n".join(f"{name}: {value_text(value)}" for name, value in example.items())
    return str(example)
