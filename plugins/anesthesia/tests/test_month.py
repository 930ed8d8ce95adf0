from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from random import Random

import pytest
from plugins.anesthesia.tests.month import DEFECTS, Case, encounters, schedule
from plugins.anesthesia.tests.test_pack import PACK

from prebill import Checker, Finding, Severity
from prebill.lookup import build_edition
from prebill.policy import Policy, RuleSet
from prebill.readers import Encounters
from prebill.tables import TableSet
from prebill_anesthesia.tables.payers import ConversionFactor

FACTORS = build_edition(
    ConversionFactor,
    [
        ConversionFactor(payer=payer, factor=Decimal(factor))
        for payer, factor in [("medicare_ffs", "20.4976"), ("COMMERCIAL_ASA", "70"), ("UHC_COMM", "60")]
    ],
    name="contracts of the group",
    source="test",
    complete=True,
)
CHECKER = Checker(
    rule_set=RuleSet((PACK,)),
    policy=Policy(complete_batch=True),
    tables=TableSet({"anesthesia-conversion-factors": (FACTORS,)}),
    as_of=date(2026, 4, 15),
)


def stops(cases: list[Case]) -> Iterator[Finding]:
    with CHECKER.check(Encounters(encounters(cases))) as report:
        assert report.summary.crashes == 0
        yield from (each for each in report.findings if each.severity is Severity.STOP)


@pytest.fixture(scope="module")
def month() -> list[Case]:
    return schedule(Random(20260301), 5_000)


def test_a_correct_month_has_no_stop(month):
    assert [(each.rule, each.message) for each in stops(month)] == []


def test_every_planted_defect_is_found_under_its_code_and_nothing_else_is_stopped():
    random = Random(7)
    cases = schedule(random, 1_500)
    planted: dict[str, tuple[str, frozenset[str]]] = {}
    expected: dict[str, frozenset[str]] = {}
    free = random.sample(cases, len(cases))
    for number in range(300):
        defect = DEFECTS[number % len(DEFECTS)]
        case = next(each for each in free if defect.suits(each))
        free.remove(case)
        defect.spoil(case)
        expected[f"{number} {defect.name}"] = defect.codes
        planted |= {claim["id"]: (f"{number} {defect.name}", defect.codes) for claim in case.claims}
    found: dict[str, set[str]] = {name: set() for name in expected}
    for each in stops(cases):
        name, _ = planted.get(each.claim_id, (f"nothing: {each.message}", frozenset()))
        found.setdefault(name, set()).add(each.rule)
    assert {name: codes for name, codes in found.items() if codes != expected.get(name)} == {}
    assert len({defect.name for defect in DEFECTS}) >= 25
