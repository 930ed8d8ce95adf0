"""The medically unlikely edits of the National Correct Coding Initiative: of practitioners, suppliers and hospitals."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import TypeVar

from prebill.errors import TableError
from prebill.general.published.editions import is_excerpt, of_length, only, quarter, told
from prebill.general.published.layouts import Sheet
from prebill.general.published.values import code, one_of, whole
from prebill.general.tables.ncci_mue import MedicaidUnitLimit, OutpatientUnitLimit, SupplierUnitLimit, UnitLimit
from prebill.published import Heading, Importer, PublishedFile, Rejected

Limit = TypeVar("Limit", bound=UnitLimit)


def _sheet(services: str) -> Sheet:
    return Sheet(("HCPCS/ CPT Code", f"{services} MUE Values", "MUE Adjudication Indicator", "MUE Rationale"))


_PRACTITIONER = _sheet("Practitioner Services")
_SUPPLIER = _sheet("DME Supplier Services")
_OUTPATIENT = _sheet("Outpatient Hospital Services")
_FIRST_DAY = re.compile(r"(?i)eff[-_ ](?P<month>\d\d)-(?P<day>\d\d)-(?P<year>\d{4})")
_INDICATORS = {"1": 1, "2": 2, "3": 3}
_LEAST, _FEWEST_OF_SUPPLIERS = 10_000, 2_000


def _heading(program: str, services: str, *, other: str) -> Callable[[Sequence[PublishedFile]], Heading]:
    example = "MCR_MUE_PractitionerServices_Eff_07-01-2024.csv"

    def heading(files: Sequence[PublishedFile]) -> Heading:
        file = only(files)
        named = told(files, _FIRST_DAY, "the day from which on it is in force", example)
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
            source=f"CMS {program} medically unlikely edits for {services}, {file.name}",
            complete=not is_excerpt(files),
            effective_from=date(year, month, 1),
            effective_to=quarter(year, number)[1],
            carried_forward=True,
        )

    return heading


def _rows(
    sheet: Sheet, row_type: type[Limit], least: int
) -> Callable[[Sequence[PublishedFile]], Iterator[Limit | Rejected]]:
    def limit(procedure: str, units: str, adjudication: str, rationale: str) -> Limit:
        indicator = one_of(adjudication[:1], "MUE Adjudication Indicator", _INDICATORS)
        return row_type(
            procedure=code(procedure, "HCPCS/CPT Code"),
            units=whole(units, "MUE Values"),
            adjudication=_INDICATORS[indicator],
            rationale=rationale or None,
        )

    def rows(files: Sequence[PublishedFile]) -> Iterator[Limit | Rejected]:
        return of_length(files, sheet.rows(only(files), limit), least)

    return rows


MEDICARE = Importer(
    name="ncci-mue",
    publisher="CMS, National Correct Coding Initiative, MUE table for practitioner services: a CSV file every quarter",
    row_type=UnitLimit,
    recognises=_PRACTITIONER.recognises,
    heading=_heading("Medicare NCCI", "practitioner services", other="MCD"),
    rows=_rows(_PRACTITIONER, UnitLimit, _LEAST),
)
SUPPLIER = Importer(
    name="ncci-mue-dme",
    publisher="CMS, National Correct Coding Initiative, MUE table for DME supplier services: a CSV file every quarter",
    row_type=SupplierUnitLimit,
    recognises=_SUPPLIER.recognises,
    heading=_heading("Medicare NCCI", "DME supplier services", other="MCD"),
    rows=_rows(_SUPPLIER, SupplierUnitLimit, _FEWEST_OF_SUPPLIERS),
)
OUTPATIENT = Importer(
    name="ncci-mue-outpatient",
    publisher="CMS, National Correct Coding Initiative, MUE table for outpatient hospitals: a CSV file every quarter",
    row_type=OutpatientUnitLimit,
    recognises=_OUTPATIENT.recognises,
    heading=_heading("Medicare NCCI", "outpatient hospital services", other="MCD"),
    rows=_rows(_OUTPATIENT, OutpatientUnitLimit, _LEAST),
)
MEDICAID = Importer(
    name="ncci-mue-medicaid",
    publisher="CMS, Medicaid NCCI edit files, MUE table for practitioner services: a CSV file every quarter",
    row_type=MedicaidUnitLimit,
    recognises=_PRACTITIONER.recognises,
    heading=_heading("Medicaid NCCI", "practitioner services", other="MCR"),
    rows=_rows(_PRACTITIONER, MedicaidUnitLimit, _LEAST),
)
