"""What is rare and correct: the claims that look wrong to whoever checks them in a hurry."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import attrs

from examples.practice.day import line
from examples.practice.identifiers import member_number
from examples.practice.ordinary.group import (
    COMMERCIAL,
    COMMUNITY,
    HOSPITALISTS,
    INTERNISTS,
    KEYSTONE_BLUE,
    MEDICAID,
    NEUROSURGEONS,
    OF_ADULTS,
    OF_AGE,
    OF_CHILDREN,
    OPHTHALMOLOGISTS,
    PEDIATRICIANS,
    RADIOLOGISTS,
    is_medicare,
)
from examples.practice.ordinary.weeks import Weeks
from examples.practice.people import (
    BLUESTONE,
    CARDIOLOGISTS,
    FAMILY_DOCTORS,
    MEDICARE,
    NORTHWIND,
    PSYCHOLOGISTS,
    SURGEONS,
    PayerBilled,
    Person,
)
from prebill import Authorization, AuthorizedService, ClaimStatus
from prebill.model import Address, Subscriber
from prebill.model.registers import ReturnedMember
from prebill_behavioral_health.records import SessionNote
from prebill_orthopedics.records import OperativeNote


def twins(weeks: Weeks) -> None:
    """Twins under one member number, seen by one doctor on one day for the same."""
    payers = tuple(each for each in OF_CHILDREN if each.line_of_business == "commercial")
    first = weeks.someone("PE", payers, ages=(4, 11))
    name = "ADA" if first.patient.first_name != "ADA" else "CORA"
    second = weeks.registration.dependent(first, "19", sex="F", born=first.patient.birth_date or date.min)
    second = attrs.evolve(second, patient=attrs.evolve(second.patient, first_name=name))
    doctor, day = weeks.random.choice(PEDIATRICIANS), weeks.workday()
    for person in (first, second):
        weeks.see("PE", person, doctor, day, "J06.9", line("99213"), booked=0)


def newborns(weeks: Weeks) -> None:
    """A newborn who has no name yet."""
    random, day = weeks.random, weeks.workday(before_end=3)
    person = weeks.registration.new(random.choice((MEDICAID, COMMUNITY)), sex="M", born=day)
    baby = attrs.evolve(person.patient, first_name="BABYBOY")
    subscriber = attrs.evolve(person.coverage.subscriber or Subscriber(), first_name="BABYBOY")
    person = attrs.evolve(person, patient=baby, coverage=attrs.evolve(person.coverage, subscriber=subscriber))
    lines = (line("99460", charge="260"), line("99462", charge="130", on=day + timedelta(days=1)))
    weeks.see("PE", person, PEDIATRICIANS[0], day, "Z38.00", *lines, place="21", booked=0)


def ranges(weeks: Weeks) -> None:
    """Days in a row on one line, and a month of readings."""
    random = weeks.random
    if random.random() < 0.5:
        payer = random.choice((*OF_ADULTS, *OF_AGE))
        person = weeks.someone("HO", (payer,), ages=(66, 90) if is_medicare(payer) else (30, 63))
        day = weeks.workday(before_end=6)
        visits = attrs.evolve(line("99232", units=3, on=day + timedelta(days=1)), to_date=day + timedelta(days=3))
        lines = (line("99222"), visits, line("99238", on=day + timedelta(days=4)))
        weeks.see("HO", person, HOSPITALISTS[0], day, "J18.9", *lines, place="21", booked=0)
        return
    person = weeks.someone("CA", OF_AGE, ages=(66, 88))
    day = weeks.days[0]
    month = attrs.evolve(line("99454", on=day), to_date=day + timedelta(days=29))
    weeks.see("CA", person, CARDIOLOGISTS[0], day, "I10", month, booked=0)


def changed_plans(weeks: Weeks) -> None:
    """A patient who changed jobs: the visits before and after, each billed to the plan of its day."""
    random = weeks.random
    before = weeks.stranger((NORTHWIND,), ages=(25, 60))
    first = weeks.days[random.randrange(12)]
    second = weeks.later(first, 18)
    if second is None:
        return
    after = _with_plan(weeks, before, BLUESTONE)
    last_day = second - timedelta(days=4)
    weeks.see("PC", before, FAMILY_DOCTORS[1], first, "I10", line("99213"), booked=0)
    weeks.see("PC", after, FAMILY_DOCTORS[1], second, "I10", line("99213"), booked=0)
    weeks.check_eligibility(after, second, plan_begin=last_day + timedelta(days=1))
    weeks.check_eligibility(before, second, status="inactive", plan_end=last_day)


def _with_plan(weeks: Weeks, person: Person, payer: PayerBilled) -> Person:
    coverage = attrs.evolve(
        person.coverage,
        payer_id=payer.payer_id,
        payer_name=payer.name,
        filing_indicator=payer.filing_indicator,
        group_number=payer.group_number,
        member_id=member_number(weeks.random),
    )
    return attrs.evolve(person, coverage=coverage, payer=payer)


def known_by_another_name(weeks: Weeks) -> None:
    """A patient whom the payer knows with a suffix, under a number with a blank after it."""
    person = weeks.stranger(COMMERCIAL, ages=(25, 60))
    day = weeks.workday()
    weeks.see("PC", person, person.doctor or INTERNISTS[0], day, "E78.5", line("99213"), booked=0)
    patient = person.patient
    known = ReturnedMember(
        member_id=f"{person.coverage.member_id} ",
        last_name=f"{patient.last_name} JR",
        first_name=patient.first_name,
        birth_date=patient.birth_date,
        sex=patient.sex,
        group_number=person.payer.group_number,
        relationship=patient.relationship,
    )
    weeks.check_eligibility(person, day, returned_member=known)


def hospice_patients(weeks: Weeks) -> None:
    """A visit in a hospice period for another illness, and a reading in a nursing stay."""
    person = weeks.stranger((MEDICARE,), ages=(78, 94))
    day = weeks.workday()
    begin = day - timedelta(days=24)
    if weeks.random.random() < 0.5:
        weeks.see("PC", person, FAMILY_DOCTORS[0], day, "H61.23", line("99213-GW"), booked=0)
        weeks.check_eligibility(person, day, hospice_begin=begin)
    else:
        weeks.see("RA", person, RADIOLOGISTS[0], day, "J18.9", line("71046-26"), place="22", booked=0)
        weeks.check_eligibility(person, day, snf_begin=begin)


def former_plans(weeks: Weeks) -> None:
    """Medicare beside what once came before it: a group plan that ended, an Advantage plan yet to begin."""
    person = weeks.stranger((MEDICARE,), ages=(66, 80))
    day = weeks.workday()
    weeks.see("PC", person, FAMILY_DOCTORS[2], day, "I10", line("99214"), booked=0)
    if weeks.random.random() < 0.5:
        ended = {"msp_type": "12", "msp_payer": "SAMPLE MILLS PLAN", "msp_begin": date(2015, 1, 1)}
        weeks.check_eligibility(person, day, **ended, msp_end=day - timedelta(days=200))
    else:
        begin = weeks.checked_on + timedelta(days=20)
        weeks.check_eligibility(
            person, day, managed_care_plan="H0001", managed_care_kind="ma", managed_care_begin=begin
        )


def renewed_authorizations(weeks: Weeks) -> None:
    """A course of therapy over the end of one authorization and the begin of the next, typed with a dash."""
    person = weeks.someone("BH", (BLUESTONE,), ages=(20, 60))
    psychologist = PSYCHOLOGISTS[0]
    days = [*weeks.series(weeks.days[0], 7, 4)]
    turn = days[2]
    for number, first, last in (
        ("BSR-1", days[0] - timedelta(days=60), turn - timedelta(days=1)),
        ("BSR-2", turn, turn + timedelta(days=90)),
    ):
        service = AuthorizedService(code_from="90832", code_to="90838", units=Decimal(12), unit_type="visits")
        own = f"{number}{person.record_number}"
        weeks.authorize(person, Authorization(number=own, valid_from=first, valid_to=last, services=(service,)))
        for day in days:
            if not first <= day <= last:
                continue
            start = weeks.at(psychologist, day, 46)
            session = SessionNote(
                session_date=day,
                session_start=start,
                session_end=start + timedelta(minutes=46),
                psychotherapy_minutes=46,
                appointment_status="kept",
            )
            weeks.see(
                "BH",
                person,
                psychologist,
                day,
                "F33.1",
                line("90834"),
                authorization=own.replace("-", "").lower(),
                records=[session],
            )


def sent_again(weeks: Weeks) -> None:
    """A claim that the payer's door rejected, and the same claim sent again as a new one."""
    person = weeks.someone("PC", (NORTHWIND, KEYSTONE_BLUE, MEDICARE), ages=(66, 69))
    day = weeks.days[weeks.random.randrange(12)]
    rejected = ClaimStatus(state="rejected", submitted_on=day + timedelta(days=2))
    number = weeks.number("V")
    for status in (rejected, None):
        visit = {"encounter_id": number, **({"status": status} if status else {})}
        weeks.see("PC", person, FAMILY_DOCTORS[0], day, "I10", line("99213"), booked=0, visit=visit)


