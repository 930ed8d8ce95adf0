"""Any table from prebill's own CSV format, as an importer like those for published files."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain
from typing import Any, TextIO

import attrs
import msgspec

from prebill.errors import TableError, did_you_mean
from prebill.lookup import TableSpec, table_spec
from prebill.published import BYTE_ORDER_MARK, Heading, Importer, PublishedFile, Rejected
from prebill.tables.csv_edition import missing_from, stated_heading, typed

PUBLISHER = "prebill's own CSV format: a column for each field, and lines `# name: value` above them"

_ENCODING = "utf-8-sig"


def csv_importer(row_types: Sequence[type[Any]], stated: Mapping[str, Any]) -> Importer[Any]:
    """Return an importer of the rows of a table, made as the first of its row types.

    Args:
        row_types: The row types of the table, the one with the most columns first.
        stated: Fields of the heading that the file need not state.
    """
    row_type = row_types[0]
    spec = table_spec(row_type)
    if spec is None:
        message = f"{row_type.__qualname__} is not declared with @table"
        raise TypeError(message)
    columns = {field.name for each in row_types for field in attrs.fields(each)}
    return Importer(
        name=spec.name,
        publisher=PUBLISHER,
        row_type=row_type,
        recognises=partial(_recognises, spec),
        heading=partial(_heading, stated),
        rows=partial(_rows, row_type, spec, columns),
        unique=(),
    )


def _recognises(spec: TableSpec, file: PublishedFile) -> bool:
    """Tell whether the first line that is no comment names the columns of the key."""
    lines = file.beginning().removeprefix(BYTE_ORDER_MARK).splitlines()
    header = next((line for line in lines if not line.startswith("#")), "")
    return set(spec.key) <= {cell.strip() for cell in header.replace('"', "").split(",")}


def _heading(stated: Mapping[str, Any], files: Sequence[PublishedFile]) -> Heading:
    found: list[dict[str, Any]] = []
    for file in files:
        with file.open(_ENCODING) as text:
            found.append({**stated_heading(_comments(text)[0], file.name), **stated})
    absent = missing_from(found[0])
    if absent:
        options = {"edition": "--edition", "source": "--source", "complete": "--complete or --excerpt"}
        wanted = "; ".join(f"{options[name]}, or a line `# {name}: …`" for name in absent)
        message = f"{files[0].name}: the file does not say what it is; give {wanted}"
        raise TableError(message)
    if any(each != found[0] for each in found):
        message = f"{', '.join(file.name for file in files)}: not of one edition; import each by itself"
        raise TableError(message)
    return Heading(**found[0])


def _rows(
    row_type: type[Any], spec: TableSpec, columns: set[str], files: Sequence[PublishedFile]
) -> Iterator[Any | Rejected]:
    for file in files:
        with file.open(_ENCODING) as text:
            comments, first = _comments(text)
            reader = csv.DictReader(chain([first], text))
            _check_header(file, [name.strip() for name in reader.fieldnames or ()], spec, columns)
            for cells in reader:
                try:
                    yield msgspec.convert(_without_excess(cells), row_type, strict=False)
                except ValueError as error:
                    yield Rejected(file.name, len(comments) + reader.line_num, str(error))


def _comments(text: TextIO) -> tuple[list[str], str]:
    """Return the lines above the header, and the header."""
    comments: list[str] = []
    for line in text:
        if not line.startswith("#"):
            return comments, line
        comments.append(line)
    return comments, ""


def _check_header(file: PublishedFile, header: Iterable[str], spec: TableSpec, columns: set[str]) -> None:
    names = [*header]
    absent = [name for name in spec.key if name not in names]
    if absent:
        message = f"{file.name}: the header has no column {absent[0]}"
        raise TableError(message)
    for name in names:
        if name not in columns:
            message = f"{file.name}: the table {spec.name} has no column {name!r}.{did_you_mean(name, columns)}"
            raise TableError(message)


def _without_excess(cells: Mapping[str | Any, str | Any]) -> dict[str, Any]:
    if None in cells:
        message = "more cells than the header has columns"
        raise ValueError(message)
    return typed(cells)
