"""Orthopedics: operations, the visits after them, fractures and injections."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from examples.practice.day import Day, line
from examples.practice.people import BLUESTONE, HOSPITAL, MEDICARE, NORTHWIND, SURGEONS, SURGERY_CENTER, Person
from examples.practice.primary_care import separate_visit
from prebill import Authorization, AuthorizedService
from prebill.general.documentation import PostOperativeVisit
from prebill_orthopedics.records import OperativeNote, VisitNote

MONDAY = date(2026, 3, 2)
_FIRST_WEEK = tuple(MONDAY + timedelta(days=offset) for offset in range(5))
_THIRD_WEEK = tuple(MONDAY + timedelta(days=14 + offset) for offset in range(5))


def bill_all(day: Day) -> None:
    """Bill the operations of the first week and the visits of the third."""
    _operations_with_aftercare(day)
    _office(day)
    _global_period_defects(day)
    _other_defects(day)


def authorized(day: Day, person: Person, procedure: str, number: str) -> str | None:
    """Return the authorization that Northwind wants for an operation; the others want none."""
    if person.payer is not NORTHWIND:
        return None
    return day.authorize(
        person,
        Authorization(
            number=number,
            valid_from=date(2026, 2, 15),
            valid_to=date(2026, 5, 15),
            services=(AuthorizedService(code_from=procedure, units=Decimal(1)),),
        ),
    )


def _operate(day: Day, person: Person, surgeon: int, on: date, billed: str, diagnosis: str) -> str:
    """Bill an operation; joints are replaced in the hospital, arthroscopies are done in the surgery center."""
    procedure, side = billed.split("-")
    inpatient = procedure in {"27447", "27130"}
    return day.bill(
        "OR",
        person,
        SURGEONS[surgeon],
        on,
        diagnosis,
        line(billed),
        place="21" if inpatient else "24",
        facility=HOSPITAL if inpatient else SURGERY_CENTER,
        authorization=authorized(day, person, procedure, f"NWA{procedure}{person.record_number[-2:]}"),
        records=[OperativeNote(line_number=1, side="R" if side == "RT" else "L")],
    )


def _operations_with_aftercare(day: Day) -> None:
    operations = (
        (MEDICARE, "27447-RT", "M17.11"),
        (NORTHWIND, "29881-LT", "S83.242A"),
        (MEDICARE, "27130-LT", "M16.12"),
        (BLUESTONE, "29827-RT", "M75.121"),
        (NORTHWIND, "27447-LT", "M17.12"),
        (MEDICARE, "29881-RT", "S83.241A"),
    )
    for number, (payer, billed, diagnosis) in enumerate(operations):
        person = day.patient(payer)
        on = _FIRST_WEEK[number % 4]
        _operate(day, person, number % 2, on, billed, diagnosis)
        # What the payment of the operation covers is recorded at no charge.
        day.bill(
            "OR",
            person,
            SURGEONS[number % 2],
            on + timedelta(days=14),
            "Z47.1" if billed[:5] in {"27447", "27130"} else "Z47.89",
            line("99024"),
            records=[VisitNote(line_number=1, visit_type="post_op", em_related_to_surgery=True)],
        )
    # Another problem, in the global period and outside of it: 24 says so.
    person = day.patient(MEDICARE)
    _operate(day, person, 0, _FIRST_WEEK[1], "27447-RT", "M17.11")
    day.bill(
        "OR",
        person,
        SURGEONS[0],
        _THIRD_WEEK[2],
        "M65.312",
        line("99213-24"),
        records=[
            VisitNote(line_number=1, visit_type="new_problem", em_related_to_surgery=False),
            PostOperativeVisit(line_number=1, related_to_surgery=False),
        ],
    )


def _office(day: Day) -> None:
    payers = (MEDICARE, NORTHWIND, BLUESTONE)
    for number in range(6):
        on = _THIRD_WEEK[number % 5]
        day.bill(
            "OR",
            day.patient(payers[number % 3]),
            SURGEONS[number % 2],
            on,
            "M17.11",
            line("99203" if number % 2 else "99213"),
            line("73562-RT"),
            records=[VisitNote(line_number=1, visit_type="new_problem")],
        )
    for number in range(3):
        on = _THIRD_WEEK[number + 1]
        day.bill(
            "OR",
            day.patient(payers[number]),
            SURGEONS[0],
            on,
            "M17.12",
            line("20610-LT"),
            records=[OperativeNote(line_number=1, side="L", joint="knee")],
        )
    for number in range(2):
        on = _THIRD_WEEK[number + 2]
        day.bill(
            "OR",
            day.patient(payers[number]),
            SURGEONS[1],
            on,
            "M75.41 M17.11",
            line("99213-25"),
            line("20610-RT", dx=(2,)),
            records=[separate_visit(on)],
        )


def _global_period_defects(day: Day) -> None:
    # A visit two weeks after a knee replacement was billed as any other.
    person = day.patient(MEDICARE)
    _operate(day, person, 0, _FIRST_WEEK[2], "27447-LT", "M17.12")
    claim = day.bill(
        "OR",
        person,
        SURGEONS[0],
        _THIRD_WEEK[2],
        "M17.12",
        line("99213"),
        records=[VisitNote(line_number=1, visit_type="post_op", em_related_to_surgery=True)],
    )
    day.leak(claim, "ORT103", "stop", (1,), "visit in the global period of a knee replacement")

    # The stiff knee was manipulated under anesthesia; 78 is missing.
    person = day.patient(MEDICARE)
    _operate(day, person, 1, _FIRST_WEEK[0], "27447-RT", "M17.11")
    claim = day.bill(
        "OR",
        person,
        SURGEONS[1],
        _THIRD_WEEK[3],
        "M24.661",
        line("27570-RT"),
        place="22",
        facility=HOSPITAL,
        records=[OperativeNote(line_number=1, side="R", joint="knee", return_to_or=True)],
    )
    day.leak(claim, "ORT104", "stop", (1,), "manipulation in the global period of a knee replacement without 78")

    # The visit at which the hip fracture was found and the operation decided on, the day before: 25 is not 57.
    person = day.patient(MEDICARE, age=81)
    claim = day.bill(
        "OR",
        person,
        SURGEONS[1],
        _FIRST_WEEK[3],
        "M16.11",
        line("99223-25"),
        place="21",
        facility=HOSPITAL,
        records=[VisitNote(line_number=1, decision_for_surgery_date=_FIRST_WEEK[3])],
    )
    _operate(day, person, 1, _FIRST_WEEK[4], "27130-RT", "M16.11")
    day.leak(claim, "ORT105", "stop", (1,), "decision for surgery with 25 instead of 57")


def _other_defects(day: Day) -> None:
    # The right knee was billed, the left one was operated on.
    person = day.patient(BLUESTONE)
    claim = day.bill(
        "OR",
        person,
        SURGEONS[0],
        _FIRST_WEEK[4],
        "S83.242A",
        line("29881-RT"),
        place="24",
        facility=SURGERY_CENTER,
    )
    day.leak(claim, "ORT107", "stop", (1,), "29881-RT with a diagnosis of the left knee")

    # The authorization of this knee was given to another patient.
    person, stranger = day.patient(NORTHWIND), day.patient(NORTHWIND)
    number = authorized(day, stranger, "29881", "NWA2988199")
    claim = day.bill(
        "OR",
        person,
        SURGEONS[1],
        _FIRST_WEEK[2],
        "S83.241A",
        line("29881-RT"),
        place="24",
        facility=SURGERY_CENTER,
        authorization=number,
        records=[OperativeNote(line_number=1, side="R")],
    )
    day.bill(
        "OR",
        stranger,
        SURGEONS[1],
        _FIRST_WEEK[2],
        "S83.241A",
        line("29881-RT"),
        place="24",
        facility=SURGERY_CENTER,
        authorization=number,
        records=[OperativeNote(line_number=1, side="R")],
    )
    day.leak(claim, "AUT102", "review", (), "the authorization is not this patient's")

    # The operation was done before Northwind decided.
    person = day.patient(NORTHWIND)
    number = day.authorize(
        person,
        Authorization(
            number="NWA2744777",
            status="pended",
            requested_at=datetime(2026, 2, 24, 9, 5),
            valid_from=_FIRST_WEEK[0],
            valid_to=date(2026, 5, 31),
            services=(AuthorizedService(code_from="27447"),),
        ),
    )
    claim = day.bill(
        "OR",
        person,
        SURGEONS[0],
        _FIRST_WEEK[1],
        "M17.11",
        line("27447-RT"),
        place="21",
        facility=HOSPITAL,
        authorization=number,
        records=[OperativeNote(line_number=1, side="R")],
    )
    day.leak(claim, "AUT103", "stop", (1,), "operation under an authorization that is still pended")

    # The operation was put off by a week, and the authorization was not.
    person = day.patient(NORTHWIND)
    number = day.authorize(
        person,
        Authorization(
            number="NWA2744778",
            valid_from=date(2026, 1, 5),
            valid_to=date(2026, 2, 28),
            services=(AuthorizedService(code_from="27447", units=Decimal(1)),),
        ),
    )
    claim = day.bill(
        "OR",
        person,
        SURGEONS[1],
        _FIRST_WEEK[2],
        "M17.12",
        line("27447-LT"),
        place="21",
        facility=HOSPITAL,
        authorization=number,
        records=[OperativeNote(line_number=1, side="L")],
    )
    day.leak(claim, "AUT104", "stop", (1,), "operation moved past the last day of its authorization")

    # The authorization names the hospital; the operation was moved to the surgery center.
    person = day.patient(NORTHWIND)
    number = day.authorize(
        person,
        Authorization(
            number="NWA2988177",
            valid_from=date(2026, 2, 15),
            valid_to=date(2026, 5, 15),
            facility_npi=HOSPITAL.npi,
            services=(AuthorizedService(code_from="29881", units=Decimal(1)),),
        ),
    )
    claim = day.bill(
        "OR",
        person,
        SURGEONS[0],
        _FIRST_WEEK[3],
        "S83.242A",
        line("29881-LT"),
        place="24",
        facility=SURGERY_CENTER,
        authorization=number,
        records=[OperativeNote(line_number=1, side="L")],
    )
    day.leak(claim, "AUT107", "stop", (1,), "authorized for the hospital, done in the surgery center")
