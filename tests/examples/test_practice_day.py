"""The example day: generated alike every time, and judged exactly as its planted defects were declared."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from examples.generate import HERE, practice_day
from examples.practice.day import SENT_ON, Day
from examples.practice.files import files_of

from prebill import Report, check, read
from prebill.cli import main
from prebill.policy import load_policy
from prebill.reading import Sourced

CONFIG = HERE / "prebill.toml"
X12, NDJSON = HERE / "practice-day.837", HERE / "practice-day.ndjson"


@pytest.fixture(scope="module")
def day() -> Day:
    return practice_day()


@pytest.fixture(scope="module")
def reports() -> Mapping[Path, Report]:
    """The file for the payer with the registers beside it, and the encounters that hold everything themselves."""
    config = load_policy(CONFIG)
    inline = {name: value for name, value in config.items() if name != "registers"}
    return {
        X12: check(X12, config=CONFIG, as_of=SENT_ON),
        NDJSON: check(NDJSON, config=inline, as_of=SENT_ON),
    }


def test_the_day_is_generated_alike(day: Day) -> None:
    stale = [name for name, content in files_of(day).items() if (HERE / name).read_bytes() != content]
    assert not stale, "run python -m examples.generate"
    registers = {path.relative_to(HERE).as_posix() for path in (HERE / "registers").iterdir()}
    assert registers <= files_of(day).keys()


def test_both_forms_hold_the_claims_of_the_day(day: Day) -> None:
    for path in (X12, NDJSON):
        claims = [item.encounter.claim for item in read(path) if isinstance(item, Sourced)]
        assert [each.control_number for each in claims] == [each.control_number for each in day.claims]
        assert [each.lines for each in claims] == [each.lines for each in day.claims]
    assert len(day.claims) >= 160


@pytest.mark.parametrize("path", [X12, NDJSON], ids=["837P and registers", "encounters"])
def test_every_leak_is_found_and_nothing_else(path: Path, reports: Mapping[Path, Report]) -> None:
    found = Counter(_key(each) for each in reports[path].findings)
    with (HERE / "expected.csv").open(encoding="utf-8") as file:
        expected = Counter(
            (row["claim_id"], row["rule"], row["severity"], row["lines"]) for row in csv.DictReader(file)
        )
    assert sorted((found - expected).elements()) == [], "found, and not declared beside any planted defect"
    assert sorted((expected - found).elements()) == [], "planted, and not found"


@pytest.mark.parametrize("path", [X12, NDJSON], ids=["837P and registers", "encounters"])
def test_every_claim_is_accounted_for(path: Path, day: Day, reports: Mapping[Path, Report]) -> None:
    report, summary = reports[path], reports[path].summary
    assert not report.incomplete
    assert summary.read == len(day.claims) == summary.clean + summary.review + summary.held
    assert summary.problems == 0
    assert summary.held >= 30


def test_the_leaks_reach_every_pack(day: Day) -> None:
    families = {leak.rule[:3] for leak in day.leaks}
    assert {"ANE", "AUT", "BHV", "BND", "CAR", "DUP", "ELG", "MOD", "ORT", "TFL"} <= families


def test_the_command_line_stops_the_batch() -> None:
    arguments = ["check", str(X12), "--config", str(CONFIG), "--as-of", str(SENT_ON)]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 1, result.output
    assert "ANE102" in result.stdout


def _key(finding: Any) -> tuple[str, str, str, str]:
    elsewhere = (each for each in finding.affected if each.claim_id != finding.claim_id)
    lines = [*map(str, finding.lines), *(f"{each.claim_id}/{each.line}" for each in elsewhere)]
    return finding.claim_id, finding.rule, str(finding.severity), " ".join(lines)
