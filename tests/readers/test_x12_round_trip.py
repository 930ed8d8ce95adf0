"""Every claim that can be written is read back, and every value of it is found where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prebill.model import Claim
from prebill.readers.x12 import steps
from prebill.reading import Place, Sourced
from prebill.writers.x12 import Style
from tests.readers.x12_samples import STYLES, claims, read, written

SLOW = settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])


@SLOW
@given(st.lists(claims(), max_size=2), STYLES)
def test_what_is_written_is_read_back(given_claims: list[Claim], style: Style) -> None:
    items = read(written(given_claims, style=style))
    numbers = [claim.control_number for claim in given_claims]
    if len(set(numbers)) == len(numbers) and given_claims:
        assert [type(item) for item in items] == [Sourced] * len(given_claims)
    assert [item.encounter.claim for item in items if isinstance(item, Sourced)] == given_claims


@SLOW
@given(claims())
def test_the_quick_reading_gives_what_the_careful_one_gives(claim: Claim) -> None:
    data = written([claim])
    quick = [item.encounter for item in read(data) if isinstance(item, Sourced)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(steps, "can_be_compiled", lambda segment: False)
        assert quick == [item.encounter for item in read(data) if isinstance(item, Sourced)]


@SLOW
@given(claims())
def test_every_value_is_found_where_it_stands(claim: Claim) -> None:
    data = written([claim])
    (item,) = read(data)
    assert isinstance(item, Sourced)
    segments = [segment.strip().split("*") for segment in data.decode().split("~")]
    for path, value in leaves(item.encounter.claim, ""):
        place = item.origin.locate(path)
        assert shown(value, text_at(place, segments, path)), (path, place)


def leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Every scalar of a claim that is not its default, with its path."""
    if attrs.has(type(value)):
        for field in attrs.fields(type(value)):
            inner = getattr(value, field.name)
            if inner != field.default or field.default is attrs.NOTHING:
                yield from leaves(inner, f"{path}.{field.name}" if path else field.name)
    elif isinstance(value, tuple):
        for index, inner in enumerate(value):
            yield from leaves(inner, f"{path}[{index}]")
    elif value is not None and not path.endswith((".loop", ".name")):
        yield path, value


def text_at(place: Place, segments: list[list[str]], path: str) -> str:
    assert place.segment is not None, path
    assert place.element is not None, path
    _, _, name = place.element.rpartition("/")
    elements = segments[place.segment - 1]
    position = name.removeprefix(elements[0])
    assert position, (path, place)
    element, _, component = position.partition("-")
    text = elements[int(element)]
    return text.split(":")[int(component) - 1] if component else text


def shown(value: Any, text: str) -> bool:
    if isinstance(value, bool):
        return text == {True: "Y", False: "N"}[value] or (value and text in {"0", "18", "RP"})
    if isinstance(value, datetime):
        return text == f"{value:%Y%m%d}"
    if isinstance(value, date):
        return f"{value:%Y%m%d}" in text.split("-")
    if isinstance(value, Decimal):
        return Decimal(text) == value
    return str(value) == text


def test_places_of_a_claim_and_of_what_is_in_it() -> None:
    from tests.readers.x12_samples import BILLING, CLAIM, PATIENT, SUBSCRIBER, file_of, interchange

    (item,) = read(file_of())
    assert isinstance(item, Sourced)
    places = {
        "": "segment 21 2300/CLM",
        "lines[0]": "segment 25 2400/SV1",
        "lines[1].modifiers[0]": "segment 29 2400/SV101-3",
        "lines[1].pointers[0]": "segment 29 2400/SV107-1",
        "lines[0].rendering": "segment 25 2400/SV1",
        "lines[0].drug.ndc": "segment 25 2400/SV1",
        "rendering": "segment 23 2310B/NM1",
        "rendering.npi": "segment 23 2310B/NM109",
        "billing.npi": "segment 10 2010AA/NM109",
        "billing.address": "segment 11 2010AA/N3",
        "patient.birth_date": "segment 19 2010BA/DMG02",
        "patient.relationship": "segment 15 2000B/SBR02",
        "coverage.member_id": "segment 16 2010BA/NM109",
        "coverage.subscriber.last_name": "segment 16 2010BA/NM103",
        "coverage.payer_id": "segment 20 2010BB/NM109",
        "diagnoses[1].code": "segment 22 2300/HI02-2",
        "diagnoses[7].code": "segment 22 2300/HI",
        "submission.interchange": "segment 1 ISA/ISA13",
        "submission.group": "segment 2 GS/GS06",
        "other_segments[0]": "segment 6 1000A/PER",
        "no_such_field": "segment 21 2300/CLM",
    }
    assert {path: str(item.origin.locate(path)) for path in places} == {
        path: f"test.837:{place}" for path, place in places.items()
    }
    (item,) = read(interchange(*BILLING, *SUBSCRIBER, *PATIENT, *CLAIM))
    assert isinstance(item, Sourced)
    assert str(item.origin.locate("patient.birth_date")) == "test.837:segment 26 2010CA/DMG02"
    assert str(item.origin.locate("coverage.relationship")) == "test.837:segment 22 2000C/PAT01"
