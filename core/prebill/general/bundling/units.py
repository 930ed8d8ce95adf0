"""Medically unlikely edits: more units of a service than a payer accepts on a line or a day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby
from typing import Any, Literal

from prebill.general.ptp import is_medicaid
from prebill.general.put_off import PutOff
from prebill.general.tables.ncci_mue import MedicaidUnitLimit, OutpatientUnitLimit, SupplierUnitLimit, UnitLimit
from prebill.lookup import NotKnown, Table
from prebill.model import Claim, Payer, ServiceLine
from prebill.rules import Cohort, Entry, Hit, Outcomes, Target, hit, not_checked, rule

MueSource = Literal["by_payer", "cms_practitioner", "cms_dme", "cms_outpatient", "medicaid", "none"]
MueTable = Table[UnitLimit] | Table[SupplierUnitLimit] | Table[OutpatientUnitLimit] | Table[MedicaidUnitLimit]

_SOURCES = (
    "NCCI Policy Manual for Medicare Services ch. 1 §V",
    "CMS NCCI medically unlikely edits for practitioner, DME supplier and outpatient hospital services",
)
_LINE, _DAY_ABSOLUTE, _DAY = 1, 2, 3
_EXCLUDED_BY_LAW = "GY"  # denied on purpose, before any limit is looked at


def _limits(*rows: tuple[str, int, int]) -> dict[str, Any]:
    names = ("procedure", "units", "adjudication")
    return {"ncci-mue": {"complete": True, "rows": [dict(zip(names, row, strict=True)) for row in rows]}}


@rule(
    "BND105",
    severity="stop",
    owner="charge_capture",
    prevents=("CO-151/N362", "CO-222"),
    sources=_SOURCES,
    fails=[{"lines": ["T0009 x8"], "tables": _limits(("T0009", 4, 1))}],
    passes=[{"lines": ["T0009 x4"], "tables": _limits(("T0009", 4, 1))}],
)
def mue_line(
    claim: Claim,
    payer: Payer,
    practitioner: Table[UnitLimit] | None,
    supplier: Table[SupplierUnitLimit] | None,
    outpatient: Table[OutpatientUnitLimit] | None,
    medicaid: Table[MedicaidUnitLimit] | None,
    *,
    mue_source: MueSource = "by_payer",
) -> Outcomes:
    """A line bills more units than are accepted on one line.

    The payer denies the whole line. Correct the units; if the service was truly repeated, bill separate lines,
    each within the limit, with the modifier that says why: 76, 77, 91, 59, RT, LT, F1 to T9.
    """
    for line, limit, table in _limited(
        claim, payer, _table_for(payer, mue_source, practitioner, supplier, outpatient, medicaid)
    ):
        if _by_line(limit, table) and line.units > limit.units:
            fifty = " A bilateral service is one unit with 50." if line.has("50") else ""
            yield hit(
                line,
                f"{line.procedure} (line {line.number}): {_plain(line.units)} units exceed the limit of"
                f" {limit.units} per line ({table.edition.name}); the whole line denies.",
                fix=f"Correct the units.{fifty} If the service was repeated, bill separate lines of at most"
                f" {limit.units} with the modifier that says why (76, 77, 91, 59, RT, LT, F1 to T9).",
                at="units",
                evidence={"units": str(line.units), "limit": limit.units, "edition": table.edition.name},
                upon=table,
            )


@rule(
    "BND107",
    severity="stop",
    owner="charge_capture",
    prevents=("CO-151/N362", "CO-222", "CO-273"),
    sources=(*_SOURCES, "CMS MM8853 (date of service edits)"),
    fails=[{"lines": ["G0422 x4", "G0422-KX x3"], "tables": _limits(("G0422", 6, 2))}],
    passes=[{"lines": ["G0422 x4", "G0422-KX x2"], "tables": _limits(("G0422", 6, 2))}],
)
def mue_day(
    claim: Claim,
    payer: Payer,
    practitioner: Table[UnitLimit] | None,
    supplier: Table[SupplierUnitLimit] | None,
    outpatient: Table[OutpatientUnitLimit] | None,
    medicaid: Table[MedicaidUnitLimit] | None,
    *,
    mue_source: MueSource = "by_payer",
) -> Outcomes:
    """More units of a service are billed for a day than are accepted.

    The payer adds up the units of all lines of the day by the same practitioner, whatever their modifiers, and
    denies all of them, not the excess. Correct the units. Where the limit is a clinical one, records on appeal may
    show that more was necessary; an absolute limit has no exception.
    """
    for line, limit, table in _limited(
        claim, payer, _table_for(payer, mue_source, practitioner, supplier, outpatient, medicaid)
    ):
        if not _by_line(limit, table):
            lines = [each for each in claim.lines if each is line or _counts_with(each, line, claim)]
            if lines[0] is line and sum(map(per_day, lines)) > limit.units:
                yield _too_many(lines, lines, claim, limit, table)


@mue_day.across_claims(key=("payer_id", "patient", "from_date"))
def mue_day_across_claims(
    lines: Cohort[Any],
    payer: Payer,
    practitioner: Table[UnitLimit] | None,
    supplier: Table[SupplierUnitLimit] | None,
    outpatient: Table[OutpatientUnitLimit] | None,
    medicaid: Table[MedicaidUnitLimit] | None,
    *,
    mue_source: MueSource = "by_payer",
) -> Outcomes:
    """The units are on several claims of the day."""
    for group in _same_service(lines):
        if len({each.identity for each in group}) < 2:
            continue
        table = _table_for(payer, mue_source, practitioner, supplier, outpatient, medicaid)
        if table is None:
            return
        narrowed = table.on(group[0].from_date)
        rows = narrowed.find(group[0].procedure)
        if rows is None:
            continue
        total = sum(per_day(each.line) for each in group)
        if (
            not rows
            or _by_line(rows[0], narrowed)
            or total <= rows[0].units
            or _is_not_covered_elsewhere(rows[0], payer, narrowed)
        ):
            continue
        # A claim that exceeds the limit by itself has its own finding.
        within = [each for each in group if _sum_on_claim(each, group) <= rows[0].units]
        if any(each.rendering_npi is None for each in within):
            yield not_checked("the NPI of who rendered the service", *within)
        elif within:
            yield _too_many(within, [each.line for each in group], within[0].claim, rows[0], narrowed)


def _too_many(
    targets: Sequence[Target], lines: Sequence[ServiceLine], claim: Claim, limit: UnitLimit, table: MueTable
) -> Hit:
    first = lines[0]
    total = sum(map(per_day, lines))
    charges = sum((each.charge for each in lines), Decimal(0))
    npi = claim.rendering_of(first).npi
    indicator = "not known" if limit.adjudication is None else limit.adjudication
    absolute = limit.adjudication == _DAY_ABSOLUTE
    return hit(
        targets,
        f"{first.procedure}: {_plain(total)} units on {first.from_date} by {npi} exceed MUE {limit.units} (MAI"
        f" {indicator}, {table.edition.name}); all {_plain(total)} units (${charges:,.2f}) deny.",
        fix="Correct the units; this limit has no exception, and no modifier helps."
        + (" A bilateral service is one line with 50 and one unit." if _both_sides(lines) else "")
        if absolute
        else "Correct the units; or, if they were all necessary, keep the records ready for an appeal.",
        at="units",
        severity="review" if limit.adjudication is None else None,
        evidence={
            "units": str(total),
            "limit": limit.units,
            "indicator": indicator,
            "edition": table.edition.name,
        },
        upon=table,
    )


def per_day(line: ServiceLine) -> Decimal:
    """Return the units of each day of a line: over a range of days, the whole number nearest to their share."""
    if line.to_date is None or line.to_date <= line.from_date:
        return line.units
    days = (line.to_date - line.from_date).days + 1
    return (line.units / days).quantize(Decimal(1), ROUND_HALF_UP)


def _counts_with(other: ServiceLine, line: ServiceLine, claim: Claim) -> bool:
    return (
        other.procedure == line.procedure
        and other.from_date == line.from_date
        and other.unit_type == "UN"
        and _EXCLUDED_BY_LAW not in other.modifiers
        and claim.rendering_of(other).npi == claim.rendering_of(line).npi
    )


def _same_service(lines: Iterable[Entry[Any]]) -> Iterator[list[Entry[Any]]]:
    def service(entry: Entry[Any]) -> tuple[str, str]:
        return entry.procedure, entry.rendering_npi or ""

    in_units = (entry for entry in lines if entry.line.unit_type == "UN")
    counted = [entry for entry in in_units if _EXCLUDED_BY_LAW not in entry.line.modifiers]
    for _, group in groupby(sorted(counted, key=service), key=service):
        yield list(group)


def _sum_on_claim(entry: Entry[Any], group: Iterable[Entry[Any]]) -> Decimal:
    return sum((per_day(each.line) for each in group if each.identity == entry.identity), Decimal(0))


def _both_sides(lines: Sequence[ServiceLine]) -> bool:
    return {"RT", "LT"} <= {modifier for line in lines for modifier in line.modifiers}


def _table_for(
    payer: Payer,
    source: MueSource,
    practitioner: Table[UnitLimit] | None,
    supplier: Table[SupplierUnitLimit] | None,
    outpatient: Table[OutpatientUnitLimit] | None,
    medicaid: Table[MedicaidUnitLimit] | None,
) -> MueTable | None:
    """Return the table of limits that a payer uses, None for a payer that uses none; raises `NotKnown`."""
    table: MueTable | None
    if source == "none":
        return None
    if source == "medicaid" or (source == "by_payer" and is_medicaid(payer)):
        name, table = "ncci-mue-medicaid", medicaid
    elif source == "cms_dme":
        name, table = "ncci-mue-dme", supplier
    elif source == "cms_outpatient":
        name, table = "ncci-mue-outpatient", outpatient
    else:
        name, table = "ncci-mue", practitioner
    if table is None:
        message = f"no edition of the table {name} covers the day"
        raise NotKnown(message, of_run=True)
    return table


def _limited(claim: Claim, payer: Payer, table: MueTable | None) -> Iterator[tuple[ServiceLine, UnitLimit, MueTable]]:
    """Yield the lines of a claim that have a limit; in the end raises `NotKnown` if an excerpt leaves one out."""
    if table is None:
        return
    put_off = PutOff()
    for line in claim.lines:
        if line.unit_type == "UN" and _EXCLUDED_BY_LAW not in line.modifiers:
            for limit in put_off.find(table, line.from_date, line.procedure)[:1]:
                dated = table.on(line.from_date)
                if not _is_not_covered_elsewhere(limit, payer, dated):
                    yield line, limit, dated
    put_off.say()


def _is_not_covered_elsewhere(limit: UnitLimit, payer: Payer, table: MueTable) -> bool:
    """Tell whether a limit only says that Medicare does not cover the service: 0, and another payer is billed."""
    return limit.units == 0 and table.name != "ncci-mue-medicaid" and payer.line_of_business != "medicare_ffs"


def _by_line(limit: UnitLimit, table: MueTable) -> bool:
    """Medicaid looks at each line by itself; Medicare says by the indicator which edits do."""
    return limit.adjudication == _LINE or table.name == "ncci-mue-medicaid"


def _plain(number: Decimal | int) -> str:
    return f"{number:f}".rstrip("0").rstrip(".") if "." in f"{number:f}" else f"{number:f}"
