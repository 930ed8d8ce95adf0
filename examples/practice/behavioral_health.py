"""Behavioral health: weekly sessions under authorizations, drug management, crises."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from examples.practice.day import Day, line
from examples.practice.people import (
    BLUESTONE,
    MEDICARE,
    NORTHWIND,
    PSYCHIATRIST,
    PSYCHOLOGISTS,
    Person,
)
from prebill import Authorization, AuthorizedService, Benefit
from prebill_behavioral_health.records import SessionNote

_MONDAYS = (date(2026, 3, 2), date(2026, 3, 9), date(2026, 3, 16))
_MINUTES = {"90832": 28, "90834": 46, "90837": 57, "90847": 50, "90846": 50, "90791": 55}


def note(day: date, minutes: int, hour: int = 10, **fields: object) -> SessionNote:
    """Return the note of a session of so many minutes."""
    start = datetime.combine(day, time(hour))
    return SessionNote(
        session_date=day,
        session_start=start,
        session_end=start + timedelta(minutes=minutes),
        appointment_status="kept",
        **fields,  # type: ignore[arg-type]
    )


def therapy(day: date, minutes: int, hour: int = 10, **fields: object) -> SessionNote:
    """Return the note of a session of psychotherapy alone."""
    return note(day, minutes, hour, psychotherapy_minutes=minutes, **fields)


def bill_all(day: Day) -> None:
    """Bill three weeks of sessions, which go out together."""
    _weekly_sessions(day)
    _prescriber(day)
    _authorization_defects(day)
    _coding_defects(day)


def _authorize(
    day: Day, person: Person, number: str, codes: Iterable[str], visits: int, first: date, last: date
) -> str:
    code, *others = codes
    service = AuthorizedService(code_from=code, further_codes=tuple(others), units=Decimal(visits), unit_type="visits")
    return day.authorize(person, Authorization(number=number, valid_from=first, valid_to=last, services=(service,)))


def _weekly_sessions(day: Day) -> None:
    courses = (
        (BLUESTONE, "90837", "F33.1", 0),
        (BLUESTONE, "90834", "F41.1", 0),
        (MEDICARE, "90834", "F33.1", 1),
        (NORTHWIND, "90837", "F43.10", 1),
        (BLUESTONE, "90837", "F43.10", 1),
        (MEDICARE, "90832", "F41.1", 0),
    )
    for number, (payer, code, diagnosis, psychologist) in enumerate(courses):
        person = day.patient(payer)
        authorization = None
        if payer is BLUESTONE:
            authorization = _authorize(day, person, f"BSA60{number}2", [code], 12, date(2026, 3, 1), date(2026, 6, 30))
        for week in _MONDAYS:
            on = week + timedelta(days=number % 4)
            day.bill(
                "BH",
                person,
                PSYCHOLOGISTS[psychologist],
                on,
                diagnosis,
                line(code),
                authorization=authorization,
                records=[therapy(on, _MINUTES[code], 9 + number)],
            )
    intake = day.patient(MEDICARE)
    on = _MONDAYS[2]
    day.bill("BH", intake, PSYCHOLOGISTS[0], on, "F33.1", line("90791"), records=[note(on, _MINUTES["90791"], 15)])
    family = day.patient(NORTHWIND)
    day.bill("BH", family, PSYCHOLOGISTS[1], on, "F43.10", line("90847"), records=[note(on, _MINUTES["90847"], 16)])


def _prescriber(day: Day) -> None:
    for number, payer in enumerate((MEDICARE, NORTHWIND, MEDICARE)):
        on = _MONDAYS[2] + timedelta(days=number)
        day.bill(
            "BH",
            day.patient(payer),
            PSYCHIATRIST,
            on,
            "F33.1",
            line("99214"),
            line("90833"),
            records=[note(on, 45, 9 + number, psychotherapy_minutes=22, em_minutes=20, em_basis="mdm")],
        )
    for number, payer in enumerate((NORTHWIND, MEDICARE)):
        on = _MONDAYS[1] + timedelta(days=number)
        day.bill("BH", day.patient(payer), PSYCHIATRIST, on, "F31.9", line("99214"))


def _authorization_defects(day: Day) -> None:
    psychologist = PSYCHOLOGISTS[0]

    # Four sessions were approved, and the patient came twice a week for three weeks.
    person = day.patient(BLUESTONE)
    number = _authorize(day, person, "BSA7001", ["90837"], 4, date(2026, 3, 1), date(2026, 6, 30))
    claims = []
    for week in _MONDAYS:
        for on in (week, week + timedelta(days=3)):
            claims.append(
                day.bill(
                    "BH",
                    person,
                    psychologist,
                    on,
                    "F33.2",
                    line("90837"),
                    authorization=number,
                    records=[therapy(on, 57, 8)],
                )
            )
    why = "four sessions approved, six billed"
    day.leak(claims[4], "BHV101", "stop", (1,), why, elsewhere=[f"{claims[5]}/1"])

    # The authorization ended in the second week; nobody asked for more.
    person = day.patient(BLUESTONE)
    number = _authorize(day, person, "BSA7002", ["90834"], 10, date(2026, 1, 5), date(2026, 3, 13))
    for on in _MONDAYS:
        claim = day.bill(
            "BH",
            person,
            PSYCHOLOGISTS[1],
            on,
            "F41.1",
            line("90834"),
            authorization=number,
            records=[therapy(on, 46, 17)],
        )
    day.leak(claim, "BHV102", "stop", (1,), "session after the authorization expired on 2026-03-13")

    # A digit of the authorization number was left out.
    person = day.patient(BLUESTONE)
    _authorize(day, person, "BSA7003", ["90837"], 10, date(2026, 3, 1), date(2026, 6, 30))
    on = _MONDAYS[1]
    claim = day.bill(
        "BH",
        person,
        PSYCHOLOGISTS[1],
        on,
        "F43.10",
        line("90837"),
        authorization="BSA703",
        records=[therapy(on, 57, 18)],
    )
    day.leak(claim, "AUT102", "stop", (), "a digit of the authorization number left out")

    # The request is still with the payer.
    person = day.patient(BLUESTONE)
    number = day.authorize(
        person,
        Authorization(
            number="BSA7004",
            status="pended",
            requested_at=datetime(2026, 3, 12, 15, 20),
            valid_from=_MONDAYS[2],
            valid_to=date(2026, 6, 30),
            services=(AuthorizedService(code_from="90837"),),
        ),
    )
    on = _MONDAYS[2]
    claim = day.bill(
        "BH",
        person,
        PSYCHOLOGISTS[1],
        on,
        "F33.1",
        line("90837"),
        authorization=number,
        records=[therapy(on, 57, 19)],
    )
    day.leak(claim, "BHV102", "review", (1,), "the authorization is pended")

    # The long session was billed under an authorization for the shorter one.
    person = day.patient(BLUESTONE)
    number = _authorize(day, person, "BSA7005", ["90834"], 10, date(2026, 3, 1), date(2026, 6, 30))
    on = _MONDAYS[2] + timedelta(days=1)
    claim = day.bill(
        "BH",
        person,
        PSYCHOLOGISTS[1],
        on,
        "F33.1",
        line("90837"),
        authorization=number,
        records=[therapy(on, 56, 18)],
    )
    day.leak(claim, "AUT105", "stop", (1,), "90837 billed, 90834 authorized")

    # Nobody asked Bluestone at all.
    on = _MONDAYS[2] + timedelta(days=2)
    claim = day.bill(
        "BH",
        day.patient(BLUESTONE),
        PSYCHOLOGISTS[1],
        on,
        "F33.1",
        line("90837"),
        records=[therapy(on, 56, 18)],
    )
    day.leak(claim, "AUT101", "stop", (1,), "session without the authorization that Bluestone wants")


def _coding_defects(day: Day) -> None:
    on = _MONDAYS[2] + timedelta(days=3)

    # The plan pays for twenty sessions a year, and they are used up; the patient was not told.
    person = day.patient(NORTHWIND)
    claim = day.bill(
        "BH",
        person,
        PSYCHOLOGISTS[0],
        on,
        "F41.1",
        line("90834"),
        records=[therapy(on, 46, 12)],
        checked=False,
    )
    used_up = Benefit(
        service_type="MH",
        limit=Decimal(20),
        used=Decimal(20),
        period_begin=date(2026, 1, 1),
        period_end=date(2026, 12, 31),
    )
    day.check_eligibility(person, on, benefits=(used_up,))
    day.leak(claim, "ELG108", "review", (1,), "the twenty sessions of the year are used up")

    # 45 minutes of therapy are not 90837.
    claim = day.bill(
        "BH",
        day.patient(MEDICARE),
        PSYCHOLOGISTS[0],
        on,
        "F33.1",
        line("90837"),
        records=[therapy(on, 45, 13)],
    )
    day.leak(claim, "BHV110", "stop", (1,), "90837 with 45 minutes of psychotherapy")

    # The add-on of the prescriber, and the visit never charged.
    claim = day.bill(
        "BH",
        day.patient(MEDICARE),
        PSYCHIATRIST,
        on,
        "F33.1",
        line("90833"),
        records=[note(on, 40, 9, psychotherapy_minutes=22, em_minutes=15, em_basis="mdm")],
    )
    day.leak(claim, "BHV113", "stop", (1,), "psychotherapy add-on without its visit")

    # The level of the visit was chosen by time, which the therapy already took.
    claim = day.bill(
        "BH",
        day.patient(NORTHWIND),
        PSYCHIATRIST,
        on,
        "F41.1",
        line("99214"),
        line("90833"),
        records=[note(on, 45, 11, psychotherapy_minutes=20, em_minutes=22, em_basis="time")],
    )
    day.leak(claim, "BHV113", "stop", (1,), "visit beside psychotherapy with its level chosen by time")

    # Interactive complexity beside family therapy.
    claim = day.bill(
        "BH",
        day.patient(NORTHWIND),
        PSYCHOLOGISTS[0],
        on,
        "F43.10",
        line("90847"),
        line("90785"),
        records=[note(on, 50, 15, interactive_factors=("caregiver conflict",))],
    )
    day.leak(claim, "BHV126", "stop", (2,), "90785 beside family therapy, which is no base for it")

    # 80 minutes of crisis therapy are one unit of more time, not two.
    claim = day.bill(
        "BH",
        day.patient(MEDICARE),
        PSYCHOLOGISTS[1],
        on,
        "F43.0",
        line("90839"),
        line("90840", units=2),
        records=[
            note(
                on,
                80,
                13,
                psychotherapy_minutes=80,
                crisis_state_documented=True,
                crisis_mental_status_documented=True,
                crisis_disposition_documented=True,
            )
        ],
    )
    day.leak(claim, "BHV125", "stop", (2,), "two units of crisis time for 80 minutes")
