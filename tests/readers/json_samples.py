"""Small JSON encounters for the tests of the readers."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from prebill.reading import Item, Problem, Refused, Source, Sourced, Unreadable

CANARY = "ZQXJKPATIENT"
"""A name that no message may repeat."""


def encounter(number: str = "C-1", **changes: Any) -> dict[str, Any]:
    """Return an encounter without faults; keyword arguments replace keys of its claim."""
    return {
        "schema": "prebill/1",
        "encounter_id": f"E-{number}",
        "claim": {
            "control_number": number,
            "lines": [line(1), line(2, procedure="20610", modifiers=["LT"], charge="75.50")],
            "patient": {"last_name": CANARY, "birth_date": "1961-07-04", "record_number": f"P-{number}"},
            "coverage": {"payer_id": "ACM01", "member_id": f"M-{number}"},
            "total_charge": "225.50",
            "place_of_service": "11",
            "diagnoses": [{"code": "M1712", "qualifier": "ABK"}],
            **changes,
        },
    }


def line(number: int, **changes: Any) -> dict[str, Any]:
    """Return a service line; keyword arguments replace its keys."""
    return {
        "number": number,
        "procedure": "99213",
        "from_date": "2026-03-16",
        "charge": 150,
        "units": "1",
        "pointers": [1],
        **changes,
    }


def write_lines(path: Path, values: Iterable[Any]) -> Path:
    """Write values as NDJSON; bytes are written as they are."""
    lines = [each if isinstance(each, bytes) else json.dumps(each).encode() for each in values]
    path.write_bytes(b"".join(each + b"\n" for each in lines))
    return path


def sourced(source: Source) -> list[Sourced]:
    """Return the encounters of a source."""
    return [item for item in source.read() if isinstance(item, Sourced)]


def unreadable(source: Source) -> list[Unreadable]:
    """Return what could not be read."""
    return [item for item in source.read() if isinstance(item, Unreadable)]


def problems(source: Source) -> list[Problem]:
    """Return the problems of a source."""
    return [item for item in source.read() if isinstance(item, Problem)]


def shown(items: Iterable[Item]) -> list[object]:
    """Return items in a form that can be compared: an encounter with the place of its claim."""
    return [(item.encounter, item.origin.locate()) if isinstance(item, Sourced) else item for item in items]


def words(items: Iterable[Item]) -> str:
    """Return everything that items say about what is wrong."""
    texts = []
    for item in items:
        if isinstance(item, Problem):
            texts.append(f"{item.place} {item.message}")
        elif isinstance(item, (Unreadable, Refused)):
            texts.append(f"{item.place} {item.reason}")
    return "\n".join(texts)
