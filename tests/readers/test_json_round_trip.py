"""What the NDJSON writer writes, the reader reads back; the reader loses nothing and accepts nothing else."""

from datetime import date

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings

from prebill.model import Claim, Encounter, ServiceLine
from prebill.readers import encounter_from
from prebill.readers.faults import faults_in
from prebill.readers.structure import faults_of, why_unreadable
from prebill.readers.twins import twin_of
from prebill.writers.ndjson import encounter_line
from tests.strategies import claims, encounters, records

slow = settings(max_examples=30, suppress_health_check=list(HealthCheck), deadline=None)


@slow
@given(records(Encounter))
def test_any_encounter_comes_back(encounter: Encounter) -> None:
    assert encounter_from(encounter_line(encounter)) == encounter


@slow
@given(encounters())
def test_a_plausible_encounter_comes_back_and_has_no_faults(encounter: Encounter) -> None:
    line = encounter_line(encounter)
    assert encounter_from(line) == encounter
    assert not list(faults_in(msgspec.json.decode(line), twin_of(Encounter)))


@slow
@given(claims())
def test_plausible_claims_have_no_structural_faults(claim: Claim) -> None:
    assert not list(why_unreadable(claim))
    assert not list(faults_of(claim))


@slow
@given(records(Encounter))
def test_what_msgspec_writes_of_a_whole_encounter_can_be_read(encounter: Encounter) -> None:
    assert encounter_from(msgspec.json.encode(encounter)) == encounter


def test_defaults_are_left_out() -> None:
    line = ServiceLine(number=1, procedure="99213", from_date=date(2026, 3, 16))
    encounter = Encounter(claim=Claim(control_number="C-1", lines=(line,)))
    assert encounter_line(encounter) == (
        b'{"schema":"prebill/1","claim":{"control_number":"C-1","lines":'
        b'[{"number":1,"procedure":"99213","from_date":"2026-03-16"}]}}\n'
    )


@pytest.mark.parametrize("kind", [Encounter, Claim, ServiceLine])
def test_a_twin_has_the_fields_of_its_record(kind: type) -> None:
    fields = {field.name for field in msgspec.structs.fields(twin_of(kind))}
    assert fields - {"schema"} == {field.name for field in kind.__attrs_attrs__}  # type: ignore[attr-defined]
