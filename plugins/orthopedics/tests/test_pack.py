import pytest

from prebill.packs import find_packs
from prebill.testing import Case, breaches, cases_of, run_case

(PACK,) = find_packs(["orthopedics"])


def test_the_pack_keeps_the_contract() -> None:
    assert list(breaches(PACK)) == []


@pytest.mark.parametrize("case", cases_of(PACK), ids=str)
def test_every_worked_case_comes_out_as_specified(case: Case) -> None:
    result = run_case(case)
    assert result.passed, result.detail
