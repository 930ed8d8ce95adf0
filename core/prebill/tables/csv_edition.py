"""Reads an edition of a table from prebill's own CSV format."""

from __future__ import annotations

import csv
import gzip
import hashlib
import importlib.resources
import io
import zlib
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from prebill.errors import TableError
from prebill.lookup import Edition, build_edition, table_spec
from prebill.sorted_rows import SortedRows, text_of

Row = TypeVar("Row")

_DAYS = ("effective_from", "effective_to")
_DECISIONS = ("complete", "verified", "carried_forward")
_HEADERS = ("edition", "source", *_DAYS, *_DECISIONS)
_YES = {"yes", "true"}
_HEADING_BYTES = 4096


@cache
def shipped_edition(row_type: type[Row]) -> Edition[Row] | None:
    """Read the edition that ships beside a row type, once in a process, or return None when none does."""
    spec = table_spec(row_type)
    if spec is None or spec.file is None:
        return None
    resource = importlib.resources.files(spec.package).joinpath(spec.file)
    return _parse(row_type, resource.read_bytes, f"{spec.package}/{spec.file}")


def read_edition(row_type: type[Row], path: Path) -> Edition[Row]:
    """Read an edition from a file; raises `TableError` with the line for anything that does not fit."""
    try:
        return _parse(row_type, path.read_bytes, str(path))
    except (OSError, EOFError, UnicodeDecodeError, zlib.error) as error:
        message = f"{path}: the table cannot be read: {error}"
        raise TableError(message) from error


def _parse(row_type: type[Row], read: Callable[[], bytes], where: str) -> Edition[Row]:
    content = read()
    spec = table_spec(row_type)
    large = spec is not None and spec.large
    text = _beginning(content) if large else text_of(content)
    lines = text.splitlines()
    start = next((number for number, line in enumerate(lines) if not line.startswith("#")), len(lines))
    heading = stated_heading(lines[:start], where)
    absent = missing_from(heading)
    if absent:
        message = f"{where}: add the lines {', '.join(f'`# {name}: …`' for name in absent)} at the top"
        raise TableError(message)
    facts = {
        "name": heading.pop("edition"),
        "checksum": hashlib.sha256(content if large else text.encode()).hexdigest()[:16],
        **heading,
    }
    if large:
        return Edition(rows=SortedRows(row_type, read, where), **facts)
    rows = []
    for number, cells in enumerate(csv.DictReader(lines[start:]), start + 2):
        try:
            rows.append(msgspec.convert(typed(cells), row_type, strict=False))
        except msgspec.ValidationError as error:
            message = f"{where}, line {number}: {error}"
            raise TableError(message) from error
    return build_edition(row_type, rows, **facts)


def stated_heading(lines: Iterable[str], where: str) -> dict[str, Any]:
    """Return what the lines `# name: value` say, by the fields of a `Heading`; some may be missing."""
    found: dict[str, Any] = {}
    for line in lines:
        name, colon, value = (part.strip() for part in line.lstrip("# ").partition(":"))
        if colon and value and name in _HEADERS:
            found[name] = _day(value, where) if name in _DAYS else value in _YES if name in _DECISIONS else value
    return found


def missing_from(heading: Mapping[str, Any]) -> list[str]:
    """Return which of what every edition states a heading lacks."""
    return [name for name in ("edition", "source", "complete") if name not in heading]


def typed(cells: Mapping[str | Any, str | Any]) -> dict[str, Any]:
    """Drop empty cells, so that the defaults of the row stand."""
    return {name: value for name, value in cells.items() if name and value not in ("", None)}


def _beginning(content: bytes) -> str:
    """Return the first lines of a large file, which have the heading, without reading all of it."""
    with io.BytesIO(content) as raw, gzip.open(raw) if content[:2] == b"\x1f\x8b" else raw as opened:
        return opened.read(_HEADING_BYTES).decode("utf-8-sig", errors="ignore")


def _day(text: str, where: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        message = f"{where}: {error}"
        raise TableError(message) from error
