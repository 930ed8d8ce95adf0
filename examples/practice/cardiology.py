"""Cardiology: office studies, readings in the hospital, the catheterization laboratory."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import cycle

import attrs

from examples.practice.day import Day, line
from examples.practice.people import (
    BLUESTONE,
    CARDIOLOGISTS,
    FAMILY_DOCTORS,
    HOSPITAL,
    LANTERN,
    MEDICARE,
    NORTHWIND,
    Person,
)
from prebill import Authorization, AuthorizedService, Referral
from prebill_cardiology.records import CathReport, DiagnosticStudy

MONDAY = date(2026, 3, 16)
_WEEK = tuple(MONDAY + timedelta(days=offset) for offset in range(5))
_OWN = DiagnosticStudy(equipment_owner="practice", interpretation_only=False)
_OF_HOSPITAL = DiagnosticStudy(equipment_owner="facility", interpretation_only=True)


def bill_all(day: Day) -> None:
    """Bill the week of the cardiologists."""
    _office(day)
    _hospital(day)
    _laboratory(day)
    _defects(day)


def _office(day: Day) -> None:
    doctors, payers = cycle(CARDIOLOGISTS), cycle((MEDICARE, NORTHWIND, MEDICARE, BLUESTONE))
    for number in range(8):
        day.bill(
            "CA",
            day.patient(next(payers)),
            next(doctors),
            _WEEK[number % 5],
            "I48.19 I10",
            line("99214", dx=(1, 2)),
            line("93000"),
            records=[_OWN],
        )
    for number in range(5):
        day.bill(
            "CA",
            day.patient(next(payers)),
            next(doctors),
            _WEEK[number % 5],
            "I50.22",
            line("93306"),
            records=[_OWN],
        )
    # Lantern is a plan with gatekeepers: this visit has its referral.
    person = day.patient(LANTERN)
    number_of_referral = day.refer(
        person,
        Referral(
            number="RF5001",
            referring_npi=FAMILY_DOCTORS[0].npi,
            specialist_npi=CARDIOLOGISTS[0].npi,
            valid_from=date(2026, 3, 1),
            valid_to=date(2026, 5, 31),
            visits=3,
            visits_used=0,
        ),
    )
    day.bill(
        "CA",
        person,
        CARDIOLOGISTS[0],
        _WEEK[1],
        "R00.2",
        line("99214"),
        referral_number=number_of_referral,
        referring=attrs.evolve(FAMILY_DOCTORS[0], taxonomy=None),
    )


def _hospital(day: Day) -> None:
    payers = cycle((MEDICARE, BLUESTONE, MEDICARE, NORTHWIND))
    for number in range(6):
        day.bill(
            "CA",
            day.patient(next(payers)),
            CARDIOLOGISTS[number % 2],
            _WEEK[number % 5],
            "I50.23",
            line("93306-26"),
            place="21" if number % 2 else "22",
            facility=HOSPITAL,
            records=[_OF_HOSPITAL],
        )
    for number in range(3):
        day.bill(
            "CA",
            day.patient(next(payers)),
            CARDIOLOGISTS[0],
            _WEEK[number],
            "R07.9",
            line("93010"),
            place="23",
            facility=HOSPITAL,
        )
    for number in range(3):
        person = day.patient(MEDICARE)
        for offset, visit in enumerate(("99223", "99232", "99232")):
            day.bill(
                "CA",
                person,
                CARDIOLOGISTS[1],
                _WEEK[number % 2 + offset],
                "I50.23 I48.19",
                line(visit, dx=(1, 2)),
                place="21",
                facility=HOSPITAL,
            )


def _authorized(day: Day, person: Person, procedure: str, number: str) -> str:
    return day.authorize(
        person,
        Authorization(
            number=number,
            valid_from=date(2026, 3, 1),
            valid_to=date(2026, 5, 31),
            services=(AuthorizedService(code_from=procedure, units=Decimal(1)),),
        ),
    )


def _report(session: str) -> CathReport:
    return CathReport(
        session_id=session,
        prior_study="none",
        prior_study_available=False,
        full_diagnostic_study=True,
        decision_from_this_study=True,
    )


def _laboratory(day: Day) -> None:
    interventionist = CARDIOLOGISTS[1]
    for number, payer in enumerate((MEDICARE, MEDICARE, NORTHWIND, MEDICARE)):
        person = day.patient(payer)
        authorization = _authorized(day, person, "93458", f"NWA77{number}1") if payer is NORTHWIND else None
        day.bill(
            "CA",
            person,
            interventionist,
            _WEEK[number],
            "I25.119",
            line("93458-26"),
            place="22",
            facility=HOSPITAL,
            authorization=authorization,
            records=[_report(f"L{number}")],
        )
    for number in range(2):
        day.bill(
            "CA",
            day.patient(MEDICARE),
            interventionist,
            _WEEK[number + 1],
            "I25.110",
            line("92928-LD"),
            line("93458-26-59"),
            place="22",
            facility=HOSPITAL,
            records=[_report(f"P{number}")],
        )
    day.bill(
        "CA",
        day.patient(MEDICARE),
        interventionist,
        _WEEK[4],
        "I21.11",
        line("92941-RC"),
        place="21",
        facility=HOSPITAL,
    )


def _defects(day: Day) -> None:
    doctor, interventionist = CARDIOLOGISTS

    # The reading was billed as the whole study; the echocardiograph is the hospital's.
    claim = day.bill(
        "CA",
        day.patient(MEDICARE),
        doctor,
        _WEEK[1],
        "I50.22",
        line("93306"),
        place="22",
        facility=HOSPITAL,
        records=[_OF_HOSPITAL],
    )
    day.leak(claim, "CAR113", "stop", (1,), "93306 in the hospital without 26")

    # Left and right heart in one session, each with its own code.
    claim = day.bill(
        "CA",
        day.patient(MEDICARE),
        interventionist,
        _WEEK[2],
        "I50.22 I25.119",
        line("93458-26", dx=(1, 2)),
        line("93451-26", dx=(1,)),
        place="22",
        facility=HOSPITAL,
        records=[_report("X1")],
    )
    day.leak(claim, "CAR104", "stop", (1, 2), "two catheterization codes for one session; 93460 is both")

    # Angiography before a stent, without the modifier that says why it was diagnostic.
    claim = day.bill(
        "CA",
        day.patient(MEDICARE),
        interventionist,
        _WEEK[3],
        "I25.119",
        line("92928-LD"),
        line("93458-26"),
        place="22",
        facility=HOSPITAL,
        records=[_report("X2")],
    )
    day.leak(claim, "CAR103", "stop", (2,), "angiography with an intervention without 59 or XU")

    # The picture of a second branch: the code ended with 2025.
    claim = day.bill(
        "CA",
        day.patient(MEDICARE),
        interventionist,
        _WEEK[4],
        "I25.119",
        line("92928-LD"),
        line("92929-LD"),
        place="22",
        facility=HOSPITAL,
    )
    day.leak(claim, "CAR111", "stop", (2,), "92929 was deleted with 2025")

    # The indication is on the claim, and the line points to the patient's hypertension.
    claim = day.bill(
        "CA",
        day.patient(NORTHWIND),
        doctor,
        _WEEK[2],
        "I10 I50.22",
        line("93306", dx=(1,)),
        records=[_OWN],
    )
    day.leak(claim, "CAR101", "stop", (1,), "the covered diagnosis is on the claim, and the line does not point to it")

    # An echocardiogram without any covered indication.
    claim = day.bill("CA", day.patient(NORTHWIND), doctor, _WEEK[3], "Z13.6", line("93306"), records=[_OWN])
    day.leak(claim, "CAR101", "stop", (1,), "screening is no covered reason for an echocardiogram")

    # Doppler was billed beside the complete study that includes it.
    claim = day.bill(
        "CA",
        day.patient(MEDICARE),
        doctor,
        _WEEK[4],
        "I34.0",
        line("93306"),
        line("93320"),
        records=[_OWN],
    )
    day.leak(claim, "BND101", "stop", (2,), "93320 is part of 93306, whatever the modifier")

    # A catheterization that Northwind wants authorized; nobody asked.
    claim = day.bill(
        "CA",
        day.patient(NORTHWIND),
        interventionist,
        _WEEK[0],
        "I25.119",
        line("93458-26"),
        place="22",
        facility=HOSPITAL,
        records=[_report("X3")],
    )
    day.leak(claim, "AUT101", "stop", (1,), "catheterization without the authorization that Northwind wants")

    # A specialist's visit for a member of a plan with gatekeepers, without a referral.
    claim = day.bill("CA", day.patient(LANTERN), doctor, _WEEK[4], "R00.2", line("99204"))
    day.leak(claim, "AUT110", "stop", (), "specialist visit without the referral that the plan asks for")

    # The reading of one tracing was entered twice.
    claim = day.bill(
        "CA",
        day.patient(BLUESTONE),
        doctor,
        _WEEK[1],
        "R07.9",
        line("93010"),
        line("93010"),
        place="23",
        facility=HOSPITAL,
    )
    day.leak(claim, "DUP103", "stop", (2,), "the same reading twice on one claim")
