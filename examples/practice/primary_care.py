"""Primary care: office visits, small procedures, and most of what the front desk can get wrong."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import attrs

from examples.practice.day import Day, line
from examples.practice.people import BLUESTONE, FAMILY_DOCTORS, LANTERN, MEDICARE, NEW_HIRE, NORTHWIND
from prebill.general.documentation import EvaluationNote

MONDAY = date(2026, 3, 16)
_WEEK = tuple(MONDAY + timedelta(days=offset) for offset in range(5))
_PAYERS = (MEDICARE, NORTHWIND, BLUESTONE, LANTERN, MEDICARE, NORTHWIND)
_PROBLEMS = (
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
    ("99203", "R53.83"),
    ("99214", "F41.1 I10"),
)


def separate_visit(day: date) -> EvaluationNote:
    """Return the note of a visit that was more than the procedure beside it."""
    return EvaluationNote(
        line_number=1,
        separate_note=True,
        problem_beyond_procedure=True,
        note_signed_at=datetime(day.year, day.month, day.day, 17, 40),
    )


def bill_all(day: Day) -> None:
    """Bill the week's visits, and the defects of the front desk and of coding."""
    _routine_visits(day)
    _visits_with_procedures(day)
    _front_desk_defects(day)
    _coding_defects(day)
    _billing_defects(day)


def _routine_visits(day: Day) -> None:
    for number in range(24):
        visit, diagnoses = _PROBLEMS[number % len(_PROBLEMS)]
        pointers = tuple(range(1, len(diagnoses.split()) + 1))
        day.bill(
            "PC",
            day.patient(_PAYERS[number % len(_PAYERS)]),
            FAMILY_DOCTORS[number % 3],
            _WEEK[number % 5],
            diagnoses,
            line(visit, dx=pointers),
        )


def _visits_with_procedures(day: Day) -> None:
    doctor = FAMILY_DOCTORS[0]
    for number, payer in enumerate((MEDICARE, NORTHWIND, BLUESTONE)):
        on = _WEEK[number]
        day.bill(
            "PC",
            day.patient(payer),
            doctor,
            on,
            "I10 M17.11",
            line("99213-25", dx=(1,)),
            line("20610-RT", dx=(2,)),
            records=[separate_visit(on)],
        )
    for number in range(2):
        day.bill("PC", day.patient(NORTHWIND), FAMILY_DOCTORS[1], _WEEK[number], "B07.9", line("17110"))
    day.bill("PC", day.patient(MEDICARE), FAMILY_DOCTORS[2], _WEEK[3], "Z00.00", line("G0439"))


