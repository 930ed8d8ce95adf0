"""Claims, and what they stand under: envelopes, billing provider, subscriber, patient."""

from __future__ import annotations

from typing import Any

import attrs

from prebill.making import maker
from prebill.model import Claim, Coverage, Patient
from prebill.model import Segment as KeptSegment
from prebill.readers.x12 import guide
from prebill.readers.x12.drafts import Draft, Fields
from prebill.readers.x12.loops import Log, LoopReader, Places
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
_LINES = "lines["
_NOBODY = Patient()

_make_claim = maker(Claim)
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

    def __reduce__(self) -> tuple[Any, ...]:
        return ClaimReader, (self._separators,)

    def level(self, *sections: tuple[str, Section]) -> Level:
        """Read the sections of the envelopes, or of one level of the hierarchy."""
        faults: list[tuple[int, Fault]] = []
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

    def locate(self, section: Section, parents: Parents, wanted: str) -> dict[str, tuple[int, str, str]]:
        """Return where the values of a claim stand: path to ordinal, segment with its loop, and element.

        Of the records inside the claim, the values of the one `wanted` are told, such as `lines[0]`.
        """
        places, kept = Places(wanted), list[KeptSegment]()
        above = () if wanted.startswith(_LINES) else parents.sections
        for name, each in (*above, (_CLAIM, section)):
            places.first = each.first
            self._loops[name].read(each.segments, 0, Draft(), Log([], kept, places))
        return places.known
