from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import prebill
from prebill.general.authorization.linked import approves, linked
from prebill.general.tables import AuthRequirement
from prebill.lookup import NotKnown, Table, build_edition
from prebill.model import Authorization, AuthorizedService, Claim, Coverage, Payer, ServiceLine
from prebill.packs import find_packs
from prebill.testing import Case, breaches, cases_of, run_case
from prebill.testing.build import encounter_from

GENERAL = find_packs(["general"])[0]
CASES = [case for case in cases_of(GENERAL) if case.rule is not None and case.rule.code.startswith("AUT")]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_case(case: Case) -> None:
    result = run_case(case)
    assert result.passed, result.detail


def test_the_rules_keep_the_contract() -> None:
    assert [breach for breach in breaches(GENERAL) if breach.startswith("AUT")] == []


def test_every_rule_of_the_specification_is_there() -> None:
    found = {rule.code for rule in GENERAL.rules if rule.code.startswith("AUT")}
    assert found == {f"AUT{number}" for number in range(101, 112)}


DAY = date(2026, 3, 16)
ACME = Payer(payer_id="ACM01", line_of_business="commercial")


def line(procedure: str, *modifiers: str, number: int = 1, authorization: str | None = None) -> ServiceLine:
    numbers = () if authorization is None else (authorization,)
    return ServiceLine(
        number=number, procedure=procedure, from_date=DAY, modifiers=modifiers, authorization_numbers=numbers
    )


def requirements(*procedures: str, complete: bool = True) -> Table[AuthRequirement]:
    rows = [AuthRequirement(payer_id="ACM01", code_from=procedure) for procedure in procedures]
    edition = build_edition(AuthRequirement, rows, name="e", source="test", complete=complete)
    return Table("auth-requirement", (edition,), dated_rows=True).on(DAY)


def authorization(number: str, *procedures: str) -> Authorization:
    return Authorization(number=number, services=tuple(AuthorizedService(code_from=each) for each in procedures))


def claim(*lines: ServiceLine, numbers: tuple[str, ...] = ()) -> Claim:
    return Claim(control_number="C-1", lines=lines, authorization_numbers=numbers, coverage=Coverage(payer_id="ACM01"))


def test_a_line_is_linked_to_the_number_it_names_itself() -> None:
    own = line("29880", authorization="a-2")
    register = (authorization("A1", "29880"), authorization("A2", "29881"))
    found = linked(own, claim(own, numbers=("A1",)), ACME, register, None)
    assert found is not None
    assert found.number == "A2"


def test_a_number_on_the_claim_is_about_the_lines_that_it_covers_or_that_need_one() -> None:
    injection, visit, other = line("20610"), line("99213", number=2), line("20611", number=3)
    whole = claim(injection, visit, other, numbers=("A1",))
    register = (authorization("A1", "20610"),)
    listed = requirements("20610", "20611")
    assert linked(injection, whole, ACME, register, None) is register[0]
    assert linked(visit, whole, ACME, register, listed) is None
    assert linked(other, whole, ACME, register, listed) is register[0]
    with pytest.raises(NotKnown):
        linked(visit, whole, ACME, register, None)


def test_without_a_number_nothing_is_needed() -> None:
    assert linked(line("20610"), claim(line("20610")), ACME, None, None) is None
    with pytest.raises(NotKnown, match="authorizations register"):
        linked(line("20610"), claim(line("20610"), numbers=("A1",)), ACME, None, None)


def test_an_authorization_of_another_patient_is_linked_to_nothing() -> None:
    stranger = Authorization(number="A1", patient_id="P-2", services=(AuthorizedService(code_from="20610"),))
    assert linked(line("20610"), claim(line("20610"), numbers=("A1",)), ACME, (stranger,), None) is None


@pytest.mark.parametrize(
    ("laterality", "modifiers", "approved"),
    [
        ("LT", ("LT",), True),
        ("left", ("LT",), True),
        ("LT", ("RT",), False),
        ("LT", (), False),
        ("50", ("RT", "LT"), True),
        ("50", ("50",), True),
        (None, ("RT",), True),
    ],
)
def test_an_approved_side_is_the_side_of_the_line(
    laterality: str | None, modifiers: tuple[str, ...], approved: bool
) -> None:
    service = AuthorizedService(code_from="64483", laterality=laterality)
    assert approves(service, line("64483", *modifiers)) is approved


@settings(max_examples=15, deadline=None)
@given(approved=st.integers(0, 12), units=st.lists(st.integers(1, 4), min_size=1, max_size=6))
def test_what_exceeds_an_authorization_does_not_depend_on_the_order_of_the_claims(
    approved: int, units: list[int]
) -> None:
    encounters = [
        encounter_from(
            {
                "id": f"C-{number}",
                "lines": [f"97110 x{count} $100 auth=A1 2026-03-{number:02}"],
                "authorizations": [
                    {
                        "number": "A1",
                        "valid_from": "2026-03-01",
                        "services": [{"code_from": "97110", "units": approved}],
                    }
                ],
            },
            number,
        )
        for number, count in enumerate(units, 1)
    ]
    results = []
    for batch in (encounters, list(reversed(encounters))):
        with prebill.check(batch, packs=["general"], select=["AUT106"], as_of=DAY) as report:
            results.append([(each.affected, each.at_risk) for each in report.findings])
    assert results[0] == results[1]
    excess = max(sum(units) - approved, 0)
    assert bool(results[0]) is bool(excess)
    if excess:
        first = next(index for index in range(len(units)) if sum(units[: index + 1]) > approved)
        assert len(results[0][0][0]) == len(units) - first
        assert results[0][0][1] <= Decimal(100) * (len(units) - first)


def test_the_authorization_of_a_number_on_the_claim_is_about_the_lines_it_covers() -> None:
    injection, visit = line("20610"), line("99213", number=2)
    whole = claim(injection, visit, numbers=("a 1",))
    approval = authorization("A1", "20610")
    assert approval.is_for(whole, injection)
    assert not approval.is_for(whole, visit)
    named = line("99213", number=2, authorization="A1")
    assert approval.is_for(claim(named), named)