def _front_desk_defects(day: Day) -> None:
    doctor = FAMILY_DOCTORS[1]

    # The plan ended with February; the patient had changed jobs, and nobody looked at the morning's answer.
    person = day.patient(NORTHWIND)
    claim = day.bill("PC", person, doctor, _WEEK[0], "I10", line("99213"), checked=False)
    day.check_eligibility(person, _WEEK[0], status="inactive", plan_end=date(2026, 2, 28))
    day.leak(claim, "ELG103", "stop", (), "coverage inactive: the plan ended on 2026-02-28")

    # Two digits of the member number were swapped at the front desk.
    person = day.patient(BLUESTONE)
    claim = day.bill("PC", person, doctor, _WEEK[1], "E78.5", line("99213"))
    known = person.coverage.member_id or ""
    first = next(place for place in range(1, 9) if known[place] != known[place + 1])
    typed = known[:first] + known[first + 1] + known[first] + known[first + 2 :]
    day.change(claim, coverage=attrs.evolve(person.coverage, member_id=typed))
    day.leak(claim, "ELG104", "stop", (), "member number typed with two digits swapped")

    # The patient still works, and the employer's plan comes before Medicare.
    person = day.patient(MEDICARE, age=67)
    claim = day.bill("PC", person, doctor, _WEEK[1], "E11.9 I10", line("99214", dx=(1, 2)), checked=False)
    day.check_eligibility(
        person, _WEEK[1], msp_type="12", msp_payer="EXAMPLE MILLS GROUP PLAN", msp_begin=date(2025, 6, 1)
    )
    day.leak(claim, "ELG106", "stop", (), "Medicare billed first, the employer's group plan is primary")

    # The patient joined a Medicare Advantage plan in January and showed the old red, white and blue card.
    person = day.patient(MEDICARE)
    claim = day.bill("PC", person, doctor, _WEEK[2], "J44.9", line("99214"), checked=False)
    day.check_eligibility(
        person,
        _WEEK[2],
        managed_care_plan="H0000",
        managed_care_name="LANTERN SAMPLE ADVANTAGE",
        managed_care_kind="ma",
        managed_care_begin=date(2026, 1, 1),
    )
    day.leak(claim, "ELG107", "stop", (), "Medicare billed, a Medicare Advantage plan stands in its place")

    # A hospice patient was seen for an unrelated problem; GW is missing.
    person = day.patient(MEDICARE, age=86)
    claim = day.bill("PC", person, doctor, _WEEK[3], "H61.23", line("99213"), checked=False)
    day.check_eligibility(person, _WEEK[3], hospice_begin=date(2026, 2, 11))
    day.leak(claim, "ELG109", "stop", (1,), "hospice patient without GW or GV")

    # The last answer of the payer is from the end of February; the visit was moved and nobody asked again.
    person = day.patient(LANTERN)
    claim = day.bill("PC", person, FAMILY_DOCTORS[0], _WEEK[4], "I10", line("99213"), checked=False)
    day.check_eligibility(person, date(2026, 2, 26), service_date_to=date(2026, 3, 31))
    day.leak(claim, "ELG102", "review", (), "eligibility not asked again after the visit moved into March")

    # A patient registered as the spouse of somebody on an original Medicare number.
    person = day.patient(MEDICARE)
    claim = day.bill("PC", person, doctor, _WEEK[4], "K21.9", line("99213"))
    day.change(
        claim,
        patient=attrs.evolve(person.patient, relationship="01"),
        coverage=attrs.evolve(person.coverage, relationship="01"),
    )
    day.leak(claim, "ELG105", "stop", (), "registered as a spouse: a Medicare patient is the member")


def _coding_defects(day: Day) -> None:
    doctor = FAMILY_DOCTORS[2]

    # An injection and a visit on one day, and no 25 on the visit.
    claim = day.bill(
        "PC",
        day.patient(MEDICARE),
        doctor,
        _WEEK[0],
        "E11.9 M17.12",
        line("99214", dx=(1,)),
        line("20610-LT", dx=(2,)),
    )
    day.leak(claim, "MOD101", "stop", (1,), "modifier 25 missing on the visit beside an injection")

    # 25 is there, and the note of the visit is one with that of the procedure.
    claim = day.bill(
        "PC",
        day.patient(NORTHWIND),
        doctor,
        _WEEK[1],
        "M17.11",
        line("99213-25"),
        line("20610-RT"),
        records=[attrs.evolve(separate_visit(_WEEK[1]), separate_note=False, problem_beyond_procedure=False)],
    )
    day.leak(claim, "MOD103", "review", (1,), "modifier 25, but the note shows nothing beyond the injection")

    # Debridement and selective wound care of one session: an edit that a modifier may bypass, and none is there.
    claim = day.bill(
        "PC",
        day.patient(MEDICARE),
        doctor,
        _WEEK[2],
        "L97.412 E11.621",
        line("11042", dx=(1, 2)),
        line("97597", dx=(1, 2)),
    )
    day.leak(claim, "BND102", "stop", (2,), "NCCI pair 11042/97597 without a modifier")

    # Three wounds were entered as three units; the code counts their area together.
    claim = day.bill("PC", day.patient(MEDICARE), doctor, _WEEK[4], "L97.412", line("11042", units=3))
    day.leak(claim, "BND107", "stop", (1,), "three units of debridement, one is accepted")

    # 59 and XS say the same, and exclude each other.
    claim = day.bill(
        "PC",
        day.patient(BLUESTONE),
        doctor,
        _WEEK[2],
        "L97.412 L97.522",
        line("11042", dx=(1,)),
        line("97597-59-XS", dx=(2,)),
    )
    day.leak(claim, "MOD110", "stop", (2,), "59 and XS on one line")

    # 25 went to the injection instead of the visit.
    claim = day.bill(
        "PC",
        day.patient(NORTHWIND),
        doctor,
        _WEEK[3],
        "I10 M17.12",
        line("99213", dx=(1,)),
        line("20610-25-LT", dx=(2,)),
    )
    day.leak(claim, "MOD101", "stop", (1,), "modifier 25 missing on the visit: it stands on the injection")
    day.leak(claim, "MOD105", "stop", (2,), "modifier 25 on an injection")

    # The further lesions were charged, the first one was not.
    claim = day.bill("PC", day.patient(MEDICARE), doctor, _WEEK[1], "L57.0", line("17003", units=3))
    day.leak(claim, "BND108", "stop", (1,), "add-on for further lesions without the first one")

    # Both knees were injected: one line with 50 has one unit.
    claim = day.bill("PC", day.patient(MEDICARE), doctor, _WEEK[3], "M17.0", line("20610-50", units=2))
    day.leak(claim, "ORT110", "stop", (1,), "bilateral injection with 50 and two units")


