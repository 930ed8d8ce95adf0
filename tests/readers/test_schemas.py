"""The published schemas are those of the types that the reader decodes, and accept what the reader accepts."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prebill.errors import InputError
from prebill.model import Encounter
from prebill.readers import schema_of
from prebill.readers.faults import faults_in
from prebill.readers.schemas import SCHEMAS, stale_schemas, write_schemas
from prebill.readers.twins import twin_of
from prebill.writers.ndjson import encounter_line
from tests.readers.json_samples import encounter
from tests.strategies import JSON, records

PUBLISHED = Path(__file__).parents[2] / "docs" / "schemas"
VALIDATOR = jsonschema.Draft202012Validator(schema_of("encounter"))

slow = settings(max_examples=40, suppress_health_check=list(HealthCheck), deadline=None)


def test_the_published_schemas_are_current() -> None:
    assert stale_schemas(PUBLISHED) == [], "run python -m docs"


def test_what_is_written_is_current(tmp_path: Path) -> None:
    assert len(stale_schemas(tmp_path)) == len(SCHEMAS)
    write_schemas(tmp_path)
    assert stale_schemas(tmp_path) == []


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_schema_is_one(name: str) -> None:
    schema = schema_of(name)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["additionalProperties"] is False
    assert schema["description"]


def test_an_unknown_name_is_an_error() -> None:
    with pytest.raises(InputError, match="Did you mean 'encounter'"):
        schema_of("encountr")


@slow
@given(records(Encounter))
def test_what_the_writer_writes_fits(value: Encounter) -> None:
    assert not list(VALIDATOR.iter_errors(json.loads(encounter_line(value))))


def is_told_alike(value: Any) -> bool:
    return not (isinstance(value, float) and value.is_integer())


@slow
@given(st.data())
def test_the_schema_and_the_reader_agree(data: st.DataObject) -> None:
    """But for the calendar, which a schema does not know, and 1.0, which is a whole number to a schema alone."""
    value = encounter()
    target: Any = value
    while True:
        step = data.draw(st.sampled_from(sorted(target) if isinstance(target, dict) else range(len(target))))
        if not isinstance(target[step], (dict, list)) or not target[step] or data.draw(st.booleans()):
            break
        target = target[step]
    if isinstance(target, dict) and data.draw(st.booleans()):
        target.pop(step)
        target[data.draw(st.sampled_from(["charge", "number", "x"]))] = data.draw(JSON.filter(is_told_alike))
    else:
        target[step] = data.draw(
            JSON.filter(is_told_alike) | st.sampled_from(["1", "-1.5", "1e5", "", "NaN", 1, 10**19, True])
        )
    plain = msgspec.json.decode(msgspec.json.encode(value))
    if step not in ("from_date", "birth_date"):
        assert bool(list(faults_in(plain, twin_of(Encounter)))) == (not VALIDATOR.is_valid(plain))
