"""What a practice decides about findings: waivers, a baseline, what is held and what is looked at."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import prebill
from prebill.errors import ConfigError
from prebill.findings import Disposition
from prebill.model import Encounter
from prebill.policy import read_baseline, write_baseline
from prebill.reading import Problem
from prebill.report import Report
from prebill.testing.build import encounter_from

TODAY = date(2026, 3, 20)
WAIVER = {"rule": "DUP103", "claim": "C-1", "reason": "agreed with the payer", "expires": "2026-03-31"}


def batch() -> list[Encounter]:
    """One repeated line for one diagnosis (a stop), two dear and cheap ones for different ones (reviews)."""
    return [
        encounter_from(each, number)
        for number, each in enumerate(
            [
                {"lines": ["93000 [I10] $50", "93000 [I10] $50"]},
                {"lines": ["93000 [I10] $900", "93000 [R07.9] $900"]},
                {"lines": ["93000 [I10] $5", "93000 [R07.9] $5"]},
                {"lines": ["99213 [I10] $135"]},
            ],
            1,
        )
    ]


def run(config: Mapping[str, Any], day: date = TODAY) -> Report:
    return prebill.check(batch(), config={"select": ["DUP103"], **config}, packs=["general"], as_of=day)


def dispositions(report: Report) -> dict[str, str]:
    return {claim.claim_id: claim.disposition.value for claim in report.claims}


def adds_up(report: Report) -> bool:
    counts = report.summary
    return counts.read == 4 == counts.clean + counts.review + counts.held


def test_claims_are_held_looked_at_or_released() -> None:
    with run({"hold": {"rework": {"DUP": 0}}}) as report:
        assert dispositions(report) == {"C-1": "hold", "C-2": "review", "C-3": "release"}
        assert adds_up(report)
        assert report.summary.findings == 3
        assert report.summary.review_minutes == 4


def test_a_full_day_releases_with_the_finding_attached() -> None:
    with run({"hold": {"rework": {"DUP": 100}, "capacity_minutes": 4}}) as report:
        assert dispositions(report) == {"C-1": "hold", "C-2": "review", "C-3": "release"}
        third = next(claim for claim in report.claims if claim.claim_id == "C-3")
        assert (third.reason, len(third.findings)) == ("capacity", 1)
        assert report.summary.released_by_capacity == 1
        assert adds_up(report)


def test_a_share_of_the_batch_bounds_what_is_looked_at() -> None:
    with run({"hold": {"rework": {"DUP": 100}, "max_share": 0.25}}) as report:
        assert report.summary.review == 1
    with run({"hold": {"rework": {"DUP": 100}, "max_share": 0.5}}) as report:
        assert report.summary.review == 2


def test_a_waiver_lets_a_finding_go_until_it_expires() -> None:
    with run({"waivers": [WAIVER]}, date(2026, 3, 31)) as report:
        first = next(iter(report.claims))
        assert (first.disposition, first.findings) == (Disposition.RELEASE, ())
        assert [(each.finding.rule, each.reason) for each in first.waived] == [("DUP103", "agreed with the payer")]
        assert (report.summary.waived, report.summary.held, report.summary.problems) == (1, 0, 0)
        assert adds_up(report)


def test_an_expired_waiver_counts_no_more_and_is_reported() -> None:
    with run({"waivers": [WAIVER]}, date(2026, 4, 1)) as report:
        assert report.summary.held == 1
        problem = next(each for each in report if isinstance(each, Problem))
        assert "DUP103 on C-1 (agreed with the payer) expired 2026-03-31" in problem.message
        assert not report.incomplete


def test_a_waiver_can_name_a_fingerprint() -> None:
    with run({}) as report:
        fingerprint = next(report.findings).fingerprint
    with run({"waivers": [{"fingerprint": fingerprint, "reason": "known", "expires": "2026-12-31"}]}) as report:
        assert report.summary.waived == 1


@pytest.mark.parametrize(
    "waiver",
    [
        {"rule": "DUP103", "claim": "C-1", "expires": "2026-12-31"},
        {"rule": "DUP103", "claim": "C-1", "reason": "why"},
        {"rule": "DUP103", "reason": "why", "expires": "2026-12-31"},
        {"claim": "C-1", "reason": "why", "expires": "2026-12-31"},
        {**WAIVER, "fingerprint": "0123456789abcdef"},
    ],
)
def test_a_waiver_needs_a_finding_a_reason_and_an_end(waiver: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match="waivers"):
        run({"waivers": [waiver]})


def test_a_baseline_hides_what_was_known_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "baseline.txt"
    with run({}) as report:
        assert write_baseline(file, (each for each in report.findings if each.claim_id != "C-2")) == 2
    assert len(read_baseline(file)) == 2
    with run({"baseline": str(file)}) as report:
        assert [each.claim_id for each in report.findings] == ["C-2"]
        assert (report.summary.baseline, report.summary.findings, report.summary.held) == (2, 1, 0)
        assert adds_up(report)


def test_a_baseline_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="baseline"):
        run({"baseline": str(tmp_path / "absent.txt")})


@pytest.mark.parametrize(
    "hold",
    [
        {"min_nett": 10},
        {"min_net": -1},
        {"max_share": 15},
        {"always": {"25": 10}},
        {"observed": {"MOD103": {"any": {"fired": 3}}}},
        {"looks": {"clinical": {"minutes": 15}}},
    ],
)
def test_wrong_settings_of_the_hold_policy_are_errors(hold: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match="hold"):
        run({"hold": hold})
