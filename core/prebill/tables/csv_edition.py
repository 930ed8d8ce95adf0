"""Reads an edition of a table from prebill's own CSV format."""

from __future__ import annotations

import csv
import gzip
import hashlib
import importlib.resources
import io
import zlib
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from prebill.errors import TableError
from prebill.lookup import Edition, build_edition, table_spec
from prebill.sorted_rows import SortedRows, text_of

Row = TypeVar("Row")

_HEADERS = ("edition", "source", "complete", "effective_from", "effective_to", "verified", "carried_forward")
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
    heading: dict[str, Any] = {}
    start = 0
    while start < len(lines) and lines[start].startswith("#"):
        name, colon, value = lines[start].lstrip("# ").partition(":")
        if colon and name.strip() in _HEADERS:
            heading[name.strip()] = value.strip() or None
        start += 1
    absent = [name for name in ("edition", "source", "complete") if not heading.get(name)]
    if absent:
        message = f"{where}: add the lines {', '.join(f'`# {name}: …`' for name in absent)} at the top"
        raise TableError(message)
    window = {name: _day(heading.get(name), where) for name in ("effective_from", "effective_to")}
    facts = {
        "name": heading["edition"],
        "source": heading["source"],
        "complete": heading["complete"] in _YES,
        "checksum": hashlib.sha256(content if large else text.encode()).hexdigest()[:16],
        "verified": heading.get("verified", "yes") in _YES,
        "carried_forward": heading.get("carried_forward") in _YES,
        **window,
    }
    if large:
        return Edition(rows=SortedRows(row_type, read, where), **facts)
    rows = []
    for number, cells in enumerate(csv.DictReader(lines[start:]), start + 2):
        try:
            rows.append(msgspec.convert(_typed(cells), row_type, strict=False))
        except msgspec.ValidationError as error:
            message = f"{where}, line {number}: {error}"
            raise TableError(message) from error
    return build_edition(row_type, rows, **facts)


def _beginning(content: bytes) -> str:
    """Return the first lines of a large file, which have the heading, without reading all of it."""
    with io.BytesIO(content) as raw, gzip.open(raw) if content[:2] == b"\x1f\x8b" else raw as opened:
        return opened.read(_HEADING_BYTES).decode("utf-8-sig", errors="ignore")


def _typed(cells: dict[str | Any, str | Any]) -> dict[str, Any]:
    """Drop empty cells, so that the defaults of the row stand."""
    return {name: value for name, value in cells.items() if name and value not in ("", None)}


def _day(text: str | None, where: str) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError as error:
        message = f"{where}: {error}"
        raise TableError(message) from error
