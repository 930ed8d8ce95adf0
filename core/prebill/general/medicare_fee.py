"""What Medicare allows for a service in a locality."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import attrs

from prebill.general.code_families import ANATOMIC, DISTINCT_SERVICE, SEPARATE_EVALUATION
from prebill.general.tables.gpci import GeographicIndex
from prebill.general.tables.mpfs import FeeScheduleRow
from prebill.general.tables.place_of_service import PlaceOfService
from prebill.lookup import NotKnown, Table
from prebill.model import Claim, Payer, ServiceLine
from prebill.rules import known

_CENT = Decimal("0.01")
_ACTIVE = "A"
_COMPONENTS = frozenset({"26", "TC", "53"})
_AMOUNT_UNCHANGED = SEPARATE_EVALUATION | DISTINCT_SERVICE | ANATOMIC
_NEVER_REDUCED = "0"
# Plans of Medicare Advantage pay by Medicare's schedule unless their contract says otherwise.
_BY_SCHEDULE = frozenset({"medicare_ffs", "medicare_advantage"})


@attrs.frozen
class LocalFee:
    """Dollars that Medicare allows for one unit, and the row of the locality that they are worked out by."""

    allowed: Decimal
    index: GeographicIndex


def allowed_amount(row: FeeScheduleRow, index: GeographicIndex, *, facility: bool) -> Decimal:
    """Return the dollars that Medicare allows for one unit in a locality, rounded half up to cents (42 CFR 414.20).

    The cap of imaging at the outpatient rate is not applied. Raises `NotKnown` where the row lacks a value.
    """
    total = row.facility_rvu if facility else row.nonfacility_rvu
    work, malpractice, factor = row.work_rvu, row.malpractice_rvu, row.conversion_factor
    if total is None or work is None or malpractice is None or factor is None:
        message = "the relative values by work, expense and malpractice; import the table mpfs again"
        raise NotKnown(message, of_run=True)
    local = work * index.work + (total - work - malpractice) * index.practice_expense + malpractice * index.malpractice
    return (local * factor).quantize(_CENT, ROUND_HALF_UP)


def local_fee(
    line: ServiceLine,
    claim: Claim,
    payer: Payer,
    locality: str,
    schedule: Table[FeeScheduleRow] | None,
    indices: Table[GeographicIndex] | None,
    places: Table[PlaceOfService] | None,
) -> LocalFee | None:
    """Return what Medicare allows for a unit of a line, None for a line or payer that is paid otherwise.

    `locality` is `contractor/locality`. Lines that modifiers or other procedures of the claim reduce are paid
    otherwise. Raises `NotKnown` for a locality that does not exist, and for tables that are not there.
    """
    components = tuple(each for each in line.modifiers if each in _COMPONENTS)
    if (
        payer.line_of_business not in _BY_SCHEDULE
        or len(components) > 1
        or not all(each in _AMOUNT_UNCHANGED for each in line.modifiers if each not in _COMPONENTS)
    ):
        return None
    day = line.from_date
    rows = known(schedule, "no edition of the table mpfs covers the day", of_run=True).on(day)
    row = rows.get(line.procedure, *(components or ("",)))
    if row is None or row.status != _ACTIVE or _is_reduced(row, line, claim):
        return None
    of_year = known(indices, "no edition of the table gpci covers the day", of_run=True).on(day)
    index = of_year.get(locality)
    if index is None:
        message = (
            f"the locality {locality!r} of the configuration, which is not in {of_year.name} {of_year.edition.name};"
            " `prebill tables show medicare-locality --find COUNTY` names that of a county"
        )
        raise NotKnown(message, of_run=True)
    listed = known(places, "no edition of the table place-of-service covers the day", of_run=True).on(day)
    place = known(listed.get(known(claim.place_of(line), "the place of service")), "the place of service")
    return LocalFee(allowed_amount(row, index, facility=place.facility), index)


def _is_reduced(row: FeeScheduleRow, line: ServiceLine, claim: Claim) -> bool:
    """Tell whether the payer may pay less for what is done beside something else, or more than once."""
    return row.multiple != _NEVER_REDUCED and (len(claim.lines) > 1 or line.units > 1)
