"""JSON documents: an array of encounters, or one encounter printed over many lines."""

import json
from pathlib import Path

import pytest

from prebill.readers.document import JsonDocument
from prebill.reading import Refused
from tests.readers.json_samples import encounter, problems, sourced, unreadable


def document(path: Path, text: str) -> JsonDocument:
    (path / "claims.json").write_text(text, encoding="utf-8")
    return JsonDocument(path / "claims.json", "claims.json")


@pytest.mark.parametrize("indent", [None, 2])
def test_an_array_gives_its_encounters_with_their_places(tmp_path: Path, indent: int | None) -> None:
    text = json.dumps([encounter("A"), encounter("A"), {}, encounter("B")], indent=indent)
    source = document(tmp_path, text)
    one, two, three = sourced(source)
    assert [each.encounter.claim.control_number for each in (one, two, three)] == ["A", "A", "B"]
    assert three.origin.locate("lines[1].charge").element == "/3/claim/lines/1/charge"
    lines = text.splitlines()
    starts = [number for number, line in enumerate(lines, 1) if line == "  {"] if indent else [1, 1]
    assert (one.origin.locate().line, two.origin.locate().line) == tuple(starts[:2])
    (fault,) = unreadable(source)
    assert fault.place.element == "/2"
    assert fault.reason == "/2: expected the key 'claim'"
    (repeated,) = problems(source)
    assert repeated.place.element == "/1/claim/control_number"


def test_one_encounter_over_many_lines(tmp_path: Path) -> None:
    (item,) = document(tmp_path, "\n" + json.dumps(encounter("A"), indent=4)).read()
    assert str(item.origin.locate("lines[0].charge")) == "claims.json:line 2 /claim/lines/0/charge"  # type: ignore[union-attr]


def test_an_array_that_is_not_json_is_refused_with_its_place(tmp_path: Path) -> None:
    (item,) = document(tmp_path, '[\n  {"claim": 1},\n  oops\n]').read()
    assert isinstance(item, Refused)
    assert str(item.place) == "claims.json:line 3 column 3"


def test_a_document_that_is_not_json_is_unreadable_where_it_breaks(tmp_path: Path) -> None:
    (item,) = unreadable(document(tmp_path, '{\n "claim": {,\n}'))
    assert str(item.place) == "claims.json:line 2 column 12"
    assert item.reason == "not JSON: object keys must be strings"


def test_an_empty_array_holds_nothing(tmp_path: Path) -> None:
    assert list(document(tmp_path, " [ ]\n").read()) == []
