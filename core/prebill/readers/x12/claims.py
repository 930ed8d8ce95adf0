"""Claims, and what they stand under: envelopes, billing provider, subscriber, patient."""

from __future__ import annotations

from typing import Any

import attrs

from prebill.model import Claim, Coverage, Patient, ServiceLine
from prebill.model import Segment as KeptSegment
from prebill.readers.x12 import guide
from prebill.readers.x12.drafts import Draft, Fields
from prebill.readers.x12.loops import Log, LoopReader, Places
from prebill.readers.x12.making import maker
from prebill.readers.x12.ordinary import OrdinaryReader
from prebill.readers.x12.sections import Section
from prebill.readers.x12.separators import Separators
from prebill.readers.x12.steps import Fault
from prebill.readers.x12.values import Conversions

_LOOPS = (
    guide.INTERCHANGE,
    guide.GROUP,
    guide.TRANSACTION,
    guide.BILLING,
    guide.SUBSCRIBER,
    guide.PATIENT,
    guide.CLAIM,
)
_CLAIM = guide.CLAIM.name
_LINE = "lines"
_NOBODY = Patient()

_make_claim = maker(Claim)
_make_line = maker(ServiceLine)
_make_patient = maker(Patient)


@attrs.define
class Level:
    """What stands above claims: the envelopes, or one level of the hierarchy.

    `fields` are those of the claim; what more than one level tells, or what the claim adds to, waits in `patient`
    and `accident`. Faults have the ordinals of their segments.
    """

    sections: tuple[tuple[str, Section], ...]
    fields: Fields
    patient: Fields
    accident: Fields
    kept: tuple[KeptSegment, ...]
    faults: tuple[tuple[int, Fault], ...]


@attrs.define
class Parents:
    """What the claims under one level of the hierarchy share: fields of the claim, made once for all of them.

    `sections` are the sections above them, each with the name of its loop; `dependent` tells that the patient is
    not the subscriber.
    """

    sections: tuple[tuple[str, Section], ...] = ()
    fields: Fields = attrs.field(factory=dict)
    accident: Fields = attrs.field(factory=dict)
    kept: tuple[KeptSegment, ...] = ()
    fatal: tuple[int, Fault] | None = None
    dependent: bool = False

    def under(self, level: Level, *, dependent: bool = False) -> Parents:
        """Return what the claims under one more level share."""
        fields = self.fields | level.fields
        coverage: Coverage | None = fields.get("coverage")
        if coverage is not None:
            if not dependent:
                fields["patient"] = _subscriber_as_patient(coverage, level.patient)
            elif (patient := fields.get("patient", _NOBODY)).relationship:
                fields["coverage"] = attrs.evolve(coverage, relationship=patient.relationship)
        return Parents(
            self.sections + level.sections,
            fields,
            self.accident | level.accident,
            self.kept + level.kept,
            self.fatal or next((fault for fault in level.faults if fault[1].fatal), None),
            dependent,
        )


def _subscriber_as_patient(coverage: Coverage, event: Fields) -> Patient:
    person = coverage.subscriber
    if person is None:
        return _make_patient(**{"relationship": coverage.relationship, **event})
    return _make_patient(
        last_name=person.last_name,
        first_name=person.first_name,
        middle_name=person.middle_name,
        suffix=person.suffix,
        birth_date=person.birth_date,
        sex=person.sex,
        address=person.address,
        other_ids=person.other_ids,
        **{"relationship": coverage.relationship, **event},
    )


@attrs.define
class Reading:
    """A claim as far as it could be read: None where a fault is fatal.

    Faults have the ordinals of their segments.
    """

    claim: Claim | None
    faults: list[tuple[int, Fault]]
    fatal: tuple[int, Fault] | None = None


