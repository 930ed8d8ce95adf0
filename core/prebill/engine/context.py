"""Supplies a rule with what its signature asks for, or says what is missing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from operator import attrgetter
from typing import Any

import msgspec

from prebill.lookup import NotKnown, Table
from prebill.model import Claim, Encounter, Payer, ServiceLine
from prebill.reading import Origin
from prebill.rules import REGISTERS, Need, NeedKind, record_name

Getter = Callable[["Context", ServiceLine | None], Any]


class Context:
    """One encounter while its rules run; remembers the records that it has given their types."""

    __slots__ = ("_first_day", "_patient", "as_of", "claim", "encounter", "origin", "payer", "records")

    def __init__(self, encounter: Encounter, payer: Payer, as_of: date, origin: Origin | None = None) -> None:
        self.encounter = encounter
        self.claim: Claim = encounter.claim
        self._patient: str | bool | None = False
        self._first_day: date | None = None
        self.payer = payer
        self.as_of = as_of
        self.origin = origin
        self.records: dict[type[Any], tuple[Any, ...]] = {}

    @property
    def first_day(self) -> date:
        """The claim's first date of service, worked out once for all tables of the claim."""
        if self._first_day is None:
            self._first_day = self.claim.from_date
        return self._first_day

    @property
    def patient(self) -> str | None:
        """Who the patient is, worked out once for all cohorts of the claim."""
        if isinstance(self._patient, bool):
            self._patient = self.claim.patient_key
        return self._patient


class DatedTables:
    """Tables narrowed to a day, remembered per table and day; so are the days without an edition."""

    def __init__(self) -> None:
        self.known: dict[tuple[Table[Any], date], Table[Any]] = {}
        self._without: dict[tuple[Table[Any], date], str] = {}

    def on(self, table: Table[Any], day: date) -> Table[Any]:
        """Return the table as it stands on a day; raises `NotKnown` where no edition covers it."""
        missing = self._without.get((table, day))
        if missing is not None:
            raise NotKnown(missing, of_run=True)
        found = self.known.get((table, day))
        if found is None:
            try:
                found = self.known[table, day] = table.on(day)
            except NotKnown as without:
                self._without[table, day] = str(without)
                raise
        return found


def records_of(context: Context, record_type: Any) -> tuple[Any, ...] | None:
    """Return the encounter's records of a type, or None when it has no documentation of that kind.

    Raises `NotKnown` when they do not have the shape of their type.
    """
    found = context.records.get(record_type)
    if found is None:
        raw = context.encounter.documentation.get(record_name(record_type) or "")
        if raw is None:
            return None
        try:
            found = tuple(msgspec.convert(raw if isinstance(raw, (list, tuple)) else [raw], list[record_type]))
        except msgspec.ValidationError as error:
            # The text before the path may repeat a value of the record.
            path = str(error).rpartition(" - at ")[2].strip("`").removeprefix("$") if " - at " in str(error) else ""
            message = f"the {record_name(record_type)} record does not have its shape{f' at {path}' if path else ''}"
            raise NotKnown(message) from None
        context.records[record_type] = found
    return found


def record_for(candidates: tuple[Any, ...], claim: Claim, line: ServiceLine | None) -> Any | None:
    """Return the one candidate that is about a line, or None.

    Asks each candidate's `is_for(claim, line)`; without that method, compares its `line_number`, where None
    is about every line. Raises `NotKnown` when several are about the line.
    """
    if line is None:
        fitting = candidates
    else:
        fitting = tuple(each for each in candidates if _is_for(each, claim, line))
        exact = tuple(each for each in fitting if getattr(each, "line_number", None) == line.number)
        fitting = exact or fitting
    if len(fitting) > 1:
        message = f"which of {len(fitting)} records is about this line"
        raise NotKnown(message)
    return fitting[0] if fitting else None


def _is_for(candidate: Any, claim: Claim, line: ServiceLine) -> bool:
    decide = getattr(candidate, "is_for", None)
    if decide is not None:
        return bool(decide(claim, line))
    return getattr(candidate, "line_number", None) in (None, line.number)


def getter(need: Need, tables: DatedTables, table: Table[Any] | None = None) -> Getter:
    """Return a function that finds the value of a parameter in a context; it raises `NotKnown`."""
    if need.kind is NeedKind.CLAIM:
        return lambda context, _line: context.claim
    if need.kind is NeedKind.ENCOUNTER:
        return lambda context, _line: context.encounter
    if need.kind is NeedKind.PAYER:
        return lambda context, _line: context.payer
    if need.kind is NeedKind.AS_OF:
        return lambda context, _line: context.as_of
    if need.kind is NeedKind.TABLE:
        return _table_getter(need, tables, table)
    return _records_getter(need)


def _table_getter(need: Need, tables: DatedTables, table: Table[Any] | None) -> Getter:
    if table is None:
        raise AssertionError(need.name)
    if need.optional and not table.editions:
        return lambda _context, _line: None

    known = tables.known

    def find(context: Context, line: ServiceLine | None) -> Any:
        day = context.first_day if line is None else line.from_date
        found = known.get((table, day))
        if found is not None:
            return found
        try:
            return tables.on(table, day)
        except NotKnown:
            if need.optional:
                return None
            raise

    return find


def supplied_by(needs: Iterable[Need]) -> Callable[[Encounter], tuple[bool, ...]]:
    """Return what tells which of the registers and kinds of documentation an encounter has, in the order given."""
    places = tuple(
        (REGISTERS[need.type], None) if need.kind is NeedKind.REGISTER else ("documentation", record_name(need.type))
        for need in needs
    )

    def supplied(encounter: Encounter) -> tuple[bool, ...]:
        return tuple(
            [
                getattr(encounter, field) is not None if name is None else name in encounter.documentation
                for field, name in places
            ]
        )

    return supplied


def unsupplied(need: Need) -> str:
    """Say that a register, or the documentation of a kind, is not there at all."""
    return f"no {need.label}"


def _records_getter(need: Need) -> Getter:
    record_type, many, optional = need.type, need.many, need.optional
    register = attrgetter(REGISTERS[record_type]) if need.kind is NeedKind.REGISTER else None

    def find(context: Context, line: ServiceLine | None) -> Any:
        candidates = records_of(context, record_type) if register is None else register(context.encounter)
        if candidates is None:
            if optional:
                return None
            raise NotKnown(unsupplied(need), of_run=True)
        if many:
            return candidates
        found = record_for(candidates, context.claim, line)
        if found is None and not optional:
            message = f"no {need.label} for this line"
            raise NotKnown(message)
        return found

    return find
