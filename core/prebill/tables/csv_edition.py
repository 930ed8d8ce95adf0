"""Reads an edition of a table from prebill's own CSV format."""

from __future__ import annotations

import csv
import hashlib
import importlib.resources
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from prebill.errors import TableError
from prebill.lookup import Edition, build_edition, table_spec

Row = TypeVar("Row")

_HEADERS = ("edition", "source", "complete", "effective_from", "effective_to", "verified", "carried_forward")
_YES = {"yes", "true"}


def shipped_edition(row_type: type[Row]) -> Edition[Row] | None:
    """Read the edition that ships beside a row type, or return None when none does."""
    spec = table_spec(row_type)
    if spec is None or spec.file is None:
        return None
    resource = importlib.resources.files(spec.package).joinpath(spec.file)
    return _parse(row_type, resource.read_text(encoding="utf-8"), f"{spec.package}/{spec.file}")


def read_edition(row_type: type[Row], path: Path) -> Edition[Row]:
    """Read an edition from a file; raises `TableError` with the line for anything that does not fit."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        message = f"{path}: the table cannot be read: {error}"
        raise TableError(message) from error
    return _parse(row_type, text, str(path))


def _parse(row_type: type[Row], text: str, where: str) -> Edition[Row]:
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
    rows = []
    for number, cells in enumerate(csv.DictReader(lines[start:]), start + 2):
        try:
            rows.append(msgspec.convert(_typed(cells), row_type, strict=False))
        except msgspec.ValidationError as error:
            message = f"{where}, line {number}: {error}"
            raise TableError(message) from error
    return build_edition(
        row_type,
        rows,
        name=heading["edition"],
        source=heading["source"],
        complete=heading["complete"] in _YES,
        checksum=hashlib.sha256(text.encode()).hexdigest()[:16],
        effective_from=_day(heading.get("effective_from"), where),
        effective_to=_day(heading.get("effective_to"), where),
        verified=heading.get("verified", "yes") in _YES,
        carried_forward=heading.get("carried_forward") in _YES,
    )


def _typed(cells: dict[str | Any, str | Any]) -> dict[str, Any]:
    """Drop empty cells, so that the defaults of the row stand."""
    return {name: value for name, value in cells.items() if name and value not in ("", None)}


def _day(text: str | None, where: str) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError as error:
        message = f"{where}: {error}"
        raise TableError(message) from error
