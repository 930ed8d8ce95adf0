"""Records of cohort rules that cannot be read, or that could be about one line or another."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from prebill import Cohort, Outcomes, codes, hit, rule
from prebill.engine import Checker
from prebill.policy import Policy, RuleSet
from prebill.readers import Encounters
from prebill.tables import TableSet
from prebill.testing.build import encounter_from
from tests.engine.sample_rules import EXAMPLES, Note, pack_of


@rule(
    "LAW201",
    procedures=codes("99202-99215"),
    severity="stop",
    owner="coding",
    prevents="CO-1",
    key=("patient",),
    key_required=False,
    **EXAMPLES,
)
def without_minutes(lines: Cohort[Note]) -> Outcomes:
    """A visit has no minutes."""
    for entry in lines:
        if entry.record is None:
            yield hit(entry, f"{entry.label} has no minutes.", fix="Document them.")


@pytest.mark.parametrize("notes", [[{"minutes": 1}, {"minutes": 2}], [{"minutes": "CANARY"}]])
def test_a_record_that_does_not_fit_costs_its_own_line_alone(notes: list[Any]) -> None:
    batch = [
        encounter_from({"lines": "99213", "documentation": {"note": notes}}, 1),
        encounter_from({"lines": "99214"}, 2),
    ]
    checker = Checker(
        rule_set=RuleSet((pack_of(without_minutes),)),
        policy=Policy(),
        tables=TableSet(),
        as_of=date(2026, 3, 20),
    )
    with checker.check(Encounters(batch)) as report:
        assert [each.claim_id for each in report.findings] == ["C-2"]
        assert [(each.claim_id, each.lines) for each in report.not_checked] == [("C-1", (1,))]
        assert "CANARY" not in str(list(report.not_checked))
