"""Claims that are not the first of one payer: after another payer, corrected, after an accident."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import attrs

from examples.practice.day import line
from examples.practice.identifiers import medicare_number, member_number
from examples.practice.ordinary.group import (
    AUTO,
    COMMUNITY,
    KEYSTONE_BLUE,
    MEDICAID,
    SUPPLEMENT,
    WORKERS_COMPENSATION,
)
from examples.practice.ordinary.weeks import Weeks
from examples.practice.people import BLUESTONE, FAMILY_DOCTORS, MEDICARE, NORTHWIND, SURGEONS, PayerBilled, Person
from prebill import ClaimStatus, ServiceLine
from prebill.model import Accident, Adjustment, LineAdjudication, PriorAdjudication, Subscriber
from prebill_orthopedics.records import VisitNote

_ALLOWED = Decimal("0.62")
_CENT = Decimal("0.01")


def second_payer(weeks: Weeks) -> None:
    """A claim to the second payer, with what the first decided of each line."""
    random = weeks.random
    first, second, ages = random.choice(
        (
            (MEDICARE, SUPPLEMENT, (66, 88)),
            (MEDICARE, SUPPLEMENT, (66, 88)),
            (NORTHWIND, MEDICARE, (66, 70)),
            (KEYSTONE_BLUE, COMMUNITY, (20, 60)),
            (MEDICARE, MEDICAID, (66, 88)),
        )
    )
    person = weeks.someone("PC", (first,), ages=ages)
    if person.coverage.relationship != "18":
        return
    billed = line(random.choice(("99213", "99214")))
    diagnoses = random.choice(("I10", "E11.9", "J44.9"))
    day = weeks.days[random.randrange(len(weeks.days) - 15)]
    prior, lines = _decided(person, (billed,), day + timedelta(days=16))
    secondary = _as_second(weeks, person, second)
    weeks.check_eligibility(secondary, day)
    weeks.see(
        "CB",
        secondary,
        person.doctor or FAMILY_DOCTORS[0],
        day,
        diagnoses,
        *lines,
        prior_adjudications=(prior,),
        booked=5,
    )


def _as_second(weeks: Weeks, person: Person, payer: PayerBilled) -> Person:
    number = medicare_number(weeks.random) if payer is MEDICARE else member_number(weeks.random)
    coverage = attrs.evolve(
        person.coverage,
        payer_id=payer.payer_id,
        payer_name=payer.name,
        filing_indicator=payer.filing_indicator,
        group_number=None if payer is MEDICARE else payer.group_number,
        member_id=number,
        sequence="S",
        msp_type="12" if payer is MEDICARE else None,
    )
    return attrs.evolve(person, coverage=coverage, payer=payer)


def _decided(
    person: Person, billed: tuple[ServiceLine, ...], on: date
) -> tuple[PriorAdjudication, tuple[ServiceLine, ...]]:
    """Return the first payer's decision: it allows a part and leaves a fifth of that to the patient."""
    lines, paid = [], Decimal(0)
    for each in billed:
        allowed = (each.charge * _ALLOWED).quantize(_CENT)
        left = (allowed / 5).quantize(_CENT)
        adjudication = LineAdjudication(
            payer_id=person.payer.payer_id,
            paid=allowed - left,
            procedure=each.procedure,
            modifiers=each.modifiers,
            units=each.units,
            remittance_date=on,
            adjustments=(
                Adjustment(group="CO", reason="45", amount=each.charge - allowed),
                Adjustment(group="PR", reason="2", amount=left),
            ),
        )
        paid += adjudication.paid
        lines.append(attrs.evolve(each, adjudications=(adjudication,)))
    prior = PriorAdjudication(coverage=person.coverage, paid=paid, remittance_date=on)
    return prior, tuple(lines)


def corrected(weeks: Weeks) -> None:
    """A claim that was decided, and the replacement that corrects it."""
    random = weeks.random
    payer = random.choice((NORTHWIND, BLUESTONE, KEYSTONE_BLUE, MEDICAID))
    person = weeks.someone("PC", (payer,), ages=(25, 60))
    day = weeks.days[random.randrange(10)]
    doctor = random.choice(FAMILY_DOCTORS)
    number = weeks.number("ICN")
    decided = ClaimStatus(
        state=random.choice(("paid", "denied")),
        submitted_on=day + timedelta(days=2),
        accepted_on=day + timedelta(days=3),
        finalized_on=day + timedelta(days=17),
        payer_claim_number=number,
    )
    visit = {"encounter_id": f"V-{number}"}
    weeks.see("CO", person, doctor, day, "I10 E78.5", line("99213"), visit={**visit, "status": decided})
    weeks.see(
        "CO",
        person,
        doctor,
        day,
        "I10 E78.5",
        line("99213", dx=(1, 2)),
        visit=visit,
        frequency_code="7",
        original_reference_number=number,
    )


def injured_at_work(weeks: Weeks) -> None:
    """Injuries that the employer's insurer pays for."""
    random = weeks.random
    person = weeks.someone("OR", (WORKERS_COMPENSATION,), ages=(20, 62))
    if person.coverage.relationship != "18":
        return
    day = weeks.workday(before_end=6)
    hurt = Accident(
        kinds=("EM",),
        occurred_on=day - timedelta(days=random.randrange(1, 5)),
        state="PA",
        property_casualty_number=weeks.number("WC"),
    )
    code, visits = random.choice((("S39.012", ("99203", "99213")), ("S83.91X", ("99204", "99213"))))
    _course(weeks, _employed(person), day, code, visits, hurt)


def _employed(person: Person) -> Person:
    """Return the patient as the employee of who holds the policy."""
    employer = Subscriber(last_name="SAMPLE MILLS", entity_type="2", address=person.patient.address)
    return attrs.evolve(
        person,
        patient=attrs.evolve(person.patient, relationship="20"),
        coverage=attrs.evolve(person.coverage, relationship="20", subscriber=employer),
    )


def injured_by_car(weeks: Weeks) -> None:
    """Injuries in a car, billed to its insurer."""
    random = weeks.random
    person = weeks.someone("OR", (AUTO,), ages=(20, 62))
    day = weeks.workday(before_end=6)
    hurt = Accident(
        kinds=("AA",),
        occurred_on=day - timedelta(days=random.randrange(1, 9)),
        state="PA",
        property_casualty_number=weeks.number("AU"),
    )
    _course(weeks, person, day, "S13.4XX", ("99204", "99213"), hurt)


def _course(weeks: Weeks, person: Person, day: date, code: str, visits: tuple[str, ...], hurt: Accident) -> None:
    surgeon = weeks.random.choice(SURGEONS)
    for on, visit in zip(weeks.series(day, 14, len(visits)), visits, strict=False):
        weeks.see(
            "OR",
            person,
            surgeon,
            on,
            f"{code}A" if on == day else f"{code}D",
            line(visit),
            booked=0 if on == day else 7,
            records=[VisitNote(line_number=1, visit_type="new_problem")],
            accident=hurt,
        )