def _billing_defects(day: Day) -> None:
    doctor = FAMILY_DOCTORS[0]

    # The visit was charged from the schedule and again from the note.
    person = day.patient(NORTHWIND)
    day.bill("PC", person, doctor, _WEEK[0], "J06.9", line("99213"))
    claim = day.bill("PC", person, doctor, _WEEK[0], "J06.9", line("99213"))
    day.leak(claim, "DUP101", "stop", (1,), "the same visit billed on two claims")

    # Two doctors of one specialty saw the patient on one day; payers count them as one.
    person = day.patient(MEDICARE)
    day.bill("PC", person, FAMILY_DOCTORS[0], _WEEK[3], "J44.9", line("99213"))
    claim = day.bill("PC", person, FAMILY_DOCTORS[1], _WEEK[3], "J44.9", line("99212"))
    day.leak(claim, "DUP102", "review", (1,), "two visits on one day with doctors of one specialty")
    day.leak(claim, "BND102", "stop", (1,), "two visits on one day with doctors of one specialty: an NCCI pair")

    # A claim lay in a work queue since December; the payer takes claims for 90 days.
    claim = day.bill("PC", day.patient(NORTHWIND), doctor, date(2025, 12, 15), "J20.9", line("99213"))
    day.leak(claim, "TFL101", "stop", (1,), "filing limit of 90 days passed on 2026-03-15")

    # Another one of the same queue still has a week.
    claim = day.bill("PC", day.patient(NORTHWIND), doctor, date(2025, 12, 30), "J20.9", line("99213"))
    day.leak(claim, "TFL102", "review", (), "filing limit of 90 days ends on 2026-03-30")

    # The new doctor's enrollment with this payer is still pending.
    claim = day.bill("PC", day.patient(NORTHWIND), NEW_HIRE, _WEEK[2], "I10", line("99213"))
    day.leak(claim, "TFL105", "stop", (), "the new doctor is not yet enrolled with the payer")
    day.bill("PC", day.patient(MEDICARE), NEW_HIRE, _WEEK[2], "I10", line("99213"))

    # A corrected claim that does not say which claim it corrects.
    claim = day.bill("PC", day.patient(BLUESTONE), doctor, _WEEK[4], "E78.5", line("99213"), frequency_code="7")
    day.leak(claim, "DUP106", "stop", (), "a replacement without the payer's number of the first claim")
