"""Anesthesia codes: in force on the day, and the ones that belong to the operation."""

from __future__ import annotations

from datetime import date

from prebill import NotKnown, Outcomes, ServiceLine, Table, codes, hit, known, not_checked, rule
from prebill_anesthesia.records import AnesthesiaRecord
from prebill_anesthesia.tables.codes import BaseUnits, DeletedCode
from prebill_anesthesia.tables.coverage import Crosswalk
from prebill_anesthesia.vocabulary import ANESTHESIA_RANGE, BURN_ADD_ON, DAILY_MANAGEMENT, TIMED, UNLISTED, named

_CODE_SET_CONFIRMED_UNTIL = date(2025, 12, 31)


@rule(
    "ANE110",
    severity="stop",
    owner="coding",
    prevents=("CO-181", "CO-16/N56"),
    sources=(
        "CMS, Anesthesia Base Units by CPT Code, CY2022; code set equal in the October 2025 fee schedule",
        "CPT changes of the anesthesia section, 2018 and 2022",
    ),
    procedures=ANESTHESIA_RANGE,
    fails=["00810-AA-QS 20min @22"],
    passes=["00811-AA-QS 20min @22"],
)
def anesthesia_code_valid_on_dos(
    line: ServiceLine, deleted: Table[DeletedCode], base_units: Table[BaseUnits] | None
) -> Outcomes:
    """The anesthesia code does not exist on the date of service.

    Payers refuse a deleted or unknown code outright. Replace it by the code for the site and the intent; an
    unlisted code needs a description and a report.
    """
    gone = deleted.get(line.procedure)
    if gone is not None and gone.deleted_on is not None and gone.deleted_on <= line.from_date:
        yield hit(
            line,
            f"{named(line)}: {line.procedure} was deleted {gone.deleted_on}. Use {gone.use_instead}.",
            fix=f"Replace it by {gone.use_instead}.",
            at="procedure",
            prevents="CO-181",
        )
        return
    if line.procedure == UNLISTED:
        yield hit(
            line,
            f"{named(line)} is unlisted: it is priced by report, and refused without a description.",
            fix="Describe the service on the line (SV101-7 or NTE) and attach the report.",
            at="procedure",
            severity="review",
        )
        return
    known_codes = known(base_units, f"a base unit edition for {line.from_date}")
    if known_codes.get(line.procedure) is None:
        unsure = line.from_date > _CODE_SET_CONFIRMED_UNTIL and not _of_the_year(known_codes, line.from_date)
        instead = f" Use {gone.use_instead}." if gone else ""
        yield hit(
            line,
            f"{named(line)}: {line.procedure} is not an anesthesia code on {line.from_date}.{instead}",
            fix="Look the code up in this year's base unit file of CMS." if unsure else "Correct the code.",
            at="procedure",
            severity="review" if unsure and gone is None else "stop",
            prevents="CO-16/N56",
        )


def _of_the_year(base_units: Table[BaseUnits], day: date) -> bool:
    since = base_units.edition.effective_from
    return since is not None and since.year == day.year


@rule(
    "ANE128",
    severity="review",
    owner="coding",
    prevents=("CO-16/N56", "CO-11", "CO-50"),
    sources=("ASA CROSSWALK (licensed; load your edition). The pairs shipped are an unverified excerpt",),
    procedures=TIMED - codes("01958-01969", UNLISTED, BURN_ADD_ON, DAILY_MANAGEMENT),
    fails=[
        {"lines": ["00790-AA 60min @22"], "documentation": {"anesthesia": {"surgical_cpts": ["49505"]}}},
    ],
    passes=[
        {"lines": ["00790-AA 60min @22"], "documentation": {"anesthesia": {"surgical_cpts": ["47562"]}}},
    ],
)
def anesthesia_code_of_another_operation(
    line: ServiceLine,
    crosswalk: Table[Crosswalk],
    base_units: Table[BaseUnits],
    record: AnesthesiaRecord,
) -> Outcomes:
    """The anesthesia code does not belong to the operation performed.

    Payers map operations to anesthesia codes with a crosswalk of their own, and deny or downcode what does not
    match. Recode from the operative note; of several operations the one with the highest base units is reported.
    """
    performed = known(record.surgical_cpts, "the operations performed")
    row = base_units.get(line.procedure)
    if row is None:
        return
    rows, unknown = _rows_of(crosswalk, performed)
    candidates = {each.anesthesia for each in rows}
    if line.procedure not in candidates:
        if unknown or not candidates:
            yield not_checked(f"{', '.join(unknown or performed)} is not in the crosswalk")
            return
        bases = {code: _base(base_units, code) for code in sorted(candidates)}
        above = row.base_units > max(bases.values())
        expected = " or ".join(f"{code} (base {base})" for code, base in bases.items())
        yield hit(
            line,
            f"{named(line)} billed for {', '.join(performed)}; expected {expected}, billed base {row.base_units}.",
            fix="Recode from the operative note; of several operations report the highest base.",
            at="procedure",
            severity="stop" if above and crosswalk.edition.complete else "review",
            evidence={"expected": tuple(bases)},
        )
        return
    usual = {each.surgery: each.anesthesia for each in rows if each.rank == 1}
    own = {each.surgery for each in rows if each.anesthesia == line.procedure}
    better = {
        code: _base(base_units, code)
        for surgery, code in usual.items()
        if surgery not in own and _base(base_units, code) > row.base_units
    }
    if better:
        best = max(sorted(better), key=lambda code: better[code])
        yield hit(
            line,
            f"{named(line)} (base {row.base_units}) is of one operation; {best} of another has base {better[best]}.",
            fix=f"Report {best}, the highest base, with the minutes of all.",
            at="procedure",
            severity="info",
        )


def _rows_of(crosswalk: Table[Crosswalk], performed: tuple[str, ...]) -> tuple[tuple[Crosswalk, ...], tuple[str, ...]]:
    found: list[Crosswalk] = []
    unknown = []
    for surgery in performed:
        try:
            rows = crosswalk.all(surgery)
        except NotKnown:
            rows = ()
        found += rows
        if not rows:
            unknown.append(surgery)
    return tuple(found), tuple(unknown)


def _base(base_units: Table[BaseUnits], code: str) -> int:
    row = base_units.get(code)
    return 0 if row is None else row.base_units
