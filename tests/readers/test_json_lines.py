"""NDJSON: what is wrong is explained completely, nothing is lost, and shares are the same as the whole."""

import json
import pickle
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prebill.readers.ndjson import JsonLines
from prebill.reading import Problem, Sourced, Unreadable
from tests.readers.json_samples import (
    CANARY,
    encounter,
    line,
    problems,
    shown,
    sourced,
    unreadable,
    words,
    write_lines,
)

quick = settings(
    max_examples=50,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
)


def lines_of(path: Path, *values: Any, strict: bool = False) -> JsonLines:
    return JsonLines(write_lines(path / "claims.ndjson", values), "claims.ndjson", strict=strict)


def only_fault(path: Path, value: Any) -> Unreadable:
    source = lines_of(path, encounter("first"), value, encounter("last"))
    assert [each.encounter.claim.control_number for each in sourced(source)] == ["first", "last"]
    (fault,) = unreadable(source)
    assert fault.place.line == 2
    return fault


def test_encounters_come_in_order_with_their_places(tmp_path: Path) -> None:
    first, second = sourced(lines_of(tmp_path, encounter("A"), b"", b"   ", encounter("B")))
    assert [first.encounter.claim.control_number, second.encounter.claim.control_number] == ["A", "B"]
    assert str(first.origin.locate()) == "claims.ndjson:line 1 /claim"
    assert str(second.origin.locate("lines[1].procedure")) == "claims.ndjson:line 4 /claim/lines/1/procedure"


def test_an_absent_value_is_located_where_it_would_stand(tmp_path: Path) -> None:
    (item,) = sourced(lines_of(tmp_path, encounter()))
    assert item.origin.locate("lines[0].drug.ndc").element == "/claim/lines/0"
    assert item.origin.locate("lines[7].charge").element == "/claim/lines"
    assert item.origin.locate("rendering").element == "/claim"


def test_a_byte_order_mark_and_windows_line_ends_are_nothing(tmp_path: Path) -> None:
    path = tmp_path / "claims.ndjson"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(encounter()).encode() + b"\r\n\r\n")
    assert len(list(JsonLines(path, "x").read())) == 1


def test_numbers_and_texts_are_decimals(tmp_path: Path) -> None:
    (item,) = sourced(lines_of(tmp_path, encounter()))
    assert [str(each.charge) for each in item.encounter.claim.lines] == ["150", "75.50"]


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("total_charge", "12,5", "/claim/total_charge: expected a decimal number"),
        ("total_charge", "NaN", "/claim/total_charge: expected a decimal number"),
        ("total_charge", "1e9", "/claim/total_charge: expected a decimal number"),
        ("total_charge", True, "/claim/total_charge: expected a decimal number"),
        ("total_charge", None, "/claim/total_charge: expected a decimal number"),
        ("place_of_service", 11, "/claim/place_of_service: expected text"),
        ("signature_on_file", "Y", "/claim/signature_on_file: expected true or false"),
        ("lines", {}, "/claim/lines: expected a list"),
        ("lines", [7], "/claim/lines/0: expected an object"),
        ("patient", "x", "/claim/patient: expected an object"),
        ("patient", {"birth_date": "07/04/1961"}, "/claim/patient/birth_date: expected a date YYYY-MM-DD"),
        ("billing", {"other_ids": [["0B"]]}, "/claim/billing/other_ids/0: expected a list of 2 values"),
        ("lines", [line(10**20)], "/claim/lines/0/number: expected a whole number"),
        ("lines", [line(1, pointers=["1"])], "/claim/lines/0/pointers/0: expected a whole number"),
        ("submission", {"created": "2026-03-16T09:00:00Z"}, "/claim/submission/created: expected a date and time"),
    ],
)
def test_a_wrong_value_is_explained(tmp_path: Path, key: str, value: Any, expected: str) -> None:
    fault = only_fault(tmp_path, encounter("bad", **{key: value}))
    assert fault.reason.startswith(expected)
    assert fault.place.element == expected.partition(":")[0]
    assert fault.claim_id == "bad"


