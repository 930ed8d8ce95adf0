"""Claims beside the CSV of an anesthesia log, and claims without one."""

import json
from datetime import date

import pytest
from plugins.anesthesia.tests.test_pack import PACK

from prebill import Checker, Severity
from prebill.policy import Policy, RuleSet
from prebill.readers import open_inputs

LOG = """\
claim_id,anes_case_id,room,directing_npi,anesthetist_kind,anes_start,anes_stop,md_steps.key_portions,anesthesia_type,\
surgical_cpts,intervals.start,intervals.stop,intervals.provider_npi
A1,C-17,1,1043000005,crna,3/10/2026 7:30 AM,3/10/2026 9:00 AM,not_applicable,mac,47562;49505
B1,C-18,2,1043000005,crna,3/10/2026 7:40 AM,3/10/2026 8:50 AM,yes,general,47562
C1,C-19,3,1043000005,crna,3/10/2026 7:45 AM,3/10/2026 9:30 AM,yes,general,47562
D1,C-20,4,1043000005,crna,3/10/2026 8:00 AM,3/10/2026 10:00 AM,no,general,47562
E1,C-21,5,1043000005,crna,3/10/2026 8:45 AM,3/10/2026 10:30 AM,yes,general,47562,\
3/10/2026 8:45 AM,3/10/2026 9:30 AM,1992000040
E1,C-21,5,1043000005,crna,3/10/2026 8:45 AM,3/10/2026 10:30 AM,yes,general,47562,\
3/10/2026 9:30 AM,3/10/2026 10:30 AM,1992000048
"""


def claim(number, minutes):
    return {
        "claim": {
            "control_number": number,
            "patient": {"record_number": number},
            "billing": {"npi": "1234567893"},
            "rendering": {"npi": "1043000005", "taxonomy": "207L00000X"},
            "coverage": {"payer_id": "MCR01", "filing_indicator": "MB"},
            "place_of_service": "22",
            "diagnoses": [{"code": "K8020", "qualifier": "ABK"}],
            "lines": [
                {
                    "number": 1,
                    "procedure": "00790",
                    "modifiers": ["QK"],
                    "from_date": "2026-03-10",
                    "unit_type": "MJ",
                    "units": str(minutes),
                    "charge": "2000",
                    "pointers": [1],
                }
            ],
            "total_charge": "2000",
        }
    }


@pytest.fixture
def report(tmp_path):
    claims = tmp_path / "claims.ndjson"
    minutes = {"A1": 90, "B1": 70, "C1": 105, "D1": 120, "E1": 105}
    claims.write_text("\n".join(json.dumps(claim(number, each)) for number, each in minutes.items()))
    (tmp_path / "log.csv").write_text(LOG)
    checker = Checker(rule_set=RuleSet((PACK,)), policy=Policy(), as_of=date(2026, 3, 11))

    def check(*, log):
        registers = {"anesthesia": (str(tmp_path / "log.csv"),)} if log else {}
        source = open_inputs([claims], registers=registers, record_types=checker.record_types())
        with checker.check(source) as found:
            assert found.summary.crashes == 0
            assert found.summary.problems == 0
            return list(found.findings), list(found.not_checked)

    return check


def test_five_rooms_of_a_log_are_supervision(report):
    findings, _ = report(log=True)
    rooms = [each for each in findings if each.rule == "ANE102"]
    assert {each.claim_id for each in rooms} == {"A1", "B1", "C1", "D1", "E1"}
    assert all(each.severity is Severity.STOP and each.evidence["expected"] == "AD" for each in rooms)
    assert any("C-21" in line for line in rooms[0].evidence["timeline"])


def test_relief_comes_in_several_rows_of_one_case(report):
    findings, not_checked = report(log=True)
    assert not [each for each in findings if each.rule == "ANE106"]
    assert not [each for each in not_checked if each.rule == "ANE106"]


def test_steps_of_direction_are_columns(report):
    findings, _ = report(log=True)
    refused = {each.claim_id for each in findings if each.rule == "ANE108" and each.severity is Severity.STOP}
    assert refused == {"D1"}


def test_without_the_log_the_rules_say_what_is_missing(report):
    findings, not_checked = report(log=False)
    assert findings == []
    said = {each.rule: each.reason for each in not_checked}
    assert set(said) == {"ANE102", "ANE103", "ANE106", "ANE108", "ANE128", "ANE130"}
    assert said["ANE106"] == "no anesthesia start and stop on file"
