"""Claims, and what they stand under: envelope, billing provider, subscriber, patient."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs

from prebill.model import Claim, Coverage, Patient
from prebill.model import Segment as KeptSegment
from prebill.readers.x12 import guide
from prebill.readers.x12.loops import Draft, Log, LoopReader, Places
from prebill.readers.x12.making import maker
from prebill.readers.x12.plain import Fields
from prebill.readers.x12.separators import Separators
from prebill.readers.x12.steps import Fault
from prebill.readers.x12.values import Conversions

_NOBODY = Patient()
_make_claim: Callable[..., Claim] = maker(Claim)
_make_patient: Callable[..., Patient] = maker(Patient)


@attrs.define
class Section:
    """A run of segments: a header, a level of the hierarchy or a claim; `first` is the ordinal of its first one."""

    first: int
    segments: list[str]


@attrs.define
class Level:
    """What stands above claims: the sections of an envelope, or one level of the hierarchy.

    `fields` are those of the claim; what more than one level tells, or what the claim adds to, waits in `patient`
    and `accident`.
    """

    sections: tuple[tuple[LoopReader, Section], ...]
    fields: Fields
    patient: Fields
    accident: Fields
    kept: tuple[KeptSegment, ...]
    faults: tuple[tuple[int, Fault], ...]
    """Ordinals and faults."""


@attrs.define
class Parents:
    """What the claims under one level of the hierarchy share: fields of the claim made once for all of them."""

    sections: tuple[tuple[LoopReader, Section], ...] = ()
    fields: Fields = attrs.field(factory=dict)
    accident: Fields = attrs.field(factory=dict)
    kept: tuple[KeptSegment, ...] = ()
    fatal: tuple[int, Fault] | None = None
    dependent: bool = False

    def under(self, level: Level, *, dependent: bool = False) -> Parents:
        """Return what claims under one more level share; `dependent` tells that it is the patient's own."""
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
    """A claim as far as it could be read: None where a fault is fatal."""

    claim: Claim | None
    number: str | None
    faults: list[tuple[int, Fault]]
    fatal: tuple[int, Fault] | None


class ClaimReader:
    """Reads the claims of interchanges with the same separators, and what stands above them."""

    def __init__(self, separators: Separators) -> None:
        self._separators = separators
        conversions = Conversions()
        self.interchange, self.group, self.transaction, self.billing, self.subscriber, self.patient, self._claim = (
            LoopReader(loop, separators, conversions)
            for loop in (
                guide.INTERCHANGE,
                guide.GROUP,
                guide.TRANSACTION,
                guide.BILLING,
                guide.SUBSCRIBER,
                guide.PATIENT,
                guide.CLAIM,
            )
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return ClaimReader, (self._separators,)

    def level(self, *sections: tuple[LoopReader, Section]) -> Level:
        """Read the sections of an envelope, or one level of the hierarchy."""
        draft, log = Draft(), Log()
        faults: list[tuple[int, Fault]] = []
        for reader, section in sections:
            reader.read(section.segments, 0, draft, log)
            faults += [(section.first + position, fault) for position, fault in log.faults]
            log.faults.clear()
        patient: Fields = {}
        if sections[0][0] is not self.patient:
            patient = draft.parts.pop("patient", patient)
        accident = draft.parts.pop("accident", {})
        return Level(sections, draft.fields(), patient, accident, tuple(log.kept), tuple(faults))

    def read(self, section: Section, parents: Parents) -> Reading:
        """Read a claim."""
        draft, log = Draft(), Log()
        self._claim.read(section.segments, 0, draft, log)
        own = draft.parts[""]
        number = own.get("control_number")
        faults = log.faults and [(section.first + position, fault) for position, fault in log.faults]
        fatal = parents.fatal or next((fault for fault in faults if fault[1].fatal), None)
        if fatal:
            return Reading(None, number, faults, fatal)
        own.update(parents.fields)
        patient = draft.parts.pop("patient", None)
        if patient:
            own["patient"] = attrs.evolve(own.get("patient", _NOBODY), **patient)
        if parents.accident:
            draft.parts["accident"] = parents.accident | draft.parts.get("accident", {})
        kept = (*parents.kept, *log.kept) if log.kept else parents.kept
        return Reading(_make_claim(**draft.fields(), other_segments=kept), number, faults, None)

    def locate(self, section: Section, parents: Parents) -> dict[str, tuple[int, str, str]]:
        """Return where the values of a claim stand: path to ordinal, segment with its loop, and element."""
        places, kept = Places(), list[KeptSegment]()
        for reader, each in (*parents.sections, (self._claim, section)):
            places.first = each.first
            reader.read(each.segments, 0, Draft(), Log([], kept, places))
        return places.known