def test_every_fault_is_listed(tmp_path: Path) -> None:
    bad = encounter("bad", place_of_service=11, total_charge="x", lines=[{"number": 1}])
    bad["schema"] = "prebill/2"
    reason = only_fault(tmp_path, bad).reason
    assert reason.split("; ") == [
        "/claim/lines/0: expected the key 'procedure'",
        "/claim/lines/0: expected the key 'from_date'",
        "/claim/total_charge: expected a decimal number of at most 18 digits and 9 decimals",
        "/claim/place_of_service: expected text",
        "/schema: expected one of prebill/1",
    ]


def test_very_many_faults_are_counted(tmp_path: Path) -> None:
    reason = only_fault(tmp_path, encounter("bad", notes=[1] * 30)).reason
    assert reason.count("expected text") == 20
    assert reason.endswith("; and 10 more")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b'{"claim": {"control_number": "bad",}}', "trailing comma"),
        (b'{"claim": {"control_number": "bad"', "input data was truncated"),
        (b'{"claim": {"control_number": "bad"}, "x": "\xff"}', "not UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"x": 1e999, "claim": {"control_number": "bad"}}', "number out of range"),
        (b"nonsense", "not JSON: invalid character"),
        (b"7", "expected an object"),
        (b'{"resourceType": "Claim"}', "a FHIR resource"),
        (b"{}", "expected the key 'claim'"),
    ],
)
def test_what_is_not_an_encounter_is_explained(tmp_path: Path, text: bytes, expected: str) -> None:
    assert expected in only_fault(tmp_path, text).reason


@pytest.mark.parametrize(
    ("changes", "element", "message"),
    [
        ({"total_charge": "1"}, "/claim/total_charge", "not the sum"),
        ({"place_of_service": "011"}, "/claim/place_of_service", "two characters"),
        ({"diagnoses": [{"code": "M17.12"}]}, "/claim/diagnoses/0/code", "without its dot"),
        ({"diagnoses": [{"code": "M1712", "qualifier": "ABK"}] * 2}, "/claim/diagnoses/1/qualifier", "further"),
        ({"lines": [line(1, charge="112.75")] * 2}, "/claim/lines/1/number", "repeated"),
        ({"lines": [line(1, charge="225.5", pointers=[1, 2])]}, "/claim/lines/0/pointers/1", "lacks"),
        ({"lines": [line(1, charge="225.5", procedure="9921")]}, "/claim/lines/0/procedure", "five characters"),
        ({"lines": [line(1, charge="225.5", unit_type="MIN")]}, "/claim/lines/0/unit_type", "neither UN nor MJ"),
        ({"lines": [line(1, charge="225.5", to_date="2026-03-15")]}, "/claim/lines/0/to_date", "before the first"),
        ({"lines": [line(1, charge="225.5", place_of_service="1")]}, "/claim/lines/0/place_of_service", "two"),
    ],
)
def test_a_structural_fault_costs_no_claim(tmp_path: Path, changes: dict[str, Any], element: str, message: str) -> None:
    source = lines_of(tmp_path, encounter("C-9", **changes))
    (problem,) = problems(source)
    assert (problem.place.element, problem.claim_id) == (element, "C-9")
    assert message in problem.message
    assert len(sourced(source)) == 1


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"lines": []}, "/claim/lines: the claim has no service line"),
        ({"control_number": " "}, "/claim/control_number: the claim has no number"),
        ({"lines": [line(1, procedure="")]}, "/claim/lines/0/procedure: the line has no procedure code"),
    ],
)
def test_a_claim_that_cannot_be_checked_is_unreadable(tmp_path: Path, changes: dict[str, Any], expected: str) -> None:
    assert only_fault(tmp_path, encounter("bad", **changes)).reason == expected


def test_a_claim_number_that_comes_again_is_a_problem(tmp_path: Path) -> None:
    source = lines_of(tmp_path, encounter("A"), encounter("B"), encounter("A"))
    (problem,) = problems(source)
    assert (problem.place.line, problem.claim_id) == (3, "A")
    assert len(sourced(source)) == 3


