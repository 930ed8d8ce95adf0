"""What the chart keeps of a visit: notes, orders, what was planned and done, the drugs on its lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import attrs

from examples.practice.day import TESTS
from examples.practice.ordinary.group import is_medicare
from examples.practice.people import Person
from prebill import DocumentedService, Order, PlannedCare, Provider, ServiceLine, codes
from prebill.general.documentation import DistinctService, EvaluationNote
from prebill.model import Drug

_EVALUATIONS = codes("99202-99499 92002-92014 G0402 G0438 G0439")
_DRUGS = codes("J0000-J9999")
_DISTINCT = frozenset({"59", "XE", "XP", "XS", "XU"})
_SIDES = {"RT": "R", "LT": "L", "50": "B"}
_ORDERED = TESTS | codes("97010-97799")


def with_drug(line: ServiceLine, person: Person) -> ServiceLine:
    """Return the line of a drug with its National Drug Code, which is made up; Medicare is told of no waste."""
    if line.procedure not in _DRUGS:
        return line
    modifiers = line.modifiers if line.has("JZ") or not is_medicare(person.payer) else (*line.modifiers, "JZ")
    return attrs.evolve(
        line, modifiers=modifiers, drug=Drug(ndc=f"99990{line.procedure[1:]}01", unit="UN", quantity=line.units)
    )


def evaluations(lines: Sequence[ServiceLine], day: date, records: Sequence[Any]) -> Iterator[EvaluationNote]:
    """Yield the notes of visits that no record is about yet."""
    told = {each.line_number for each in records if isinstance(each, EvaluationNote)}
    for line in lines:
        if line.procedure in _EVALUATIONS and line.number not in told:
            signed = line.last_date if line.from_date != date.min else day
            yield EvaluationNote(
                line_number=line.number,
                separate_note=True,
                problem_beyond_procedure=True,
                decision_for_surgery=line.has("57"),
                note_signed_at=datetime.combine(signed, time(17, 40)),
            )


def distinct_services(lines: Sequence[ServiceLine], reason: str, records: Sequence[Any]) -> Iterator[DistinctService]:
    """Yield why services are distinct whose modifiers say so."""
    told = {each.line_number for each in records if isinstance(each, DistinctService)}
    for line in lines:
        if _DISTINCT & {*line.modifiers} and line.number not in told:
            yield DistinctService(
                line_number=line.number,
                reason=reason,
                sites=("first site", "other site"),
                note=f"note of line {line.number}",
            )


def chart(
    person: Person, clinician: Provider, day: date, lines: Sequence[ServiceLine], *, planned: bool
) -> dict[str, Any]:
    """Return what was ordered, planned and done at a visit, as fields of the encounter."""
    signed = datetime.combine(day, time(17, 40))
    documented = tuple(
        DocumentedService(
            procedure=each.procedure,
            laterality=next((_SIDES[modifier] for modifier in each.modifiers if modifier in _SIDES), None),
            performer_npi=clinician.npi,
            note_id=f"N{person.record_number}-{day:%m%d}-{each.number}",
            signed_at=signed,
        )
        for each in lines
    )
    orders = tuple(
        Order(
            procedure=each.procedure,
            ordering_npi=(each.ordering or clinician).npi,
            ordering_name=(each.ordering or clinician).name,
            ordered_on=day,
            signed=True,
        )
        for each in lines
        if each.procedure in _ORDERED
    )
    plan = PlannedCare(
        recorded_at=datetime.combine(day - timedelta(days=9), time(9, 45)),
        procedures=tuple(each.procedure for each in lines),
        servicing_npi=clinician.npi,
        planned_date=day,
    )
    return {"documented_services": documented, "orders": orders, "plan_of_care": (plan,) if planned else ()}
