"""prebill as a library: what a program writes in a few lines, and the errors that it can act on."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

import prebill
from prebill.ledger.memory import MemoryLedger
from prebill.reading import Problem, Sourced, Unreadable
from prebill.testing.build import encounter_from

DAY = date(2026, 3, 23)
WRONG = {"id": "C-1", "lines": ["99213-25-59-XS [I10]"]}
RIGHT = {"id": "C-2", "lines": ["99213 [I10]"]}
EDITS: dict[str, Any] = {"packs": ["general"], "select": ["MOD110"], "as_of": DAY}


def encounters(*contents: dict[str, Any]) -> list[prebill.Encounter]:
    return [encounter_from(each, number) for number, each in enumerate(contents, 1)]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "claims.ndjson"
    path.write_bytes(b"".join(msgspec.json.encode(each) + b"\n" for each in encounters(WRONG, RIGHT)))
    return path


def test_check_encounters_in_memory() -> None:
    with prebill.check(encounters(WRONG, RIGHT), **EDITS) as report:
        (finding,) = report.findings
        assert (finding.claim_id, finding.rule, finding.severity) == ("C-1", "MOD110", "stop")
        assert finding.at_risk == Decimal(100)
        assert finding.place is not None
        assert (finding.place.source, finding.place.line) == ("memory", 1)
        assert (report.summary.read, report.summary.held, report.incomplete) == (2, 1, False)


def test_check_an_iterator_or_nothing() -> None:
    assert prebill.check(iter(encounters(WRONG)), **EDITS).summary.held == 1
    assert prebill.check([], **EDITS).summary.read == 0
    assert prebill.check((), **EDITS).summary.read == 0


def test_check_files(file: Path) -> None:
    for source in (file, str(file), [file], (str(file),)):
        with prebill.check(source, **EDITS) as report:
            assert [each.rule for each in report.findings] == ["MOD110"]


def test_check_a_source_of_ones_own(file: Path) -> None:
    class Drawer:
        def read(self) -> Any:
            return prebill.read(file)

        def shares(self, _: int) -> Any:
            return (self,)

    assert prebill.check(Drawer(), workers=2, **EDITS).summary.held == 1


def test_a_report_is_read_as_often_as_wanted_until_it_is_closed(file: Path) -> None:
    with prebill.check(file, **EDITS) as report:
        assert list(report) == list(report)
        assert [claim.disposition for claim in report.claims] == [prebill.Disposition.HOLD]


def test_one_checker_checks_many_batches() -> None:
    from prebill.readers import Encounters

    ready = prebill.checker(**EDITS)
    assert isinstance(ready, prebill.Checker)
    assert [rule.code for rule in ready.rules] == ["MOD110"]
    assert ready.check(Encounters(encounters(WRONG))).summary.held == 1
    assert ready.check(Encounters(encounters(RIGHT))).summary.held == 0


def test_read_yields_every_record_or_why_there_is_none(file: Path) -> None:
    with file.open("ab") as stream:
        stream.write(b'{"claim": {"control_number": "C-3", "lines": 1}}\nno JSON\n')
    items = [item for item in prebill.read(file) if not isinstance(item, Problem)]
    assert [type(item) for item in items] == [Sourced, Sourced, Unreadable, Unreadable]
    assert [item.encounter.claim.control_number for item in items if isinstance(item, Sourced)] == ["C-1", "C-2"]
    assert [item.claim_id for item in items if isinstance(item, Unreadable)] == ["C-3", None]


def test_what_cannot_be_read_makes_a_report_incomplete(file: Path) -> None:
    file.write_bytes(file.read_bytes() + b"no JSON\n")
    with prebill.check(file, **EDITS) as report:
        assert (report.summary.read, report.summary.unreadable, report.incomplete) == (2, 1, True)


def test_registers_join_files(file: Path, tmp_path: Path) -> None:
    (tmp_path / "auths.csv").write_text("claim_id,number,status\nC-1,A1,approved\n")
    with prebill.check(file, registers={"authorizations": tmp_path / "auths.csv"}, **EDITS) as report:
        assert report.summary.problems == 0


def test_registers_do_not_join_encounters_in_memory() -> None:
    with pytest.raises(prebill.ConfigError, match="registers join files"):
        prebill.check(encounters(RIGHT), registers={"authorizations": "auths.csv"}, **EDITS)


def test_a_ledger_remembers(tmp_path: Path) -> None:
    pytest.importorskip("sqlalchemy")
    twice: dict[str, Any] = {"packs": ["general"], "select": ["DUP101"], "as_of": DAY}
    config = {"history_since": "2020-01-01"}
    for ledger in (MemoryLedger(), str(tmp_path / "billed.sqlite3")):
        first = prebill.check(encounters(RIGHT), ledger=ledger, config=config, **twice)
        again = prebill.check(encounters({**RIGHT, "id": "C-9"}), ledger=ledger, config=config, **twice)
        assert (first.summary.findings, again.summary.findings) == (0, 1)


def test_the_configuration_is_a_mapping_or_a_file(tmp_path: Path) -> None:
    content = {"rules": {"MOD110": {"severity": "review"}}}
    (tmp_path / "prebill.toml").write_text('[rules.MOD110]\nseverity = "review"\n')
    for config in (content, tmp_path / "prebill.toml", str(tmp_path / "prebill.toml")):
        with prebill.check(encounters(WRONG), config=config, **EDITS) as report:
            assert [each.severity for each in report.findings] == ["review"]
    (tmp_path / "prebill.toml").write_text('ignore = ["MOD"]\n')
    assert prebill.check(encounters(WRONG), config=tmp_path / "prebill.toml", **EDITS).summary.findings == 0


def test_nothing_is_searched_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "prebill.toml").write_text('ignore = ["MOD"]\n')
    monkeypatch.chdir(tmp_path)
    assert prebill.check(encounters(WRONG), **EDITS).summary.findings == 1


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"config": {"selct": ["MOD"]}}, prebill.ConfigError, "Did you mean 'select'"),
        ({"config": {"rules": {"MOD110": {"severity": "fatal"}}}}, prebill.ConfigError, "fatal"),
        ({"config": "there-is-none.toml"}, prebill.ConfigError, "there-is-none.toml"),
        ({"select": ["MDO"]}, prebill.ConfigError, "MDO"),
        ({"ignore": ["modifier-ordr"]}, prebill.ConfigError, "Did you mean 'modifier-order'"),
        ({"packs": ["generl"]}, prebill.PackError, "Did you mean 'general'"),
        ({"config": {"tables": {"mpsf": "x.csv"}}}, prebill.TableError, "Did you mean 'mpfs'"),
        ({"config": {"baseline": "there-is-none.txt"}}, prebill.ConfigError, "baseline"),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_read(
    options: dict[str, Any], error: type[Exception], said: str
) -> None:
    def never() -> Any:
        raise AssertionError
        yield

    assert issubclass(error, prebill.PrebillError)
    with pytest.raises(error, match=said):
        prebill.check(never(), **{"packs": ["general"], "as_of": DAY, **options})


def test_an_input_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    for source in (tmp_path / "none.837", [tmp_path / "none.837"]):
        with pytest.raises(prebill.InputError, match=r"none\.837"):
            prebill.check(source, **EDITS)
        with pytest.raises(prebill.InputError, match=r"none\.837"):
            list(prebill.read(source))
    with pytest.raises(prebill.InputError, match="no register is called"):
        prebill.check(_empty(tmp_path), registers={"authorization": tmp_path / "x.csv"}, **EDITS)


def test_a_ledger_that_is_none_is_an_error(tmp_path: Path) -> None:
    pytest.importorskip("sqlalchemy")
    (tmp_path / "billed.sqlite3").write_text("this is a text, and long enough not to pass for an empty database" * 99)
    with pytest.raises(prebill.LedgerError, match="not a ledger"):
        prebill.check(encounters(RIGHT), ledger=str(tmp_path / "billed.sqlite3"), **EDITS)


def test_everything_public_is_there_and_nothing_else() -> None:
    assert all(hasattr(prebill, name) for name in prebill.__all__)
    assert sorted(prebill.__all__) == list(dict.fromkeys(sorted(prebill.__all__)))
    with pytest.raises(AttributeError, match="no attribute 'chek'"):
        _ = prebill.chek


def _empty(folder: Path) -> Path:
    path = folder / "empty.ndjson"
    path.write_text("\n")
    return path