def voided(weeks: Weeks) -> None:
    """A claim that was paid by mistake, taken back."""
    person = weeks.someone("PC", (NORTHWIND, KEYSTONE_BLUE), ages=(25, 60))
    day, number = weeks.days[weeks.random.randrange(10)], weeks.number("ICN")
    paid = ClaimStatus(
        state="paid",
        submitted_on=day + timedelta(days=1),
        accepted_on=day + timedelta(days=2),
        finalized_on=day + timedelta(days=15),
        payer_claim_number=number,
    )
    visit = {"encounter_id": f"V-{number}"}
    weeks.see("PC", person, FAMILY_DOCTORS[0], day, "I10", line("99213"), visit={**visit, "status": paid})
    weeks.see(
        "PC",
        person,
        FAMILY_DOCTORS[0],
        day,
        "I10",
        line("99213"),
        visit=visit,
        frequency_code="8",
        original_reference_number=number,
    )


def shared_operations(weeks: Weeks) -> None:
    """Two surgeons at one operation, and a reading repeated by a colleague."""
    random = weeks.random
    day = weeks.workday()
    if random.random() < 0.5:
        person = weeks.stranger((MEDICARE,), ages=(66, 80))
        for surgeon in (SURGEONS[0], NEUROSURGEONS[0]):
            weeks.see(
                "OR",
                person,
                surgeon,
                day,
                "M43.16",
                line("22558-62", charge="5100"),
                place="21",
                records=[OperativeNote(line_number=1)],
                booked=14,
            )
        return
    person = weeks.someone("CA", OF_AGE, ages=(66, 90))
    for cardiologist, billed in zip(CARDIOLOGISTS, ("93010", "93010-77"), strict=True):
        weeks.see("CA", person, cardiologist, day, "I21.4", line(billed), place="23", booked=0)


