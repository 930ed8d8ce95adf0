"""Primary care: visits, small procedures, vaccines, the laboratory, preventive care of adults."""

from __future__ import annotations

from examples.practice.day import line
from examples.practice.ordinary.group import (
    INTERNISTS,
    NURSE_PRACTITIONERS,
    OF_ADULTS,
    OF_AGE,
    is_medicare,
)
from examples.practice.ordinary.weeks import Weeks
from examples.practice.people import FAMILY_DOCTORS, Person
from prebill import Provider, ServiceLine

DOCTORS = (*FAMILY_DOCTORS, *FAMILY_DOCTORS, *INTERNISTS, *NURSE_PRACTITIONERS)
PROBLEMS = (
    ("99213", "I10"),
    ("99214", "I10 E78.5"),
    ("99213", "J06.9"),
    ("99214", "E11.9 I10"),
    ("99213", "M54.50"),
    ("99214", "E11.65 E78.5 I10"),
    ("99212", "L23.7"),
    ("99213", "N39.0"),
    ("99214", "J44.9"),
    ("99213", "K21.9"),
    ("99213", "R53.83"),
    ("99214", "F41.1 I10"),
    ("99213", "J01.90"),
    ("99214", "E03.9 E55.9"),
    ("99215", "I50.22 N18.32 I10"),
    ("99213", "G43.909"),
    ("99213", "M25.561"),
    ("99214", "R07.9 I10"),
)
_NEW_LEVEL = {"99212": "99202", "99213": "99203", "99214": "99204", "99215": "99205"}


def adult(weeks: Weeks) -> Person:
    """Return a patient of primary care."""
    payers = (*OF_ADULTS, *OF_AGE)
    payer = weeks.random.choice(payers)
    ages = (66, 90) if is_medicare(payer) else (19, 63)
    return weeks.someone("PC", (payer,), ages=ages)


def doctor_of(weeks: Weeks, person: Person) -> Provider:
    """Return whom a patient sees: the doctor of record, where the payer keeps one."""
    return person.doctor or weeks.random.choice(DOCTORS)


def visits(weeks: Weeks) -> None:
    """A visit for some problems, new patient or not, and sometimes one more weeks later."""
    random, person = weeks.random, adult(weeks)
    clinician = doctor_of(weeks, person)
    level, diagnoses = random.choice(PROBLEMS)
    day = weeks.workday()
    new = random.random() < 0.2
    pointers = tuple(range(1, len(diagnoses.split()) + 1))
    telehealth = not new and random.random() < 0.12
    code = _NEW_LEVEL[level] if new else level
    where = random.choice(("10", "02")) if telehealth else "11"
    billed = line(f"{code}-95" if telehealth else code, dx=pointers)
    extra: tuple[ServiceLine, ...] = ()
    if is_medicare(person.payer) and not telehealth and level == "99214" and random.random() < 0.3:
        extra = (line("G2211", dx=pointers[:1]),)
    weeks.see("PC", person, clinician, day, diagnoses, billed, *extra, place=where, booked=random.choice((0, 3, 9, 21)))
    again = weeks.later(day, random.choice((7, 14, 21)))
    if again and random.random() < 0.35:
        weeks.see("PC", person, clinician, again, diagnoses, line("99213", dx=pointers))


_TESTS = (
    (("80053",), "I10"),
    (("80061", "80053"), "E78.5"),
    (("83036", "80053"), "E11.9"),
    (("85025", "84443"), "R53.83"),
    (("84443",), "E03.9"),
    (("85025",), "D64.9"),
    (("81003",), "N39.0"),
    (("80048",), "N18.30"),
)


def visits_with_laboratory(weeks: Weeks) -> None:
    """A visit with blood drawn and tests in the group's own laboratory."""
    random, person = weeks.random, adult(weeks)
    tests, diagnosis = random.choice(_TESTS)
    level = random.choice(("99213", "99214"))
    drawn = () if tests == ("81003",) else (line("36415"),)
    clinician = doctor_of(weeks, person)
    weeks.see("PC", person, clinician, weeks.workday(), diagnosis, line(level), *drawn, *map(line, tests))


_WAIVED = (
    (("81003-QW",), "R30.0"),
    (("87880-QW",), "J02.9"),
    (("87804-QW", "87804-59-QW"), "J11.1"),
    (("82962",), "E11.9"),
    (("83036-QW",), "E11.65"),
    (("85610-QW",), "I48.20 Z79.01"),
    (("81025",), "N91.2"),
    (("86308-QW",), "R59.0"),
)


