"""Cells, headings, names and notes of published files."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prebill.general.published.editions import quarter, quarter_from, year_of
from prebill.general.published.icd10cm_notes import targets_in
from prebill.general.published.layouts import heading_of
from prebill.general.published.values import american_day, amount, code, day, day_of_year, iso_day, whole
from prebill.published import PublishedFile

FORMS: dict[str, tuple[Callable[[str, str], date], Callable[[date], str]]] = {
    "CCYYMMDD": (day, lambda each: f"{each.year:04}{each:%m%d}"),
    "CCYYDDD": (day_of_year, lambda each: f"{each.year:04}{each:%j}"),
    "MM/DD/CCYY": (american_day, lambda each: f"{each:%m/%d}/{each.year:04}"),
    "CCYY-MM-DD": (iso_day, date.isoformat),
}


def tried(parse: Callable[[str, str], Any], text: str) -> tuple[Any, str]:
    try:
        return parse(text, "Column"), ""
    except ValueError as error:
        return None, str(error)


def numbers(text: str) -> list[int]:
    return [int(each) for each in re.split(r"[-/]", text)]


forms = pytest.mark.parametrize(("parse", "written"), FORMS.values(), ids=FORMS)


@forms
@given(each=st.dates())
def test_a_date_is_read_as_it_was_written(
    parse: Callable[[str, str], date], written: Callable[[date], str], each: date
) -> None:
    assert parse(written(each), "Date") == each


@forms
@given(text=st.text("0123456789-/ WT", max_size=12) | st.from_regex(r"\d{4}-?/?\d\d-?/?\d\d\d?", fullmatch=True))
def test_what_is_no_date_is_refused_by_column_and_value(
    parse: Callable[[str, str], date], written: Callable[[date], str], text: str
) -> None:
    found, refusal = tried(parse, text)
    if found is None:
        assert refusal.startswith(f"Column: {text!r} is not a date ")
    else:
        assert numbers(written(found)) == numbers(text[:10])


@given(st.text(max_size=8))
def test_codes_and_numbers_are_kept_or_refused(text: str) -> None:
    for parse, kept in ((code, str), (whole, int), (amount, Decimal)):
        found, refusal = tried(parse, text)
        assert refusal.startswith("Column: ") if found is None else found == kept(text)


@given(st.integers(2000, 2099))
def test_quarters_follow_one_another(year: int) -> None:
    days = [each for number in range(1, 5) for each in quarter(year, number)]
    assert (days[0], days[-1]) == (date(year, 1, 1), date(year, 12, 31))
    assert all(later - earlier == timedelta(days=1) for earlier, later in zip(days[1::2], days[2::2], strict=False))


def test_quarters_and_years_as_names_tell_them() -> None:
    assert [quarter_from(each) for each in ("Jan", "APR", "July", "October")] == [1, 2, 3, 4]
    assert [year_of("24"), year_of("2025")] == [2024, 2025]


def test_headings_are_alike_however_they_are_wrapped() -> None:
    assert heading_of("HCPCS/\nCPT Code") == heading_of("", "hcpcs/ ", "CPT  code") == "HCPCS/ CPT CODE"
    assert heading_of("AOC_DelDT (Julian)") == heading_of("\xef\xbb\xbfAOC_DelDT")


@pytest.mark.parametrize(
    ("text", "targets"),
    [
        ("congenital (P37.0)", ["P370"]),
        ("abortion (O00-O07, O08.0)", ["O00-O07", "O080"]),
        ("of testis (D29.2.-)", ["D292"]),
        ("of neutrophils (D71-)", ["D71"]),
        ("deficits (I69.01-I69.11-, I69.81- I69.91-)", ["I6901-I6911", "I6981-I6991"]),
        ("arthritis (M05.00 to M05.8A)", ["M0500-M058A"]),
        ("apnea of newborn (P28.3- - P28.4-)", ["P283-P284"]),
        ("pneumoconiosis with tuberculosis, any type in A15 (J65)", ["J65"]),
        ("deficiency (G6PD) without anemia (D75.A)", ["D75A"]),
        ("human immunodeficiency virus [HIV] disease (B20)", ["B20"]),
        ("hearing loss as classified in H90.-", ["H90"]),
        ("subcategories S06.1- to S06.6-, and S06.81- to S06.89-, code to injury", ["S061-S066", "S0681-S0689"]),
        ("maternal care (QA0.0-)", ["QA00"]),
        ("poisoning (T36-T50 with fifth or sixth character 1-4)", []),
        ("acidosis - see categories E08-E10, E11 with ketoacidosis", []),
        ("certain localized infections", []),
    ],
)
def test_targets_of_excludes_notes(text: str, targets: list[str]) -> None:
    assert list(targets_in(text, "excludes1")) == targets


def test_a_condition_does_not_matter_for_what_comes_first() -> None:
    assert list(targets_in("poisoning (T36-T50 with fifth character 1-4)", "code_first")) == ["T36-T50"]


def test_a_long_cell_is_read_and_stays_an_exception(tmp_path: Path) -> None:
    path = tmp_path / "articles.csv"
    path.write_text("".join(f"{number},{'x' * 200_000}\n" for number in range(300)))
    before = csv.field_size_limit()
    rows = PublishedFile(path).cells()
    for number in range(300):
        assert [len(cell) for cell in next(rows)[1]] == [len(str(number)), 200_000]
        assert csv.field_size_limit() == before
    assert list(rows) == []
