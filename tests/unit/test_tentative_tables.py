"""What rests on rows that are unverified, or carried forward from an earlier edition, is never a stop."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from prebill import NotKnown, ServiceLine, Severity, hit
from prebill.engine import Checker
from prebill.engine.bound import BoundRule
from prebill.engine.context import DatedTables
from prebill.engine.judge import finding
from prebill.lookup import Table, build_edition
from prebill.model import Claim
from prebill.policy import Policy, RuleSet
from prebill.readers import Encounters
from prebill.tables import TableSet, read_edition
from prebill.testing.build import encounter_from
from tests.engine.sample_rules import Limit, more_than_limit, pack_of

LAST_DAY, LATER = date(2025, 12, 31), date(2026, 3, 16)


def edition(name: str = "2025", *, first: int = 2025, **facts: Any) -> Any:
    return build_edition(
        Limit,
        [Limit(code="1", most=1)],
        name=name,
        source="test",
        complete=facts.pop("complete", True),
        effective_from=date(first, 1, 1),
        effective_to=date(first, 12, 31),
        **facts,
    )


def test_an_edition_speaks_for_later_days_only_if_it_is_carried_forward() -> None:
    with pytest.raises(NotKnown, match="2026"):
        Table("limit", (edition(),)).on(LATER)
    carried = Table("limit", (edition(carried_forward=True),)).on(LATER)
    assert carried.get("1").most == 1
    assert carried.tentative


def test_an_edition_is_not_carried_backward() -> None:
    with pytest.raises(NotKnown):
        Table("limit", (edition(carried_forward=True),)).on(date(2024, 12, 31))


def test_an_edition_in_force_is_not_tentative_and_comes_before_a_carried_one() -> None:
    table = Table("limit", (edition("2025", carried_forward=True), edition("2026", first=2026)))
    assert not table.on(LAST_DAY).tentative
    assert table.on(LATER).edition.name == "2026"
    assert not table.on(LATER).tentative


def test_of_several_carried_editions_the_last_one_speaks() -> None:
    table = Table("limit", tuple(edition(str(year), first=year, carried_forward=True) for year in (2025, 2023, 2024)))
    assert table.on(LATER).edition.name == "2025"


def test_unverified_rows_are_tentative_on_every_day() -> None:
    assert Table("limit", (edition(verified=False),)).on(LAST_DAY).tentative


def test_find_answers_none_only_for_a_key_absent_from_an_excerpt() -> None:
    excerpt = Table("limit", (edition(complete=False),)).on(LAST_DAY)
    complete = Table("limit", (edition(),)).on(LAST_DAY)
    assert excerpt.find("2") is None
    assert complete.find("2") == ()
    assert [row.most for row in excerpt.find("1") or ()] == [1]


def test_the_heading_of_a_file_says_both(tmp_path: Path) -> None:
    file = tmp_path / "limit.csv"
    file.write_text(
        "# edition: e\n# source: s\n# complete: no\n# effective_to: 2025-12-31\n# verified: no\n"
        "# carried_forward: yes\ncode,most\n1,1\n",
        encoding="utf-8",
    )
    read = read_edition(Limit, file)
    assert (read.verified, read.carried_forward) == (False, True)


@pytest.mark.parametrize("configured", [None, Severity.STOP])
def test_a_hit_upon_carried_rows_is_at_most_a_review(configured: Severity | None) -> None:
    bound = BoundRule(rule=more_than_limit, number=0, getters=(), values={}, severity=configured, settled=True)
    line = ServiceLine(number=1, procedure="1", from_date=LATER)
    claim = Claim(control_number="C-1", lines=(line,))
    carried = Table("limit", (edition(carried_forward=True),)).on(LATER)
    upon = finding(bound, hit(line, "m", fix="f", upon=carried), claim)
    free = finding(bound, hit(line, "m", fix="f", upon=()), claim)
    assert (upon.severity, free.severity) == (Severity.REVIEW, Severity.STOP)


def test_a_rule_that_does_not_say_rests_on_every_table_it_was_given() -> None:
    checker = Checker(
        rule_set=RuleSet((pack_of(more_than_limit),)),
        policy=Policy(),
        tables=TableSet({"limit": (edition(carried_forward=True),)}),
        as_of=LATER,
    )
    encounter = encounter_from({"lines": ["1-59 x9"], "documentation": {"note": [{"minutes": 5}]}})
    with checker.check(Encounters([encounter])) as report:
        assert [each.severity for each in report.findings] == [Severity.REVIEW]


def test_a_day_without_an_edition_is_remembered_too() -> None:
    tables = DatedTables()
    for _ in range(2):
        with pytest.raises(NotKnown, match="no edition of the table limit covers"):
            tables.on(Table("limit", (edition(),)), LATER)
