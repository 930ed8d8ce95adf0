"""The anesthesia conversion factors of Medicare, national and by locality, a spreadsheet."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from prebill import Heading, Importer, PublishedFile, Rejected, TableError, parsed
from prebill_anesthesia.tables.payers import ConversionFactor

_HEADER = re.compile(r"(?m)^Contractor,Locality,Locality Name,National Anes(?:thesia)? CF of (?P<factor>\d+\.\d+)\s*$")
_COLUMNS = 4
_YEAR = re.compile(r"(?i)anes(?P<year>20\d\d)")
_CONTRACTOR, _LOCALITY = re.compile(r"\d{5}"), re.compile(r"\d\d")
_FACTOR = re.compile(r"\d+\.\d+")
_LEAST = 100
# Plans of Medicare Advantage pay by Medicare's factors unless their contract says otherwise.
_PAYERS = ("medicare_ffs", "medicare_advantage")
_NATIONAL = "national"


def _recognises(file: PublishedFile) -> bool:
    return _HEADER.search(file.beginning()) is not None


def _heading(files: Sequence[PublishedFile]) -> Heading:
    file = _only(files)
    year = _year(file)
    return Heading(
        edition=f"CY{year}",
        source=f"CMS anesthesia conversion factors, {file.name}",
        # It has the factors of Medicare; those of other payers are in their contracts.
        complete=False,
        effective_from=date(year, 1, 1),
        effective_to=date(year, 12, 31),
        carried_forward=True,
    )


def _rows(files: Sequence[PublishedFile]) -> Iterator[ConversionFactor | Rejected]:
    file = _only(files)
    header = _HEADER.search(file.beginning())
    if header is None:
        message = f"{file.name}: no line has the columns Contractor, Locality, Locality Name and the national factor"
        raise TableError(message)
    yield from _for_payers(_NATIONAL, Decimal(header["factor"]))
    count = 0
    for each in parsed(file, _below_header(file), _locality):
        count += 1
        if isinstance(each, Rejected):
            yield each
        else:
            yield from _for_payers(*each)
    if count < _LEAST:
        message = f"{file.name}: {count} localities, where a whole file has {_LEAST} or more; fetch it again"
        raise TableError(message)


def _below_header(file: PublishedFile) -> Iterator[tuple[int, list[str]]]:
    numbered = file.cells()
    for _, cells in numbered:
        if _HEADER.match(",".join(cells)):
            break
    return ((number, cells) for number, cells in numbered if any(cells))


def _locality(cells: list[str]) -> tuple[str, Decimal]:
    if len(cells) != _COLUMNS:
        message = f"{len(cells)} columns, where a row has {_COLUMNS}"
        raise ValueError(message)
    contractor, locality, _, factor = cells
    for text, form, column in (
        (contractor, _CONTRACTOR, "Contractor"),
        (locality, _LOCALITY, "Locality"),
        (factor, _FACTOR, "CF"),
    ):
        if not form.fullmatch(text):
            message = f"{column}: {text!r} is not what the column holds"
            raise ValueError(message)
    return f"{contractor}/{locality}", Decimal(factor)


def _for_payers(locality: str, factor: Decimal) -> Iterator[ConversionFactor]:
    for payer in _PAYERS:
        yield ConversionFactor(payer=payer, locality=locality, factor=factor)


def _year(file: PublishedFile) -> int:
    named = _YEAR.search(file.name)
    if named is None:
        message = f"{file.name}: the name does not tell the year; keep that of the publisher, such as ANES2025.csv"
        raise TableError(message)
    return int(named["year"])


def _only(files: Sequence[PublishedFile]) -> PublishedFile:
    if len(files) != 1:
        message = "one file of conversion factors is an edition; import each by itself"
        raise TableError(message)
    return files[0]


FACTORS = Importer(
    name="anesthesia-conversion-factors",
    publisher="CMS, anesthesiologists center, anesthesia conversion factors (ANES), CSV: every year",
    row_type=ConversionFactor,
    recognises=_recognises,
    heading=_heading,
    rows=_rows,
)
