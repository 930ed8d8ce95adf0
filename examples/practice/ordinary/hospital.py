"""The hospital: stays, the emergency department, critical care, and the pictures that the radiologists read."""

from __future__ import annotations

from datetime import timedelta

import attrs

from examples.practice.day import line
from examples.practice.ordinary.group import (
    EMERGENCY_PHYSICIANS,
    HOSPITALISTS,
    OF_ADULTS,
    OF_AGE,
    OUTSIDE_DOCTORS,
    RADIOLOGISTS,
    is_medicare,
)
from examples.practice.ordinary.weeks import Weeks
from examples.practice.people import Person
from prebill.model import Accident, QualifiedDate


def _patient(weeks: Weeks, department: str, youngest: int = 20) -> Person:
    payer = weeks.random.choice((*OF_ADULTS, *OF_AGE))
    return weeks.someone(department, (payer,), ages=(66, 92) if is_medicare(payer) else (youngest, 63))


def stays(weeks: Weeks) -> None:
    """A stay on one claim: admission, the days between, discharge, each on its day."""
    random, person = weeks.random, _patient(weeks, "HO")
    doctor = random.choice(HOSPITALISTS)
    admitted = weeks.workday(before_end=6)
    length = random.randrange(1, 5)
    diagnoses = random.choice(("J18.9 I10", "I50.23 I10", "A41.9 N39.0", "K85.90 E11.9", "J44.1 I10"))
    first = random.choice(("99222", "99223"))
    lines = [line(f"{first}-AI" if is_medicare(person.payer) else first, dx=(1, 2))]
    lines += [
        line(random.choice(("99231", "99232", "99233")), dx=(1, 2), on=admitted + timedelta(days=offset))
        for offset in range(1, length)
    ]
    discharged = admitted + timedelta(days=length)
    lines.append(line(random.choice(("99238", "99239")), dx=(1,), on=discharged))
    weeks.see(
        "HO",
        person,
        doctor,
        admitted,
        diagnoses,
        *lines,
        place="21",
        booked=0,
        dates=(
            QualifiedDate(qualifier="435", from_date=admitted),
            QualifiedDate(qualifier="096", from_date=discharged),
        ),
    )


def observation(weeks: Weeks) -> None:
    """Observation, admitted and discharged on one day."""
    person = _patient(weeks, "HO")
    doctor, day = weeks.random.choice(HOSPITALISTS), weeks.workday()
    weeks.see("HO", person, doctor, day, "R07.9 I10", line("99235", dx=(1, 2)), place="22", booked=0)


def critical_care(weeks: Weeks) -> None:
    """Critical care by the time it took."""
    random, person = weeks.random, _patient(weeks, "HO", 40)
    doctor, day = random.choice(HOSPITALISTS), weeks.workday()
    more = (line("99292", units=random.randrange(1, 3)),) if random.random() < 0.5 else ()
    weeks.see("HO", person, doctor, day, "J96.01 A41.9", line("99291"), *more, place="21", booked=0)


def emergencies(weeks: Weeks) -> None:
    """The emergency department: visits, sutures, tracings read."""
    random, person = weeks.random, _patient(weeks, "ED")
    doctor, day = random.choice(EMERGENCY_PHYSICIANS), weeks.workday()
    kind = random.randrange(5)
    if kind == 0:
        diagnoses, level = random.choice(
            (("R07.9", "99285"), ("N20.0", "99284"), ("R10.31", "99284"), ("J02.9", "99283"))
        )
        weeks.see("ED", person, doctor, day, diagnoses, line(level), place="23", booked=0)
    elif kind == 1:
        cut = Accident(kinds=("OA",), occurred_on=day)
        lines = (line("99283-25"), line("12002"))
        weeks.see("ED", person, doctor, day, "S61.411A", *lines, place="23", booked=0, accident=cut)
    elif kind == 2:
        weeks.see("ED", person, doctor, day, "R07.9", line("99285-25"), line("93010"), place="23", booked=0)
    elif kind == 3:
        weeks.see("ED", person, doctor, day, "J96.01", line("99291-25"), line("31500"), place="23", booked=0)
    else:
        fall = Accident(kinds=("OA",), occurred_on=day)
        weeks.see("ED", person, doctor, day, "S93.401A", line("99283"), place="23", booked=0, accident=fall)


_PICTURES = (
    ("71046-26", "J18.9", "21"),
    ("71046-26", "R05.9", "23"),
    ("70450-26", "R51.9", "23"),
    ("74177-26", "R10.31", "23"),
    ("72148-26", "M54.16", "22"),
    ("73721-26-RT", "M23.221", "22"),
    ("77067-26", "Z12.31", "22"),
    ("76700-26", "R10.11", "22"),
    ("71275-26", "R06.02", "23"),
)


def radiology(weeks: Weeks) -> None:
    """Pictures that the radiologists read, on the order of others."""
    random = weeks.random
    billed, diagnosis, place = random.choice(_PICTURES)
    payer = random.choice((*OF_ADULTS, *OF_AGE))
    sex = "F" if billed.startswith("77067") else None
    ages = (66, 90) if is_medicare(payer) else (41, 63)
    person = weeks.someone("RA", (payer,), ages=ages, sex=sex)
    day = weeks.workday()
    orderer = attrs.evolve(
        random.choice({"21": HOSPITALISTS, "23": EMERGENCY_PHYSICIANS}.get(place, OUTSIDE_DOCTORS)), taxonomy=None
    )
    read = line(billed, ordering=orderer)
    booked = 0 if place in {"21", "23"} else 6
    weeks.see("RA", person, random.choice(RADIOLOGISTS), day, diagnosis, read, place=place, booked=booked)
