"""Six ordinary weeks of a group of many specialties: nothing is stopped, and whatever is spoilt is found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random

import attrs
import pytest
from examples.practice.ordinary.corpus import ordinary_weeks
from examples.practice.ordinary.weeks import Weeks

from prebill import Finding, Report, Severity
from tests.corpus.defects import DEFECTS
from tests.corpus.running import DATA, PAIRS, check, checker_of, counting, import_published

CLAIMS = 5_000
FEWER_CLAIMS = 2_500
JULY_2024 = date(2024, 7, 8)
MOST_REVIEWS = 0.02
"""The part of the claims that one rule may call worth a look."""


def stops(report: Report) -> list[tuple[str, str, str]]:
    return [(each.claim_id, each.rule, each.message) for each in report.findings if each.severity is Severity.STOP]


def accounted_for(report: Report, weeks: Weeks) -> None:
    summary = report.summary
    assert summary.read == len(weeks) == summary.clean + summary.review + summary.held
    assert summary.crashes == summary.unreadable == summary.problems == 0


def reviews(report: Report) -> dict[str, int]:
    """Count the claims that each rule calls worth a look, of the rules that do so too often."""
    found = Counter(
        rule for claim in report.claims for rule in {each.rule for each in claim.findings if each.severity != "info"}
    )
    return {rule: count for rule, count in found.items() if count > MOST_REVIEWS * report.summary.read}


def test_ordinary_weeks_have_not_a_single_stop() -> None:
    weeks = ordinary_weeks(CLAIMS)
    decided: Counter[str] = Counter()
    ready = counting(checker_of(weeks), decided)
    with check(ready, weeks.encounters) as report:
        accounted_for(report, weeks)
        assert stops(report) == []
        assert reviews(report) == {}
    rules = {rule.code for rule in ready.rules}
    never = sorted(rules - {code for code, count in decided.items() if count})
    assert len(rules) - len(never) >= 140, f"rules that decided nothing: {never}"


@pytest.mark.skipif(not (DATA / PAIRS[0]).is_file(), reason=f"no published tables: {DATA} is not there")
def test_nor_have_those_of_2024_by_the_complete_tables_of_their_quarter(tmp_path: Path) -> None:
    weeks = ordinary_weeks(FEWER_CLAIMS, start=JULY_2024)
    billed = frozenset(line.procedure for claim in weeks.claims for line in claim.lines)
    store = tmp_path / "store"
    import_published(store, billed, tmp_path)
    with check(checker_of(weeks, store), weeks.encounters) as report:
        accounted_for(report, weeks)
        assert stops(report) == []
        assert reviews(report) == {}
        missing = {each.rule for each in report.not_checked}
        assert not missing & {"BND111", "MOD106", "MOD108", "MOD109"}, "the fee schedule is complete"


def test_the_same_seed_makes_the_same_claims() -> None:
    assert list(ordinary_weeks(300).encounters) == list(ordinary_weeks(300).encounters)
    assert ordinary_weeks(300).claims != ordinary_weeks(300, seed=7).claims


def test_every_planted_defect_is_found_by_its_rule_on_its_claim() -> None:
    weeks = ordinary_weeks(FEWER_CLAIMS, seed=22)
    encounters = {each.claim.control_number: each for each in weeks.encounters}
    suited = {
        defect.name: [claim for claim, encounter in encounters.items() if defect.suits(encounter)] for defect in DEFECTS
    }
    random = Random(22)
    expected: dict[str, set[str]] = {}
    for defect in sorted(DEFECTS, key=lambda each: len(suited[each.name])):  # the rare ones choose first
        claim = random.choice([each for each in suited[defect.name] if each not in expected])
        encounters[claim] = defect.spoil(encounters[claim])
        expected[claim] = set(defect.codes)
    found: dict[str, set[str]] = {}
    with check(checker_of(weeks), encounters.values()) as report:
        for each in _stopped(report):
            found.setdefault(each.claim_id, set()).add(each.rule)
    assert found == expected


def test_a_claim_billed_twice_is_found() -> None:
    weeks = ordinary_weeks(200)
    encounters = list(weeks.encounters)
    first = next(each for each in encounters if [line.procedure for line in each.claim.lines] == ["99213"])
    again = attrs.evolve(first, claim=attrs.evolve(first.claim, control_number="ZZ-1"), encounter_id=None)
    with check(checker_of(weeks), [*encounters, again]) as report:
        assert {(each.claim_id, each.rule) for each in _stopped(report)} == {("ZZ-1", "DUP101")}


def _stopped(report: Report) -> Iterator[Finding]:
    return (each for each in report.findings if each.severity is Severity.STOP)
