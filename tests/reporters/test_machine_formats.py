from __future__ import annotations

import csv
import io
import json
from collections import Counter
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from prebill.report import Report
from prebill.reporters import REPORTERS, Options
from tests.reporters.sample import EXPIRED, ITEMS, MINUTES, RULES, clean_report, report

SCHEMA = json.loads((Path(__file__).parents[2] / "docs/schemas/report.json").read_text(encoding="utf-8"))


def written(name: str, of: Report | None = None) -> str:
    stream = io.StringIO()
    REPORTERS[name](of or report(), stream, Options(rules=RULES))
    return stream.getvalue()


def records(of: Report | None = None) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written("jsonl", of).splitlines()]


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("of", [report(), clean_report()], ids=["everything", "nothing"])
def test_every_record_keeps_the_schema(of: Report) -> None:
    validator = jsonschema.Draft202012Validator(SCHEMA)
    for record in records(of):
        validator.validate(record)


def test_the_schema_allows_no_unknown_field() -> None:
    validator = jsonschema.Draft202012Validator(SCHEMA)
    for record in records():
        assert not validator.is_valid({**record, "surprise": 1}), record["kind"]


def test_json_lines_hold_every_item_between_run_and_summary() -> None:
    found = records()
    assert found[0]["kind"] == "run"
    assert found[-1]["kind"] == "summary"
    assert Counter(record["kind"] for record in found) == {
        "run": 1, "problem": 2, "waived": 1, "baseline": 1, "claim": 4, "finding": 3, "not_checked": 4,
        "crash": 1, "unreadable": 1, "refused": 1, "earlier": 2, "summary": 1,
    }  # fmt: skip


def test_the_counts_of_the_summary_add_up() -> None:
    summary = records()[-1]
    assert summary["clean"] + summary["review"] + summary["held"] == summary["read"]
    assert summary["incomplete"] is True
    assert records(clean_report())[-1]["incomplete"] is False


def test_a_finding_says_all_that_it_knows() -> None:
    finding = next(record for record in records() if record["kind"] == "finding")
    assert finding == {
        "kind": "finding",
        "rule": "ANE104",
        "name": "minutes-differ-from-record",
        "severity": "stop",
        "claim_id": "C-1",
        "lines": [2],
        "message": MINUTES.message,
        "fix": MINUTES.fix,
        "owner": "charge_capture",
        "at_risk": "850.00",
        "prevents": ["CO-16"],
        "fingerprint": "00112233445566aa",
        "place": {"source": "day one/claims.837", "interchange": 1, "segment": 41, "element": "2400/SV1-4"},
        "affected": [{"claim_id": "C-1", "line": 2, "at_risk": "850.00"}],
        "evidence": {"billed": 61, "documented": 54, "rate": "1.50"},
    }


def test_json_is_one_document_of_the_same_records() -> None:
    document = json.loads(written("json"))
    assert [document["run"], *document["records"], document["summary"]] == records()
    assert json.loads(written("json", clean_report()))["records"] == []


def test_csv_has_a_row_per_finding_and_no_formula() -> None:
    text = written("csv")
    assert text.count("\r\n") == 4
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["rule"] for row in rows] == ["ANE104", "AUT104", "TFL105"]
    assert rows[0]["at_risk"] == "850.00"
    assert rows[1]["message"] == f"'{EXPIRED.message}"
    assert rows[1]["other_claims"] == " ".join(f"C-{number}" for number in range(3, 12))


@pytest.mark.parametrize("cell", ["=1+1", "+cmd", "-cmd", "@SUM(A1)", "\t=1", "\r=1", "  =1"])
def test_csv_disarms_what_a_spreadsheet_would_run(cell: str) -> None:
    from prebill.reporters.csv import disarmed

    assert disarmed(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["-5.00", "+3", "C-1", "", "a = b"])
def test_csv_leaves_numbers_and_text_alone(cell: str) -> None:
    from prebill.reporters.csv import disarmed

    assert disarmed(cell) == cell


def test_sarif_has_results_rules_and_notifications() -> None:
    (run,) = json.loads(written("sarif"))["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == list(RULES)
    assert rules[0]["help"]["text"].endswith("Sources:\n- A manual, chapter 1")
    assert [result["level"] for result in run["results"]] == ["error", "warning", "note"]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])
    first = run["results"][0]
    assert first["partialFingerprints"] == {"prebill/v1": MINUTES.fingerprint}
    assert first["locations"][0]["physicalLocation"] == {"artifactLocation": {"uri": "day%20one/claims.837"}}
    assert first["locations"][0]["logicalLocations"] == [{"fullyQualifiedName": "claim C-1 line 2", "kind": "element"}]
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    assert [each["level"] for each in invocation["toolExecutionNotifications"]] == [
        "error", "warning", "error", "error", "warning", "error",
    ]  # fmt: skip


@pytest.mark.parametrize("name", REPORTERS)
def test_same_report_same_bytes(name: str) -> None:
    assert written(name) == written(name)


def test_the_sample_holds_every_kind_of_item() -> None:
    assert {type(item).__name__ for item in ITEMS} == {
        "ClaimVerdict", "EarlierVerdict", "NotChecked", "Problem", "Refused", "Unreadable",
    }  # fmt: skip