def split_care(weeks: Weeks) -> None:
    """A cataract taken out here, with the care after it given to another practice."""
    person = weeks.someone("EY", OF_AGE, ages=(66, 88))
    day = weeks.workday()
    weeks.see(
        "EY",
        person,
        OPHTHALMOLOGISTS[0],
        day,
        "H25.11",
        line("66984-54-RT"),
        place="24",
        records=[OperativeNote(line_number=1, side="R")],
    )


def two_hands(weeks: Weeks) -> None:
    """One claim with lines of two clinicians of a department, and a service that has no code of its own."""
    random, day = weeks.random, weeks.workday()
    payer = random.choice((NORTHWIND, MEDICARE))
    person = weeks.someone("OR", (payer,), ages=(66, 69))
    if random.random() < 0.5:
        given = line("20610-RT", dx=(2,), rendering=SURGEONS[1])
        visit = line("99213-25", dx=(1,))
        notes = [OperativeNote(line_number=2, side="R", joint="knee")]
        weeks.see("OR", person, SURGEONS[0], day, "M75.41 M17.11", visit, given, records=notes)
    else:
        unlisted = line("27599-RT", charge="900", description="KNEE PROCEDURE BY A NEW TECHNIQUE")
        weeks.see("OR", person, SURGEONS[0], day, "M17.11", unlisted, place="24", notes=("SEE DESCRIPTION",))


def many_diagnoses(weeks: Weeks) -> None:
    """A patient with twelve diagnoses."""
    person = weeks.someone("PC", OF_AGE, ages=(70, 90))
    diagnoses = "E11.22 N18.32 I13.0 I50.22 I25.10 I48.20 J44.9 E78.5 M81.0 K21.9 Z79.01 Z79.4"
    weeks.see("PC", person, person.doctor or INTERNISTS[1], weeks.workday(), diagnoses, line("99215", dx=(1, 2, 3, 4)))


def from_abroad(weeks: Weeks) -> None:
    """A patient with an address abroad."""
    person = weeks.someone("PC", (KEYSTONE_BLUE,), ages=(20, 60))
    address = attrs.evolve(person.patient.address or Address(), state=None, postal_code="SW1A", country="GB")
    person = attrs.evolve(person, patient=attrs.evolve(person.patient, address=address))
    weeks.see("PC", person, INTERNISTS[0], weeks.workday(), "J06.9", line("99203"), booked=0)


ALL = (
    twins, newborns, ranges, changed_plans, known_by_another_name, hospice_patients, former_plans,
    renewed_authorizations, sent_again, voided, shared_operations, split_care, two_hands, many_diagnoses, from_abroad,
)  # fmt: skip
