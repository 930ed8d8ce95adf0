"""What is stored is what rules see: in any process, for every row type, and as the lock says."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import prebill as library
from prebill.cli import main
from prebill.engine.context import DatedTables
from prebill.lookup import build_edition
from prebill.packs import Pack
from prebill.tables import TableSet, TableStore
from prebill.tables.edition_file import FORMAT
from prebill.tables.lock import LOCK
from prebill.tables.store import PLACE
from tests.tables.conftest import Prebill
from tests.tables.made_up import FEES, Fee, installed, write_fees
from tests.tables.made_up_view import FeeOfProcedure

VIEW = installed(Pack(name="view", tables=("tests.tables.made_up_view",)))


@pytest.fixture
def imported(prebill: Prebill, tmp_path: Path) -> str:
    """Import an edition, and return its checksum as reports name it."""
    write_fees(tmp_path, "99213 120", "99214 180", "99215 90")
    done = prebill("tables", "import", "fees", "fees.txt")
    assert done.exit_code == 0, done.stderr
    return next(word.rstrip(":") for word in done.stdout.split() if word.startswith("sha256:"))


def report(prebill: Prebill, *arguments: str) -> dict[str, Any]:
    done = prebill("check", "claims.ndjson", "--as-of", "2024-08-01", "--format", "json", *arguments)
    assert done.exit_code in {0, 1}, done.stderr
    content: dict[str, Any] = json.loads(done.stdout)
    return content


def found(content: dict[str, Any]) -> list[str]:
    return [record["message"] for record in content["records"] if record["kind"] == "finding"]


def test_check_uses_what_is_stored_beside_the_configuration(prebill: Prebill, claims: str, imported: str) -> None:
    content = report(prebill)
    assert len(found(content)) == 6
    assert content["run"]["tables"] == {"made-up-fee": [f"2024Q3 {imported}"]}
    assert found(report(prebill, "--isolated")) == []
    assert report(prebill, "--isolated", "--store", str(PLACE))["records"] == content["records"]
    assert prebill("check", claims, "--store", "nowhere").exit_code == 2


def test_any_number_of_workers_finds_the_same(prebill: Prebill, claims: str, imported: str) -> None:
    one, two = report(prebill), report(prebill, "--workers", "2")
    assert one == two
    assert len(found(two)) == 6


def test_the_configuration_names_the_store(prebill: Prebill, claims: str, imported: str, tmp_path: Path) -> None:
    practice = tmp_path / "practice"
    practice.mkdir()
    (tmp_path / PLACE).rename(practice / "reference")
    (practice / "prebill.toml").write_text("table_store = 'reference'\n")
    assert len(found(report(prebill, "--config", "practice/prebill.toml"))) == 6
    assert found(report(prebill)) == []
    shown = prebill("config", "show", "--config", "practice/prebill.toml").stdout
    assert 'table_store = "practice/reference"' in shown
    assert prebill("config", "validate", "--config", "practice/prebill.toml").exit_code == 0
    schema = json.loads(prebill("config", "schema").stdout)
    assert schema["properties"]["table_store"]["type"] == "string"
    (practice / "prebill.toml").write_text("table_stor = 'reference'\n")
    assert "Did you mean 'table_store'?" in prebill("config", "validate", "--config", "practice/prebill.toml").stderr


def test_programs_name_the_store(prebill: Prebill, claims: str, imported: str) -> None:
    def findings(**options: Any) -> int:
        with library.check(claims, as_of=date(2024, 8, 1), **options) as checked:
            return checked.summary.findings

    assert findings() == 0, "nothing is searched for"
    assert findings(table_store=PLACE) == 6
    assert findings(config={"table_store": str(PLACE)}) == 6
    Path("prebill.toml").write_text("")
    assert findings(config="prebill.toml") == 6
    assert findings(config="prebill.toml", table_store="elsewhere") == 0


def test_every_row_type_of_a_table_has_the_stored_rows(
    prebill: Prebill, packs: Callable[..., None], imported: str
) -> None:
    tables = TableSet.load((FEES, VIEW), {}, TableStore(PLACE))
    day = date(2024, 7, 15)
    (fee,) = tables.find(Fee).on(day).all("99213", "")
    (seen,) = tables.find(FeeOfProcedure).on(day).all("99213")
    assert (type(fee), type(seen), fee.amount) == (Fee, FeeOfProcedure, seen.amount)
    alone = TableSet.load((VIEW,), {}, TableStore(PLACE))
    assert alone.find(Fee).editions == ()
    assert alone.find(FeeOfProcedure).on(day).all("99213") == (seen,)


def test_row_types_of_one_table_are_not_taken_for_each_other() -> None:
    editions = {
        row_type: (build_edition(row_type, [row], name=row_type.__name__, source="its own pack", complete=True),)
        for row_type, row in (
            (Fee, Fee(procedure="99213")),
            (FeeOfProcedure, FeeOfProcedure(procedure="99213", amount=Decimal(1))),
        )
    }
    tables, narrowed, day = TableSet(editions), DatedTables(), date(2024, 7, 15)
    assert narrowed.on(tables.find(Fee), day).edition.name == "Fee"
    assert narrowed.on(tables.find(FeeOfProcedure), day).edition.name == "FeeOfProcedure"


def test_a_file_of_the_configuration_serves_every_row_type_too(tmp_path: Path) -> None:
    file = tmp_path / "fees.csv"
    file.write_text("# edition: e\n# source: s\n# complete: yes\nprocedure,modifier,amount\n99213,,120\n")
    tables = TableSet.load((FEES, VIEW), {"made-up-fee": (str(file),)})
    assert tables.find(FeeOfProcedure).on(date(2024, 7, 15)).all("99213")[0].amount == 120
    assert tables.find(Fee).on(date(2024, 7, 15)).all("99213", "")[0].amount == 120


def test_editions_side_by_side_are_chosen_by_day_and_compared(prebill: Prebill, tmp_path: Path, imported: str) -> None:
    write_fees(tmp_path, "99213 120", "99214 185", "99212 70", edition="2024Q4")
    assert prebill("tables", "import", "fees", "fees.txt", "--effective-from", "2024-10-01").exit_code == 0

    def shown(day: str) -> str:
        return prebill("tables", "show", "made-up-fee", "99214", "", "--on", day).stdout

    assert "amount 180" in shown("2024-09-30")
    assert "amount 185" in shown("2024-10-01")
    compared = prebill("tables", "diff", "made-up-fee", "2024Q3", "2024Q4").stdout.splitlines()
    assert compared == [
        "added    99212 : procedure 99212, modifier , amount 70",
        "changed  99214 : amount 180 → 185",
        "removed  99215 : procedure 99215, modifier , amount 90",
        "1 added, 1 removed, 1 changed",
    ]
    assert prebill("tables", "diff", "made-up-fee", "2024Q4", "2024Q4").stdout == "0 added, 0 removed, 0 changed\n"
    lines = prebill("tables", "diff", "made-up-fee", "2024Q3", "2024Q4", "--format", "csv").stdout.splitlines()
    assert [line.split(",")[0] for line in lines] == ["change", "added", "before", "after", "removed"]
    changes = json.loads(prebill("tables", "diff", "made-up-fee", "2024Q3", "2024Q4", "--format", "json").stdout)
    assert [each["kind"] for each in changes] == ["added", "changed", "removed"]
    assert "Did you mean '2024Q4'?" in prebill("tables", "diff", "made-up-fee", "2024Q3", "2024Q").stderr


def test_rows_are_found_by_what_they_hold(prebill: Prebill, imported: str) -> None:
    def shown(*arguments: str) -> list[str]:
        return prebill("tables", "show", "made-up-fee", *arguments, "--on", "2024-07-15").stdout.splitlines()[1:]

    assert shown("--find", "120") == ["procedure 99213  modifier   amount 120"]
    assert len(shown("--find", "9921")) == 3
    assert shown("--find", "knee") == ["knee has no row"]
    assert prebill("tables", "show", "made-up-fee", "99213", "", "--find", "120").exit_code == 2


def test_every_edition_is_listed_with_its_origin(prebill: Prebill, imported: str) -> None:
    Path("fees.csv").write_text("# edition: e\n# source: s\n# complete: no\nprocedure,modifier\n99213,\n")
    Path("prebill.toml").write_text("[tables]\nmade-up-fee = 'fees.csv'\n")
    listed = json.loads(prebill("tables", "list", "--format", "json").stdout)
    assert [(each["edition"], each["origin"], each["rows"], each["complete"]) for each in listed] == [
        ("e", "file", 1, False),
        ("2024Q3", "store", 3, True),
    ]
    text = prebill("tables", "list").stdout
    assert "made-up-fee" in text
    assert "file fees.csv" in text


@pytest.mark.parametrize("spoil", [f"replace(content, '\"format\":{FORMAT}', '\"format\":0')", "'{}'"])
def test_an_edition_of_another_version_has_to_be_imported_again(
    prebill: Prebill, claims: str, imported: str, spoil: str
) -> None:
    (file,) = PLACE.rglob("*.sqlite")
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(f"UPDATE description SET content = {spoil}")
        connection.commit()
    for command in (("check", claims), ("tables", "list"), ("tables", "verify")):
        done = prebill(*command)
        assert done.exit_code == 2
        assert f"{file.name}: written by another version of prebill; import the edition again" in done.stderr
    assert prebill("tables", "import", "fees", "fees.txt", "--dry-run").stdout.endswith(": can be imported\n")
    assert prebill("tables", "import", "fees", "fees.txt").stdout.endswith(": replaced\n")
    assert len(found(report(prebill))) == 6


class TestLock:
    """A lock makes every machine check against the same editions."""

    def test_it_says_the_same_every_time(self, prebill: Prebill, imported: str) -> None:
        assert prebill("tables", "lock").stdout == f"{LOCK}: 1 edition locked\n"
        written = Path(LOCK).read_bytes()
        (entry,) = json.loads(written)
        assert (entry["table"], entry["edition"], entry["origin"], entry["rows"]) == (
            "made-up-fee", "2024Q3", "store", 3,
        )  # fmt: skip
        assert f"sha256:{entry['checksum']}" == imported
        prebill("tables", "lock")
        assert Path(LOCK).read_bytes() == written
        assert prebill("tables", "verify").stdout == "1 edition as imported, all as locked\n"

    def test_other_editions_do_not_count(self, prebill: Prebill, claims: str, tmp_path: Path, imported: str) -> None:
        prebill("tables", "lock")
        locked = report(prebill)
        write_fees(tmp_path, "99213 1", "99214 1", "99215 1", edition="newer")
        done = prebill("tables", "import", "fees", "fees.txt", "--effective-from", "2024-07-02")
        assert "once `prebill tables lock`" in done.stderr
        assert report(prebill) == locked
        prebill("tables", "lock")
        assert found(report(prebill)) == []

    @pytest.mark.parametrize("command", [("check", "claims.ndjson"), ("config", "validate"), ("tables", "verify")])
    def test_a_missing_or_other_edition_is_an_error(
        self, prebill: Prebill, claims: str, tmp_path: Path, imported: str, command: tuple[str, ...]
    ) -> None:
        prebill("tables", "lock")
        write_fees(tmp_path, "99213 121")
        prebill("tables", "import", "fees", "fees.txt", "--replace")
        other = prebill(*command)
        assert other.exit_code == 2
        assert "made-up-fee: the edition 2024Q3 of the store is not the one that was locked" in other.stderr
        prebill("tables", "remove", "made-up-fee", "2024Q3")
        missing = prebill(*command)
        assert missing.exit_code == 2
        assert "made-up-fee: the edition 2024Q3 of the store is missing" in missing.stderr
        assert "`prebill tables lock`" in missing.stderr

    def test_a_lock_that_cannot_be_read_is_an_error(self, prebill: Prebill, claims: str) -> None:
        Path(LOCK).write_text("[{}]")
        done = prebill("check", claims)
        assert done.exit_code == 2
        assert f"{LOCK}: " in done.stderr

    def test_what_a_pack_ships_is_locked_too(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        from click.testing import CliRunner

        monkeypatch.chdir(tmp_path)
        run = CliRunner()
        assert run.invoke(main, ["tables", "lock", "--pack", "general"]).exit_code == 0
        entries = json.loads(Path(LOCK).read_bytes())
        assert {entry["origin"] for entry in entries} == {"pack general"}
        assert run.invoke(main, ["config", "validate", "--pack", "general"]).exit_code == 0
        Path(LOCK).write_text(json.dumps([{**entries[0], "checksum": "another"}, *entries[1:-1]]))
        done = run.invoke(main, ["config", "validate", "--pack", "general"])
        assert done.exit_code == 2
        assert "of the pack general is not the one that was locked" in done.stderr
        assert "of the pack general was not locked" in done.stderr
