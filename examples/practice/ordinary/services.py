"""Bills any of the visits that the departments make every day, as the list of them says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import attrs

from examples.practice.ordinary.group import DEPARTMENTS, OUTSIDE_DOCTORS, is_medicare
from examples.practice.ordinary.service_list import SERVICES, Service
from examples.practice.ordinary.weeks import Weeks
from prebill import ServiceLine, codes
from prebill.general.necessity.documentation import AdvanceNotice
from prebill.model import Accident
from prebill.testing.shorthand import line_from
from prebill_orthopedics.records import OperativeNote, Side

_SIDES: dict[str, Side] = {"RT": "R", "LT": "L", "50": "B"}
_OPERATIONS = codes("20000-29999")
_BY_ORDER = frozenset({"RA", "PA", "SP"})


def any_service(weeks: Weeks) -> None:
    """Bill one of the visits of the list."""
    random = weeks.random
    service = random.choice(SERVICES)
    clinician, whom = random.choice(service.clinicians), service.whom
    department = DEPARTMENTS[clinician.taxonomy]
    payer = random.choice(whom.payers)
    person = weeks.someone(department, (payer,), ages=whom.older if is_medicare(payer) else whom.ages, sex=whom.sex)
    day = weeks.workday()
    diagnoses, lines = _lines(service)
    fields: dict[str, Any] = {}
    if department in _BY_ORDER:
        sender = attrs.evolve(person.doctor or random.choice(OUTSIDE_DOCTORS), taxonomy=None)
        lines = tuple(attrs.evolve(each, ordering=sender) for each in lines)
        fields["referring"] = sender
    if any(code[0] == "S" and code[-1] == "A" for code in diagnoses):
        fields["accident"] = Accident(kinds=("OA",), occurred_on=day)
    weeks.see(
        department,
        person,
        clinician,
        day,
        " ".join(diagnoses),
        *lines,
        place=service.place,
        records=_records(lines, day),
        booked=service.booked,
        distinct=service.distinct,
        **fields,
    )


def _lines(service: Service) -> tuple[list[str], tuple[ServiceLine, ...]]:
    """Return the diagnoses of a kind of visit in the order in which its lines name them, and the lines."""
    read = [line_from(each) for each in service.lines]
    diagnoses = list(dict.fromkeys(code for each in read for code in each["diagnoses"]))
    lines = tuple(
        ServiceLine(
            number=0,
            procedure=each["procedure"],
            modifiers=tuple(each["modifiers"]),
            from_date=date.min,
            units=(units := Decimal(each.get("units", 1))),
            charge=units * Decimal(each["charge"]),
            pointers=tuple(diagnoses.index(code) + 1 for code in each["diagnoses"]),
        )
        for each in read
    )
    return diagnoses, lines


def _records(lines: Sequence[ServiceLine], day: date) -> list[Any]:
    """Return the notices and operative notes behind the modifiers of lines."""
    found: list[Any] = []
    for number, each in enumerate(lines, 1):
        if each.has("GA"):
            found.append(AdvanceNotice(line_number=number, signed=True, signed_on=day, option=1))
        side = next((_SIDES[modifier] for modifier in each.modifiers if modifier in _SIDES), None)
        if side is not None and each.procedure in _OPERATIONS:
            found.append(OperativeNote(line_number=number, side=side))
    return found
