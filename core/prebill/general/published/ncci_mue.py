"""The medically unlikely edits of the National Correct Coding Initiative, for practitioners."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import TypeVar

from prebill.errors import TableError
from prebill.general.published.editions import is_excerpt, of_length, only, quarter, told
from prebill.general.published.layouts import Sheet
from prebill.general.published.values import code, one_of, whole
from prebill.general.tables.ncci_mue import MedicaidUnitLimit, UnitLimit
from prebill.published import Heading, Importer, PublishedFile, Rejected

Limit = TypeVar("Limit", bound=UnitLimit)

_SHEET = Sheet(
    ("HCPCS/ CPT Code", "Practitioner Services MUE Values", "MUE Adjudication Indicator", "MUE Rationale"),
)
_FIRST_DAY = re.compile(r"(?i)eff[-_ ](?P<month>\d\d)-(?P<day>\d\d)-(?P<year>\d{4})")
_EXAMPLE = "MCR_MUE_PractitionerServices_Eff_07-01-2024.csv"
_INDICATORS = {"1": 1, "2": 2, "3": 3}
_LEAST = 10_000


def _heading(program: str, *, other: str) -> Callable[[Sequence[PublishedFile]], Heading]:
    def heading(files: Sequence[PublishedFile]) -> Heading:
        file = only(files)
        named = told(files, _FIRST_DAY, "the day from which on it is in force", _EXAMPLE)
        if file.name.upper().startswith(other):
            message = f"{file.name}: the name says that it is not of the {program} edits"
            raise TableError(message)
        year, month, day = int(named["year"]), int(named["month"]), int(named["day"])
        if day != 1 or month not in {1, 4, 7, 10}:
            message = f"{file.name}: {named.group()} is not the first day of a quarter"
            raise TableError(message)
        number = month // 3 + 1
        return Heading(
            edition=f"MUE {year}Q{number}",
            source=f"CMS {program} medically unlikely edits for practitioner services, {file.name}",
            complete=not is_excerpt(files),
            effective_from=date(year, month, 1),
            effective_to=quarter(year, number)[1],
            carried_forward=True,
        )

    return heading


def _rows(row_type: type[Limit]) -> Callable[[Sequence[PublishedFile]], Iterator[Limit | Rejected]]:
    def limit(procedure: str, units: str, adjudication: str, rationale: str) -> Limit:
        indicator = one_of(adjudication[:1], "MUE Adjudication Indicator", _INDICATORS)
        return row_type(
            procedure=code(procedure, "HCPCS/CPT Code"),
            units=whole(units, "MUE Values"),
            adjudication=_INDICATORS[indicator],
            rationale=rationale or None,
        )

    def rows(files: Sequence[PublishedFile]) -> Iterator[Limit | Rejected]:
        return of_length(files, _SHEET.rows(only(files), limit), _LEAST)

    return rows


MEDICARE = Importer(
    name="ncci-mue",
    publisher="CMS, National Correct Coding Initiative, MUE table for practitioner services: a CSV file every quarter",
    row_type=UnitLimit,
    recognises=_SHEET.recognises,
    heading=_heading("Medicare NCCI", other="MCD"),
    rows=_rows(UnitLimit),
)
MEDICAID = Importer(
    name="ncci-mue-medicaid",
    publisher="CMS, Medicaid NCCI edit files, MUE table for practitioner services: a CSV file every quarter",
    row_type=MedicaidUnitLimit,
    recognises=_SHEET.recognises,
    heading=_heading("Medicaid NCCI", other="MCR"),
    rows=_rows(MedicaidUnitLimit),
)
