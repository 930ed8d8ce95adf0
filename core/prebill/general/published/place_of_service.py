"""The place of service codes, with the rate that Medicare pays practitioners there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from prebill.general.published.editions import is_excerpt, of_length, only, told
from prebill.general.published.layouts import Sheet
from prebill.general.published.values import one_of, wrong
from prebill.general.tables.place_of_service import PlaceOfService
from prebill.published import Heading, Importer, PublishedFile, Rejected

_SHEET = Sheet(("Place of Service Code(s)", "Place of Service Name", "Payment Rate"))
_PLACE = re.compile(r"\d\d")
_MONTH = re.compile(r"(?P<year>20\d\d)[-_](?P<month>0[1-9]|1[0-2])")
_UNASSIGNED = "unassigned"
_FACILITY, _NON_FACILITY = "F", "NF"
_LEAST = 45


def _heading(files: Sequence[PublishedFile]) -> Heading:
    month = told(files, _MONTH, "the month of the list", "place_of_service_codes_2024-06.csv")
    return Heading(
        edition=f"POS {month['year']}-{month['month']}",
        source=f"CMS place of service codes for professional claims, {only(files).name}",
        complete=not is_excerpt(files),
        effective_from=date(int(month["year"]), int(month["month"]), 1),
    )


def _rows(files: Sequence[PublishedFile]) -> Iterator[PlaceOfService | Rejected]:
    return of_length(files, _SHEET.rows(only(files), _row), _LEAST)


def _row(place: str, name: str, rate: str) -> PlaceOfService | None:
    if name.lower() == _UNASSIGNED:
        return None
    if not _PLACE.fullmatch(place):
        raise wrong(place, "Place of Service Code(s)", "a code of two digits")
    return PlaceOfService(code=place, facility=one_of(rate, "Payment Rate", (_FACILITY, _NON_FACILITY)) == _FACILITY)


PLACES = Importer(
    name="place-of-service",
    publisher="CMS, place of service code set with payment rates (Pub. 100-04 ch. 26 §10.5), as CSV: when it changes",
    row_type=PlaceOfService,
    recognises=_SHEET.recognises,
    heading=_heading,
    rows=_rows,
)
