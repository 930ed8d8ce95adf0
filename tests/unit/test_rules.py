from __future__ import annotations

import pickle
from typing import Any

import pytest

from prebill import Authorization, Claim, Cohort, Outcomes, PackError, ServiceLine, rule
from prebill.rules import NeedKind, Scope
from tests.engine.sample_rules import (
    EXAMPLES,
    more_than_limit,
    too_many_visits,
    unused_authorization,
    visit_without_modifier,
)

DECLARED = {"severity": "stop", "owner": "coding", "prevents": "CO-4", **EXAMPLES}


def declare(function: Any, code: str = "TST101", **more: Any) -> Any:
    return rule(code, **{**DECLARED, **more})(function)


def test_the_signature_is_the_declaration() -> None:
    assert visit_without_modifier.name == "visit-without-modifier"
    assert visit_without_modifier.scope is Scope.LINE
    assert [(each.name, each.default) for each in visit_without_modifier.signature.settings] == [("modifier", "25")]
    assert [need.kind for need in more_than_limit.signature.needs] == [NeedKind.TABLE, NeedKind.RECORD]
    (register,) = unused_authorization.signature.needs
    assert (register.kind, register.many, register.type) == (NeedKind.REGISTER, True, Authorization)
    assert too_many_visits.scope is Scope.COHORT


def test_a_rule_is_the_same_rule_in_another_process() -> None:
    assert pickle.loads(pickle.dumps(visit_without_modifier)) is visit_without_modifier


def undocumented(line: ServiceLine) -> Outcomes:
    yield from ()


def unannotated(line) -> Outcomes:
    """It has no annotation."""
    yield from ()


def starts_with_a_number(line: int) -> Outcomes:
    """It judges a number."""
    yield from ()


def asks_for_a_number(line: ServiceLine, number: int) -> Outcomes:
    """It asks for a number."""
    yield from ()


def a_cohort(lines: Cohort[Any]) -> Outcomes:
    """It judges lines together."""
    yield from ()


def a_claim(claim: Claim) -> Outcomes:
    """It judges a claim."""
    yield from ()


@pytest.mark.parametrize(
    ("function", "more", "said"),
    [
        (undocumented, {}, "docstring"),
        (unannotated, {}, "annotate every parameter"),
        (starts_with_a_number, {}, "first parameter"),
        (asks_for_a_number, {}, "does not have"),
        (a_cohort, {}, "have a key"),
        (a_claim, {"key": ("patient",)}, "have a key"),
        (a_claim, {"code": "AB1"}, "three letters"),
        (a_claim, {"fails": ()}, "at least one example"),
    ],
)
def test_a_wrong_declaration_says_what_is_wrong(function: Any, more: dict[str, Any], said: str) -> None:
    with pytest.raises(PackError, match=said):
        declare(function, **more)
