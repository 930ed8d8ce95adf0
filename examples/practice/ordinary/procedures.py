"""Departments of procedures: skin, digestive tract, eyes, women's health, general surgery."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from examples.practice.day import line
from examples.practice.ordinary.group import (
    DERMATOLOGISTS,
    GASTROENTEROLOGISTS,
    GENERAL_SURGEONS,
    GYNECOLOGISTS,
    OF_ADULTS,
    OF_AGE,
    OPHTHALMOLOGISTS,
    is_medicare,
)
from examples.practice.ordinary.weeks import Weeks
from examples.practice.people import Person
from prebill.general.documentation import PostOperativeVisit
from prebill_orthopedics.records import OperativeNote, VisitNote


def _patient(weeks: Weeks, department: str, *, youngest: int = 30, older: int = 1, sex: str | None = None) -> Person:
    payer = weeks.random.choice((*OF_ADULTS, *(OF_AGE * older)))
    ages = (66, 88) if is_medicare(payer) else (youngest, 63)
    return weeks.someone(department, (payer,), ages=ages, sex=sex)


def skin(weeks: Weeks) -> None:
    """Lesions looked at, frozen, sampled, cut out."""
    random, person = weeks.random, _patient(weeks, "DE", older=2)
    doctor, day = random.choice(DERMATOLOGISTS), weeks.workday()
    kind = random.randrange(8)
    visit = random.choice(("99213-25", "99203-25", "99214-25"))
    if kind == 0:
        weeks.see("DE", person, doctor, day, "L40.0", line(random.choice(("99213", "99203", "99214"))))
    elif kind == 1:
        count = random.randrange(1, 10)
        lines = (line("17000", dx=(1,)), line("17003", dx=(1,), units=count))
        weeks.see("DE", person, doctor, day, "L57.0 L40.0", line(visit, dx=(2,)), *lines)
    elif kind == 2:
        more = random.randrange(3)
        lines = (line("11102", dx=(1,)), *((line("11103", dx=(1,), units=more),) if more else ()))
        weeks.see("DE", person, doctor, day, "D48.5 L82.1", line(visit, dx=(2,)), *lines)
    elif kind == 3:
        weeks.see("DE", person, doctor, day, "B07.9", line("17110"))
    elif kind == 4:
        weeks.see("DE", person, doctor, day, "C44.319", line("11642"), line("12051"), booked=14)
    elif kind == 5:
        weeks.see("DE", person, doctor, day, "D23.5", line("11402"), booked=14)
    elif kind == 6:
        weeks.see("DE", person, doctor, day, "C44.311", line("17311"), line("17312"), booked=20)
    else:
        lines = (line("17000", dx=(1,)), line("11102-59", dx=(2,)))
        weeks.see("DE", person, doctor, day, "L57.0 D48.5", *lines)


def digestion(weeks: Weeks) -> None:
    """Visits and endoscopies; screenings by the payer's code and modifier."""
    random, person = weeks.random, _patient(weeks, "GI", youngest=46, older=2)
    doctor, day = random.choice(GASTROENTEROLOGISTS), weeks.workday()
    medicare = is_medicare(person.payer)
    kind = random.randrange(7)
    if kind == 0:
        weeks.see(
            "GI", person, doctor, day, "K21.00 R13.10", line(random.choice(("99203", "99204", "99214")), dx=(1, 2))
        )
    elif kind == 1:
        billed = "G0121" if medicare else "45378-33"
        weeks.see("GI", person, doctor, day, "Z12.11", line(billed), place="24", booked=28)
    elif kind == 2:
        billed = f"45385-{'PT' if medicare else '33'}"
        weeks.see("GI", person, doctor, day, "Z12.11 K63.5", line(billed, dx=(1, 2)), place="24", booked=28)
    elif kind == 3:
        mark = "PT" if medicare else "33"
        lines = (line(f"45385-{mark}", dx=(1, 2)), line(f"45380-59-{mark}", dx=(1, 3)))
        weeks.see("GI", person, doctor, day, "Z12.11 D12.3 K63.5", *lines, place="24", booked=28)
    elif kind == 4:
        weeks.see("GI", person, doctor, day, "K21.00", line("43239"), place="24", booked=18)
    elif kind == 5:
        lines = (line("45380", dx=(1,)), line("43239", dx=(2,)))
        weeks.see("GI", person, doctor, day, "K52.9 K29.50", *lines, place="24", booked=18)
    else:
        weeks.see("GI", person, doctor, day, "Z86.0100 K57.30", line("45378", dx=(1, 2)), place="24", booked=18)


