import pytest
from hypothesis import given
from hypothesis import strategies as st

from prebill import codes


@pytest.mark.parametrize(
    ("terms", "inside", "outside"),
    [
        ("99202-99215", ["99202", "99210", "99215"], ["99201", "99216", "9921", "992150"]),
        ("QK QY AD", ["QK", "AD"], ["AA", ""]),
        ("I50*", ["I50", "I509"], ["I5", "J50"]),
        ("I25.119", ["I25119"], ["I25"]),
        ("G0101, J0000-J9999", ["G0101", "J1030"], ["G0102", "K0001"]),
    ],
)
def test_membership(terms: str, inside: list[str], outside: list[str]) -> None:
    found = codes(terms)
    assert all(code in found for code in inside)
    assert not any(code in found for code in outside)


def test_difference_and_union() -> None:
    found = (codes("99202-99215") | codes("99281")) - codes("99211")
    assert "99281" in found
    assert "99211" not in found
    assert "99211" in str(found)


@pytest.mark.parametrize("range_", ["99215-99202", "992-99215"])
def test_a_range_needs_ends_of_one_length_in_order(range_: str) -> None:
    with pytest.raises(ValueError, match="range"):
        codes(range_)


@given(st.integers(0, 99999), st.integers(0, 99999), st.integers(0, 99999))
def test_a_range_of_numbers_is_a_range_of_codes(low: int, high: int, code: int) -> None:
    low, high = sorted((low, high))
    assert (f"{code:05}" in codes(f"{low:05}-{high:05}")) == (low <= code <= high)


def test_a_range_of_numbers_holds_no_codes_of_another_kind() -> None:
    assert "00100" in codes("00100-01999")
    assert "0101T" not in codes("00100-01999")
    assert "0500T" not in codes("0001U-0999U")
    assert "0500U" in codes("0001U-0999U")
    assert "99213" not in codes("0001F-9999F")
    assert "C7A" in codes("C00-D49")


def test_what_a_set_remembers_changes_neither_its_answers_nor_what_it_equals() -> None:
    asked, fresh = codes("99202-99215") - codes("99211"), codes("99202-99215") - codes("99211")
    first = [code in asked for code in ("99211", "99213", "99999", "")]
    assert first == [code in asked for code in ("99211", "99213", "99999", "")] == [False, True, False, False]
    assert (asked, hash(asked), repr(asked)) == (fresh, hash(fresh), repr(fresh))
    assert None not in asked
    assert [] not in asked
