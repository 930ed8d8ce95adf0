import itertools

import pytest

from prebill_cardiology.families import ADULT_CATHETERIZATION, CATHETERIZATIONS, combined
from prebill_cardiology.logic import every, negated, some


@pytest.mark.parametrize(
    ("billed", "code"),
    [
        (["93458", "93451"], "93460"),
        (["93454", "93455"], "93455"),
        (["93451", "93452"], "93453"),
        (["93457", "93452"], "93461"),
        (["93456"], "93456"),
    ],
)
def test_the_combined_code_does_everything_together(billed: list[str], code: str) -> None:
    assert combined(billed) == code


def test_any_two_codes_of_the_family_have_a_combined_code() -> None:
    for pair in itertools.combinations(CATHETERIZATIONS, 2):
        assert combined(pair) in ADULT_CATHETERIZATION


def test_unknown_values_decide_only_where_the_known_ones_do_not() -> None:
    assert every(True, None) is None
    assert every(False, None) is False
    assert some(True, None) is True
    assert some(False, None) is None
    assert (every(), some()) == (True, False)
    assert [negated(value) for value in (True, False, None)] == [False, True, None]