def eyes(weeks: Weeks) -> None:
    """Visits, pictures of the retina, injections, and cataracts of both eyes some weeks apart."""
    random, person = weeks.random, _patient(weeks, "EY", older=3, youngest=45)
    doctor, day = random.choice(OPHTHALMOLOGISTS), weeks.workday()
    kind = random.randrange(6)
    eye, other, digit, second = random.choice((("RT", "LT", "1", "2"), ("LT", "RT", "2", "1")))
    if kind == 0:
        weeks.see("EY", person, doctor, day, "H40.1131", line("92014"), line("92133"), booked=30)
    elif kind == 1:
        weeks.see("EY", person, doctor, day, "H25.13", line(random.choice(("92004", "92014", "99214"))), booked=30)
    elif kind == 2:
        diagnosis = f"H35.32{digit}1"
        for on in weeks.series(day, 28, 2):
            billed = (line(f"67028-{eye}"), line("J0178", units=2), line("92134"))
            weeks.see("EY", person, doctor, on, diagnosis, *billed, booked=20)
    elif kind == 3:
        weeks.see("EY", person, doctor, day, "E11.319", line("92014"), line("92250"), booked=30)
    elif kind == 4:
        weeks.see("EY", person, doctor, day, f"H26.49{digit}", line(f"66821-{eye}"), place="24", booked=12)
    else:
        first = weeks.workday(before_end=12)
        weeks.see(
            "EY",
            person,
            doctor,
            first,
            f"H25.1{digit}",
            line(f"66984-{eye}"),
            place="24",
            booked=20,
            records=[OperativeNote(line_number=1, side="R" if eye == "RT" else "L")],
        )
        again = weeks.later(first, 14)
        if again is not None:
            weeks.see(
                "EY",
                person,
                doctor,
                again,
                f"H25.1{second}",
                line(f"66984-79-{other}"),
                place="24",
                booked=20,
                records=[
                    OperativeNote(line_number=1, side="R" if other == "RT" else "L", unrelated_condition=True),
                    PostOperativeVisit(line_number=1, related_to_surgery=False),
                ],
            )


def women(weeks: Weeks) -> None:
    """Gynecology."""
    random = weeks.random
    doctor, day = random.choice(GYNECOLOGISTS), weeks.workday()
    kind = random.randrange(5)
    person = _patient(weeks, "GY", youngest=21, sex="F", older=0)
    if kind == 0:
        weeks.see("GY", person, doctor, day, "Z01.419", line(_preventive(person, day)), booked=40)
    elif kind == 1:
        weeks.see("GY", person, doctor, day, "N92.0", line("99213"), line("76830"), booked=10)
    elif kind == 2:
        weeks.see("GY", person, doctor, day, "R87.613", line("57454"), booked=14)
    elif kind == 3:
        weeks.see("GY", person, doctor, day, "N84.0", line("58558"), place="24", booked=20)
    else:
        weeks.see("GY", person, doctor, day, "Z30.430", line("58300"), line("J7298", charge=Decimal(1150)), booked=14)


def _preventive(person: Person, day: object) -> str:
    age = person.patient.age_on(day) or 0  # type: ignore[arg-type]
    return "99395" if age < 40 else "99396"


def general_surgery(weeks: Weeks) -> None:
    """Gallbladders and hernias: the visit, the operation, the visit that its payment covers."""
    random, person = weeks.random, _patient(weeks, "GS", youngest=25)
    surgeon = random.choice(GENERAL_SURGEONS)
    procedure, diagnosis = random.choice((("47562", "K80.20"), ("49505-RT", "K40.90"), ("47563", "K80.10")))
    day = weeks.workday(before_end=10)
    before = day - timedelta(days=7)
    if before >= weeks.days[0]:
        weeks.see("GS", person, surgeon, before, diagnosis, line("99204"))
    weeks.see("GS", person, surgeon, day, diagnosis, line(procedure), place="22", booked=10)
    after = weeks.later(day, 12)
    if after is not None:
        weeks.see(
            "GS",
            person,
            surgeon,
            after,
            "Z48.815",
            line("99024"),
            records=[VisitNote(line_number=1, visit_type="post_op", em_related_to_surgery=True)],
        )
