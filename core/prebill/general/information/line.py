"""What every line has to say: diagnoses, charges, units, a code that exists."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from prebill.codes import CodeSet, codes
from prebill.general.code_families import ANESTHESIA, EVALUATION
from prebill.general.medicare_fee import local_fee
from prebill.general.put_off import PutOff
from prebill.general.tables.contracted_fee import ContractedFee
from prebill.general.tables.gpci import GeographicIndex
from prebill.general.tables.mpfs import FeeScheduleRow
from prebill.general.tables.place_of_service import PlaceOfService
from prebill.general.tables.procedure_code import ProcedureCode
from prebill.lookup import Table
from prebill.model import Claim, Payer, ServiceLine
from prebill.rules import Hit, Outcomes, hit, rule

_MOST_DIAGNOSES = 12
_MOST_POINTERS = 4
_MINUTES, _UNITS = "MJ", "UN"


@lru_cache(maxsize=256)
def _codes(terms: tuple[str, ...]) -> CodeSet:
    return codes(*terms)


@rule(
    "INF113",
    severity="stop",
    owner="coding",
    prevents=("CO-16/M76/M64", "CO-11"),
    sources=("005010X222A1 2300 HI, 2400 SV107",),
    fails=[{"lines": [{"line": "99213", "pointers": [3]}], "diagnoses": ["I10", "E11.9"]}],
    passes=["99213 [I10]"],
)
def diagnosis_pointers(claim: Claim) -> Outcomes:
    """A line does not point to a diagnosis of the claim.

    Every service is justified by one to four of the claim's diagnoses; a line that points to none, or to one that
    is not there, is rejected. Point the line to the diagnosis that the record gives as its reason.
    """
    count = len(claim.diagnoses)
    if not count or count > _MOST_DIAGNOSES:
        problem = f"{count} diagnoses; a claim takes {_MOST_DIAGNOSES}" if count else "no diagnosis"
        fix = "Keep those that the lines point to." if count else "Add the diagnoses of the visit."
        yield hit(claim, f"The claim has {problem}.", fix=fix, at="diagnoses", subject="diagnoses")
    if not count:
        return
    for line in claim.lines:
        pointers = line.pointers
        if len(pointers) == 1 and 0 < pointers[0] <= count:
            continue
        problem = _pointer_problem(pointers, count)
        if problem:
            yield hit(
                line,
                f"{line.procedure} (line {line.number}) {problem}.",
                fix="Point the line to the diagnoses that the record gives as its reason.",
                at="pointers",
            )


def _pointer_problem(pointers: tuple[int, ...], count: int) -> str:
    absent = next((each for each in pointers if not 0 < each <= count), None)
    if not pointers:
        return "points to no diagnosis"
    if absent is not None:
        return f"points to diagnosis {absent} of {count}"
    if len(pointers) > _MOST_POINTERS:
        return f"points to {len(pointers)} diagnoses; a line takes {_MOST_POINTERS}"
    if len(set(pointers)) < len(pointers):
        return "points to one diagnosis twice"
    return ""


_GIVEN_BY_THE_STATE = "SL"
_LARGEST_CHARGE = Decimal("99999999.99")


@rule(
    "INF114",
    severity="stop",
    owner="charge_capture",
    prevents=("CO-16/M54/M79",),
    sources=("005010X222A1 2300 CLM02, 2400 SV102", "42 CFR 414.20 and 414.26 (what Medicare allows in a locality)"),
    fails=[{"lines": ["99213 $299.99"], "total_charge": "300"}],
    passes=["99213 $135"],
)
def charges(
    claim: Claim,
    payer: Payer,
    fees: Table[ContractedFee] | None,
    mpfs: Table[FeeScheduleRow] | None,
    indices: Table[GeographicIndex] | None,
    places: Table[PlaceOfService] | None,
    *,
    zero_charge_ok: tuple[str, ...] = ("0001F-9999F", "G8000-G9999", "99024"),
    locality: str = "",
) -> Outcomes:
    """A charge is missing or negative, or the claim's total is not the sum of its lines.

    A claim out of balance is rejected whole, and a line without a charge is not paid. Correct the charge. Where
    the practice's contracts are loaded, a charge below what the payer allows is worth a look: it is money lost.
    Where the settings name the Medicare locality (`contractor/locality`), the same goes for what Medicare allows there.
    """
    total = Decimal(0)
    put_off = PutOff()
    reported = claim.submission is not None and claim.submission.capitated
    for line in claim.lines:
        charge = line.charge
        total += charge
        if charge <= 0:
            if charge < 0:
                yield _charge(line, "is negative", "negative")
            elif not (reported or _GIVEN_BY_THE_STATE in line.modifiers or line.procedure in _codes(zero_charge_ok)):
                yield _charge(line, "is nothing", "zero")
        elif line.unit_type == _UNITS:
            fee = None if fees is None else fees.of_rows(_fee)(payer, line.procedure, line.modifiers)
            if fee is not None:
                if charge < fee.allowed * line.units:
                    yield _below_allowed(line, fee.allowed * line.units, upon=fees)
            elif locality:
                with put_off:
                    local = local_fee(line, claim, payer, locality, mpfs, indices, places)
                    if local is not None and charge < local.allowed * line.units:
                        where = f" in {locality} {local.index.name}"
                        yield _below_allowed(line, local.allowed * line.units, where)
    if total != claim.total_charge:
        yield hit(
            claim,
            f"Claim charge {claim.total_charge} is not the sum of its lines, {total}.",
            fix="Correct the total, or the line that is wrong or missing.",
            at="total_charge",
            subject="sum",
            upon=(),
        )
    if claim.total_charge > _LARGEST_CHARGE:
        message = f"Claim charge {claim.total_charge} is above {_LARGEST_CHARGE}."
        yield hit(claim, message, fix="Split the claim.", at="total_charge", subject="large", upon=())
    put_off.say()


def _charge(line: ServiceLine, problem: str, subject: str) -> Hit:
    message = f"{line.procedure} (line {line.number}): charge {line.charge} {problem}."
    return hit(line, message, fix="Enter the charge of the service.", at="charge", subject=subject, upon=())


def _fee(fees: Table[ContractedFee], payer: Payer, procedure: str, modifiers: tuple[str, ...]) -> ContractedFee | None:
    rows = fees.find(payer.payer_id, procedure) or fees.find(payer.line_of_business, procedure) or ()
    return next((each for each in rows if sorted(each.modifiers.split()) == sorted(modifiers)), None)


def _below_allowed(
    line: ServiceLine, allowed: Decimal, where: str = "", upon: Table[ContractedFee] | None = None
) -> Hit:
    return hit(
        line,
        f"{line.procedure} (line {line.number}): charge {line.charge} below allowed {allowed}{where}.",
        fix="Correct the charge, or the fee schedule of the practice.",
        at="charge",
        severity="review",
        at_risk=allowed - line.charge,
        subject="below allowed",
        upon=upon,
    )


_WITHOUT_TIME = codes("01953 01996 01999")
_ANESTHESIA_BY_TIME = ANESTHESIA - _WITHOUT_TIME
# Each further half hour of critical care counts as a unit; every other evaluation is one visit.
_ONE_A_DAY = EVALUATION - codes("99292")
_TOO_MANY = Decimal(10) ** 8
_MOST_DECIMALS = 3


@rule(
    "INF115",
    severity="stop",
    owner="charge_capture",
    prevents=("CO-16/M53/N430",),
    sources=("005010X222A1 2400 SV103, SV104", "Pub. 100-04 ch. 12 §50 (anesthesia time)"),
    fails=["99213 x2"],
    passes=["99292 x2"],
)
def units(
    claim: Claim,
    payer: Payer,
    *,
    decimal_units_ok: tuple[str, ...] = ("A0425", "A0435", "A0436"),
    mj_ok: tuple[str, ...] = (),
    anesthesia_units: str = "MJ",
    max_units: Decimal = Decimal("9999.9"),
) -> Outcomes:
    """The units of a line are missing, malformed, or of the wrong kind for the code.

    Time is billed in minutes for anesthesia and in units for all else, a visit is one unit. The payer rejects or
    denies the line. Correct the units from the record.
    """
    for line in claim.lines:
        count, procedure = line.units, line.procedure
        if line.unit_type == _UNITS and count == 1 and procedure[:1] != "0":
            continue
        problem, severity = "", None
        decimals = -int(count.normalize().as_tuple().exponent)
        if count <= 0:
            problem = "more than none are needed"
        elif count >= _TOO_MANY or decimals > _MOST_DECIMALS:
            problem = "at most eight digits before the point and three after it are taken"
        elif line.unit_type == _MINUTES and not (procedure in _ANESTHESIA_BY_TIME or procedure in _codes(mj_ok)):
            problem = "minutes are billed for anesthesia time only"
        elif line.unit_type == _UNITS and anesthesia_units == _MINUTES and procedure in _ANESTHESIA_BY_TIME:
            problem = "anesthesia time is billed in minutes (MJ)"
        elif line.unit_type == _UNITS and count > max(len(line.days), 1) and procedure in _ONE_A_DAY:
            problem = "a visit is one unit a day"
        elif line.unit_type == _UNITS and decimals > 0 and procedure not in _codes(decimal_units_ok):
            problem, severity = "whole units are expected", "review"
        elif count > max_units and payer.line_of_business == "medicare_ffs":
            problem, severity = f"Medicare takes at most {max_units}", "review"
        if problem:
            yield hit(
                line,
                f"{count.normalize():f} {line.unit_type} on {procedure} (line {line.number}): {problem}.",
                fix="Correct the units from the record.",
                at="units",
                severity=severity,
            )


# Codes for what has no code of its own. CPT codes as in the fee schedule of 2025, without their descriptions.
UNLISTED = codes(
    "01999 15999 17999 19499 20999 21089 21299 21499 21899 22899 22999 23929 24999 25999 26989 27299 27599 27899",
    "28899 29799 29999 30999 31299 31599 31899 32999 33999 36299 37501 37799 38129 38589 38999 39499 39599 40799",
    "40899 41599 41899 42299 42699 42999 43289 43499 43659 43999 44238 44799 44899 44979 45399 45499 45999 46999",
    "47379 47399 47579 47999 48999 49329 49659 49999 50549 50949 51999 53899 54699 55559 55899 58578 58579 58679",
    "58999 59897 59898 59899 60659 60699 64999 66999 67299 67399 67599 67999 68399 68899 69399 69799 69949 69979",
    "76496-76499 76999 77299 77399 77499 77799 78099 78199 78299 78399 78499 78599 78699 78799 78999 79999 80299",
    "81099 81479 81599 84999 85999 86849 86999 87999 88099 88199 88299 88399 88749 89240 89398 90399 90749 90899",
    "90999 91299 92499 92700 93799 93998 94799 95199 95999 96379 96549 96999 97039 97139 97799 99199 99429 99499",
    "99600 A4649 A9999 E1399 J3490 J3590 J7599 J7699 J7799 J7999 J8499 J8999 J9999 K0108",
)


@rule(
    "INF116",
    severity="stop",
    owner="coding",
    prevents=("CO-16/M20/M51/N56", "CO-181", "CO-182", "CO-16/N350"),
    sources=("CMS HCPCS quarterly update", "CPT code set", "005010X222A1 2400 SV101-7", "RARC N350"),
    fails=["99201"],
    passes=[{"lines": ["99202"], "tables": {"procedure-code": {"complete": True, "rows": [{"procedure": "99202"}]}}}],
)
def procedure_code_invalid(claim: Claim, listed: Table[ProcedureCode], mpfs: Table[FeeScheduleRow] | None) -> Outcomes:
    """A procedure code did not exist on the date of service, or needs a description and has none.

    The payer rejects a code that is deleted or not yet valid, and cannot price an unlisted one without knowing
    what was done. Bill the code in force, or describe the service.
    """
    unknown = ""
    for line in claim.lines:
        procedure = line.procedure
        table = listed if line.from_date == listed.day else listed.on(line.from_date)
        standing = table.of_rows(_standing)(procedure)
        if standing == _UNKNOWN:
            if mpfs is None or not mpfs.find(procedure, ""):
                unknown = procedure
        elif standing == _INVALID:
            yield hit(
                line,
                f"{procedure} (line {line.number}) not valid on {line.from_date}.",
                fix="Bill the code that was in force on the date of service.",
                at="procedure",
                subject="not valid",
                upon=table,
            )
        elif standing == _NEEDS_DESCRIPTION and not (line.description or line.notes or claim.notes):
            yield hit(
                line,
                f"{procedure} (line {line.number}) is an unlisted code without description.",
                fix="Describe the service in SV101-7 or a note (NTE), or bill the specific code if there is one.",
                at="description",
                prevents=("CO-16/N350",),
                subject="unlisted",
                upon=(),
            )
    if unknown:
        listed.all(unknown)


_VALID, _NEEDS_DESCRIPTION, _INVALID, _UNKNOWN = "valid", "needs description", "invalid", "unknown"


def _standing(listed: Table[ProcedureCode], procedure: str) -> str:
    """Tell whether a code is in force on the day of the table, and whether it needs a description."""
    rows = listed.find(procedure)
    if rows is not None and not rows:
        return _INVALID
    if procedure in UNLISTED or (rows and rows[0].unlisted):
        return _NEEDS_DESCRIPTION
    return _VALID if rows else _UNKNOWN