def visits_with_waived_tests(weeks: Weeks) -> None:
    """A visit with a test out of a kit, at an office with a certificate of waiver."""
    random, person = weeks.random, adult(weeks)
    tests, diagnoses = random.choice(_WAIVED)
    if tests == ("81025",):
        person = weeks.someone("PC", OF_ADULTS, ages=(19, 44), sex="F")
    pointers = tuple(range(1, len(diagnoses.split()) + 1))
    weeks.see(
        "PC",
        person,
        doctor_of(weeks, person),
        weeks.workday(),
        diagnoses,
        line("99213", dx=pointers),
        *(line(each, dx=pointers) for each in tests),
        booked=0,
        distinct="non_overlapping",
    )


_PROCEDURES = (
    ("I10 M17.11", "20610-RT", "J3301", 4),
    ("E11.9 M17.12", "20610-LT", "J3301", 4),
    ("I10 M70.61", "20610-RT", "J3301", 4),
    ("J44.9 H61.23", "69210", None, 0),
    ("I10 B07.9", "17110", None, 0),
    ("E78.5 L57.0", "17000", None, 0),
    ("E11.9 L02.211", "10060", None, 0),
    ("I10 M77.11", "20551", "J3301", 1),
    ("E03.9 M72.2", "20550-LT", "J3301", 1),
    ("I10 L91.8", "11200", None, 0),
    ("E11.9 L60.0", "11730-TA", None, 0),
    ("I10 S61.412A", "12001", None, 0),
)


def visits_with_procedures(weeks: Weeks) -> None:
    """A visit for one problem and a procedure for another: 25; or the procedure that was planned, and no visit."""
    random, person = weeks.random, adult(weeks)
    diagnoses, procedure, substance, units = random.choice(_PROCEDURES)
    given = (line(substance, units=units, dx=(2,)),) if substance else ()
    clinician, day = doctor_of(weeks, person), weeks.workday()
    if random.random() < 0.25 and not procedure.startswith("12001"):
        only = diagnoses.split()[1]
        alone = (line(substance, units=units),) if substance else ()
        weeks.see("PC", person, clinician, day, only, line(procedure), *alone)
        return
    visit = line(random.choice(("99213-25", "99214-25")), dx=(1,))
    weeks.see("PC", person, clinician, day, diagnoses, visit, line(procedure, dx=(2,)), *given)


_INJECTIONS = (
    ("M54.50", "J1885", 4),
    ("D51.9", "J3420", 1),
    ("J18.9", "J0696", 4),
    ("L23.7", "J1100", 8),
)


def injections(weeks: Weeks) -> None:
    """A drug injected at a visit, or by the nurse alone."""
    random, person = weeks.random, adult(weeks)
    diagnosis, substance, units = random.choice(_INJECTIONS)
    clinician, day = doctor_of(weeks, person), weeks.workday()
    given = (line("96372"), line(substance, units=units))
    if random.random() < 0.4:
        for on in weeks.series(day, 14, 2):
            weeks.see("PC", person, clinician, on, diagnosis, *given)
    else:
        weeks.see("PC", person, clinician, day, diagnosis, line("99213-25"), *given)


def cardiograms_and_spirometry(weeks: Weeks) -> None:
    """A visit with a tracing of the heart, a breathing test or a nebulizer."""
    random, person = weeks.random, adult(weeks)
    diagnoses, test = random.choice(
        (("R07.9", "93000"), ("R00.2 I10", "93000"), ("J44.9", "94010"), ("J45.909", "94060"), ("J45.901", "94640"))
    )
    visit = random.choice(("99213-25", "99214-25"))
    lines = [line(visit, dx=(1,)), line(test, dx=(1,))]
    if test == "94640":
        lines.append(line("J7613", units=3))
    weeks.see("PC", person, doctor_of(weeks, person), weeks.workday(), diagnoses, *lines, booked=1)


def nurse_visits(weeks: Weeks) -> None:
    """A blood pressure taken by the nurse, under the doctor's name."""
    person = adult(weeks)
    weeks.see("PC", person, doctor_of(weeks, person), weeks.workday(), "I10", line("99211"))


