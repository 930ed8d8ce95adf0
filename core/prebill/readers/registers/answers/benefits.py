"""The benefits that an answer about eligibility states, one record for all that is said of the same one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import attrs

from prebill.model import Benefit
from prebill.readers.registers.answers.answer import Period, Reading
from prebill.readers.registers.answers.statements import INACTIVE, Statement
from prebill.readers.x12.levels import Segment
from prebill.readers.x12.values import number

_EXCLUDED, _COPAY, _LIMIT, _BASIS = "I", "B", "F", "CB"
_PLAN = "30"
_UNITS = {"VS": "visits", "DY": "days", "P6": "units", "UN": "units", "FL": "units", "QA": "units", "HS": "hours"}
_USED = "99"
_REMAINING, _TO_DATE = frozenset({"29", "33"}), frozenset({"24"})
_SHORT = frozenset({"6", "7", "26", "27", "34", "35"})
"""Periods shorter than a benefit year (EB06, HSD05): a limit per visit or per week is no sum that is used up."""
_ANSWERS = {"Y": True, "N": False}

_Subject = tuple[str, str, bool, bool | None]
_Measure = tuple[str, Period]
_Amounts = dict[str, Any]
_ALWAYS: Period = (None, None)


@attrs.define
class _Draft:
    """What is known of one subject so far: facts beside its quantities, and quantities by unit and period."""

    facts: dict[str, Any] = attrs.field(factory=dict)
    amounts: dict[_Measure, _Amounts] = attrs.field(factory=dict)


def benefits_of(statements: Iterable[Statement], reading: Reading) -> tuple[Benefit, ...] | None:
    """Return the benefits, in an order that does not depend on that of the statements; None without any.

    Of two quantities for the same thing that stands which leaves less. Benefits with a quantity come after those
    without, and those in the network after those outside of it.
    """
    drafts: dict[_Subject, _Draft] = {}
    for statement in statements:
        for subject in _subjects(statement):
            _add(drafts.setdefault(subject, _Draft()), statement, reading)
    found = {benefit for subject, draft in drafts.items() for benefit in _benefits(subject, draft)}
    return tuple(sorted(found, key=_order)) or None


def _subjects(statement: Statement) -> Iterator[_Subject]:
    """Yield what a statement is about: kind of service, procedure, whether covered, whether in the network."""
    code, authorization = statement.code, _ANSWERS.get(statement.stated[11])
    inactive = code in INACTIVE
    procedure = statement.stated.component(13, 2)
    network = _ANSWERS.get(statement.stated[12])
    named = statement.service_types or ("",)
    for service in named:
        general = service in {"", _PLAN} and not procedure
        states_benefit = code in {_EXCLUDED, _COPAY, _LIMIT, _BASIS} or (statement.active and not general)
        if states_benefit or authorization is not None or (inactive and not general):
            yield service, procedure, code != _EXCLUDED and not inactive, network


def _add(draft: _Draft, statement: Statement, reading: Reading) -> None:
    stated, loop = statement.stated, statement.loop
    authorization = _ANSWERS.get(stated[11])
    if authorization is not None:
        draft.facts["auth_required"] = authorization or draft.facts.get("auth_required", False)
    if statement.code == _COPAY:
        copay = reading.value(stated, loop, 7, number)
        if copay is not None:
            draft.facts["copay"] = max(copay, draft.facts.get("copay", copay))
    if statement.code == _LIMIT:
        period = _dated(statement)
        for field, unit, amount in (*_stated(stated, loop, reading), *_delivered(statement, reading)):
            amounts = draft.amounts.setdefault((unit, period), {})
            keep = max if field == "used" else min
            amounts[field] = keep(amount, amounts.get(field, amount))


def _dated(statement: Statement) -> Period:
    begin, end = statement.period
    return (begin, end) if begin is not None else _ALWAYS


def _stated(stated: Segment, loop: str, reading: Reading) -> Iterator[tuple[str, str, Decimal]]:
    """Yield the quantities of an EB: what they count for, in which unit, how many."""
    field = _field(stated[6])
    if stated[9] == _USED or stated[9] in _UNITS:
        quantity = reading.value(stated, loop, 10, number)
        field = "used" if stated[9] == _USED else field
        if quantity is not None and field:
            yield field, _UNITS.get(stated[9], ""), quantity
    elif not stated[9] and field:
        amount = reading.value(stated, loop, 7, number)
        if amount is not None:
            yield field, "dollars", amount


def _delivered(statement: Statement, reading: Reading) -> Iterator[tuple[str, str, Decimal]]:
    """Yield the quantities of the HSD segments of a limit."""
    for segment in statement.details:
        per = segment[3] and not segment[5]
        field = _field(segment[5])
        if segment.name == "HSD" and segment[1] in _UNITS and field and not per:
            quantity = reading.value(segment, statement.loop, 2, number)
            if quantity is not None:
                yield field, _UNITS[segment[1]], quantity


def _field(period: str) -> str:
    """Return the field that a quantity of a period (EB06, HSD05) fills; none for a short period."""
    if period in _SHORT:
        return ""
    return "remaining" if period in _REMAINING else "used" if period in _TO_DATE else "limit"


def _benefits(subject: _Subject, draft: _Draft) -> Iterator[Benefit]:
    """Yield one benefit for each unit and period; what has no unit or period of its own belongs to the others."""
    service, procedure, covered, network = subject
    used = [amounts["used"] for (unit, _), amounts in draft.amounts.items() if not unit]
    shared: _Amounts = {"used": max(used)} if used else {}
    measures = {measure: amounts for measure, amounts in draft.amounts.items() if measure[0]}
    dated = {unit for unit, period in measures if period != _ALWAYS}
    for (unit, period), amounts in (measures or {("", _ALWAYS): shared}).items():
        if period == _ALWAYS and unit in dated:
            continue
        yield Benefit(
            service_type=service or None,
            procedure=procedure or None,
            covered=covered,
            in_network=network,
            unit=unit or "visits",
            period_begin=period[0],
            period_end=period[1],
            **{**shared, **measures.get((unit, _ALWAYS), {}), **amounts},
            **draft.facts,
        )


def _order(benefit: Benefit) -> tuple[Any, ...]:
    amounts = (benefit.limit, benefit.used, benefit.remaining, benefit.copay)
    return (
        benefit.service_type or "",
        benefit.procedure or "",
        not benefit.covered,
        any(amount is not None for amount in amounts[:3]),
        benefit.in_network is not False,
        benefit.in_network is not None,
        benefit.unit,
        benefit.period_begin or date.min,
        benefit.period_end or date.max,
        tuple((amount is not None, amount or Decimal(0)) for amount in amounts),
    )
