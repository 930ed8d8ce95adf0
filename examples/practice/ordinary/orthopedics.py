"""Orthopedics: visits with pictures, injections, fractures, operations with their global periods."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from examples.practice.day import line
from examples.practice.ordinary.group import (
    OF_ADULTS,
    OF_AGE,
    OF_CHILDREN,
    SURGICAL_ASSISTANTS,
    is_medicare,
)
from examples.practice.ordinary.weeks import Weeks
from examples.practice.people import SURGEONS, Person
from prebill.general.documentation import PostOperativeVisit
from prebill.model import Accident
from prebill_orthopedics.records import OperativeNote, ScheduledSurgery, Side, VisitNote

_SIDES: tuple[tuple[str, str, Side], ...] = (("RT", "1", "R"), ("LT", "2", "L"))


def patient(weeks: Weeks, ages: tuple[int, int] = (30, 63)) -> Person:
    """Return a patient of the department."""
    payer = weeks.random.choice((*OF_ADULTS, *OF_AGE))
    return weeks.someone("OR", (payer,), ages=(66, 86) if is_medicare(payer) else ages)


def note(kind: str = "new_problem", line_number: int = 1, **fields: Any) -> VisitNote:
    """Return the note of a visit that has nothing to do with an earlier operation."""
    return VisitNote(line_number=line_number, visit_type=kind, **fields)  # type: ignore[arg-type]


_PICTURES = (
    ("M17.1{digit}", "73562"),
    ("M17.1{digit}", "73564"),
    ("M16.1{digit}", "73502"),
    ("M25.51{digit}", "73030"),
    ("M25.57{digit}", "73610"),
    ("M25.53{digit}", "73110"),
    ("M79.67{digit_foot}", "73630"),
)


def visits_with_pictures(weeks: Weeks) -> None:
    """A visit for a joint, with pictures taken in the office."""
    random, person = weeks.random, patient(weeks)
    diagnosis, picture = random.choice(_PICTURES)
    modifier, digit, _ = random.choice(_SIDES)
    code = diagnosis.format(digit=digit, digit_foot=digit)
    visit = random.choice(("99203", "99204", "99213", "99214"))
    weeks.see(
        "OR",
        person,
        random.choice(SURGEONS),
        weeks.workday(),
        code,
        line(visit),
        line(f"{picture}-{modifier}"),
        records=[note()],
    )


def injections(weeks: Weeks) -> None:
    """Injections: with a visit for another joint, planned ones alone, a course of three, both knees."""
    random, person = weeks.random, patient(weeks)
    surgeon, day = random.choice(SURGEONS), weeks.workday()
    modifier, digit, side = random.choice(_SIDES)
    kind = random.randrange(4)
    if kind == 0:
        weeks.see(
            "OR",
            person,
            surgeon,
            day,
            f"M75.4{digit} M17.1{digit}",
            line("99213-25", dx=(1,)),
            line(f"20610-{modifier}", dx=(2,)),
            line("J3301", units=4, dx=(2,)),
            records=[note(em_separate_problem=True), OperativeNote(line_number=2, side=side, joint="knee")],
        )
    elif kind == 1:
        weeks.see(
            "OR",
            person,
            surgeon,
            day,
            f"M17.1{digit}",
            line(f"20611-{modifier}"),
            line("J3301", units=4),
            records=[OperativeNote(line_number=1, side=side, joint="knee")],
        )
    elif kind == 2:
        for on in weeks.series(day, 7, 3):
            weeks.see(
                "OR",
                person,
                surgeon,
                on,
                f"M17.1{digit}",
                line(f"20610-{modifier}"),
                line("J7325", units=16),
                records=[OperativeNote(line_number=1, side=side, joint="knee")],
            )
    else:
        weeks.see(
            "OR",
            person,
            surgeon,
            day,
            "M17.0",
            line("20610-50", charge="330"),
            line("J3301", units=8),
            records=[OperativeNote(line_number=1, side="B", joint="knee")],
        )


_FRACTURES = (
    ("S52.53{digit}{seventh}", "25600", "73110"),
    ("S42.22{digit}{seventh}", "23600", "73030"),
    ("S82.6{digit_ankle}X{seventh}", "27786", "73610"),
    ("S62.61{finger}{seventh}", "26720", "73140"),
    ("S92.35{digit_foot}{seventh}", "28470", "73630"),
)


def fractures(weeks: Weeks) -> None:
    """A broken bone treated without an operation, and what follows in the ninety days that it is paid with."""
    random, person = weeks.random, patient(weeks, ages=(19, 63))
    surgeon = random.choice(SURGEONS)
    modifier, digit, _ = random.choice(_SIDES)
    pattern, treatment, picture = random.choice(_FRACTURES)
    day = weeks.workday(before_end=12)

    def diagnosis(seventh: str) -> str:
        return pattern.format(
            digit=digit,
            digit_ankle=digit,
            digit_foot=digit,
            finger="0" if digit == "1" else "1",
            seventh=seventh,
        )

    fall = Accident(kinds=("OA",), occurred_on=day - timedelta(days=1))
    finger = treatment == "26720"
    side = ("F6" if digit == "1" else "F1") if finger else modifier
    open_letter = "A"
    weeks.see(
        "OR",
        person,
        surgeon,
        day,
        diagnosis(open_letter),
        line("99203-57"),
        line(f"{treatment}-{side}"),
        line(f"{picture}-{side if finger else modifier}"),
        booked=0,
        accident=fall,
        records=[note(decision_for_surgery_date=day), OperativeNote(line_number=2, side="R" if digit == "1" else "L")],
    )
    for on in weeks.series(day + timedelta(days=13), 14, 2):
        if on <= day:
            continue
        weeks.see(
            "OR",
            person,
            surgeon,
            on,
            diagnosis("D"),
            line("99024"),
            line(f"{picture}-{side if finger else modifier}"),
            accident=fall,
            records=[note("fracture_follow_up", em_related_to_surgery=True)],
        )


def broken_children(weeks: Weeks) -> None:
    """A child's forearm in a cast."""
    random = weeks.random
    person = weeks.someone("OR", OF_CHILDREN, ages=(5, 15))
    modifier, digit, _ = random.choice(_SIDES)
    day = weeks.workday(before_end=15)
    fall = Accident(kinds=("OA",), occurred_on=day)
    weeks.see(
        "OR",
        person,
        random.choice(SURGEONS),
        day,
        f"S52.52{digit}A",
        line("99203-57"),
        line(f"25600-{modifier}"),
        line(f"73110-{modifier}"),
        booked=0,
        accident=fall,
        records=[note(decision_for_surgery_date=day)],
    )


