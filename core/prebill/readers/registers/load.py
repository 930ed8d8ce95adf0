"""A register in memory: its records, indexed by what joins them to encounters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import attrs
import msgspec

from prebill.errors import InputError, did_you_mean
from prebill.model import Encounter, Patient
from prebill.model.registers import normal_number
from prebill.readers.faults import Fault, faults_in
from prebill.readers.files import NamedFile, opened
from prebill.readers.ndjson import BOM
from prebill.readers.registers.answers import Person, answers_in, is_x12
from prebill.readers.registers.cells import iso_day
from prebill.readers.registers.columns import CLAIM, DAYS, MEMBER, PATIENT, columns_of, register_types
from prebill.readers.registers.rows import Row, rows_of
from prebill.readers.registers.words import put_into_words
from prebill.readers.twins import record_from, twin_of
from prebill.reading import Place, Problem

Key = tuple[str, str]


@attrs.frozen
class Entry:
    """A record of a register, or None for one that could not be read.

    `day` is the day to which it belongs, `person` the dependent whom it is about, where there are such.
    """

    number: int
    place: Place
    value: Any
    day: date | None = None
    person: Person | None = None


@attrs.frozen
class Register:
    """The entries of a register by their join key, and what is wrong with its files.

    `core` says that it is a field of the encounter; any other goes to its documentation.
    """

    name: str
    core: bool
    entries: Mapping[Key, tuple[Entry, ...]] = attrs.field(repr=False)
    problems: tuple[Problem, ...] = attrs.field(repr=False)

    def about(self, encounter: Encounter) -> list[Entry]:
        """Return the entries that join an encounter, in the order of the files."""
        claim = encounter.claim
        keys = [(CLAIM, claim.control_number)]
        for coverage in (claim.coverage, *(each.coverage for each in claim.prior_adjudications)):
            if coverage.member_id:
                keys.append((MEMBER, normal_number(coverage.member_id)))
        if claim.patient.record_number:
            keys.append((PATIENT, claim.patient.record_number))
        found = {
            entry.number: entry
            for key in keys
            for entry in self.entries.get(key, ())
            if entry.day is None or claim.from_date <= entry.day <= claim.last_date
        }
        return _about(claim.patient, [found[number] for number in sorted(found)])

    @property
    def all_entries(self) -> list[Entry]:
        """Every entry that can be joined, in the order of the files."""
        entries = {entry.number: entry for each in self.entries.values() for entry in each}
        return [entries[number] for number in sorted(entries)]


def _about(patient: Patient, entries: list[Entry]) -> list[Entry]:
    """Leave out what is about others of a family: all but the dependents that a patient differs from least."""
    differences = {entry.number: _differences(entry.person, patient) for entry in entries if entry.person is not None}
    fewest = min((each for each in differences.values() if each is not None), default=0)
    return [entry for entry in entries if differences.get(entry.number, fewest) == fewest]


def _differences(person: Person, patient: Patient) -> int | None:
    """Count what is known to differ between a person and a patient; None when nothing agrees."""
    pairs = (
        (_letters(person.first_name), _letters(patient.first_name)),
        (person.birth_date, patient.birth_date),
    )
    agree = [mine == theirs for mine, theirs in pairs if mine and theirs]
    return None if agree and not any(agree) else agree.count(False)


def load_register(name: str, files: Iterable[NamedFile], record_types: Mapping[str, type]) -> Register:
    """Load a register.

    Args:
        name: The field of the encounter, or the name of a record type.
        files: Its files, CSV, NDJSON or X12; they are one register together.
        record_types: The record types of the packs in use, by name.

    Raises:
        InputError: No such register exists, or a file cannot be opened, or its header lacks what every row needs,
            or its X12 holds no such answers.
    """
    core = register_types()
    kinds = {**record_types, **core}
    if name not in kinds:
        message = f"no register is called {name!r}.{did_you_mean(name, kinds)} Known: {', '.join(sorted(kinds))}"
        raise InputError(message)
    record = kinds[name]
    days = [title for title in DAYS if name not in core or title not in attrs.fields_dict(record)]
    problems: list[Problem] = []
    entries: dict[Key, list[Entry]] = {}
    number = 0
    for file in files:
        with opened(file.path, file.name) as stream:
            content = stream.read().removeprefix(BOM)
        found = (
            _answers(content, file.name, record, problems)
            if is_x12(content)
            else _rows(content, file.name, record, days, problems, plain=name not in core)
        )
        for keys, entry in found:
            number += 1
            for key in keys:
                entries.setdefault(key, []).append(attrs.evolve(entry, number=number))
    return Register(name, name in core, {key: tuple(each) for key, each in entries.items()}, tuple(problems))


def _rows(
    content: bytes, name: str, record: type, days: Sequence[str], problems: list[Problem], *, plain: bool
) -> Iterator[tuple[tuple[Key, ...], Entry]]:
    """Yield the join keys and the entry of every row; what is wrong is added to `problems`."""
    for row in rows_of(content, name, record, problems):
        value = _value(row, record, plain=plain)
        key, day = _join(row, days)
        problems += row.faults
        yield () if key is None else (key,), Entry(0, row.place, None if row.faults else value, day)


def _answers(
    content: bytes, name: str, record: type, problems: list[Problem]
) -> Iterator[tuple[tuple[Key, ...], Entry]]:
    """Yield the join keys and the entry of every answer in X12; what is wrong is added to `problems`."""
    for answer in answers_in(content, name, record):
        if isinstance(answer, Problem):
            problems.append(answer)
            continue
        problems += answer.faults
        keys = [(MEMBER, normal_number(member)) for member in answer.members]
        if not keys and answer.patient:
            keys = [(PATIENT, answer.patient)]
        if not keys:
            message = "the answer names neither a member (NM109) nor a patient (REF*EJ), so it joins no claim"
            problems.append(Problem(place=answer.place, message=message))
        yield tuple(keys), Entry(0, answer.place, answer.record, person=answer.person)


def _letters(name: str | None) -> str:
    """Return the letters of a first name, for comparison."""
    return "".join(filter(str.isalpha, (name or "").split(" ")[0])).upper()


def _value(row: Row, record: type, *, plain: bool) -> Any:
    """Return the record of a row, as plain data for documentation; adds to the faults of a row that is none."""
    for field, message in put_into_words(record, row.plain):
        row.faults.append(Problem(place=attrs.evolve(row.place, element=field), message=message))
    twin = twin_of(record, open_to_more=True)
    try:
        typed = msgspec.convert(row.plain, twin, strict=False)
        value = record_from(typed, record)
    except msgspec.ValidationError:
        faults = list(faults_in(row.plain, twin, lax=True)) or [Fault("", "the row does not fit its type")]
        row.faults += [_problem(row, fault, record) for fault in faults]
        return None
    return msgspec.json.decode(msgspec.json.encode(typed)) if plain else value


def _problem(row: Row, fault: Fault, record: type) -> Problem:
    """Return a fault with the column that it is about."""
    path = tuple(step for step in fault.pointer.split("/")[1:] if not step.isdigit())
    title = next((column.name for column in columns_of(record) if column.path == path), ".".join(path))
    return Problem(place=attrs.evolve(row.place_of(fault.pointer), element=title or None), message=fault.message)


def _join(row: Row, days: Iterable[str]) -> tuple[Key | None, date | None]:
    """Return the key and the day by which a row is joined; adds to the faults of a row that has none.

    `days` are the columns in which a day may stand.
    """
    if CLAIM in row.keys:
        return (CLAIM, row.keys[CLAIM]), None
    title = next((each for each in (MEMBER, PATIENT) if each in row.keys), None)
    if title is None:
        message = f"the row fills none of the columns {CLAIM}, {MEMBER}, {PATIENT}"
        row.faults.append(Problem(place=row.place, message=message))
        return None, None
    key = (title, normal_number(row.keys[title]) if title == MEMBER else row.keys[title])
    day_title = next((each for each in days if each in row.keys), None)
    if day_title is None:
        return key, None
    try:
        return key, date.fromisoformat(iso_day(row.keys[day_title])[:10])
    except ValueError:
        place = attrs.evolve(row.place, element=day_title)
        row.faults.append(Problem(place=place, message="expected a date YYYY-MM-DD or MM/DD/YYYY"))
        return key, None
