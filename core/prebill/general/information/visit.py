"""Where and when: place of service and facility, dates, admission."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from prebill.codes import CodeSet, codes
from prebill.general.code_families import EVALUATION
from prebill.general.tables.place_of_service import PlaceOfService
from prebill.lookup import Table
from prebill.model import Claim, Encounter, Provider, ServiceLine
from prebill.rules import Hit, Outcomes, hit, rule

_INPATIENT = codes("21 51 61")
_FACILITY_NEEDED = frozenset({"21", "23", "24", "31", "34", "51", "61"})
_FACILITY_USUAL = frozenset({"19", "22", "32"})

# Visits that a place of service rules out, by place. Only what is impossible is here: a hospital inpatient who is
# seen in the office is rightly billed with the hospital's place (Pub. 100-04 ch. 26 §10.5).
_HOSPITAL_VISITS = codes("99221-99239")
_EMERGENCY_VISITS = codes("99281-99285")
_NURSING_VISITS = codes("99304-99310")
_HOME_VISITS = codes("99341-99350")
_OFFICE_VISITS = codes("99202-99215")
_IMPOSSIBLE = {
    "11": (_HOSPITAL_VISITS, _EMERGENCY_VISITS, _NURSING_VISITS, _HOME_VISITS),
    "12": (_HOSPITAL_VISITS, _EMERGENCY_VISITS, _NURSING_VISITS),
    "20": (_HOSPITAL_VISITS, _EMERGENCY_VISITS, _NURSING_VISITS),
    "21": (_HOME_VISITS,),
    "22": (_HOME_VISITS,),
    "23": (_NURSING_VISITS, _HOME_VISITS),
    "31": (_EMERGENCY_VISITS,),
    "32": (_HOSPITAL_VISITS, _EMERGENCY_VISITS),
}
_UNUSUAL: dict[str, tuple[CodeSet, ...]] = {"21": (_OFFICE_VISITS,)}


@rule(
    "INF111",
    severity="stop",
    owner="charge_capture",
    prevents=("CO-5/M77", "CO-58/N428", "CO-16/MA114/N292/N293/N294"),
    sources=("CMS place of service code set", "Pub. 100-04 ch. 26 §10.5", "005010X222A1 loop 2310C"),
    fails=["99223 @11"],
    passes=["99213 @11"],
)
def place_of_service(
    claim: Claim, places: Table[PlaceOfService], *, facility_same_as_billing: bool = False
) -> Outcomes:
    """The place of service does not exist, does not fit the code, or lacks its facility.

    Payers deny a visit that cannot have taken place where it is billed, and a service in a facility that the
    claim does not name. Correct the place of service, or add the facility with name, address and NPI.
    """
    unknown = ""
    incomplete: list[tuple[ServiceLine, str, str]] = []
    for line in claim.lines:
        place = line.place_of_service or claim.place_of_service
        if place is None:
            yield _place(line, f"{line.procedure} (line {line.number}) has no place of service", "missing")
            continue
        table = places if line.from_date == places.day else places.on(line.from_date)
        exists = table.of_rows(_exists)(place)
        if exists is None:
            unknown = place
        elif not exists:
            problem = f"{line.procedure} at place of service {place} (line {line.number}): no such place"
            yield _place(line, f"{problem} on {line.from_date}", "unknown")
            continue
        fit = _fit(line.procedure, place)
        if fit is not None:
            problem = f"{line.procedure} {fit[0]} at place of service {place} (line {line.number})"
            yield _place(line, problem, "code", fit[1])
        if not facility_same_as_billing and (place in _FACILITY_NEEDED or place in _FACILITY_USUAL):
            missing = _missing(line.facility or claim.facility)
            if missing:
                incomplete.append((line, place, missing))
    if incomplete:
        yield _facility(claim, incomplete)
    if unknown:
        places.all(unknown)


def _exists(places: Table[PlaceOfService], place: str) -> bool | None:
    """Tell whether there is such a place on the day of the table; None where an excerpt cannot tell."""
    rows = places.find(place)
    return None if rows is None else bool(rows)


@lru_cache(maxsize=65_536)
def _fit(procedure: str, place: str) -> tuple[str, str] | None:
    """Return how a visit does not fit a place, and how sure that is."""
    if any(procedure in group for group in _IMPOSSIBLE.get(place, ())):
        return "cannot be", "stop"
    return ("rarely is", "review") if any(procedure in group for group in _UNUSUAL.get(place, ())) else None


def _place(line: ServiceLine, problem: str, subject: str, severity: str | None = None) -> Hit:
    return hit(
        line,
        f"{problem}.",
        fix="Correct the place of service, or the code of the visit.",
        at="place_of_service",
        severity=severity,
        prevents=("CO-5/M77", "CO-58/N428"),
        subject=subject,
        upon=None if subject == "unknown" else (),
    )


def _missing(facility: Provider | None) -> str:
    """Return what a claim lacks of the service facility, in words; empty for nothing."""
    if facility is None:
        return "name, address and NPI"
    address = facility.address
    has_address = address is not None and all((address.line1, address.city, address.postal_code or address.country))
    parts = (
        "" if facility.name else "name",
        "" if has_address else "address",
        "" if facility.npi else "NPI",
    )
    return ", ".join(filter(None, parts))


def _facility(claim: Claim, incomplete: list[tuple[ServiceLine, str, str]]) -> Hit:
    lines = [line for line, _, _ in incomplete]
    needed = any(place in _FACILITY_NEEDED for _, place, _ in incomplete)
    _, place, missing = next((each for each in incomplete if each[1] in _FACILITY_NEEDED), incomplete[0])
    numbers = ", ".join(str(line.number) for line in lines)
    return hit(
        claim if len(lines) == len(claim.lines) else lines,
        f"Place of service {place} (line {numbers}) without {missing} of the facility.",
        fix="Add the service facility (2310C) with name, address with ZIP+4, and NPI.",
        at="facility",
        severity="stop" if needed else "review",
        prevents=("CO-16/MA114/N292/N293/N294",),
        subject="facility",
        upon=(),
    )


_ONSET, _ADMISSION, _DISCHARGE = "431", "435", "096"


@rule(
    "INF112",
    severity="stop",
    owner="charge_capture",
    prevents=("CO-16/M52/M59/N345", "CO-110", "CO-14", "CO-13"),
    sources=("005010X222A1 DTP*472, DTP*431, DTP*435, DTP*096", "CARC 13, 110"),
    fails=["99213 2026-03-17"],
    passes=["99213 2026-03-16"],
)
def dates(claim: Claim, encounter: Encounter, today: date) -> Outcomes:
    """A date of service cannot be right.

    It lies in the future, ends before it begins, or is after the patient's death, or does not agree with the
    other dates of the visit; the payer rejects or denies the line. Correct the date from the schedule and the
    record.
    """
    onset = claim.date_of(_ONSET) if claim.dates else None
    died = claim.patient.death_date
    for line in claim.lines:
        first, last = line.from_date, line.to_date or line.from_date
        if last is not first:
            yield from _range(line)
        if last > today or first > today:
            problem = f"date of service {max(first, last)} lies in the future (today {today})"
            yield _date(line, problem, "future", "CO-110")
        if died is not None and last > died:
            yield _date(line, f"date of service {last} is after the patient's death on {died}", "death", "CO-13")
        if onset is not None and onset > first:
            problem = f"date of service {first} is before the onset of the illness on {onset}"
            yield _date(line, problem, "onset", "CO-16/M52")
    if claim.dates:
        yield from _outside_stay(claim)
    appointed = encounter.appointment_date
    if appointed is not None and not claim.from_date <= appointed <= claim.last_date:
        yield hit(
            claim,
            f"Date of service {claim.from_date}, but the appointment was on {appointed}.",
            fix="Correct the date from the schedule and the record.",
            at="lines[0].from_date",
            severity="review",
            prevents=("CO-16/M52",),
            subject="appointment",
        )


def _range(line: ServiceLine) -> Iterator[Hit]:
    if line.last_date < line.from_date:
        problem = f"the last date of service {line.last_date} is before the first, {line.from_date}"
        yield _date(line, problem, "order", "CO-16/M59")
        return
    days = (line.last_date - line.from_date).days + 1
    by_day = line.units != 1 or line.procedure in EVALUATION  # one unit of another service stands for all its days
    if line.unit_type == "UN" and days > 1 and by_day and line.units % days:
        problem = f"{line.units.normalize():f} units do not divide over the {days} days {line.from_date} to"
        yield _date(line, f"{problem} {line.last_date}", "units", "CO-16/N345", "review")


def _outside_stay(claim: Claim) -> Iterator[Hit]:
    admitted, discharged = claim.date_of(_ADMISSION), claim.date_of(_DISCHARGE)
    for line in claim.lines:
        if claim.place_of(line) != "21":
            continue
        early = admitted is not None and line.from_date < admitted
        late = discharged is not None and line.last_date > discharged
        if early or late:
            stay = f"{admitted or 'an unknown day'} to {discharged or 'now'}"
            problem = f"date of service {line.from_date if early else line.last_date} is outside the stay, {stay}"
            yield _date(line, problem, "stay", "CO-16/M52", "review")


def _date(line: ServiceLine, problem: str, subject: str, prevents: str, severity: str | None = None) -> Hit:
    return hit(
        line,
        f"{line.procedure} (line {line.number}): {problem}.",
        fix="Correct the date from the schedule and the record.",
        at="to_date" if line.to_date is not None else "from_date",
        severity=severity,
        prevents=(prevents,),
        subject=subject,
    )


@rule(
    "INF119",
    severity="stop",
    owner="charge_capture",
    prevents=("CO-16/MA40",),
    sources=("005010X222A1 2300 DTP*435", "RARC MA40"),
    places=_INPATIENT,
    fails=["99223 @21"],
    passes=[{"lines": ["99223 @21"], "dates": [{"qualifier": "435", "from_date": "2026-03-15"}]}],
)
def admission_date(claim: Claim) -> Outcomes:
    """Inpatient care is billed without the day of admission, or before it.

    The payer matches the visit to the hospital's claim by the admission. Add the day from the hospital's record.
    """
    inpatient = [line for line in claim.lines if claim.place_of(line) in _INPATIENT]
    place, admitted = claim.place_of(inpatient[0]), claim.date_of(_ADMISSION)
    first = min(line.from_date for line in inpatient)
    fix = "Add the date of admission (DTP*435) from the hospital's record."
    if admitted is None:
        yield hit(claim, f"Place of service {place} without admission date.", fix=fix, at="dates")
    elif all(line.last_date < admitted for line in inpatient):
        message = f"Place of service {place}: admission {admitted} is after the date of service {first}."
        yield hit(claim, message, fix=fix, at="dates")
