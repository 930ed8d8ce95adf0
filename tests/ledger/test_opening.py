"""What opens as a ledger, and what is refused with a reason."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

from prebill.errors import LedgerError
from prebill.ledger import open_ledger
from prebill.ledger.database import connect
from prebill.ledger.migrate import VERSION_TABLE
from prebill.ledger.schema import metadata
from prebill.ledger.sql import SqlLedger
from tests.ledger.made_up import content, fill


@contextmanager
def raw(url: str) -> Iterator[Connection]:
    """Write to a ledger's database behind its back."""
    database = connect(url, 5)
    try:
        with database.writing() as connection:
            yield connection
    finally:
        database.engine.dispose()


def test_migrations_make_the_tables_that_the_code_uses(url: str) -> None:
    SqlLedger.open(url).close()
    with raw(url) as connection:
        context = MigrationContext.configure(
            connection, opts={"version_table": VERSION_TABLE, "compare_server_default": True}
        )
        assert compare_metadata(context, metadata) == []


def test_a_path_and_its_url_are_the_same_ledger(tmp_path: Path) -> None:
    path = tmp_path / "100% of 'it'.sqlite3"
    with closing(open_ledger(str(path))) as ledger:
        fill(ledger)
        before = content(ledger)
    with closing(open_ledger(f"sqlite:///{path}")) as ledger:
        assert content(ledger) == before
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


def test_an_empty_file_becomes_a_ledger(tmp_path: Path) -> None:
    path = tmp_path / "empty.sqlite3"
    path.touch()
    with closing(SqlLedger.open(str(path))) as ledger:
        fill(ledger)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permissions")
def test_only_its_owner_can_read_a_new_file(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    with closing(SqlLedger.open(str(path))) as ledger, ledger.update():
        files = list(tmp_path.iterdir())
        assert len(files) > 1
        assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_opening_does_not_wait_for_a_run(url: str, ledger: SqlLedger) -> None:
    with ledger.update(), closing(SqlLedger.open(url, patience=0)) as other:
        assert list(other.claims()) == []


def test_a_ledger_of_a_newer_version_is_refused(url: str) -> None:
    SqlLedger.open(url).close()
    with raw(url) as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = 'v9999'"))
    with pytest.raises(LedgerError, match=r"written by a newer version of prebill; update prebill"):
        SqlLedger.open(url)


def test_a_database_of_something_else_is_refused_and_left_alone(url: str) -> None:
    with raw(url) as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
    with pytest.raises(LedgerError, match=r"this is not a ledger; it holds other tables"):
        SqlLedger.open(url)
    with raw(url) as connection:
        assert connection.execute(text("SELECT count(*) FROM alembic_version")).scalar_one() == 0
        connection.execute(text("CREATE TABLE claim (version_num VARCHAR(32))"))


def test_a_file_of_something_else_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "claims.837"
    path.write_text("ISA*00*CANARY" * 100)
    with pytest.raises(LedgerError, match=r"claims\.837: this is not a ledger") as caught:
        SqlLedger.open(str(path))
    assert "CANARY" not in str(caught.value)
    assert path.read_text() == "ISA*00*CANARY" * 100


def test_a_damaged_ledger_is_an_error_and_not_an_empty_answer(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    with closing(SqlLedger.open(str(path))) as ledger:
        fill(ledger)
    with path.open("r+b") as file:
        file.seek(4_096)
        file.write(b"\xff" * (path.stat().st_size - 4_096))
    with pytest.raises(LedgerError, match=r"SQLITE_CORRUPT"):
        content(SqlLedger.open(str(path)))


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("sqlite://", "needs the path of a file"),
        (":memory:", "needs the path of a file"),
        ("", "needs the path of a file"),
        ("mysql://someone:secret@host/ledger", "not mysql"),
        ("not a url://secret", "cannot be read"),
        ("postgresql://someone:secret@host:secret/ledger", "cannot be read"),
        ("postgresql://someone:secret@127.0.0.1:1/ledger", "127.0.0.1:1/ledger: "),
        ("no/such/folder/ledger.sqlite3", "no/such/folder/ledger.sqlite3: "),
        (str(Path(__file__).parent), "ledger: "),
    ],
)
def test_what_cannot_be_opened_says_why_and_tells_no_password(url: str, message: str) -> None:
    with pytest.raises(LedgerError, match=message) as caught:
        SqlLedger.open(url)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("missing", "url", "message"),
    [
        ("sqlalchemy", "ledger.sqlite3", "pip install 'prebill[ledger]'"),
        ("alembic", "ledger.sqlite3", "pip install 'prebill[ledger]'"),
        ("psycopg", "postgresql://127.0.0.1:1/ledger", "pip install 'prebill[ledger,postgres]'"),
    ],
)
def test_a_missing_extra_is_named(missing: str, url: str, message: str, tmp_path: Path) -> None:
    script = f"""
import sys
sys.modules[{missing!r}] = None
from prebill.errors import LedgerError
from prebill.ledger import open_ledger
for _ in range(2):
    try:
        open_ledger({url!r})
    except LedgerError as error:
        print(error)
"""
    run = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.stdout.count(message) == 2, run.stderr
    assert list(tmp_path.iterdir()) == []


def test_no_error_quotes_what_is_written(url: str, ledger: SqlLedger) -> None:
    fill(ledger)
    with raw(url) as connection:
        connection.execute(text("DROP TABLE claim_key"))
        connection.execute(text("DROP TABLE finding"))
    with pytest.raises(LedgerError) as caught:
        list(ledger.by_keys("CANARY", ["CANARY"]))
    assert "CANARY" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_the_file_is_an_ordinary_sqlite_database(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    with closing(SqlLedger.open(str(path))) as ledger:
        fill(ledger)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
