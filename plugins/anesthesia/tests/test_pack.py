import doctest

import pytest

import prebill_anesthesia
from prebill.packs import InstalledPack, find_packs, load_pack
from prebill.testing import cases_of, run_case
from prebill.testing.contract import breaches
from prebill_anesthesia import concurrency, payment, timeline


def _pack() -> InstalledPack:
    pack, rules = load_pack("anesthesia", prebill_anesthesia)
    return InstalledPack(name="anesthesia", distribution="prebill-anesthesia", version="0", pack=pack, rules=rules)


PACK = _pack()


@pytest.mark.parametrize("case", cases_of(PACK), ids=str)
def test_worked_case(case):
    result = run_case(case)
    assert result.passed, result.detail


def test_keeps_the_contract():
    assert list(breaches(PACK)) == []


def test_has_every_rule_of_the_specification_with_cases():
    assert [rule.code for rule in PACK.rules] == [f"ANE{number}" for number in range(101, 140)]
    written = {case.rule.code for case in cases_of(PACK) if case.rule and "fails" not in case.name}
    assert written == {rule.code for rule in PACK.rules}
    assert sum(case.rule is None for case in cases_of(PACK)) == 18


def test_is_found_by_its_entry_point():
    (found,) = find_packs(["anesthesia"])
    assert found.failure is None
    assert len(found.rules) == 39


@pytest.mark.parametrize("module", [concurrency, payment, timeline])
def test_examples_in_the_documentation(module):
    assert doctest.testmod(module).failed == 0
