"""What `prebill check` says, where it says it, and with which exit code it ends."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import CANARIES, Prebill

CLEAN, STOP, REVIEW, INFO = "99212 [I10]", "99213 [I10]", "99215 [I10]", "99211 [I10]"
CRASH, NEEDY, SESSION = "99499 [I10]", "27447 [M17.11]", "90834 [F41.1]"
UNREADABLE = '{"claim": {"control_number": "C-9", "patient": {"birth_date": "CANARYNAME"}}}\n'

Claims = Callable[..., str]


@pytest.mark.parametrize(
    ("lines", "options", "code"),
    [
        ([CLEAN], [], 0),
        ([], [], 3),
        ([STOP], [], 1),
        ([STOP], ["--fail-on", "never"], 0),
        ([REVIEW], [], 0),
        ([REVIEW], ["--fail-on", "review"], 1),
        ([INFO], ["--fail-on", "review"], 0),
        ([INFO], ["--fail-on", "info"], 1),
        ([STOP], ["--ignore", "SMP101"], 0),
        ([STOP], ["--select", "SMP102,SMP103"], 0),
        ([NEEDY], [], 0),
        ([NEEDY], ["--strict"], 3),
    ],
)
def test_exit_code(prebill: Prebill, claims: Claims, lines: list[str], options: list[str], code: int) -> None:
    assert prebill("check", claims(*lines), *options).exit_code == code


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["claims.ndjson", "--select", "SMP10"], "Did you mean 'SMP10"),
        (["claims.ndjson", "--ignore", "modifier-mising"], "Did you mean 'modifier-missing'?"),
        (["claims.ndjson", "--pack", "sampel"], "Did you mean 'sample'?"),
        (["absent.ndjson"], "absent.ndjson"),
        (["out/*.837"], "no file matches"),
        (["claims.ndjson", "--config", "absent.toml"], "absent.toml"),
        (["claims.ndjson", "--register", "auths.csv"], "NAME=FILE"),
        (["claims.ndjson", "-o", "jsn=x"], "Did you mean 'json'?"),
        (["claims.ndjson", "-o", "report.pdf"], "say which format"),
        (["claims.ndjson", "-o", "absent/report.json"], "there is no folder absent"),
        (["claims.ndjson", "-o", "jsonl=./claims.ndjson"], "would overwrite an input"),
        (["claims.ndjson", "--as-of", "16.3.2026"], "--as-of"),
        (["claims.ndjson", "--workers", "0"], "--workers"),
        ([], "PATHS"),
    ],
)
def test_what_is_wrong_on_the_command_line_ends_with_2(
    prebill: Prebill, claims: Claims, arguments: list[str], says: str
) -> None:
    claims(CLEAN)
    result = prebill("check", *arguments)
    assert result.exit_code == 2
    assert says in result.stderr
    assert "Traceback" not in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("config", "says"),
    [
        ("faile_on = 'stop'", "prebill: prebill.toml: unknown key 'faile_on'. Did you mean 'fail_on'?"),
        ("[rules.SMP101]\nalowed = ['26']", "unknown key 'rules.SMP101.alowed'. Did you mean 'allowed'?"),
        ("[rules.SMP101]\nallowed = 26", "rules.SMP101.allowed"),
        ("fail_on = ", "prebill.toml"),
        ("[tables]\nbase-units = 'x.csv'", "no installed pack has a table 'base-units'"),
    ],
)
def test_what_is_wrong_in_the_configuration_ends_with_2(
    prebill: Prebill, claims: Claims, config: str, says: str
) -> None:
    Path("prebill.toml").write_text(config)
    result = prebill("check", claims(CLEAN))
    assert (result.exit_code, result.stdout) == (2, "")
    assert says in result.stderr


def test_the_configuration_is_found_named_or_left_out(prebill: Prebill, claims: Claims) -> None:
    file = claims(REVIEW)
    Path("pyproject.toml").write_text("[tool.prebill]\nfail_on = 'review'\n")
    assert prebill("check", file).exit_code == 1
    Path("prebill.toml").write_text("fail_on = 'stop'\n")
    assert prebill("check", file).exit_code == 0
    assert prebill("check", file, "--config", "pyproject.toml").exit_code == 1
    assert prebill("check", file, "--fail-on", "review").exit_code == 1
    Path("prebill.toml").write_text("not TOML")
    assert prebill("check", file, "--isolated").exit_code == 0
    assert prebill("check", file, "--isolated", "--config", "pyproject.toml").exit_code == 2


def test_an_unreadable_claim_is_incomplete_and_costs_no_other(prebill: Prebill, claims: Claims) -> None:
    file = Path(claims(STOP))
    file.write_text(UNREADABLE + file.read_text())
    result = prebill("check", str(file), "--format", "jsonl")
    assert result.exit_code == 3
    kinds = [json.loads(line)["kind"] for line in result.stdout.splitlines()]
    assert kinds == ["run", "unreadable", "claim", "finding", "summary"]


def test_a_crashing_rule_is_incomplete_and_named(prebill: Prebill, claims: Claims, packs: Callable[..., None]) -> None:
    packs("sample", "crashing")
    result = prebill("check", claims(CRASH, STOP))
    assert result.exit_code == 3
    assert "CRS101 on claim C-1: ValueError at crashes line" in result.stdout
    assert "SMP101 modifier-missing" in result.stdout


def test_a_failed_pack_is_incomplete_and_named(prebill: Prebill, claims: Claims, packs: Callable[..., None]) -> None:
    packs("sample", "broken")
    file = claims(CLEAN, STOP)
    result = prebill("check", file, "--quiet")
    assert result.exit_code == 3
    assert result.stderr == "prebill: the pack broken could not be loaded: RuntimeError: it was never finished\n"
    assert "SMP101" in result.stdout
    assert prebill("check", file, "--ignore-failed-packs").exit_code == 1
    assert prebill("check", file, "--pack", "sample").exit_code == 1


def test_findings_go_to_stdout_and_the_summary_to_stderr(prebill: Prebill, claims: Claims) -> None:
    result = prebill("check", claims(CLEAN, STOP))
    assert result.stdout.startswith("Claim C-2 · HOLD · $100.00 at risk")
    assert result.stderr == (
        "2 claims in the input = 1 released + 0 to review + 1 to hold.\n"
        "1 finding (1 stop, 0 review, 0 info), $100.00 at risk.\n"
    )
    assert prebill("check", claims(STOP), "-q").stderr == ""


@pytest.mark.parametrize("name", ["text", "json", "jsonl", "csv", "sarif"])
def test_bytes_depend_on_the_input_alone(prebill: Prebill, claims: Claims, name: str) -> None:
    file = claims(*[STOP, NEEDY, CLEAN, REVIEW] * 5)
    once = prebill("check", file, "--format", name).stdout
    assert prebill("check", file, "--format", name).stdout == once
    assert prebill("check", file, "--format", name, "--workers", "2").stdout == once


def test_several_reports_at_once(prebill: Prebill, claims: Claims) -> None:
    files = ["r.json", "r.jsonl", "r.csv", "r.sarif", "r.txt", "json=also"]
    result = prebill("check", claims(STOP), *(part for file in files for part in ("-o", file)))
    assert result.stdout == Path("r.txt").read_text()
    assert Path("also").read_bytes() == Path("r.json").read_bytes()
    assert json.loads(Path("r.json").read_text())["summary"]["held"] == 1
    assert json.loads(Path("r.sarif").read_text())["version"] == "2.1.0"
    assert len(list(csv.reader(Path("r.csv").read_text().splitlines()))) == 2
    assert len(Path("r.jsonl").read_text().splitlines()) == 4


def test_statistics(prebill: Prebill, claims: Claims) -> None:
    file = claims(STOP, STOP, NEEDY)
    statistics = prebill("check", file, "--statistics").stdout
    assert statistics.startswith(
        "FINDINGS BY RULE\n  SMP101 stop       2 findings     2 claims         $200.00  modifier-missing"
    )
    assert "2 findings" in statistics
    assert "1 × no authorizations register" in statistics


def test_timings(prebill: Prebill, claims: Claims) -> None:
    done = prebill("check", claims(STOP, CLEAN, STOP, SESSION), "--timings")
    heading, *rows = [line.split() for line in done.stderr.splitlines() if " seconds " in line.lower() or "%" in line]
    assert heading == ["RULE", "RUNS", "SECONDS", "SHARE", "MICROSECONDS", "EACH", "NAME"]
    assert {row[0]: row[1] for row in rows}["SMP101"] == "2"
    assert sum(float(row[3].rstrip("%")) for row in rows) == pytest.approx(100, abs=1)
    assert "SECONDS" not in prebill("check", claims(STOP)).stderr


def test_a_baseline_silences_what_is_known(prebill: Prebill, claims: Claims) -> None:
    file = claims(STOP)
    assert prebill("check", file, "--write-baseline", "known.txt").exit_code == 1
    again = prebill("check", file, "--baseline", "known.txt", "--write-baseline", "still.txt")
    assert again.exit_code == 0
    assert "0 findings waived, 1 known from the baseline." in again.stderr
    assert Path("still.txt").read_text() == Path("known.txt").read_text()
    assert prebill("check", claims(STOP, STOP), "--baseline", "known.txt").exit_code == 1
    assert prebill("check", file, "--baseline", "absent.txt").exit_code == 2


def test_colors(prebill: Prebill, claims: Claims, monkeypatch: pytest.MonkeyPatch) -> None:
    file = claims(STOP)

    def colored(*options: str) -> bool:
        return "\x1b[" in prebill("check", file, *options, color=True).stdout

    assert not colored()
    assert colored("--color")
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert colored()
    assert not colored("--no-color")
    monkeypatch.setenv("NO_COLOR", "1")
    assert not colored()
    assert colored("--color")


def test_patterns_and_stdin(prebill: Prebill, claims: Claims) -> None:
    claims(STOP, name="one.ndjson")
    claims(CLEAN, name="two.ndjson")
    assert "2 claims in the input" in prebill("check", "*.ndjson").stderr
    piped = prebill("check", "-", input=Path("one.ndjson").read_bytes())
    assert piped.exit_code == 1
    assert "1 claim in the input" in piped.stderr
    assert "/tmp" not in piped.stdout


def test_a_register_beside_the_claims(prebill: Prebill, claims: Claims) -> None:
    file = claims(NEEDY)
    Path("auths.csv").write_text("claim_id,number\nC-1,A7781\n")
    missing = prebill("check", file)
    assert "no authorizations register" in missing.stdout
    supplied = prebill("check", file, "--register", "authorizations=auths.csv")
    assert (supplied.exit_code, "NOT CHECKED" in supplied.stdout) == (0, False)


def test_patient_data_stays_inside(
    prebill: Prebill, claims: Claims, packs: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    packs("sample", "crashing", "broken")
    file = Path(claims(STOP, CRASH, NEEDY, REVIEW))
    file.write_text(file.read_text() + UNREADABLE + '{"CANARYNAME\n')
    for name in ("text", "json", "jsonl", "csv", "sarif"):
        result = prebill("check", str(file), "--format", name, "--verbose")
        assert result.exit_code == 3
        for canary in CANARIES:
            assert canary not in result.stdout
            assert canary not in result.stderr
            assert canary not in caplog.text


def test_a_fault_of_prebill_itself_says_where_and_no_more(
    prebill: Prebill, claims: Claims, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("CANARYNAME")

    monkeypatch.setattr("prebill.engine.checker.Checker.check", fail)
    result = prebill("check", claims(CLEAN))
    assert result.exit_code == 3
    assert result.stderr.startswith("prebill: internal error: RuntimeError at fail line")
    assert "CANARYNAME" not in result.stderr


def test_an_interrupt_ends_with_130(prebill: Prebill, claims: Claims, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("prebill.engine.checker.Checker._check", interrupt)
    result = prebill("check", claims(CLEAN))
    assert (result.exit_code, result.stdout) == (130, "")


def test_one_finding_on_many_claims_is_told_once(prebill: Prebill, claims: Claims) -> None:
    said = prebill("check", claims(SESSION, CLEAN, SESSION)).stdout
    assert said.count("2 sessions on 2026-03-16.") == 1
    assert "Also on claim C-3 line 1." in said
    assert "Claim C-3 · RELEASE" in said
    assert "SMP106 · line 1 · told under claim C-1" in said


def test_a_ledger_remembers_and_changes_nothing_when_asked_again(prebill: Prebill, claims: Claims) -> None:
    pytest.importorskip("sqlalchemy")
    file = claims(STOP, CLEAN)
    first = prebill("check", file, "--ledger", "billed.db")
    again = prebill("check", file, "--ledger", "billed.db")
    assert (first.exit_code, first.stdout) == (again.exit_code, again.stdout)
    assert prebill("ledger", "status", "billed.db").stdout.startswith(
        "2 claims in force, 0 voided or replaced\n1 finding in force\n"
    )
    Path("prebill.toml").write_text("ledger = 'billed.db'\n")
    assert "claim C-1: stop SMP101 Line 1 99213" in prebill("ledger", "findings").stdout
    (record,) = prebill("ledger", "findings", "--format", "jsonl").stdout.splitlines()
    assert json.loads(record)["rule"] == "SMP101"
