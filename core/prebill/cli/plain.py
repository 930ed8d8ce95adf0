"""Types, values and examples in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from textwrap import wrap
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


_FEW_CLAIMS = 4
_FEW_LINES = 2


def short_example(example: Any, width: int) -> Iterator[str]:
    """Yield an example of a rule in short: each claim, and each thing beside it, in two lines at most."""
    if not isinstance(example, Mapping):
        yield str(example)
        return
    claims = example.get("claims", [])
    for claim in claims[:_FEW_CLAIMS]:
        yield from _cut(in_short(claim), width)
    if len(claims) > _FEW_CLAIMS:
        yield f"… and {len(claims) - _FEW_CLAIMS} more claims"
    rest = {name: value for name, value in example.items() if name != "claims"}
    if "lines" in rest:
        yield from _cut(in_short({"lines": rest.pop("lines")}), width)
    for name, value in rest.items():
        yield from _cut(f"{name.replace('_', ' ')}: {in_short(value)}", width)


def in_short(value: Any) -> str:
    """Return plain data as people note it: `99213 · npi=1456789019`."""
    if isinstance(value, Mapping):
        beside = {name: each for name, each in value.items() if name not in {"lines", "documentation"}}
        lines = [in_short(value["lines"])] if "lines" in value else []
        records = value.get("documentation")
        if isinstance(records, Mapping):
            beside |= records
        named = [f"{name}={_nested(each)}" for name, each in beside.items()]
        return " · ".join([*lines, *([" ".join(named)] if named else [])])
    if isinstance(value, (list, tuple)):
        return "; ".join(map(in_short, value)) or "none"
    return value if isinstance(value, str) else value_text(value)


def _nested(value: Any) -> str:
    text = in_short(value)
    return f"({text})" if isinstance(value, (Mapping, list, tuple)) else text


def _cut(text: str, width: int) -> list[str]:
    """Return the first lines of a text, those after the first with an indent."""
    return wrap(text, width, subsequent_indent="  ", max_lines=_FEW_LINES, placeholder=" …")
