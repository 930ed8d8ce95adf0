"""Writes the day: the 837P, the registers beside it, the same as NDJSON, and what prebill has to find."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

import attrs

from examples.practice.day import Day
from examples.practice.people import CLINICIANS, GROUP, NEW_HIRE, NORTHWIND, PAYERS
from prebill.model import Submission
from prebill.readers.registers.columns import Column, columns_of
from prebill.rules import record_name
from prebill.writers.ndjson import encounter_line
from prebill.writers.x12 import write_837p

_SUBMISSION = Submission(
    interchange="000000323",
    group="323",
    transaction="0001",
    batch="D0323",
    created=datetime(2026, 3, 23, 7, 30),
    submitter_id="990000001",
    submitter_name=GROUP.name,
    receiver_id="SAMPLECLEAR",
    receiver_name="SAMPLE CLEARINGHOUSE",
)


def files_of(day: Day) -> dict[str, bytes]:
    """Return the content of every file of the day, by its path in this directory."""
    files = {
        "practice-day.837": "".join(write_837p(day.claims, submission=_SUBMISSION)).encode(),
        "practice-day.ndjson": b"".join(map(encounter_line, day.encounters)),
        "expected.csv": _csv(_expectations(day)),
        "tables/enrollment.csv": _enrollment(),
    }
    for name, register in day.registers.items():
        files[f"registers/{name}.csv"] = _register("patient_id", register)
    for name, register in day.documentation.items():
        files[f"registers/{name}.csv"] = _register("claim_id", register)
    return files


def _csv(rows: Iterable[Iterable[Any]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def _expectations(day: Day) -> Iterator[list[str]]:
    yield ["claim_id", "rule", "severity", "lines", "leak"]
    for leak in sorted(day.leaks, key=lambda each: (each.claim_id, each.rule, each.lines)):
        lines = " ".join([*map(str, leak.lines), *leak.elsewhere])
        yield [leak.claim_id, leak.rule, leak.severity, lines, leak.why]


def _enrollment() -> bytes:
    """Every clinician is enrolled with every payer, but for the one who has only just come."""
    heading = (
        "# edition: enrollments of the example practice, March 2026\n"
        "# source: the practice's own credentialing file (synthetic)\n"
        "# complete: yes\n"
    )
    rows = [["npi", "payer_id", "status", "active_from", "filed_on", "tax_id"]]
    for clinician in CLINICIANS:
        for payer in PAYERS:
            pending = clinician is NEW_HIRE and payer is NORTHWIND
            standing = ["pending", "", "2026-02-20"] if pending else ["active", "2025-01-01", ""]
            rows.append([clinician.npi or "", payer.payer_id, *standing, GROUP.tax_id or ""])
    return heading.encode() + _csv(rows)


def _register(key: str, register: Mapping[str, list[Any]]) -> bytes:
    """Write records as rows; a record that holds a list of records takes as many rows as the longest of them."""
    rows = [{key: name} | row for name, records in register.items() for record in records for row in _rows_of(record)]
    used = {title for row in rows for title in row}
    kinds = {type(record) for records in register.values() for record in records}
    own = [column.name for kind in kinds for column in _columns(kind) if column.name in used]
    titles = list(dict.fromkeys([key, *own]))
    return _csv([titles, *([row.get(title, "") for title in titles] for row in rows)])


def _columns(record: Any) -> tuple[Column, ...]:
    return columns_of(record)


def _rows_of(record: Any) -> list[dict[str, str]]:
    shared: dict[str, str] = {}
    parts: list[dict[str, str]] = [{}]
    for column in _columns(type(record)):
        head, *rest = column.path
        value = getattr(record, head)
        if column.rows:
            for position, item in enumerate(value or ()):
                if position == len(parts):
                    parts.append({})
                parts[position][column.name] = _cell(getattr(item, rest[0]))
        elif value is not None:
            shared[column.name] = _cell(getattr(value, rest[0]) if rest else value)
    rows = [shared | part for part in parts]
    return [{title: cell for title, cell in row.items() if cell} for row in rows]


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime() | date():
            return value.isoformat()
        case tuple():
            return ";".join(map(_cell, value))
    if attrs.has(type(value)):
        raise TypeError(record_name(type(value)))
    return str(value)
