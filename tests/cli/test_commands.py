"""The commands beside `check`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from prebill.cli import main
from prebill.cli.exits import ExitCode
from tests.cli.conftest import Prebill

COMMANDS = ("check", "explain", "rules", "packs", "schema", "convert", "config", "ledger", "tables", "test", "new")


def test_help_lists_core_and_pack_commands_and_the_exit_codes(prebill: Prebill, packs: Callable[..., None]) -> None:
    packs("sample", "broken")
    result = prebill("--help")
    assert result.exit_code == 0
    assert all(f"\n  {name} " in result.stdout for name in (*COMMANDS, "greet"))
    assert "Commands of packs:" in result.stdout
    assert all(code.meaning in result.stdout for code in ExitCode)
    assert prebill("greet").stdout == "hello\n"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_that_agrees_with_the_list(prebill: Prebill, name: str) -> None:
    result = prebill(name, "-h")
    assert result.exit_code == 0
    assert max(map(len, result.stdout.splitlines())) <= 100
    assert main.get_command(None, name) is not None  # type: ignore[arg-type, attr-defined]


def test_an_unknown_command_gets_the_nearest(prebill: Prebill) -> None:
    result = prebill("chekc")
    assert result.exit_code == 2
    assert "There is no command 'chekc'. Did you mean 'check'?" in result.stderr


def test_explain_says_everything(prebill: Prebill) -> None:
    Path("prebill.toml").write_text("[rules.SMP101]\nallowed = ['57']\n[payers.P1.rules.SMP101]\nseverity = 'info'\n")
    said = prebill("explain", "modifier-missing").stdout
    for part in (
        "SMP101 modifier-missing\nA line lacks a modifier.",
        "severity    stop",
        "owner       coding",
        "prevents    CO-4",
        "applies to  procedures 99213",
        'configured  payer P1: severity "info"',
        'allowed (tuple[str, ...]): default ["25"]; configuration ["57"]',
        "The payer denies it. Add the modifier.",
        "  - Manual, chapter 1",
        "Fails\n  - 99213 [I10]",
    ):
        assert part in said
    assert "needs       authorizations register" in prebill("explain", "SMP104").stdout


def test_explain_is_short_and_can_be_long(prebill: Prebill) -> None:
    short, long = prebill("explain", "SMP106").stdout, prebill("explain", "SMP106", "--all").stdout
    assert max(map(len, short.splitlines())) <= 100
    assert len(short) < len(long)
    assert short.endswith("2 worked cases; run them with: prebill test SMP106\n")
    assert 'claims: [{"' in long
    assert 'claims: [{"' not in short


def test_explain_for_programs_and_for_the_reference(prebill: Prebill) -> None:
    (rule,) = json.loads(prebill("explain", "SMP101", "--format", "json").stdout)
    assert rule["settings"] == [{"name": "allowed", "type": "tuple[str, ...]", "default": ["25"], "configured": {}}]
    page = prebill("explain", "SMP", "--format", "markdown").stdout
    assert [line for line in page.splitlines() if line.startswith("## ")] == [
        "## SMP101 modifier-missing",
        "## SMP102 level-is-high",
        "## SMP103 nurse-visit",
        "## SMP104 authorization-missing",
        "## SMP105 still-new (preview)",
        "## SMP106 two-sessions",
    ]


def test_explain_of_an_unknown_rule(prebill: Prebill) -> None:
    result = prebill("explain", "SMP201")
    assert result.exit_code == 2
    assert "Did you mean" in result.stderr


def test_rules_are_listed_and_filtered(prebill: Prebill) -> None:
    def codes(*options: str) -> list[str]:
        return [rule["code"] for rule in json.loads(prebill("rules", "--format", "json", *options).stdout)]

    assert codes() == ["SMP101", "SMP102", "SMP103", "SMP104", "SMP106"]
    assert codes("--owner", "coding") == ["SMP101"]
    assert codes("--owner", "coding", "--all") == ["SMP101", "SMP105"]
    assert codes("--severity", "stop", "--ignore", "SMP101") == ["SMP104"]
    listed = prebill("rules", "--all", "--ignore", "SMP101").stdout
    assert listed.startswith("CODE ")
    assert "SMP101 (off)" in listed
    assert "SMP105 (preview)" in listed


def test_packs_are_listed_with_what_failed(prebill: Prebill, packs: Callable[..., None]) -> None:
    packs("sample", "broken")
    assert json.loads(prebill("packs", "--format", "json").stdout) == [
        {
            "name": "broken",
            "distribution": "prebill-broken",
            "version": "1.2",
            "rules": 0,
            "failure": "RuntimeError: it was never finished",
        },
        {"name": "sample", "distribution": "prebill-sample", "version": "1.2", "rules": 6, "failure": None},
    ]
    assert "RuntimeError: it was never finished" in prebill("packs").stdout


def test_config_show_validate_and_schema(prebill: Prebill) -> None:
    Path("prebill.toml").write_text("fail_on = 'review'\n[rules.SMP101]\nallowed = ['57']\n")
    shown = prebill("config", "show").stdout
    assert 'fail_on = "review"' in shown
    assert '[rules.SMP101]  # modifier-missing\nseverity = "stop"\nallowed = ["57"]' in shown
    Path("shown.toml").write_text(shown)
    assert prebill("config", "validate", "--config", "shown.toml").exit_code == 0
    assert json.loads(prebill("config", "show", "--format", "json").stdout)["fail_on"] == "review"
    assert prebill("config", "validate").stdout == "prebill.toml: in order; 5 rules of 1 packs run\n"
    schema = json.loads(prebill("config", "schema").stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert "allowed" in schema["$defs"]["rules"]["properties"]["SMP101"]["properties"]


def test_schemas_are_listed_and_printed(prebill: Prebill) -> None:
    listed = prebill("schema").stdout
    assert "encounter" in listed
    assert "authorizations" in listed
    schema = json.loads(prebill("schema", "encounter").stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert "claim" in schema["properties"]
    assert prebill("schema", "authorizations", "--csv").stdout.startswith("claim_id,")
    unknown = prebill("schema", "encountr")
    assert unknown.exit_code == 2
    assert "Did you mean 'encounter'?" in unknown.stderr
    assert prebill("schema", "authorisations", "--csv").exit_code == 2


def test_convert_keeps_claims_and_names_what_it_cannot_read(prebill: Prebill, claims: Callable[..., str]) -> None:
    file = Path(claims("99213 [I10]", "99212 [I10]"))
    assert prebill("convert", str(file), "-o", "all.ndjson").exit_code == 0
    assert prebill("check", "all.ndjson", "--format", "csv").stdout.count("SMP101") == 1
    assert prebill("convert", "all.ndjson").stdout == Path("all.ndjson").read_text()
    file.write_text(file.read_text() + "{\n")
    result = prebill("convert", str(file), "-o", "some.ndjson")
    assert result.exit_code == 3
    assert result.stderr.startswith("prebill: claims.ndjson:line 3")
    assert result.stderr.endswith("2 claims converted, 1 unreadable, 0 problems\n")
    assert Path("some.ndjson").read_bytes() == Path("all.ndjson").read_bytes()
    assert prebill("convert", str(file), "-o", str(file)).exit_code == 2


def test_test_runs_cases_and_counts(prebill: Prebill, packs: Callable[..., None]) -> None:
    assert prebill("test").stdout == "12 passed, 0 failed\n"
    assert prebill("test", "SMP101", "-v").stdout == "ok   SMP101-fails-1\nok   SMP101-passes-1\n2 passed, 0 failed\n"
    packs("sample", "crashing", "broken")
    result = prebill("test")
    assert result.exit_code == 1
    assert "FAIL broken: broken cannot be loaded" in result.stdout
    assert "FAIL CRS101-fails-1" in result.stdout
    assert prebill("test", "sample").exit_code == 0
    assert prebill("test", "sampel").exit_code == 2


def test_ledger_commands_make_none_by_accident(prebill: Prebill) -> None:
    pytest.importorskip("sqlalchemy")
    assert prebill("ledger", "status").exit_code == 2
    absent = prebill("ledger", "status", "absent.db")
    assert absent.exit_code == 2
    assert "there is no ledger at absent.db" in absent.stderr
    assert not Path("absent.db").exists()
    assert prebill("ledger", "init", "new.db").exit_code == 0
    assert prebill("ledger", "status", "new.db").stdout.startswith("0 claims in force")


def test_completion_knows_rules_and_packs(prebill: Prebill) -> None:
    def completed(*words: str) -> str:
        return prebill(
            env={
                "_PREBILL_COMPLETE": "bash_complete",
                "COMP_WORDS": " ".join(words),
                "COMP_CWORD": str(len(words) - 1),
            }
        ).output

    assert "SMP101" in completed("prebill", "explain", "smp10")
    assert "modifier-missing" in completed("prebill", "check", "--select", "modif")
    assert "sample" in completed("prebill", "rules", "--pack", "sa")
    assert "explain" in completed("prebill", "exp")
