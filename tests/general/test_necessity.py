from __future__ import annotations

import os
import pickle
import runpy
import time
from datetime import date
from pathlib import Path

import pytest

from prebill.general.necessity.diagnoses import dotted, fiscal_year, letter
from prebill.general.tables.icd10cm import DiagnosisCode
from prebill.general.tables.icd10cm_notes import DiagnosisNote
from prebill.lookup import Table
from prebill.packs import find_packs
from prebill.tables import TableSet, shipped_edition
from prebill.testing import Case, breaches, cases_of, run_case

SHARED = Path(os.environ.get("PREBILL_SHARED_DATA") or Path(__file__).parents[3] / "shared/data")
PUBLISHED = SHARED / "cms/icd10cm_order_2026.txt.gz"

GENERAL = find_packs(["general"])[0]
CASES = [case for case in cases_of(GENERAL) if case.rule is not None and case.rule.code.startswith("NEC")]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_case(case: Case) -> None:
    result = run_case(case)
    assert result.passed, result.detail


def test_the_rules_keep_the_contract() -> None:
    assert [breach for breach in breaches(GENERAL) if breach.startswith("NEC")] == []


def test_every_rule_of_the_specification_is_there() -> None:
    found = {rule.code for rule in GENERAL.rules if rule.code.startswith("NEC")}
    assert found == {f"NEC{number}" for number in range(101, 113)}


@pytest.fixture(scope="module")
def codes() -> Table[DiagnosisCode]:
    return TableSet().find(DiagnosisCode).on(date(2026, 3, 16))


def test_the_list_of_codes_is_all_of_the_fiscal_year(codes: Table[DiagnosisCode]) -> None:
    edition = codes.edition
    assert edition.complete
    assert (edition.effective_from, edition.effective_to) == (date(2025, 10, 1), date(2026, 9, 30))
    rows = codes.starting_with("")
    assert len(rows) == len(edition.rows) == 98_186
    assert sum(row.billable for row in rows) == 74_719


@pytest.mark.parametrize(
    ("code", "billable"),
    [
        ("I10", True),
        ("I251", False),
        ("I2510", True),
        ("S72001", False),
        ("S72001A", True),
        ("U071", True),
        ("G35", False),
        ("F32A", True),
    ],
)
def test_published_codes(codes: Table[DiagnosisCode], code: str, *, billable: bool) -> None:
    row = codes.get(code)
    assert row is not None
    assert row.billable is billable


@pytest.mark.parametrize(
    ("code", "side"),
    [
        ("M1711", "R"),
        ("M1712", "L"),
        ("M170", "B"),
        ("M1710", "U"),
        ("S52521A", "R"),
        ("I50810", None),
        ("I4510", None),
        ("H5411", None),
        ("I10", None),
    ],
)
def test_sides_by_the_titles(codes: Table[DiagnosisCode], code: str, side: str | None) -> None:
    row = codes.get(code)
    assert row is not None
    assert row.side == side


def test_manifestations_by_the_titles(codes: Table[DiagnosisCode]) -> None:
    found = {row.code for row in codes.starting_with("") if row.manifestation}
    assert {"F0280", "H42", "M368"} <= found
    assert not {"I509", "N183", "B950", "F54"} & found


def test_absent_codes(codes: Table[DiagnosisCode]) -> None:
    assert codes.get("E1199") is None
    assert codes.get("") is None
    assert codes.starting_with("E1199") == ()


def test_a_list_is_read_when_it_is_first_needed_and_quickly() -> None:
    shipped = shipped_edition(DiagnosisCode)
    assert shipped is not None
    fresh = pickle.loads(pickle.dumps(shipped))
    assert not fresh.rows._lines
    begun = time.perf_counter()
    assert fresh.rows["I10",][0].billable
    assert time.perf_counter() - begun < 1  # about 0.1 s; generous, for a busy machine


@pytest.mark.parametrize(
    ("target", "code", "named"),
    [
        ("M544", "M5441", True),
        ("M544", "M545", False),
        ("E00-E03", "E039", True),
        ("E00-E03", "E041", False),
        ("T36-T65", "T3691XA", True),
    ],
)
def test_targets_of_notes(target: str, code: str, *, named: bool) -> None:
    assert DiagnosisNote(code="X", note="excludes1", target=target).names(code) is named


def test_how_codes_and_years_are_written() -> None:
    assert [dotted("E119"), dotted("I10"), letter(3)] == ["E11.9", "I10", "C"]
    assert [fiscal_year(date(2026, 9, 30)), fiscal_year(date(2026, 10, 1))] == [2026, 2027]


@pytest.mark.skipif(not PUBLISHED.exists(), reason=f"needs {PUBLISHED.name} in the folder PREBILL_SHARED_DATA")
def test_the_shipped_list_is_what_the_order_file_gives(codes: Table[DiagnosisCode]) -> None:
    tool = runpy.run_path(str(Path(__file__).parents[2] / "tools/build_icd10cm.py"))
    source = PUBLISHED
    built = [line.split(",")[:2] for line in tool["rows"](source)]
    assert built == [[row.code, str(int(row.billable))] for row in codes.starting_with("")]
