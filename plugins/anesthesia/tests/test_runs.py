"""Once the same cases are known, the concurrency rule says the same, whatever runs they came in."""

from datetime import date

import attrs
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plugins.anesthesia.tests.test_concurrency import days, encounter
from plugins.anesthesia.tests.test_pack import PACK

from prebill import Checker
from prebill.ledger.memory import MemoryLedger
from prebill.policy import Policy, RuleSet
from prebill.readers import Encounters

CHECKER = Checker(
    rule_set=RuleSet((PACK,)),
    policy=Policy(select=("ANE102", "ANE103", "ANE109", "ANE126", "ANE132"), complete_batch=True),
    as_of=date(2026, 3, 15),
)


def documented(number, case):
    entry = encounter(number, case)
    record = {name: value for name, value in attrs.asdict(entry.record).items() if value not in (None, ())}
    return attrs.evolve(entry.encounter, documentation={"anesthesia": [record]})


def said(batch, ledger=None, workers=1):
    with CHECKER.check(Encounters(batch), ledger=ledger, workers=workers) as report:
        assert report.summary.crashes == 0
        return {(each.rule, each.fingerprint, each.message) for each in report.findings}


@given(days, st.data())
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_findings_do_not_depend_on_the_runs_in_which_cases_came(cases, data):
    batch = [documented(number, case) for number, case in enumerate(cases)]
    at_once = said(batch)
    cut = data.draw(st.integers(0, len(batch)))
    shuffled = data.draw(st.permutations(batch))
    ledger = MemoryLedger()
    said(shuffled[:cut], ledger)
    said(shuffled[cut:], ledger)
    assert said(data.draw(st.permutations(batch)), ledger) == at_once