def with_unknown_keys(number: str) -> dict[str, Any]:
    value = encounter(number)
    value["vendor"] = {"anything": CANARY}
    value["claim"]["lines"][1]["chargee"] = "1"
    value["claim"][f"{CANARY} and more"] = 1
    return value


def test_an_unknown_key_is_a_problem_once(tmp_path: Path) -> None:
    source = lines_of(tmp_path, encounter("A"), with_unknown_keys("B"), with_unknown_keys("C"))
    assert [each.encounter.claim.control_number for each in sourced(source)] == ["A", "B", "C"]
    assert [(each.place.line, each.place.element, each.message) for each in problems(source)] == [
        (2, "/claim/lines/*", "unknown key 'chargee' is passed over wherever it stands. Did you mean 'charge'?"),
        (2, "/claim", "unknown key is passed over wherever it stands"),
        (2, None, "unknown key 'vendor' is passed over wherever it stands"),
    ]


def test_a_record_with_unknown_keys_reads_like_one_without(tmp_path: Path) -> None:
    first, second = sourced(lines_of(tmp_path, encounter("A"), with_unknown_keys("A")))
    assert first.encounter == second.encounter


def test_strictly_a_record_with_unknown_keys_is_unreadable(tmp_path: Path) -> None:
    source = lines_of(tmp_path, encounter("A"), with_unknown_keys("B"), strict=True)
    (fault,) = unreadable(source)
    assert len(sourced(source)) == 1
    assert "/claim/lines/1: unknown key 'chargee'. Did you mean 'charge'?" in fault.reason
    assert "/: unknown key 'vendor'" in fault.reason


LINES = st.lists(
    st.sampled_from("ABCD").map(encounter)
    | st.sampled_from("AB").map(with_unknown_keys)
    | st.sampled_from([b"", b"  ", b"{", b'{"claim": {"control_number": "A"}}', b"[1]"]),
    max_size=12,
)


@quick
@given(LINES, st.integers(1, 6), st.booleans(), st.booleans())
def test_shares_hold_what_the_whole_holds(
    tmp_path: Path, values: list[Any], count: int, strict: bool, end: bool
) -> None:
    source = lines_of(tmp_path, *values, strict=strict)
    if not end:
        source.path.write_bytes(source.path.read_bytes().removesuffix(b"\n"))
    shares = pickle.loads(pickle.dumps(source.shares(count)))
    assert len(shares) <= count
    assert shown(item for share in shares for item in share.read()) == shown(source.read())


@quick
@given(st.data())
def test_whatever_happens_to_a_file_every_line_is_accounted_for(tmp_path: Path, data: st.DataObject) -> None:
    content = bytearray(write_lines(tmp_path / "x", [encounter("A"), with_unknown_keys("B")]).read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        position = data.draw(st.integers(0, len(content) - 1))
        content[position : position + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    (tmp_path / "x").write_bytes(content)
    items = list(JsonLines(tmp_path / "x", "x").read())
    lines = [each for each in bytes(content).removeprefix(b"\xef\xbb\xbf").split(b"\n") if each.strip()]
    assert sum(isinstance(item, (Sourced, Unreadable)) for item in items) == len(lines)


@quick
@given(st.recursive(st.just(CANARY) | st.integers() | st.none(), lambda each: st.lists(each, max_size=2)), st.data())
def test_no_message_repeats_a_value(tmp_path: Path, canary: object, data: st.DataObject) -> None:
    value = encounter("A")
    target: Any = value
    while True:
        step = data.draw(st.sampled_from(sorted(target) if isinstance(target, dict) else range(len(target))))
        if not isinstance(target[step], (dict, list)) or not target[step] or data.draw(st.booleans()):
            break
        target = target[step]
    target[step] = canary
    items = list(lines_of(tmp_path, value, value).read())
    assert CANARY not in words(items)
    assert all(isinstance(item, (Sourced, Unreadable, Problem)) for item in items)


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    def peak(count: int) -> int:
        source = lines_of(tmp_path, *(encounter(f"C-{number}") for number in range(count)))
        tracemalloc.start()
        assert sum(1 for _ in source.read()) == count
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(50)
    assert peak(4000) < peak(400) + 200_000
