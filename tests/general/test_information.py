from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prebill.general.information.identifiers import (
    is_mbi,
    is_old_medicare_number,
    is_taxonomy,
    likely_mbi,
    mbi_problem,
    npi_check_digit,
    npi_problem,
    without_punctuation,
)
from prebill.general.information.line import UNLISTED
from prebill.general.tables.place_of_service import PlaceOfService
from prebill.general.tables.taxonomy import Taxonomy
from prebill.general.tables.zip_prefix import ZipPrefix
from prebill.packs import find_packs
from prebill.tables import shipped_edition
from prebill.testing import Case, breaches, cases_of, run_case

GENERAL = find_packs(["general"])[0]
CASES = [case for case in cases_of(GENERAL) if case.rule is not None and case.rule.code.startswith("INF")]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_case(case: Case) -> None:
    result = run_case(case)
    assert result.passed, result.detail


def test_the_rules_keep_the_contract() -> None:
    assert [breach for breach in breaches(GENERAL) if breach.startswith("INF")] == []


def test_every_rule_of_the_specification_is_there() -> None:
    found = {rule.code for rule in GENERAL.rules if rule.code.startswith("INF")}
    assert found == {f"INF{number}" for number in (*range(101, 109), *range(110, 122), 124)}


@pytest.mark.parametrize("npi", ["1234567893", "1194548073", "1122334455", "1456789019", "1523456782"])
def test_numbers_that_were_issued(npi: str) -> None:
    assert npi_problem(npi) is None


@pytest.mark.parametrize(
    ("npi", "severity"),
    [
        ("1234567890", "stop"),
        ("2366554859", "stop"),
        ("123456789", "stop"),
        ("12345678931", "stop"),
        ("123456789X", "stop"),
        ("١٢٣٤٥٦٧٨٩٣", "stop"),
        ("", "stop"),
        ("3000000000", "review"),
    ],
)
def test_numbers_that_were_not(npi: str, severity: str) -> None:
    problem = npi_problem(npi)
    assert problem is not None
    assert problem[1] == severity


NINE = st.text("0123456789", min_size=8, max_size=8).map(lambda rest: f"1{rest}")


@given(NINE, st.integers(0, 9), st.sampled_from("0123456789"))
def test_every_wrong_digit_is_found(nine: str, index: int, digit: str) -> None:
    npi = nine + npi_check_digit(nine)
    assert npi_problem(npi) is None
    mistyped = npi[:index] + digit + npi[index + 1 :]
    assert (npi_problem(mistyped) is None) is (mistyped == npi)


LETTER = st.sampled_from("ACDEFGHJKMNPQRTUVWXY")
DIGIT = st.sampled_from("0123456789")
MBI = st.tuples(
    st.sampled_from("123456789"), LETTER, LETTER | DIGIT, DIGIT, LETTER, LETTER | DIGIT, DIGIT, LETTER, LETTER,
    DIGIT, DIGIT,
).map("".join)  # fmt: skip


@given(MBI)
def test_medicare_numbers(number: str) -> None:
    assert is_mbi(number)
    assert mbi_problem(number) == ""
    assert likely_mbi(number) == number
    assert not is_old_medicare_number(number)


@given(st.text("ABCSLOIZ0123456789", max_size=13))
def test_what_is_no_medicare_number_has_a_reason(number: str) -> None:
    assert bool(mbi_problem(number)) is not is_mbi(number)


@pytest.mark.parametrize(
    ("number", "problem"),
    [
        ("1SG4TE5MK73", "position 2 'S' is never used"),
        ("0EG4TE5MK73", "position 1 cannot be '0'"),
        ("1EG4TE5MK7", "has 10 characters (11 needed)"),
        ("1EG4TES5MK73", "has 12 characters (11 needed); position 7 'S' is never used"),
    ],
)
def test_why_it_is_no_medicare_number(number: str, problem: str) -> None:
    assert mbi_problem(number) == problem


def test_letters_that_were_read_for_digits() -> None:
    assert likely_mbi("IEG4TE5MK73") == "1EG4TE5MK73"
    assert likely_mbi("1EGATE5MK73") is None
    assert likely_mbi("1SG4TE5MK73") is None


@pytest.mark.parametrize("number", ["123456789A", "123456789B1", "A123456", "WD123456789"])
def test_old_medicare_numbers(number: str) -> None:
    assert is_old_medicare_number(number)
    assert not is_mbi(number)


def test_small_forms() -> None:
    assert without_punctuation("1eg4-te5 mk73") == "1EG4TE5MK73"
    assert is_taxonomy("207RC0000X")
    assert not is_taxonomy("207RC000X")
    assert not is_taxonomy("207rc0000x")


def test_the_shipped_places_are_those_of_the_specification() -> None:
    edition = shipped_edition(PlaceOfService)
    assert edition is not None
    assert edition.complete
    numbers = (*range(1, 28), 31, 32, 33, 34, 41, 42, *range(49, 59), 60, 61, 62, 65, 66, 71, 72, 81, 99)
    assert {code for (code,) in edition.rows} == {f"{number:02d}" for number in numbers}


def test_the_shipped_taxonomies_have_their_form() -> None:
    edition = shipped_edition(Taxonomy)
    assert edition is not None
    assert all(is_taxonomy(code) for (code,) in edition.rows)


def test_what_rests_on_the_shipped_zip_codes_is_no_stop() -> None:
    edition = shipped_edition(ZipPrefix)
    assert edition is not None
    assert not edition.verified
    assert not edition.complete
    assert edition.rows["733",][0].states == "TX"


def test_unlisted_codes_are_a_list() -> None:
    assert "64999" in UNLISTED
    assert "76497" in UNLISTED
    assert not {"G0299", "0099U", "99213"} & {code for code in ("G0299", "0099U", "99213") if code in UNLISTED}
