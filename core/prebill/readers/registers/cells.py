"""Brings the text of a CSV cell into the form in which JSON would hold it; what it means is checked later."""

from __future__ import annotations

import re
import typing
from datetime import date, datetime
from typing import Any

import msgspec

from prebill.readers.registers.columns import Column

_AMERICAN = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_MOMENT = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[T ](?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2}(?:\.[0-9]+)?))?"
    r"(?: ?(?P<half>[AaPp])[Mm])?)?"
)
_ANSWERS = {
    **dict.fromkeys(("y", "yes", "true", "1"), True),
    **dict.fromkeys(("n", "no", "false", "0"), False),
    **dict.fromkeys(("u", "unknown", "w"), None),
}
"""Answers, those of a 271 (EB11, EB12) too; that it is unknown, or does not apply, is no answer."""

_PLAIN = (str, int, float, bool, date, datetime)


def clean(cell: str) -> str:
    """Return a cell without blanks around it, and without the apostrophe that keeps Excel from changing it."""
    return cell.strip().removeprefix("'").strip()


def iso_day(text: str) -> str:
    """Return a date `MM/DD/YYYY` as `YYYY-MM-DD`, and any other text as it is."""
    found = _AMERICAN.match(text)
    return f"{found[3]}-{int(found[1]):02}-{int(found[2]):02}{text[found.end() :]}" if found else text


def iso_moment(text: str) -> str:
    """Return a date with or without a time, such as `3/16/2026 2:05 PM`, as `YYYY-MM-DDThh:mm:ss`."""
    found = _MOMENT.fullmatch(iso_day(text))
    if not found:
        return text
    hour = int(found["hour"] or 0)
    if found["half"]:
        hour = hour % 12 + (12 if found["half"] in "Pp" else 0)
    return f"{found['day']}T{hour:02}:{found['minute'] or '00'}:{found['second'] or '00'}"


def value_of(text: str, column: Column) -> Any:
    """Return the plain value of a cell that is not empty."""
    if column.items:
        return [_one(each.strip(), column.kind) for each in text.split(";") if each.strip()]
    return _one(text, column.kind)


def _one(text: str, kind: Any) -> Any:
    if bool in (kind, *typing.get_args(kind)):
        return _ANSWERS.get(text.lower(), text)
    if kind is datetime:
        return iso_moment(text)
    if kind is date:
        return iso_day(text)
    if text[:1] in ("{", "[") and kind not in _PLAIN:
        try:
            return msgspec.json.decode(text)
        except (msgspec.DecodeError, RecursionError):
            return text
    return text
