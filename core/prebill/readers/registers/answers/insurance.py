"""What an answer about eligibility says of other insurance and of Medicare's periods.

Medicare's answers put them into the same segments as other payers do; what each of them means, the type of
insurance (EB04) tells.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import attrs

from prebill.model import OtherPayer
from prebill.readers.registers.answers.answer import Period
from prebill.readers.registers.answers.statements import Statement
from prebill.readers.x12.levels import Segment

_OTHER_PAYER, _LIMITED = "R", "X"
_MSP = frozenset({"12", "13", "14", "15", "16", "41", "42", "43", "47"})
_GROUP_PLANS = frozenset({"12", "13", "43"})
_MEDICARE, _MEDICAID = frozenset({"MA", "MB"}), "MC"
_MEDICARE_HMO = "HN"
_MANAGED = frozenset({"HM", "HN", "IN", "PR", "PS", "EP"})
_ROLES = ("PR", "PRP", "SEP", "TTP", "VN")
_KINDS = {"PRP": "primary", "SEP": "secondary", "TTP": "tertiary"}
_PLAN = "30"
_COST_PLAN = re.compile(r"BILL OPTION CODE\W+[12]\b")
"""Bill options by which Medicare itself still pays, as for an 1876 cost plan."""
_HOSPICE, _NURSING, _HOME_HEALTH = ("45",), ("AG", "AH"), ("42",)


def insurance_of(
    statements: Iterable[Statement], asked: tuple[date, date | None], *, medicare_payer: bool
) -> Mapping[str, Any]:
    """Return the fields of an eligibility check about other payers, managed plans and Medicare's periods.

    Of several managed plans, or insurers before Medicare, the record has room for one: that of the day asked about,
    a group plan before others, else the latest. Further insurers become other payers.
    """
    statements = list(statements)
    insurances = {each.insurance for each in statements if each.active}
    medicare, medicaid = medicare_payer or bool(insurances & _MEDICARE), _MEDICAID in insurances
    others = [each for each in statements if each.code == _OTHER_PAYER]
    plans = [each for each in others if _is_managed(each, medicare=medicare, medicaid=medicaid)]
    before = [each for each in others if each.insurance in _MSP]
    plan = _best(plans, asked)
    first = _best(before, asked, {each.insurance for each in before} & _GROUP_PLANS)
    rest = [each for each in others if each not in plans and each is not first]
    fields: dict[str, Any] = {
        **_period("hospice", _limited(statements, asked, _HOSPICE)),
        **_period("snf", _limited(statements, asked, _NURSING)),
        **_period("home_health", _limited(statements, asked, _HOME_HEALTH)),
    }
    if plan is not None:
        begin, end = _dated(plan, asked)
        fields |= {
            "managed_care_plan": plan.reference("18", "N6"),
            "managed_care_name": _name(_insurer(plan)) or plan.plan_name or None,
            "managed_care_kind": _kind(plan, medicaid=medicaid and not medicare),
            "managed_care_begin": begin,
            "managed_care_end": end,
        }
    if first is not None:
        begin, end = _dated(first, asked)
        fields |= {
            "msp_type": first.insurance,
            "msp_payer": _name(_insurer(first)) or first.plan_name or None,
            "msp_begin": begin,
            "msp_end": end,
        }
    payers = {payer for each in rest for payer in _other_payers(each)}
    if payers:
        fields["other_payers"] = tuple(sorted(payers, key=_order))
    if any(each.active and each.insurance == "QM" and each.speaks_for(asked[0]) for each in statements):
        fields["qualified_medicare_beneficiary"] = True
    return fields


def _is_managed(statement: Statement, *, medicare: bool, medicaid: bool) -> bool:
    """Tell whether a statement names a managed plan that stands in for the payer."""
    managed = statement.insurance == _MEDICARE_HMO or (statement.insurance in _MANAGED and (medicare or medicaid))
    return managed and statement.is_of_plan


def _kind(plan: Statement, *, medicaid: bool) -> str:
    if medicaid and plan.insurance != _MEDICARE_HMO:
        return "mco"
    return "cost" if _COST_PLAN.search(plan.text) else "ma"


def _best(statements: list[Statement], asked: tuple[date, date | None], first: Iterable[str] = ()) -> Statement | None:
    """Return the statement that holds on the day asked about, of the types that come first; else the latest."""
    preferred = frozenset(first)

    def rank(each: Statement) -> tuple[Any, ...]:
        begin, end = each.period
        named = _name(_insurer(each)) or ""
        return each.speaks_for(asked[0]), each.insurance in preferred, begin or date.min, end or date.max, named

    return max(statements, key=rank, default=None)


def _dated(statement: Statement, asked: tuple[date, date | None]) -> Period:
    """Return the period of a statement; one without dates holds on the days asked about."""
    begin, end = statement.period
    return (begin, end) if begin is not None or end is not None else (asked[0], asked[1] or asked[0])


def _limited(statements: list[Statement], asked: tuple[date, date | None], services: Iterable[str]) -> Period:
    """Return the period in which another benefit takes the place of kinds of service, as a hospice does."""
    wanted = frozenset(services)
    found = [
        each for each in statements if each.code == _LIMITED and wanted & {*each.service_types} and any(each.period)
    ]
    best = _best(found, asked)
    return (None, None) if best is None else best.period


def _period(name: str, period: Period) -> dict[str, date | None]:
    return {f"{name}_begin": period[0], f"{name}_end": period[1]}


def _insurer(statement: Statement) -> Segment | None:
    return statement.party(*_ROLES)


def _name(party: Segment | None) -> str | None:
    return (party[3] if party else "") or None


def _other_payers(statement: Statement) -> Iterable[OtherPayer]:
    """Yield another payer, once for each kind of service that it stands for; once alone for the whole plan."""
    insurer, insured = _insurer(statement), statement.party("IL")
    begin, end = statement.period
    payer = OtherPayer(
        name=_name(insurer) or statement.plan_name or None,
        payer_id=(insurer[9] if insurer else "") or None,
        member_id=(insured[9] if insured else "") or statement.reference("1W", "IG", "1L"),
        kind=_KINDS.get(insurer[1]) if insurer else None,
        begin=begin,
        end=end,
    )
    if payer.name is None and payer.payer_id is None:
        return
    for service in (None,) if statement.is_of_plan else statement.service_types:
        yield attrs.evolve(payer, service_type=service)


def _order(payer: OtherPayer) -> tuple[str, ...]:
    return tuple(str(value or "") for value in attrs.astuple(payer))
