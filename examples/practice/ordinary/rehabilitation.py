"""Physical therapy by the course, and injections at the spine."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from decimal import Decimal

import attrs

from examples.practice.day import line
from examples.practice.ordinary.group import OF_ADULTS, OF_AGE, PAIN_PHYSICIANS, PHYSICAL_THERAPISTS, is_medicare
from examples.practice.ordinary.lists import asks_for_authorization
from examples.practice.ordinary.weeks import Weeks
from examples.practice.people import FAMILY_DOCTORS
from prebill import Authorization, AuthorizedService

_COURSES = (
    ("M54.50", ("97110", "97112"), "97161"),
    ("M25.561 Z47.1", ("97110", "97530"), "97162"),
    ("M75.41", ("97110", "97140"), "97161"),
    ("M54.2", ("97110", "97140"), "97161"),
    ("R26.89", ("97112", "97116"), "97162"),
)


def therapy(weeks: Weeks) -> None:
    """A course of physical therapy: the evaluation, then two visits a week."""
    random = weeks.random
    payer = random.choice((*OF_ADULTS, *OF_AGE))
    person = weeks.someone("PT", (payer,), ages=(66, 88) if is_medicare(payer) else (19, 63))
    therapist = random.choice(PHYSICAL_THERAPISTS)
    diagnoses, exercises, evaluation = random.choice(_COURSES)
    pointers = tuple(range(1, len(diagnoses.split()) + 1))
    first, *rest = weeks.series(weeks.workday(before_end=8), 3, random.randrange(3, 8))
    certifier = attrs.evolve(person.doctor or random.choice(FAMILY_DOCTORS), taxonomy=None)
    number = None
    if any(asks_for_authorization(person.payer, code) for code in exercises):
        number = weeks.authorize(
            person,
            Authorization(
                number=weeks.number("PT"),
                valid_from=first - timedelta(days=3),
                valid_to=first + timedelta(days=90),
                services=(
                    AuthorizedService(code_from="97110", code_to="97168", units=Decimal(12), unit_type="visits"),
                ),
                last_checked_at=datetime.combine(first, time(7)),
            ),
        )
    weeks.see(
        "PT",
        person,
        therapist,
        first,
        diagnoses,
        line(f"{evaluation}-GP", dx=pointers),
        line(f"{exercises[0]}-GP", dx=pointers, units=1),
        authorization=number,
        referring=certifier,
    )
    for on in rest:
        units = random.choice(((2, 1), (2, 2), (1, 1), (3, 1)))
        weeks.see(
            "PT",
            person,
            therapist,
            on,
            diagnoses,
            *(line(f"{code}-GP", dx=pointers, units=each) for code, each in zip(exercises, units, strict=True)),
            authorization=number,
            referring=certifier,
        )


def pain(weeks: Weeks) -> None:
    """Injections at the spine, with their guidance included, at the surgery center."""
    random = weeks.random
    payer = random.choice((*OF_ADULTS, *OF_AGE))
    person = weeks.someone("PM", (payer,), ages=(66, 86) if is_medicare(payer) else (30, 63))
    doctor, day = PAIN_PHYSICIANS[0], weeks.workday()
    modifier = random.choice(("RT", "LT"))
    kind = random.randrange(4)
    if kind == 0:
        weeks.see("PM", person, doctor, day, "M54.16", line("99204" if random.random() < 0.5 else "99214"))
    elif kind == 1:
        weeks.see(
            "PM",
            person,
            doctor,
            day,
            "M54.16",
            line(f"64483-{modifier}"),
            line(f"64484-{modifier}"),
            place="24",
            booked=14,
        )
    elif kind == 2:
        weeks.see("PM", person, doctor, day, "M54.17", line(f"64483-{modifier}"), place="24", booked=14)
    else:
        weeks.see("PM", person, doctor, day, "M48.061", line("62323"), place="24", booked=14)
