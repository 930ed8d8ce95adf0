from __future__ import annotations

import pytest

from prebill.packs import find_packs
from prebill.testing import Case, cases_of, run_case

GOLDEN = [case for case in cases_of(find_packs(["general"])[0]) if case.rule is None]


@pytest.mark.parametrize("case", GOLDEN, ids=str)
def test_whole_claims(case: Case) -> None:
    """Exactly the rules that the specification names speak, and exactly those that it names are not checked."""
    result = run_case(case)
    assert result.passed, result.detail


def test_every_golden_case_is_there() -> None:
    assert len(GOLDEN) == 16
