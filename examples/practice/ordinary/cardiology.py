"""Cardiology: office studies, monitors, readings and visits in the hospital, the catheterization laboratory."""

from __future__ import annotations

from examples.practice.day import line
from examples.practice.ordinary.group import OF_ADULTS, OF_AGE, is_medicare
from examples.practice.ordinary.weeks import Weeks
from examples.practice.people import CARDIOLOGISTS, Person
from prebill.model import QualifiedDate
from prebill_cardiology.records import CathReport, DiagnosticStudy

_OWN = DiagnosticStudy(equipment_owner="practice", interpretation_only=False)
_OF_HOSPITAL = DiagnosticStudy(equipment_owner="facility", interpretation_only=True)


def patient(weeks: Weeks) -> Person:
    """Return a patient of the department."""
    payer = weeks.random.choice((*OF_AGE, *OF_AGE, *OF_ADULTS))
    return weeks.someone("CA", (payer,), ages=(66, 90) if is_medicare(payer) else (35, 63))


def office(weeks: Weeks) -> None:
    """A visit with a tracing, and one more weeks later."""
    random, person = weeks.random, patient(weeks)
    doctor, day = random.choice(CARDIOLOGISTS), weeks.workday()
    diagnoses = random.choice(("I48.19 I10", "I25.10 I10", "I50.22 I10", "I48.0 E78.5", "I34.0 I10"))
    visit = random.choice(("99214", "99213", "99204", "99215"))
    weeks.see("CA", person, doctor, day, diagnoses, line(f"{visit}-25", dx=(1, 2)), line("93000"), records=[_OWN])
    again = weeks.later(day, 21)
    if again is not None and random.random() < 0.3:
        weeks.see("CA", person, doctor, again, diagnoses, line("99213", dx=(1, 2)))


_STUDIES = (
    (("93306",), "I50.22"),
    (("93306",), "I34.0"),
    (("93306",), "I48.19"),
    (("93015",), "I25.119"),
    (("93224",), "R00.2"),
    (("93351",), "I25.119"),
    (("93880",), "I65.23"),
    (("93922",), "I70.213"),
    (("93280",), "Z95.0"),
    (("93283",), "Z95.810"),
)


def studies(weeks: Weeks) -> None:
    """A study on the group's own equipment."""
    random, person = weeks.random, patient(weeks)
    tests, diagnosis = random.choice(_STUDIES)
    doctor = random.choice(CARDIOLOGISTS)
    weeks.see("CA", person, doctor, weeks.workday(), diagnosis, *map(line, tests), records=[_OWN], booked=10)


def perfusion(weeks: Weeks) -> None:
    """A perfusion study with exercise and its tracer."""
    random, person = weeks.random, patient(weeks)
    weeks.see(
        "CA",
        person,
        random.choice(CARDIOLOGISTS),
        weeks.workday(),
        "I25.119",
        line("78452"),
        line("93015"),
        line("A9500", units=2),
        records=[_OWN],
        booked=14,
    )


def remote(weeks: Weeks) -> None:
    """Devices and blood pressures watched from afar."""
    random, person = weeks.random, patient(weeks)
    doctor = random.choice(CARDIOLOGISTS)
    kind = random.randrange(3)
    if kind == 0:
        weeks.see(
            "CA", person, doctor, weeks.workday(), "Z95.0", line("93294"), line("93296"), records=[_OWN], booked=0
        )
    elif kind == 1:
        weeks.see("CA", person, doctor, weeks.workday(), "Z95.818", line("93298"), records=[_OWN], booked=0)
    else:
        day = weeks.days[-1 - random.randrange(4)]
        weeks.see("CA", person, doctor, day, "I10", line("99454"), line("99457"), booked=0)


def readings(weeks: Weeks) -> None:
    """Studies of the hospital that the cardiologists read."""
    random, person = weeks.random, patient(weeks)
    doctor, day = random.choice(CARDIOLOGISTS), weeks.workday()
    billed, diagnosis, place = random.choice(
        (
            ("93306-26", "I50.23", "21"),
            ("93306-26", "I50.22", "22"),
            ("93010", "R07.9", "23"),
            ("93010", "I48.91", "21"),
            ("93312-26", "I33.0", "21"),
            ("93018", "I25.119", "22"),
        )
    )
    records = [] if billed in {"93010", "93018"} else [_OF_HOSPITAL]
    weeks.see("CA", person, doctor, day, diagnosis, line(billed), place=place, records=records, booked=0)


def hospital(weeks: Weeks) -> None:
    """A consultation in the hospital and the visits after it."""
    random, person = weeks.random, patient(weeks)
    doctor, day = random.choice(CARDIOLOGISTS), weeks.workday(before_end=4)
    first = "99222" if is_medicare(person.payer) else "99254"
    diagnoses = "I50.23 I48.19"
    weeks.see("CA", person, doctor, day, diagnoses, line(first, dx=(1, 2)), place="21", booked=0)
    stay = (QualifiedDate(qualifier="435", from_date=day),)
    following = [on for on in weeks.days if 0 < (on - day).days < 4][: random.randrange(1, 4)]
    lines = [line("99232", dx=(1, 2), on=on) for on in following]
    weeks.see("CA", person, doctor, following[0], diagnoses, *lines, place="21", booked=0, dates=stay)


def laboratory(weeks: Weeks) -> None:
    """Catheterizations, stents, cardioversions."""
    random, person = weeks.random, patient(weeks)
    doctor, day = CARDIOLOGISTS[1], weeks.workday()
    report = CathReport(
        session_id=weeks.number("L"),
        prior_study="none",
        prior_study_available=False,
        full_diagnostic_study=True,
        decision_from_this_study=True,
    )
    kind = random.randrange(5)
    if kind < 2:
        code, diagnosis = random.choice((("93458-26", "I25.119"), ("93460-26", "I50.22"), ("93454-26", "I20.0")))
        weeks.see("CA", person, doctor, day, diagnosis, line(code), place="22", records=[report], booked=9)
    elif kind == 2:
        weeks.see(
            "CA",
            person,
            doctor,
            day,
            "I25.110",
            line("92928-LD"),
            line("93458-26-59"),
            place="22",
            records=[report],
            booked=9,
            distinct="non_overlapping",
        )
    elif kind == 3:
        weeks.see("CA", person, doctor, day, "I21.11", line("92941-RC"), place="21", booked=0)
    else:
        weeks.see("CA", person, doctor, day, "I48.19", line("92960"), place="22", booked=5)