def smoking(weeks: Weeks) -> None:
    """A visit and counseling about tobacco."""
    person = adult(weeks)
    weeks.see(
        "PC",
        person,
        doctor_of(weeks, person),
        weeks.workday(),
        "J44.9 F17.210",
        line("99213-25", dx=(1,)),
        line("99406", dx=(2,)),
    )


def wellness(weeks: Weeks) -> None:
    """Preventive care of adults: what Medicare calls a wellness visit, and what other payers do."""
    random, person = weeks.random, adult(weeks)
    clinician, day = doctor_of(weeks, person), weeks.workday()
    problem = random.random() < 0.3
    if is_medicare(person.payer):
        lines = [line(random.choice(("G0439", "G0438")), dx=(1,))]
        if problem:
            lines.append(line("99213-25", dx=(2,)))
        if random.random() < 0.3:
            lines += [line("90677", dx=(3,)), line("G0009", dx=(3,))]
        elif random.random() < 0.3:
            lines.append(line("99497-33", dx=(1,)))
        weeks.see("PC", person, clinician, day, "Z00.00 I10 Z23", *lines, booked=28)
        return
    age = person.patient.age_on(day) or 0
    code = "99385" if age < 40 else "99386"
    established = "99395" if age < 40 else "99396"
    vaccine = random.random() < 0.4
    preventive = random.choice((code, established, established))
    lines = [line(f"{preventive}-25" if vaccine else preventive, dx=(1,))]
    if problem:
        lines.append(line("99213-25", dx=(2,)))
    if vaccine:
        lines += [line("90715", dx=(3,)), line("90471", dx=(3,))]
    diagnoses = "Z00.01 I10 Z23" if problem else "Z00.00 I10 Z23"
    weeks.see("PC", person, clinician, day, diagnoses, *lines, booked=28)


def vaccines(weeks: Weeks) -> None:
    """Vaccines without a visit."""
    random, person = weeks.random, adult(weeks)
    day, clinician = weeks.workday(), doctor_of(weeks, person)
    if is_medicare(person.payer):
        weeks.see("PC", person, clinician, day, "Z23", line("90677"), line("G0009"), booked=0)
    else:
        shots = random.choice((("90715",), ("90715", "90632"), ("90677",)))
        more = (line("90472", units=len(shots) - 1),) if len(shots) > 1 else ()
        weeks.see("PC", person, clinician, day, "Z23", *map(line, shots), line("90471"), *more, booked=0)


def chronic_care(weeks: Weeks) -> None:
    """Management of chronic conditions, month by month, and care after a stay in the hospital."""
    random = weeks.random
    person = weeks.someone("PC", OF_AGE, ages=(66, 90))
    clinician = doctor_of(weeks, person)
    if random.random() < 0.6:
        day = weeks.workday()
        weeks.see("PC", person, clinician, day, "I50.22 E11.22 N18.31", line("99490", dx=(1, 2)), booked=0)
        return
    day = weeks.workday()
    code = random.choice(("99495", "99496"))
    weeks.see("PC", person, clinician, day, "I50.22 I10", line(code, dx=(1, 2)), booked=5)


def women(weeks: Weeks) -> None:
    """Screening of women."""
    random = weeks.random
    if random.random() < 0.4:
        person = weeks.someone("PC", OF_AGE, ages=(66, 85), sex="F")
        weeks.see("PC", person, doctor_of(weeks, person), weeks.workday(), "Z01.419", line("G0101"), line("Q0091"))
        return
    person = weeks.someone("PC", OF_ADULTS, ages=(21, 39), sex="F")
    weeks.see("PC", person, doctor_of(weeks, person), weeks.workday(), "Z01.419", line("99395"), booked=40)


def nursing_home(weeks: Weeks) -> None:
    """Visits at the nursing facility and at home."""
    random = weeks.random
    person = weeks.someone("PC", OF_AGE, ages=(75, 94))
    clinician = person.doctor or random.choice(INTERNISTS)
    day = weeks.workday()
    if random.random() < 0.4:
        weeks.see("PC", person, clinician, day, "G20.A1 I10", line("99349", dx=(1, 2)), place="12")
        return
    place, level = random.choice((("32", "99309"), ("32", "99308"), ("31", "99308")))
    weeks.see("PC", person, clinician, day, "G30.9 F02.80 I10", line(level, dx=(1, 2)), place=place, booked=0)