class ClaimReader:
    """Reads the claims of interchanges with the same separators, and what stands above them."""

    def __init__(self, separators: Separators) -> None:
        self._separators = separators
        conversions = Conversions()
        self._loops = {loop.name: LoopReader(loop, separators, conversions) for loop in _LOOPS}
        claim = self._loops[_CLAIM]
        self._lines = next(inner for inner in claim.inner if inner.loop.field == _LINE)
        self._ordinary = {
            loop.name: OrdinaryReader(self._loops[loop.name], separators, conversions)
            for loop in (guide.SUBSCRIBER, guide.PATIENT)
        }
        self._ordinary_head = OrdinaryReader(claim, separators, conversions, left_out=_LINE)
        self._ordinary_line = OrdinaryReader(self._lines, separators, conversions)
        self._opener = f"{self._lines.loop.segments[0].name}{separators.element}"
        self._between_lines = f"{separators.terminator}{self._opener}"

    def __reduce__(self) -> tuple[Any, ...]:
        return ClaimReader, (self._separators,)

    def level(self, *sections: tuple[str, Section]) -> Level:
        """Read the sections of the envelopes, or of one level of the hierarchy."""
        faults: list[tuple[int, Fault]] = []
        name, section = sections[0]
        draft = self._ordinary[name].read(section.text) if name in self._ordinary else None
        if draft is None:
            draft = Draft()
            for name, section in sections:
                log = Log(kept=draft.kept)
                self._loops[name].read(section.segments, 0, draft, log)
                faults += [(section.first + position, fault) for position, fault in log.faults]
        patient: Fields = {}
        if name != guide.PATIENT.name:
            patient = draft.parts.pop("patient", patient)
        accident = draft.parts.pop("accident", {})
        return Level(sections, draft.fields(), patient, accident, tuple(draft.kept), tuple(faults))

    def read(self, section: Section, parents: Parents) -> Reading:
        """Read a claim."""
        faults: list[tuple[int, Fault]] = []
        draft = self._read_ordinary(section.text)
        if draft is None:
            draft = Draft()
            log = Log(kept=draft.kept)
            self._loops[_CLAIM].read(section.segments, 0, draft, log)
            faults = [(section.first + position, fault) for position, fault in log.faults]
        fatal = parents.fatal or (faults and next((fault for fault in faults if fault[1].fatal), None))
        if fatal:
            return Reading(None, faults, fatal)
        own = draft.parts[""]
        own.update(parents.fields)
        patient = draft.parts.pop("patient", None)
        if patient:
            own["patient"] = attrs.evolve(own.get("patient", _NOBODY), **patient)
        if parents.accident:
            draft.parts["accident"] = parents.accident | draft.parts.get("accident", {})
        kept = (*parents.kept, *draft.kept) if draft.kept else parents.kept
        return Reading(_make_claim(**draft.fields(), other_segments=kept), faults)

    def _read_ordinary(self, text: str) -> Draft | None:
        """Read a claim whose head and lines are as usual; a line with something else in it is read carefully."""
        head, *lines = text.split(self._between_lines)
        draft = self._ordinary_head.read(head)
        if draft is None or not lines:
            return None
        made: list[Any] = []
        for line in lines:
            record = self._read_line(f"{self._opener}{line}", len(made))
            if record is None:
                return None
            made.append(record)
        draft.lists["", _LINE] = made
        return draft

    def _read_line(self, text: str, index: int) -> Any:
        draft = self._ordinary_line.read(text)
        if draft is not None:
            fields = draft.fields()
            if draft.kept:
                fields["other_segments"] = tuple(draft.kept)
            return _make_line(**fields)
        log = Log()
        segments = text.split(self._separators.terminator)
        record, after = self._lines.make(segments, 0, index, log)
        return record if after == len(segments) and not log.faults else None

    def locate(self, section: Section, parents: Parents) -> dict[str, tuple[int, str, str]]:
        """Return where the values of a claim stand: path to ordinal, segment with its loop, and element."""
        places, kept = Places(), list[KeptSegment]()
        for name, each in (*parents.sections, (_CLAIM, section)):
            places.first = each.first
            self._loops[name].read(each.segments, 0, Draft(), Log([], kept, places))
        return places.known
