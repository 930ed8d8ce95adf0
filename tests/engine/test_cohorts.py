"""What cohort rules say about claims that meet, and about those that stay alone."""

from __future__ import annotations

from datetime import date
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given

from prebill import Cohort, Encounter, Outcomes, hit, rule
from prebill.engine import Checker
from prebill.engine.first_pass import FirstPass
from prebill.engine.second_pass import SecondPass
from prebill.policy import Policy, RuleSet
from prebill.readers import Encounters
from prebill.testing.build import encounter_from
from tests.engine.practice import batches
from tests.engine.sample_rules import EXAMPLES, Note, pack_of
from tests.engine.test_laws import LAWS, checker, said


@rule("LAW301", severity="stop", owner="coding", prevents="CO-1", key=("rendering_npi",), **EXAMPLES)
def only_line(lines: Cohort[Any]) -> Outcomes:
    """A provider has a single line."""
    if len(lines) == 1:
        yield hit(lines.entries, f"{lines.entries[0].label} is the only one.", fix="Bill another.")


def rendered(number: int, *providers: str) -> Encounter:
    lines = [{"procedure": "99213", "rendering": {"npi": npi}} for npi in providers]
    return encounter_from({"lines": lines}, number)


def test_a_line_is_judged_with_all_lines_of_its_own_key_and_no_others() -> None:
    batch = [rendered(1, "1234567893", "1456789019"), rendered(2, "1456789019")]
    ready = Checker(rule_set=RuleSet((pack_of(only_line),)), policy=Policy(), as_of=date(2026, 8, 1))
    with ready.check(Encounters(batch)) as report:
        assert [[(each.claim_id, each.line) for each in found.affected] for found in report.findings] == [
            [(batch[0].claim.control_number, 1)]
        ]


@rule("LAW302", severity="stop", owner="coding", prevents="CO-1", key=("record.minutes",), **EXAMPLES)
def never(lines: Cohort[Note]) -> Outcomes:
    """Nothing."""
    yield from ()


def test_a_line_without_a_key_is_reported_once_although_its_claim_has_keys() -> None:
    notes = [{"minutes": number, "line_number": number} for number in (1, 2)]
    batch = [encounter_from({"lines": ["99213", "99214", "99215"], "documentation": {"note": notes}})]
    ready = Checker(rule_set=RuleSet((pack_of(never),)), policy=Policy(), as_of=date(2026, 8, 1))
    with ready.check(Encounters(batch)) as report:
        assert [each.lines for each in report.not_checked] == [(3,)]


@LAWS
@given(batches())
def test_what_is_said_about_a_claim_alone_is_what_reading_it_again_says(batch: list[Encounter]) -> None:
    at_once = said(checker().check(Encounters(batch)))
    with patch.object(FirstPass, "_said_alone", return_value=None):
        assert said(checker().check(Encounters(batch))) == at_once


def test_a_claim_that_meets_no_other_is_not_read_again() -> None:
    batch = [rendered(number, "1234567893") for number in (1, 2)]
    apart = [
        encounter_from({"lines": "99213", "patient": {"record_number": f"P{number}"}}, number) for number in (1, 2)
    ]
    with patch.object(SecondPass, "_read", side_effect=AssertionError):
        checker().check(Encounters(apart)).close()
        with pytest.raises(AssertionError):
            checker().check(Encounters(batch))
