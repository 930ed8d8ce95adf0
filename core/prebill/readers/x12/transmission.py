"""The way through a transmission: envelopes, levels of the hierarchy, claims; everything is accounted for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from enum import Enum

import attrs

from prebill.making import maker
from prebill.model import Encounter
from prebill.readers.x12 import guide
from prebill.readers.x12.checks import faults_of
from prebill.readers.x12.claims import ClaimReader, Level, Parents
from prebill.readers.x12.envelopes import Envelopes, Remark
from prebill.readers.x12.kinds import Kind, refusal
from prebill.readers.x12.lexing import Batch
from prebill.readers.x12.numbers import SeenNumbers
from prebill.readers.x12.origin import ClaimOrigin
from prebill.readers.x12.sections import Section
from prebill.readers.x12.separators import Separators
from prebill.readers.x12.sharing import Start
from prebill.readers.x12.steps import Fault
from prebill.reading import Item, Place, Problem, Refused, Sourced, Unreadable

_FOREIGN_COMPOSITE = re.compile(r"[0-9A-Z]{2}([^0-9A-Za-z])[AB]?\1[0-9]")
_LEVELS = {"20": guide.BILLING.name, "22": guide.SUBSCRIBER.name, "23": guide.PATIENT.name}
_OUTER = {"22": "20", "23": "22"}
_PATIENT = "23"
_HEADER = "header"
_LONGEST_CLM = 6
_NO_PARENTS = Parents()

_make_encounter = maker(Encounter)
_make_sourced = maker(Sourced)


class _Role(Enum):
    """What the section being collected is."""

    ASIDE = "segments that belong to nothing"
    HEADER = "header of a transaction"
    LEVEL = "level of the hierarchy"
    CLAIM = "claim"


@attrs.define
class _Foreign:
    """A run of groups that are not professional claims, and the claims counted in it."""

    place: Place
    kind: Kind
    guide: str
    claims: int = 0


class Transmission:
    """Turns batches of segments into items, in order.

    Whatever a file may hold many of is forgotten as soon as it is handed over. What remains: the open envelopes,
    the levels above the current claim, and the claim numbers seen.
    """

    def __init__(self, source: str) -> None:
        self._source = source
        self._readers: dict[Separators, ClaimReader] = {}
        self._envelopes = Envelopes()
        self._numbers = SeenNumbers()
        self._earlier: frozenset[str] = frozenset()
        self._passed = 0
        self._ordinal = 1
        self._claims = 0
        self._foreign: _Foreign | None = None
        self._skipping = False
        self._astray = 0
        self._acknowledgement = False
        self._parents: dict[str, Parents] = {}
        self._identifiers: dict[str, str] = {}
        self._level = ""
        self._role = _Role.ASIDE
        self._section: Section | None = None

    # ----------------------------------------------------------------------------------------- what is yielded

    def items(self, batches: Iterable[Batch]) -> Iterator[Item]:
        """Yield what the batches hold."""
        for batch in batches:
            self._use(batch.separators)
            if batch.skipped:
                place = Place(source=self._source)
                yield Problem(place=place, message=f"{batch.skipped} before the ISA segment")
            for text in self._boundary.split(batch.text):
                yield from self._pass(text)
            if batch.unterminated:
                yield self._problem("", "the input ends without a segment terminator", self._passed)

    def resume(self, start: Start) -> None:
        """Go to where a share starts; what stands before it is another share's to report."""
        self._use(start.separators)
        self._earlier = start.earlier
        for ordinal, text in start.sections:
            self._passed = ordinal - 1
            for part in self._boundary.split(text):
                list(self._pass(part))
        self._finish()
        self._envelopes.interchanges = start.interchange
        self._envelopes.counts = start.groups, start.transactions
        self._passed, self._claims = start.ordinal - 1, start.claims

    def pause(self) -> Iterator[Item]:
        """Yield what is left where the next share goes on."""
        yield from self._finish()

    def end(self) -> Iterator[Item]:
        """Yield what is left when the input ends."""
        yield from self._finish(cut=True)
        yield from self._end_interchange("the input ends")
        yield from self._end_foreign()

    # ------------------------------------------------------------------------------------------------- routing

    def _use(self, separators: Separators) -> None:
        """Go on with these separators."""
        if separators not in self._readers:
            self._readers[separators] = ClaimReader(separators)
        self._reader = self._readers[separators]
        self._separators = separators
        self._openers: dict[str, Callable[[Section], Iterable[Item]]] = {
            "ISA": self._open_interchange,
            f"GS{separators.element}": self._open_group,
            f"ST{separators.element}": self._open_transaction,
            f"HL{separators.element}": self._open_level,
            "CLM": self._open_claim,
            f"SE{separators.element}": self._close_transaction,
            f"GE{separators.element}": self._close_group,
            "IEA": self._close_interchange,
        }
        self._ends = {"", separators.element, separators.terminator}
        terminator, element = re.escape(separators.terminator), re.escape(separators.element)
        three, two = "ISA|CLM|IEA", "GS|ST|HL|SE|GE"
        self._boundary = re.compile(f"{terminator}(?=(?:{two}){element}|(?:{three})(?:{element}|{terminator}|\\Z))")

    def _pass(self, text: str) -> Iterable[Item]:
        """Take in the segments from one boundary to the next; return what is complete by that."""
        self._ordinal = self._passed + 1
        self._passed += text.count(self._separators.terminator) + 1
        opener = self._openers.get(text[:3])
        if opener is None or (text[2:3].isalpha() and text[3:4] not in self._ends):
            return self._go_on(text)
        return opener(Section(self._ordinal, text, self._separators))

    def _go_on(self, text: str) -> Iterable[Item]:
        """Take in segments that belong to the section that is open."""
        if self._role is _Role.ASIDE or self._section is None:
            segments = text.split(self._separators.terminator)
            self._acknowledgement |= any(segment.startswith("TA1") for segment in segments)
            self._astray += sum(bool(segment) and not segment.startswith("TA1") for segment in segments)
        else:
            self._section = self._section.extended(text)
        return ()

    def _begin(self, role: _Role, section: Section) -> None:
        self._role, self._section = role, section

    def _set_aside(self, section: Section | None = None) -> None:
        """Count segments from here on, those that follow the first of the section too."""
        self._role, self._section, self._astray = _Role.ASIDE, section, 0
        if section:
            _, more, text = section.text.partition(self._separators.terminator)
            if more:
                self._go_on(text)

    def _finish(self, *, cut: bool = False) -> Iterable[Item]:
        """Hand over the section that ends here; `cut` when the input ends within it."""
        role, section = self._role, self._section
        self._role = _Role.ASIDE
        if section is None:
            return ()
        if role is _Role.CLAIM:
            return self._finish_claim(section, cut=cut)
        if role is _Role.ASIDE:
            return self._finish_aside(section)
        if role is _Role.HEADER:
            names = (guide.INTERCHANGE.name, guide.GROUP.name, guide.TRANSACTION.name)
            sections = (*self._envelopes.sections, section)
            return self._finish_level(*zip(names[-len(sections) :], sections, strict=True))
        return self._finish_level((_LEVELS[self._level], section))

    def _finish_aside(self, section: Section) -> Iterable[Item]:
        astray, self._astray = self._astray, 0
        if not astray or self._skipping:
            return ()
        message = f"{astray} segments outside of any transaction or level"
        return (self._problem("", message, section.first + 1),)

    # ----------------------------------------------------------------------------------------------- envelopes

    def _open_interchange(self, section: Section) -> Iterator[Item]:
        self._passed -= section.first - 1
        section.first = 1
        yield from self._finish(cut=True)
        yield from self._end_interchange("another ISA segment comes")
        self._claims = 0
        yield from self._remarks(self._envelopes.open_interchange(section))
        self._set_aside(section)

    def _open_group(self, section: Section) -> Iterator[Item]:
        yield from self._finish()
        yield from self._remarks(self._envelopes.end_group("another GS segment comes"))
        kind = self._envelopes.open_group(section)
        if kind is Kind.PROFESSIONAL:
            yield from self._end_foreign()
        else:
            yield from self._begin_foreign(section, kind, section.element(8))
        self._set_aside(section)

    def _open_transaction(self, section: Section) -> Iterator[Item]:
        yield from self._finish()
        yield from self._remarks(self._envelopes.end_transaction("another ST segment comes"))
        kind, remarks = self._envelopes.open_transaction(section)
        yield from self._remarks(remarks)
        if kind is Kind.PROFESSIONAL:
            yield from self._end_foreign()
            self._level, self._parents, self._identifiers = _HEADER, {}, {}
            self._begin(_Role.HEADER, section)
        else:
            if not self._skipping:
                yield from self._begin_foreign(section, kind, section.element(3))
            self._set_aside(section)

    def _close_transaction(self, section: Section) -> Iterator[Item]:
        yield from self._finish()
        yield from self._remarks(self._envelopes.close_transaction(section, ours=not self._skipping))
        self._set_aside(section)

    def _close_group(self, section: Section) -> Iterator[Item]:
        yield from self._finish()
        yield from self._remarks(self._envelopes.close_group(section))
        self._skipping = False
        self._set_aside(section)

    def _close_interchange(self, section: Section) -> Iterator[Item]:
        yield from self._finish()
        yield from self._remarks(self._envelopes.close_interchange(section))
        yield from self._end_interchange("")
        self._set_aside(section)

    def _end_interchange(self, event: str) -> Iterator[Item]:
        if self._envelopes.is_empty:
            kind = Kind.INTERCHANGE_ACKNOWLEDGEMENT if self._acknowledgement else Kind.OTHER_X12
            yield from self._begin_foreign(self._envelopes.sections[0], kind, "")
        yield from self._remarks(self._envelopes.end_interchange(event))
        self._skipping = False

    # ---------------------------------------------------------------------- what is not a professional claim

    def _begin_foreign(self, section: Section, kind: Kind, name: str) -> Iterator[Item]:
        """Start to skip a group, or go on skipping groups of the same kind."""
        if self._foreign is None or (self._foreign.kind, self._foreign.guide) != (kind, name):
            yield from self._end_foreign()
            self._foreign = _Foreign(self._place("", section.first), kind, name)
        self._skipping = True

    def _end_foreign(self) -> Iterator[Item]:
        """Refuse what has been skipped."""
        self._skipping = False
        foreign, self._foreign = self._foreign, None
        if foreign:
            reason = refusal(foreign.kind, foreign.guide, foreign.claims)
            yield Refused(place=foreign.place, reason=reason, claims=foreign.claims)

    # ------------------------------------------------------------------------------------ levels and claims

    def _open_level(self, section: Section) -> Iterable[Item]:
        items = [*self._finish()]
        if not self._envelopes.in_transaction:
            self._set_aside()
            return items
        elements = [*section.elements, "", "", ""]
        level = elements[3]
        if level not in _LEVELS:
            items.append(self._problem("HL03", "the level is not 20, 22 or 23", section.first))
            self._set_aside(section)
            return items
        for inner in _LEVELS:
            if inner >= level:
                self._parents.pop(inner, None)
        outer = _OUTER.get(level)
        if outer and (outer not in self._parents or elements[2] != self._identifiers[outer]):
            message = f"the level does not stand under the nearest level {outer}"
            items.append(self._problem("HL02", message, section.first))
        self._identifiers[level] = elements[1]
        self._level = level
        self._begin(_Role.LEVEL, section)
        return items

    def _finish_level(self, *sections: tuple[str, Section]) -> Iterable[Item]:
        """Read what the claims under a level, or in a transaction, share."""
        try:
            level = self._reader.level(*sections)
            parents = self._above().under(level, dependent=self._level == _PATIENT)
        except Exception as unexpected:  # noqa: BLE001 - whatever it holds, the claims must be accounted for
            fault = Fault(sections[-1][0], _unexpected(unexpected), fatal=True)
            level = Level((), {}, {}, {}, (), ((sections[-1][1].first, fault),))
            parents = Parents().under(level)
        self._parents[self._level] = parents
        return [self._problem(fault.element, fault.message, ordinal) for ordinal, fault in level.faults]

    def _above(self) -> Parents:
        """Return what stands above whatever comes next."""
        return next(reversed(self._parents.values()), _NO_PARENTS)

    def _open_claim(self, section: Section) -> Iterable[Item]:
        items = self._finish()
        if self._envelopes.in_transaction:
            self._begin(_Role.CLAIM, section)
            return items
        self._set_aside()
        if self._skipping and self._foreign:
            self._foreign.claims += 1
            return items
        reason = "the claim stands outside of any 837P transaction (ST to SE)"
        return [*items, self._unreadable(section.first, "2300/CLM", reason)]

    def _finish_claim(self, section: Section, *, cut: bool) -> list[Item]:
        """Read the claim of a section: what is wrong with it, then the claim or why there is none."""
        items: list[Item] = []
        self._claims += 1
        elements = [*section.elements, *[""] * _LONGEST_CLM]
        number = elements[1] or None
        if number and (number in self._earlier or not self._numbers.add(number)):
            message = "an earlier claim of the file has this number"
            items.append(self._problem("2300/CLM01", message, section.first, number))
        if self._separators.component not in elements[5] and _FOREIGN_COMPOSITE.fullmatch(elements[5]):
            return [*items, *self._refuse_composites(section, number)]
        parents = self._above()
        try:
            reading = self._reader.read(section, parents)
            faults = faults_of(reading.claim) if reading.claim else []
        except Exception as unexpected:  # noqa: BLE001 - one claim must never cost another
            return [*items, self._unreadable(section.first, "2300/CLM", _unexpected(unexpected))]
        for level in _OUTER.values():
            if level not in self._parents:
                message = f"the claim stands under no level {level}"
                items.append(self._problem("2300/CLM", message, section.first, number))
        for ordinal, fault in reading.faults:
            if not fault.fatal:
                items.append(self._problem(fault.element, fault.message, ordinal, number))
        if cut:
            items.append(self._unreadable(section.first, "2300/CLM", "the input ends within the claim", number))
        elif reading.fatal:
            ordinal, fault = reading.fatal
            items.append(self._unreadable(ordinal, fault.element, fault.message, number))
        elif reading.claim:
            origin = ClaimOrigin(self._source, self._envelopes.interchanges, self._reader, section, parents)
            for path, message in faults:
                items.append(Problem(place=origin.locate(path), message=message, claim_id=number))
            items.append(_make_sourced(encounter=_make_encounter(claim=reading.claim), origin=origin))
        return items

    def _refuse_composites(self, section: Section, number: str | None) -> Iterator[Item]:
        """Refuse a claim whose composites are split on another character than the one declared (ISA16)."""
        reason = "composites are not split on the component separator that ISA16 declares"
        if self._claims == 1:
            yield self._problem("ISA16", f"{reason}; the claims cannot be read", 1)
        yield self._unreadable(section.first, "2300/CLM05", reason, number)

    # ---------------------------------------------------------------------------------------------- helpers

    def _place(self, element: str, ordinal: int) -> Place:
        interchange = self._envelopes.interchanges or None
        return Place(source=self._source, interchange=interchange, segment=ordinal, element=element or None)

    def _problem(self, element: str, message: str, ordinal: int, claim: str | None = None) -> Problem:
        return Problem(place=self._place(element, ordinal), message=message, claim_id=claim)

    def _unreadable(self, ordinal: int, element: str, reason: str, claim: str | None = None) -> Unreadable:
        return Unreadable(place=self._place(element, ordinal), reason=reason, claim_id=claim)

    def _remarks(self, remarks: Iterable[Remark]) -> Iterator[Item]:
        for remark in remarks:
            yield self._problem(remark.element, remark.message, remark.ordinal)


def _unexpected(error: Exception) -> str:
    return f"an unexpected {type(error).__name__} while reading"
