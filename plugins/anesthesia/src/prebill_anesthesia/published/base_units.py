"""The base units of the anesthesia codes, a text file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from prebill import Heading, Importer, PublishedFile, Rejected, TableError, parsed
from prebill_anesthesia.tables.codes import BaseUnits

_HEADER = re.compile(r"CODE\t(?P<year>20\d\d)\r?\n\tBASE\r?\n\tUNIT\r?\n")
_HEADER_LINES = 3
_CODE = re.compile(r"0[01]\d{3}")
_LEAST = 250
# The list does not say so; CPT does.
_ADD_ONS = frozenset({"01953", "01968", "01969"})
_WITHOUT_TIME = frozenset({"01953", "01996"})


def _recognises(file: PublishedFile) -> bool:
    return _HEADER.match(file.beginning()) is not None


def _heading(files: Sequence[PublishedFile]) -> Heading:
    file = _only(files)
    header = _HEADER.match(file.beginning())
    if header is None:
        raise _strange(file)
    year = int(header["year"])
    return Heading(
        edition=f"CY{year}",
        source=f"CMS, anesthesia base units by CPT code, {file.name}",
        complete=True,
        effective_from=date(year, 1, 1),
    )


def _rows(files: Sequence[PublishedFile]) -> Iterator[BaseUnits | Rejected]:
    file = _only(files)
    if not _recognises(file):
        raise _strange(file)
    numbered = ((number, line) for number, line in file.lines() if number > _HEADER_LINES and line.strip())
    count = 0
    for row in parsed(file, numbered, _row):
        count += 1
        yield row
    if count < _LEAST:
        message = f"{file.name}: {count} rows, where a whole file has {_LEAST} or more; fetch it again"
        raise TableError(message)


def _row(line: str) -> BaseUnits:
    cells = [cell.strip() for cell in line.split("\t")]
    if len(cells) != 2:
        message = f"{len(cells)} columns, where a row has 2"
        raise ValueError(message)
    code, units = cells
    if not _CODE.fullmatch(code):
        message = f"CODE: {code!r} is not an anesthesia code"
        raise ValueError(message)
    if not units.isdecimal():
        message = f"BASE UNIT: {units!r} is not a whole number"
        raise ValueError(message)
    return BaseUnits(code=code, base_units=int(units), addon=code in _ADD_ONS, timed=code not in _WITHOUT_TIME)


def _only(files: Sequence[PublishedFile]) -> PublishedFile:
    if len(files) != 1:
        message = "one file of base units is an edition; import each by itself"
        raise TableError(message)
    return files[0]


def _strange(file: PublishedFile) -> TableError:
    return TableError(f"{file.name}: it does not begin with the lines `CODE`, `BASE` and `UNIT`")


BASE_UNITS = Importer(
    name="anesthesia-base-units",
    publisher="CMS, anesthesiologists center, anesthesia base units by CPT code: a text file, when they change",
    row_type=BaseUnits,
    recognises=_recognises,
    heading=_heading,
    rows=_rows,
)
