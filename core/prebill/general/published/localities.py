"""The localities of the physician fee schedule: their cost indices (GPCI) and their counties (LOCCO)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from prebill.errors import TableError
from prebill.general.published.editions import is_excerpt, of_length, only
from prebill.general.published.layouts import Sheet
from prebill.general.published.values import amount, wrong
from prebill.general.tables.gpci import GeographicIndex
from prebill.general.tables.medicare_locality import MedicareLocality
from prebill.published import Heading, Importer, PublishedFile, Rejected

_INDEX_YEAR = re.compile(r"\b(?P<year>20\d\d) PW GPCI")
_COUNTY_YEAR = re.compile(r"COUNTIES INCLUDED IN (?P<year>20\d\d) LOCALITIES")
# The heading is misspelt in the published file.
_COUNTIES = Sheet(("Medicare Adminstrative Contractor", "Locality Number", "State", "Fee Schedule Area", "Counties"))
_CONTRACTOR, _LOCALITY = re.compile(r"\d{5}"), re.compile(r"\d\d")
_LEAST = 100


def _indices_of(year: str) -> Sheet:
    return Sheet(
        (
            "Medicare Administrative Contractor",
            "State",
            "Locality Number",
            "Locality Name",
            *(f"{year} {kind} GPCI" for kind in ("PW", "PE", "MP")),
        )
    )


def _recognises_indices(file: PublishedFile) -> bool:
    year = _INDEX_YEAR.search(file.beginning())
    return year is not None and _indices_of(year["year"]).recognises(file)


def _recognises_counties(file: PublishedFile) -> bool:
    return _COUNTY_YEAR.search(file.beginning()) is not None and _COUNTIES.recognises(file)


def _index_heading(files: Sequence[PublishedFile]) -> Heading:
    return _heading(files, _INDEX_YEAR, "geographic practice cost indices")


def _county_heading(files: Sequence[PublishedFile]) -> Heading:
    return _heading(files, _COUNTY_YEAR, "counties of the localities")


def _heading(files: Sequence[PublishedFile], told_by: re.Pattern[str], what: str) -> Heading:
    file = only(files)
    year = int(_year(file, told_by))
    return Heading(
        edition=f"CY{year}",
        source=f"CMS physician fee schedule, {what}, {file.name}",
        complete=not is_excerpt(files),
        effective_from=date(year, 1, 1),
        effective_to=date(year, 12, 31),
        carried_forward=True,
    )


def _year(file: PublishedFile, told_by: re.Pattern[str]) -> str:
    found = told_by.search(file.beginning())
    if found is not None:
        return found["year"]
    message = f"{file.name}: the year is told neither by a title nor by a column"
    raise TableError(message)


def _indices(files: Sequence[PublishedFile]) -> Iterator[GeographicIndex | Rejected]:
    file = only(files)
    return of_length(files, _indices_of(_year(file, _INDEX_YEAR)).rows(file, _index), _LEAST)


def _index(
    contractor: str, state: str, locality: str, name: str, work: str, expense: str, malpractice: str
) -> GeographicIndex | None:
    if _is_note(contractor, state, locality, name, work, expense, malpractice):
        return None
    return GeographicIndex(
        locality=_place(contractor, locality),
        name=name.rstrip("* "),
        state=state,
        work=amount(work, "PW GPCI"),
        practice_expense=amount(expense, "PE GPCI"),
        malpractice=amount(malpractice, "MP GPCI"),
    )


def _localities(files: Sequence[PublishedFile]) -> Iterator[MedicareLocality | Rejected]:
    """The state stands on its first row only; a locality may be listed twice, as CMS does, if all is the same."""
    state, known = "", dict[str, MedicareLocality]()

    def row(contractor: str, locality: str, named: str, area: str, counties: str) -> MedicareLocality | None:
        nonlocal state
        if _is_note(contractor, locality, named, area, counties):
            return None
        state = named or state
        found = MedicareLocality(
            locality=_place(_padded(contractor, 5), _padded(locality, 2)),
            state=_filled(state, "State"),
            area=_filled(area.rstrip("* "), "Fee Schedule Area"),
            counties=_filled(counties, "Counties"),
        )
        if known.setdefault(found.locality, found) != found:
            message = f"Locality Number: {found.locality} stands here twice, with different counties"
            raise ValueError(message)
        return found

    return of_length(files, _COUNTIES.rows(only(files), row), _LEAST)


def _is_note(first: str, *others: str) -> bool:
    return not any(others) and not first.isdecimal()


def _padded(number: str, digits: int) -> str:
    """Return a number with the leading zeros that spreadsheets drop."""
    return number.zfill(digits) if number else number


def _place(contractor: str, locality: str) -> str:
    if not _CONTRACTOR.fullmatch(contractor):
        raise wrong(contractor, "Medicare Administrative Contractor", "a contractor of five digits")
    if not _LOCALITY.fullmatch(locality):
        raise wrong(locality, "Locality Number", "a locality of two digits")
    return f"{contractor}/{locality}"


def _filled(text: str, column: str) -> str:
    if text:
        return text
    raise wrong(text, column, "a name")


INDICES = Importer(
    name="gpci",
    publisher="CMS, physician fee schedule, geographic practice cost indices (Addendum E), as CSV: every January",
    row_type=GeographicIndex,
    recognises=_recognises_indices,
    heading=_index_heading,
    rows=_indices,
)
LOCALITIES = Importer(
    name="medicare-locality",
    publisher="CMS, physician fee schedule, counties of the localities (LOCCO), as CSV: every January",
    row_type=MedicareLocality,
    recognises=_recognises_counties,
    heading=_county_heading,
    rows=_localities,
    unique=(),
)
