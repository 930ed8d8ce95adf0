"""The one-line notation of a service line in cases: `93458-26 @22 [I25.119] x1 2026-03-10 $900`."""

from __future__ import annotations

import re
from typing import Any

from prebill.errors import PackError

_MINUTES = re.compile(r"(\d+)min")
_UNITS = re.compile(r"x(\d+(?:\.\d+)?)")
_DATES = re.compile(r"(\d{4}-\d{2}-\d{2})(?:\.\.(\d{4}-\d{2}-\d{2}))?")


def line_from(text: str) -> dict[str, Any]:
    """Read a line into the fields of a `ServiceLine`; `diagnoses` holds what it points to.

    The procedure and its modifiers come first (`99213-25`). The rest comes in any order: `x2` units, `61min`
    minutes, `@22` place of service, `[I10,E11.9]` pointed diagnoses, a date or `first..last`, `$135` charge,
    `by=1456789019` rendering provider, `auth=A7781` authorization number.
    """
    bracketed = re.search(r"\[([^\]]*)\]", text)
    diagnoses = [] if bracketed is None else re.split(r"[,\s]+", bracketed.group(1).strip())
    procedure, *rest = re.sub(r"\[[^\]]*\]", " ", text).split()
    code, *modifiers = procedure.upper().split("-")
    fields: dict[str, Any] = {
        "procedure": code,
        "modifiers": modifiers,
        "diagnoses": [each.replace(".", "") for each in diagnoses if each],
    }
    for token in rest:
        fields.update(_token(token, text))
    return fields


def _token(token: str, text: str) -> dict[str, Any]:
    if minutes := _MINUTES.fullmatch(token):
        return {"unit_type": "MJ", "units": minutes.group(1)}
    if units := _UNITS.fullmatch(token):
        return {"units": units.group(1)}
    if dates := _DATES.fullmatch(token):
        first, last = dates.groups()
        return {"from_date": first, **({"to_date": last} if last else {})}
    if token.startswith("@"):
        return {"place_of_service": token[1:]}
    if token.startswith("$"):
        return {"charge": token[1:]}
    if token.startswith("by="):
        return {"rendering": {"npi": token[3:]}}
    if token.startswith("auth="):
        return {"authorization_numbers": [token[5:]]}
    message = f"{token!r} in the line {text!r} is not of the notation of cases"
    raise PackError(message)
