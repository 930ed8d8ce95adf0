"""Behavioral health: weekly therapy under authorizations, prescribers, telehealth, families, groups and crises."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from examples.practice.day import line
from examples.practice.ordinary.group import OF_ADULTS, OF_AGE, OF_CHILDREN, SOCIAL_WORKERS, is_medicare
from examples.practice.ordinary.lists import asks_for_authorization
from examples.practice.ordinary.weeks import Weeks
from examples.practice.people import PSYCHIATRIST, PSYCHOLOGISTS, Person
from prebill import Authorization, AuthorizedService, Provider
from prebill_behavioral_health.records import SessionNote

_MINUTES = {"90832": (22, 37), "90834": (38, 52), "90837": (53, 60)}
_DIAGNOSES = ("F33.1", "F41.1", "F43.10", "F43.23", "F32.1", "F40.10", "F31.81")
THERAPISTS = (*PSYCHOLOGISTS, *SOCIAL_WORKERS)


def patient(weeks: Weeks) -> Person:
    """Return a patient of the department."""
    payer = weeks.random.choice((*OF_ADULTS, *OF_ADULTS, *OF_AGE))
    return weeks.someone("BH", (payer,), ages=(66, 84) if is_medicare(payer) else (19, 63))


def note(weeks: Weeks, clinician: Provider, day: date, minutes: int, **fields: Any) -> SessionNote:
    """Return the note of a session in the clinician's next free time."""
    start = weeks.at(clinician, day, minutes)
    return SessionNote(
        session_date=day,
        session_start=start,
        session_end=start + timedelta(minutes=minutes),
        appointment_status="kept",
        **fields,
    )


def _authorize(weeks: Weeks, person: Person, code: str, first: date) -> str | None:
    if not asks_for_authorization(person.payer, code):
        return None
    service = AuthorizedService(code_from=code, units=Decimal(12), unit_type="visits")
    return weeks.authorize(
        person,
        Authorization(
            number=weeks.number("BH"),
            valid_from=first - timedelta(days=2),
            valid_to=first + timedelta(days=120),
            services=(service,),
            last_checked_at=datetime.combine(first, time(7)),
        ),
    )


def weekly(weeks: Weeks) -> None:
    """Therapy week by week, in the office or by video."""
    random, person = weeks.random, patient(weeks)
    therapist = random.choice(THERAPISTS)
    code, (least, most) = random.choice(list(_MINUTES.items()))
    diagnosis = random.choice(_DIAGNOSES)
    place = random.choice(("11", "11", "10", "02"))
    first, *rest = weeks.series(weeks.workday(before_end=3), 7, random.randrange(2, 6))
    authorization = _authorize(weeks, person, code, first)
    for on in (first, *rest):
        minutes = random.randrange(least, most + 1)
        weeks.see(
            "BH",
            person,
            therapist,
            on,
            diagnosis,
            line(code if place == "11" else f"{code}-95"),
            place=place,
            authorization=authorization,
            records=[note(weeks, therapist, on, minutes, psychotherapy_minutes=minutes)],
        )


def intakes(weeks: Weeks) -> None:
    """First evaluations."""
    random, person = weeks.random, patient(weeks)
    by_psychiatrist = random.random() < 0.4
    clinician = PSYCHIATRIST if by_psychiatrist else random.choice(THERAPISTS)
    day = weeks.workday()
    billed = line("90792" if by_psychiatrist else "90791")
    weeks.see(
        "BH", person, clinician, day, random.choice(_DIAGNOSES), billed, records=[note(weeks, clinician, day, 56)]
    )


def prescriber(weeks: Weeks) -> None:
    """Visits for drugs, with and without therapy beside them."""
    random, person = weeks.random, patient(weeks)
    day = weeks.workday()
    place = random.choice(("11", "11", "10"))
    mark = "" if place == "11" else "-95"
    if random.random() < 0.5 or asks_for_authorization(person.payer, "90833"):
        weeks.see(
            "BH", person, PSYCHIATRIST, day, "F31.9", line(f"99214{mark}"), line(f"96127{mark}"), place=place
        ) if random.random() < 0.4 else weeks.see(
            "BH", person, PSYCHIATRIST, day, "F31.9", line(f"99214{mark}"), place=place
        )
        return
    add_on, minutes = random.choice((("90833", 24), ("90836", 41)))
    session = note(weeks, PSYCHIATRIST, day, minutes + 20, psychotherapy_minutes=minutes, em_minutes=20, em_basis="mdm")
    weeks.see(
        "BH",
        person,
        PSYCHIATRIST,
        day,
        "F33.1",
        line(f"99214{mark}"),
        line(f"{add_on}{mark}"),
        place=place,
        records=[session],
    )


def children(weeks: Weeks) -> None:
    """Therapy of children, which is more complex when parents take part in it."""
    random = weeks.random
    payers = tuple(each for each in OF_CHILDREN if not asks_for_authorization(each, "90834"))
    person = weeks.someone("BH", payers, ages=(7, 16))
    therapist, day = random.choice(THERAPISTS), weeks.workday()
    minutes = random.randrange(40, 50)
    factors = ("caregiver emotions or behavior that interfere",)
    weeks.see(
        "BH",
        person,
        therapist,
        day,
        "F90.2",
        line("90834"),
        line("90785"),
        records=[note(weeks, therapist, day, minutes, psychotherapy_minutes=minutes, interactive_factors=factors)],
    )


def families_and_groups(weeks: Weeks) -> None:
    """Therapy of families and in groups."""
    random, person = weeks.random, patient(weeks)
    therapist, day = random.choice(PSYCHOLOGISTS), weeks.workday()
    code, minutes = random.choice((("90847", 50), ("90853", 75)))
    records = [note(weeks, therapist, day, minutes, psychotherapy_minutes=minutes)]
    weeks.see("BH", person, therapist, day, "F43.10", line(code), records=records)


def crises(weeks: Weeks) -> None:
    """A crisis, by the time it took."""
    random, person = weeks.random, patient(weeks)
    therapist, day = random.choice(PSYCHOLOGISTS), weeks.workday()
    minutes = random.choice((48, 66, 82, 100))
    more = (line("90840"),) if minutes > 74 else ()
    session = note(
        weeks,
        therapist,
        day,
        minutes,
        psychotherapy_minutes=minutes,
        crisis_state_documented=True,
        crisis_mental_status_documented=True,
        crisis_disposition_documented=True,
    )
    weeks.see("BH", person, therapist, day, "F43.0", line("90839"), *more, records=[session], booked=0)
