"""A run is kept whole, or leaves the ledger as it was."""

from __future__ import annotations

import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from prebill.errors import LedgerError
from prebill.ledger import LedgerUpdate
from prebill.ledger.sql import SqlLedger
from tests.ledger.made_up import PATIENT, claim, content, fill, finding, identities

ROOT = Path(__file__).parents[2]

WRITER = """
import os, signal, sys
from prebill.ledger.sql import SqlLedger
from tests.ledger.made_up import PATIENT, claim, finding

ledger = SqlLedger.open(sys.argv[1])
with ledger.update() as update:
    # To be killed, it writes more than any cache holds back, so that much of it is on disk already.
    size = 20_000 if sys.argv[2] == "kill" else 20
    update.put_claims(claim(str(n), encounter=os.urandom(size), keys=((PATIENT, "p1"),)) for n in range(4_000))
    update.put_claims([claim("a", "replaced")])
    update.put_keys("new family", [("a", "key")])
    update.put_findings(["claim:a"], [finding("claim:a", "newer")])
    update.set_live([("b", False)])
    if sys.argv[2] == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
ledger.close()
"""


def write(url: str, how: str) -> int:
    command = [sys.executable, "-c", WRITER, url, how]
    return subprocess.run(command, cwd=ROOT, timeout=120, check=False).returncode


def write_and_fail(update: LedgerUpdate) -> None:
    update.put_claims([claim("a", "replaced"), claim("c")])
    update.put_keys("new family", [("c", "key")])
    update.put_findings(["claim:a"], [finding("claim:a", "newer")])
    update.set_live([("b", False)])
    raise ZeroDivisionError


def test_a_killed_run_leaves_the_ledger_as_it_was(url: str, ledger: SqlLedger) -> None:
    fill(ledger)
    before = content(ledger)
    assert write(url, "kill") == -signal.SIGKILL
    assert content(ledger) == before
    with closing(SqlLedger.open(url)) as again:
        assert content(again) == before
        assert identities(again.by_keys(PATIENT, ["p1"])) == ["a", "b"]
        with again.update() as update:
            update.put_claims([claim("c")])
        assert identities(again.claims()) == ["a", "b", "c"]


def test_the_same_run_is_kept_when_it_ends(url: str, ledger: SqlLedger) -> None:
    fill(ledger)
    assert write(url, "end") == 0
    assert ledger.families() == {PATIENT, "new family"}
    assert len(identities(ledger.by_keys(PATIENT, ["p1"]))) == 4_001


def test_an_exception_leaves_the_ledger_as_it_was(ledger: SqlLedger) -> None:
    fill(ledger)
    before = content(ledger)
    with pytest.raises(ZeroDivisionError), ledger.update() as update:
        write_and_fail(update)
    assert content(ledger) == before
    assert identities(ledger.by_keys(PATIENT, ["p1"])) == ["a", "b"]
    assert identities(ledger.by_keys("new family", ["key"])) == []


def test_an_exception_of_the_claims_leaves_the_ledger_as_it_was(ledger: SqlLedger) -> None:
    fill(ledger)
    before = content(ledger)
    with pytest.raises(ZeroDivisionError), ledger.update() as update:
        update.put_claims(claim(str(1 // (700 - n))) for n in range(1_000))
    assert content(ledger) == before


def test_nothing_is_visible_before_the_end(url: str, ledger: SqlLedger) -> None:
    fill(ledger)
    before = content(ledger)
    with closing(SqlLedger.open(url)) as other, ledger.update() as update:
        update.put_claims([claim("c")])
        update.put_findings(["claim:a"], [])
        assert content(ledger) == content(other) == before
    assert content(ledger) != before


def test_a_second_run_waits_and_then_gives_up(url: str, ledger: SqlLedger) -> None:
    fill(ledger)
    with closing(SqlLedger.open(url, patience=0.2)) as other, ledger.update() as update:
        update.put_claims([claim("c")])
        with pytest.raises(LedgerError, match=r"another run is writing"), other.update():
            pytest.fail("two updates at once")
    with closing(SqlLedger.open(url, patience=0.2)) as other, other.update() as update:
        update.put_claims([claim("d")])
    assert identities(ledger.claims()) == ["a", "b", "c", "d"]


def test_a_run_that_read_an_earlier_state_is_refused(ledger: SqlLedger) -> None:
    before = ledger.changes()
    with ledger.update(before) as update:
        update.put_claims([claim("a")])
    with pytest.raises(LedgerError, match="check them again"), ledger.update(before) as update:
        update.set_live([(claim("a").identity, False)])
    assert ledger.changes() == before + 1
    assert [claim.live for claim in ledger.claims()] == [True]


def test_runs_of_many_processes_are_all_kept(url: str) -> None:
    script = """
import sys
from prebill.ledger.sql import SqlLedger
from tests.ledger.made_up import claim

ledger = SqlLedger.open(sys.argv[1])
for n in range(5):
    with ledger.update() as update:
        update.put_claims([claim(f"{sys.argv[2]} {n}")])
ledger.close()
"""
    # They also race to create the ledger.
    runs = [subprocess.Popen([sys.executable, "-c", script, url, str(n)], cwd=ROOT) for n in range(3)]
    assert [run.wait(timeout=120) for run in runs] == [0] * 3
    with closing(SqlLedger.open(url)) as ledger:
        assert len(list(ledger.claims())) == 15


def test_a_ledger_is_kept(url: str) -> None:
    with closing(SqlLedger.open(url)) as ledger:
        fill(ledger)
        before = content(ledger)
    with closing(SqlLedger.open(url)) as ledger:
        assert content(ledger) == before
