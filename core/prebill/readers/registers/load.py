"""A register in memory: its records, indexed by what joins them to encounters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import attrs
import msgspec

from prebill.errors import InputError, did_you_mean
from prebill.model import Encounter
from prebill.model.registers import normal_number
from prebill.readers.faults import Fault, faults_in
from prebill.readers.files import NamedFile
from prebill.readers.registers.cells import iso_day
from prebill.readers.registers.columns import CLAIM, DAYS, MEMBER, PATIENT, columns_of, register_types
from prebill.readers.registers.rows import Row, rows_of
from prebill.readers.twins import record_from, twin_of
from prebill.reading import Place, Problem

Key = tuple[str, str]


@attrs.frozen
class Entry:
    """A record of a register, or None for one that could not be read, and the day to which it belongs, if any."""

    number: int
    place: Place
    value: Any
    day: date | None = None


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
        return [found[number] for number in sorted(found)]

    @property
    def all_entries(self) -> list[Entry]:
        """Every entry that can be joined, in the order of the files."""
        return sorted((entry for each in self.entries.values() for entry in each), key=lambda entry: entry.number)


def load_register(name: str, files: Iterable[NamedFile], record_types: Mapping[str, type]) -> Register:
    """Load a register.

    Args:
        name: The field of the encounter, or the name of a record type.
        files: Its files; they are one register together.
        record_types: The record types of the packs in use, by name.

    Raises:
        InputError: No such register exists, or a file cannot be opened, or its header lacks what every row needs.
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
        for row in rows_of(file, record, problems):
            number += 1
            value = _value(row, record, plain=name not in core)
            key, day = _join(row, days)
            problems += row.faults
            if key is not None:
                entry = Entry(number, row.place, None if row.faults else value, day)
                entries.setdefault(key, []).append(entry)
    return Register(name, name in core, {key: tuple(each) for key, each in entries.items()}, tuple(problems))


def _value(row: Row, record: type, *, plain: bool) -> Any:
    """Return the record of a row, as plain data for documentation; adds to the faults of a row that is none."""
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