_OPERATIONS = (
    ("27447", "M17.1{digit}", "21", "Z47.1", True),
    ("27130", "M16.1{digit}", "21", "Z47.1", True),
    ("29881", "M23.22{meniscus}", "24", "Z47.89", False),
    ("29827", "M75.12{digit}", "24", "Z47.89", False),
    ("64721", "G56.0{digit}", "24", "Z48.811", False),
    ("29888", "S83.51{digit}A", "24", "Z47.89", False),
    ("26055", "M65.3{finger}", "24", "Z48.89", False),
    ("28296", "M20.1{digit}", "24", "Z47.89", False),
)


def operations(weeks: Weeks) -> None:
    """The visit that decides on an operation, the operation, and the visits that its payment covers."""
    random = weeks.random
    procedure, pattern, place, aftercare, joint = random.choice(_OPERATIONS)
    person = patient(weeks, ages=(45, 63) if joint else (25, 63))
    surgeon = random.choice(SURGEONS)
    modifier, digit, side = random.choice(_SIDES)
    diagnosis = pattern.format(digit=digit, meniscus=digit, finger="31" if digit == "1" else "32")
    if procedure == "26055":
        modifier = "F7" if digit == "1" else "F2"
    day = weeks.workday(before_end=14)
    accident = Accident(kinds=("OA",), occurred_on=day - timedelta(days=20)) if "S83" in diagnosis else None
    decided = day - timedelta(days=random.choice((1, 9, 16)))
    while decided.weekday() > 4 or decided < weeks.days[0]:
        decided -= timedelta(days=1)
        if decided < weeks.days[0]:
            break
    if decided >= weeks.days[0]:
        eve = (day - decided).days == 1
        weeks.see(
            "OR",
            person,
            surgeon,
            decided,
            diagnosis,
            line("99204-57" if eve else "99204"),
            records=[
                note(
                    decision_for_surgery_date=decided,
                    surgeries_scheduled=(ScheduledSurgery(procedure=procedure, scheduled_on=day),),
                )
            ],
            accident=accident,
        )
    weeks.see(
        "OR",
        person,
        surgeon,
        day,
        diagnosis,
        line(f"{procedure}-{modifier}"),
        place=place,
        records=[OperativeNote(line_number=1, side=side)],
        booked=12,
        accident=accident,
    )
    if joint and random.random() < 0.5 and person.payer.plan_type != "HMO":
        weeks.see(
            "OR",
            person,
            SURGICAL_ASSISTANTS[0],
            day,
            diagnosis,
            line(f"{procedure}-AS-{modifier}", charge="670"),
            place=place,
            records=[OperativeNote(line_number=1, side=side)],
            booked=12,
        )
    _aftercare(weeks, person, surgeon, day, aftercare, procedure, modifier)


def _aftercare(
    weeks: Weeks, person: Person, surgeon: Any, day: date, aftercare: str, procedure: str, modifier: str
) -> None:
    random = weeks.random
    after = weeks.later(day, 14)
    if after is not None:
        weeks.see(
            "OR",
            person,
            surgeon,
            after,
            aftercare,
            line("99024"),
            records=[VisitNote(line_number=1, visit_type="post_op", em_related_to_surgery=True)],
        )
    again = weeks.later(day, 22)
    if again is None or random.random() > 0.6:
        return
    if procedure == "27447" and random.random() < 0.6:
        weeks.see(
            "OR",
            person,
            surgeon,
            again,
            "M24.661" if modifier == "RT" else "M24.662",
            line(f"27570-78-{modifier}"),
            place="22",
            records=[
                OperativeNote(line_number=1, side="R" if modifier == "RT" else "L", joint="knee", return_to_or=True),
                PostOperativeVisit(line_number=1, related_to_surgery=True, return_to_operating_room=True),
            ],
        )
    elif random.random() < 0.5:
        weeks.see(
            "OR",
            person,
            surgeon,
            again,
            "M65.4",
            line("99213-24"),
            records=[
                note(em_related_to_surgery=False),
                PostOperativeVisit(line_number=1, related_to_surgery=False),
            ],
        )
    else:
        other: str = "LT" if modifier in {"RT", "F7"} else "RT"
        side: Side = "L" if other == "LT" else "R"
        weeks.see(
            "OR",
            person,
            surgeon,
            again,
            f"M75.4{'2' if other == 'LT' else '1'}",
            line("99213-24-25", dx=(1,)),
            line(f"20610-79-{other}"),
            line("J3301", units=4),
            records=[
                note(em_related_to_surgery=False, em_separate_problem=True),
                OperativeNote(line_number=2, side=side, joint="shoulder", unrelated_condition=True),
                PostOperativeVisit(line_number=1, related_to_surgery=False),
                PostOperativeVisit(line_number=2, related_to_surgery=False),
            ],
        )
