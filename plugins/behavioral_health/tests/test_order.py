"""Findings about authorizations depend on the set of claims, not on their order or the runs they came in."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from prebill import Encounter
from prebill.engine import Checker
from prebill.ledger.memory import MemoryLedger
from prebill.packs import find_packs
from prebill.policy import Policy, RuleSet
from prebill.readers import Encounters
from prebill.tables import TableSet
from prebill.testing.build import encounter_from

PACK = find_packs(["behavioral_health"])
AUTHORIZATIONS = [
    {
        "number": "A",
        "valid_from": "2026-01-01",
        "valid_to": "2026-03-08",
        "services": [{"code_from": "90834", "further_codes": ["97153"], "units": 10}],
    },
    {
        "number": "B",
        "valid_from": "2026-03-05",
        "services": [{"code_from": "97153", "units": 8, "used": 3}],
        "last_checked_at": "2026-03-07T08:00:00",
    },
]


def checker() -> Checker:
    return Checker(
        rule_set=RuleSet(PACK),
        policy=Policy(select=("BHV101", "BHV102"), history_since=date(2020, 1, 1)),
        tables=TableSet(),
        as_of=date(2026, 4, 1),
    )


@st.composite
def claims(draw: st.DrawFn) -> list[Encounter]:
    found: list[Encounter] = []
    for number in range(draw(st.integers(1, 7))):
        procedure = draw(st.sampled_from(["90834", "97153"]))
        named = draw(st.sampled_from(["", " auth=A", " auth=B"]))
        line = f"{procedure} [F84.0] 2026-03-{draw(st.integers(4, 10)):02d} x{draw(st.integers(1, 6))}{named}"
        claim: dict[str, Any] = {"id": f"C{number}", "lines": line, "authorizations": AUTHORIZATIONS}
        state = draw(st.sampled_from(["pending", "paid", "denied"]))
        found.append(encounter_from({**claim, "status": {"state": state, "payer_claim_number": f"P{number}"}}))
        change = draw(st.sampled_from(["", "", "7", "8"]))
        if change:
            later = {**claim, "frequency_code": change, "original_reference_number": f"P{number}"}
            found.append(encounter_from({**later, "lines": line.replace(" x", " x1")}))
    return found


def said(batches: list[list[Encounter]]) -> list[Any]:
    ledger = MemoryLedger()
    for batch in batches:
        checker().check(Encounters(batch), ledger=ledger).close()
    with checker().check(Encounters([each for batch in batches for each in batch]), ledger=ledger) as report:
        return sorted((each.rule, str(each.affected), each.message) for each in report.findings)


@given(claims(), st.randoms(use_true_random=False), st.data())
@settings(max_examples=20, deadline=None)
def test_order_and_runs_change_nothing(batch: list[Encounter], order: random.Random, data: st.DataObject) -> None:
    expected = said([batch])
    shuffled = batch[:]
    order.shuffle(shuffled)
    middle = data.draw(st.integers(0, len(batch)))
    assert said([shuffled[:middle], shuffled[middle:]]) == expected
