"""The way through a transmission: envelopes, levels of the hierarchy, claims; everything is accounted for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from enum import Enum

import attrs

from prebill.model import Encounter
from prebill.readers.x12.checks import faults_of
from prebill.readers.x12.claims import ClaimReader, Level, Parents, Section
from prebill.readers.x12.kinds import PROFESSIONAL_GUIDES, Kind, kind_of_group, refusal
from prebill.readers.x12.lexing import Batch
from prebill.readers.x12.loops import LoopReader
from prebill.readers.x12.making import maker
from prebill.readers.x12.numbers import SeenNumbers
from prebill.readers.x12.origin import ClaimOrigin
from prebill.readers.x12.separators import HEADER_LENGTH, Separators
from prebill.readers.x12.sharing import Start
from prebill.readers.x12.steps import Fault
from prebill.reading import Item, Place, Problem, Refused, Sourced, Unreadable

_FOREIGN_COMPOSITE = re.compile(r"[0-9A-Z]{2}([^0-9A-Za-z])[AB]?\1[0-9]")
_HEADER = "ST"
_LEVELS = ("20", "22", "23")
_OUTER = {"22": "20", "23": "22"}
_NO_PARENTS = Parents()
_TRANSACTION_SET = "837"
_LONGEST_COUNT = 10

_make_encounter = maker(Encounter)
_make_sourced = maker(Sourced)


@attrs.define
class _Envelope:
    """An open interchange, group or transaction: its control number, its first segment, what it holds so far."""

    control: str
    first: int
    holds: int = 0
    professional: bool = True


@attrs.define
class _Foreign:
    """A run of groups that are not professional claims, and the claims counted in it."""

    place: Place
    kind: Kind
    guide: str
    claims: int = 0


class _Role(Enum):
    """What the section being collected is."""

    ASIDE = "segments that belong to nothing"
    HEADER = "header of a transaction"
    LEVEL = "level of the hierarchy"
    CLAIM = "claim"


class Transmission:
    """Turns batches of segments into items, in order.

    Whatever a file may hold many of is forgotten as soon as it is handed over. What remains: the open envelopes,
    the levels above the current claim, and the claim numbers seen.
    """

    def __init__(self, source: str) -> None:
        self._source = source
        self._readers: dict[Separators, ClaimReader] = {}
        self._numbers = SeenNumbers()
        self._earlier: frozenset[str] = frozenset()
        self._count = 0
        self._before = 0
        self._ordinal = 0
        self._claims = 0
        self._interchange: _Envelope | None = None
        self._group: _Envelope | None = None
        self._transaction: _Envelope | None = None
        self._foreign: _Foreign | None = None
        self._skipping = False
        self._header: list[tuple[LoopReader, Section]] = []
        self._level = _HEADER
        self._parents: dict[str, Parents] = {}
        self._identifiers: dict[str, str] = {}
        self._astray = 0
        self._acknowledgement = False
        self._collect: Callable[[str], None] = self._stray
        self._set_aside()

    def items(self, batches: Iterable[Batch]) -> Iterator[Item]:
        """Yield what the batches hold."""
        for batch in batches:
            yield from self._begin(batch)
            openers, collect = self._openers, self._collect
            for place, text in enumerate(batch.segments, 1):
                opener = openers.get(text[:3])
                if opener is None:
                    collect(text)
                else:
                    self._ordinal = self._before + place
                    yield from opener(text)
                    collect = self._collect
            self._before += len(batch.segments)
            self._ordinal = self._before

    def resume(self, start: Start) -> None:
        """Go back to where a share starts; what stands before it is another share's to report."""
        self._earlier = start.earlier
        for _ in self._begin(Batch(start.separators, [])):
            pass
        for ordinal, text in start.segments:
            self._ordinal = ordinal
            opener = self._openers.get(text[:3])
            if opener is None:
                self._collect(text)
            else:
                opener(text)
        self._finish()
        self._count, self._claims = start.interchange, start.claims
        self._before = self._ordinal = start.ordinal - 1
        if self._interchange and self._group:
            self._interchange.holds, self._group.holds = start.groups, start.transactions

    def pause(self) -> Iterator[Item]:
        """Yield what is left when the next share goes on."""
        yield from self._finish()

    def end(self) -> Iterator[Item]:
        """Yield what is left when the input ends."""
        yield from self._finish(cut=True)
        yield from self._end_interchange("the input ends")
        yield from self._end_foreign()

    # ------------------------------------------------------------------------------------------- envelopes

    def _begin(self, batch: Batch) -> Iterator[Item]:
        separators = batch.separators
        if separators not in self._readers:
            self._readers[separators] = ClaimReader(separators)
        self._reader = self._readers[separators]
        self._separators = separators
        self._openers: dict[str, Callable[[str], Iterable[Item]]] = {
            "ISA": self._open_interchange,
            f"GS{separators.element}": self._open_group,
            f"ST{separators.element}": self._open_transaction,
            f"HL{separators.element}": self._open_level,
            "CLM": self._open_claim,
            f"SE{separators.element}": self._close_transaction,
            f"GE{separators.element}": self._close_group,
            "IEA": self._close_interchange,
        }
        if batch.skipped:
            yield Problem(place=Place(source=self._source), message=f"{batch.skipped} before the ISA segment")
        if batch.unterminated:
            yield self._problem("", "the input ends without a segment terminator")

    def _open_interchange(self, text: str) -> Iterable[Item]:
        if not self._is_whole(text):
            return self._collect_more(text)
        items = [*self._finish(cut=True), *self._end_interchange("another ISA segment comes")]
        self._count += 1
        self._before -= self._ordinal - 1
        self._ordinal = 1
        self._claims = 0
        self._interchange = _Envelope(_at(self._split(text), 13), 1, professional=False)
        self._header = [(self._reader.interchange, Section(1, [text]))]
        if len(text) != HEADER_LENGTH - 1:
            items.append(
                self._problem("ISA", f"the ISA segment has {len(text) + 1} characters instead of {HEADER_LENGTH}")
            )
        self._set_aside()
        return items

    def _open_group(self, text: str) -> list[Item]:
        items = [*self._finish(), *self._end_group("another GS segment comes")]
        elements = self._split(text)
        guide = _at(elements, 8)
        kind = kind_of_group(_at(elements, 1), guide)
        self._group = _Envelope(_at(elements, 6), self._ordinal, professional=kind is Kind.PROFESSIONAL)
        if self._interchange:
            self._interchange.holds += 1
            self._interchange.professional |= self._group.professional
        items += self._end_foreign() if self._group.professional else self._begin_foreign(kind, guide)
        self._header = [*self._header[:1], (self._reader.group, Section(self._ordinal, [text]))]
        self._set_aside()
        return items

    def _open_transaction(self, text: str) -> list[Item]:
        items = [*self._finish(), *self._end_transaction("another ST segment comes")]
        elements = self._split(text)
        name, guide = _at(elements, 1), _at(elements, 3)
        professional = self._group.professional if self._group else guide in PROFESSIONAL_GUIDES
        if self._group:
            self._group.holds += 1
        elif professional:
            items.append(self._problem("ST", "the transaction stands in no functional group (GS)"))
        if not professional or name != _TRANSACTION_SET:
            kind = kind_of_group("", guide) if name == _TRANSACTION_SET else Kind.OTHER_X12
            if professional or not self._group:
                items += self._begin_foreign(kind, guide)
            self._set_aside()
            return items
        items += self._end_foreign()
        if guide not in PROFESSIONAL_GUIDES:
            items.append(self._problem("ST03", "the transaction does not repeat the guide of its group (GS08)"))
        self._transaction = _Envelope(_at(elements, 2), self._ordinal)
        self._level, self._parents, self._identifiers = _HEADER, {}, {}
        self._begin_section(_Role.HEADER, text)
        return items

    def _close_transaction(self, text: str) -> list[Item]:
        items = list(self._finish())
        elements = self._split(text)
        if self._transaction:
            count = self._ordinal - self._transaction.first + 1
            items += self._check("SE", elements, count, "segments", self._transaction.control, "ST02")
        elif not self._skipping:
            items.append(self._problem("SE", "no transaction (ST) is open"))
        self._transaction = None
        self._set_aside()
        return items

    def _close_group(self, text: str) -> list[Item]:
        items = [*self._finish(), *self._end_transaction("GE comes")]
        if self._group is None:
            items.append(self._problem("GE", "no functional group (GS) is open"))
        elif self._group.professional:
            items += self._check(
                "GE", self._split(text), self._group.holds, "transactions", self._group.control, "GS06"
            )
        self._group = None
        self._set_aside()
        return items

    def _close_interchange(self, text: str) -> Iterable[Item]:
        if not self._is_whole(text):
            return self._collect_more(text)
        items = [*self._finish(), *self._end_group("IEA comes")]
        if self._interchange is None:
            items.append(self._problem("IEA", "no interchange (ISA) is open"))
        elif self._interchange.professional:
            items += self._check(
                "IEA", self._split(text), self._interchange.holds, "groups", self._interchange.control, "ISA13"
            )
        items += self._end_interchange()
        self._set_aside()
        return items

    def _check(
        self, name: str, elements: list[str], count: int, what: str, control: str, repeated: str
    ) -> Iterator[Item]:
        """Compare the count and the control number of a trailer with what it closes."""
        stated = _at(elements, 1)
        if not stated.isdigit() or int(stated) != count:
            says = f"says {int(stated)}" if stated.isdigit() and len(stated) <= _LONGEST_COUNT else "is no count"
            yield self._problem(f"{name}01", f"{name}01 {says}, there are {count} {what}")
        if _at(elements, 2) != control:
            yield self._problem(f"{name}02", f"{name}02 does not repeat the control number of {repeated}")

    def _end_transaction(self, event: str) -> Iterator[Item]:
        if self._transaction:
            yield self._problem("ST", f"{event} before the SE of the transaction", self._transaction.first)
        self._transaction = None

    def _end_group(self, event: str) -> Iterator[Item]:
        yield from self._end_transaction(event)
        if self._group and self._group.professional:
            yield self._problem("GS", f"{event} before the GE of the group", self._group.first)
        self._group = None
        self._skipping = False

    def _end_interchange(self, event: str = "") -> Iterator[Item]:
        yield from self._end_group(event)
        if self._interchange is None:
            return
        if self._interchange.professional and event:
            yield self._problem("ISA", f"{event} before the IEA of the interchange", 1)
        if not self._interchange.holds:
            kind = Kind.INTERCHANGE_ACKNOWLEDGEMENT if self._acknowledgement else Kind.OTHER_X12
            yield from self._begin_foreign(kind, "")
        self._interchange = None
        self._skipping = False

    # -------------------------------------------------------------------------- what is not a professional claim

    def _begin_foreign(self, kind: Kind, guide: str) -> Iterator[Item]:
        """Start to skip a group, or go on skipping groups of the same kind."""
        self._skipping = True
        if self._foreign and (self._foreign.kind, self._foreign.guide) == (kind, guide):
            return
        yield from self._end_foreign()
        self._skipping = True
        self._foreign = _Foreign(self._place("GS08"), kind, guide)

    def _end_foreign(self) -> Iterator[Item]:
        """Refuse what has been skipped."""
        self._skipping = False
        foreign, self._foreign = self._foreign, None
        if foreign:
            reason = refusal(foreign.kind, foreign.guide, foreign.claims)
            yield Refused(place=foreign.place, reason=reason, claims=foreign.claims)

    def _set_aside(self) -> None:
        """Count segments from here on, until something opens."""
        self._role = _Role.ASIDE
        self._section = Section(self._ordinal + 1, [])
        self._astray = 0
        self._collect = self._stray

    def _stray(self, text: str) -> None:
        if text.startswith("TA1"):
            self._acknowledgement = True
        elif text:
            self._astray += 1

    # ---------------------------------------------------------------------------------------- levels and claims

    def _begin_section(self, role: _Role, text: str) -> None:
        self._role = role
        self._section = Section(self._ordinal, [text])
        self._collect = self._section.segments.append

    def _finish(self, *, cut: bool = False) -> Iterable[Item]:
        """Hand over the section that ends here; `cut` when the input ends within it."""
        role, section = self._role, self._section
        if role is _Role.CLAIM:
            return self._finish_claim(section, cut=cut)
        if role is _Role.ASIDE:
            astray, self._astray = self._astray, 0
            if not astray or self._skipping:
                return ()
            return (self._problem("", f"{astray} segments outside of any transaction or level", section.first),)
        self._role = _Role.ASIDE
        if role is _Role.HEADER:
            sections = (*self._header[:2], (self._reader.transaction, section))
        else:
            sections = ((self._level_reader(), section),)
        try:
            level = self._reader.level(*sections)
            parents = self._above().under(level, dependent=self._level == _LEVELS[2])
        except Exception as unexpected:  # noqa: BLE001 - whatever a header holds, the claims must be accounted for
            level = _broken(section, unexpected)
            parents = Parents().under(level)
        self._parents[self._level] = parents
        return [self._problem(fault.element, fault.message, ordinal) for ordinal, fault in level.faults]

    def _open_level(self, text: str) -> list[Item]:
        items = list(self._finish())
        if self._transaction is None:
            self._set_aside()
            return items
        elements = self._split(text)
        code = _at(elements, 3)
        if code not in _LEVELS:
            items.append(self._problem("HL03", "the level is not 20, 22 or 23"))
            self._set_aside()
            return items
        for inner in _LEVELS[_LEVELS.index(code) :]:
            self._parents.pop(inner, None)
        outer = _OUTER.get(code)
        if outer and (outer not in self._parents or elements[2] != self._identifiers[outer]):
            items.append(self._problem("HL02", f"the level does not stand under the nearest level {outer}"))
        self._identifiers[code] = elements[1]
        self._level = code
        self._begin_section(_Role.LEVEL, text)
        return items

    def _level_reader(self) -> LoopReader:
        return {"20": self._reader.billing, "22": self._reader.subscriber, "23": self._reader.patient}[self._level]

    def _open_claim(self, text: str) -> Iterable[Item]:
        if not self._is_whole(text):
            return self._collect_more(text)
        items = self._finish()
        if self._transaction is not None:
            self._begin_section(_Role.CLAIM, text)
            return items
        self._set_aside()
        if self._skipping and self._foreign:
            self._foreign.claims += 1
            return items
        return (
            *items,
            Unreadable(
                place=self._place("2300/CLM"),
                reason="the claim stands outside of any 837P transaction (ST to SE)",
            ),
        )

    def _finish_claim(self, section: Section, *, cut: bool) -> list[Item]:
        """Read the claim of a section: problems, then the claim or why there is none."""
        self._role = _Role.ASIDE
        self._claims += 1
        items: list[Item] = []
        stated = _at(self._split(section.segments[0]), 1)
        if stated and (stated in self._earlier or not self._numbers.add(stated)):
            message = "an earlier claim of the file has this number"
            items.append(self._problem("2300/CLM01", message, section.first, stated))
        if self._separators.component not in section.segments[0] and self._is_split_otherwise(section):
            return [*items, *self._refuse_composites(section)]
        parents = self._above()
        try:
            reading = self._reader.read(section, parents)
            claim, number = reading.claim, reading.number
            faults = faults_of(claim) if claim else []
        except Exception as unexpected:  # noqa: BLE001 - one claim must never cost another
            return [*items, self._unreadable(section.first, "2300/CLM", _unexpected(unexpected))]
        for code in _LEVELS[:2]:
            if code not in self._parents:
                message = f"the claim stands under no level {code}"
                items.append(self._problem("2300/CLM", message, section.first, number))
        for ordinal, fault in reading.faults:
            if not fault.fatal:
                items.append(self._problem(fault.element, fault.message, ordinal, number))
        if cut:
            items.append(self._unreadable(section.first, "2300/CLM", "the input ends within the claim", number))
        elif claim is None and reading.fatal:
            ordinal, fault = reading.fatal
            items.append(self._unreadable(ordinal, fault.element, fault.message, number))
        elif claim is not None:
            origin = ClaimOrigin(self._source, self._count, self._reader, section, parents)
            for path, message in faults:
                items.append(Problem(place=origin.locate(path), message=message, claim_id=number))
            items.append(_make_sourced(encounter=_make_encounter(claim=claim), origin=origin))
        return items

    def _is_split_otherwise(self, section: Section) -> bool:
        """Tell whether composites are split on another character than the one declared in ISA16."""
        return bool(_FOREIGN_COMPOSITE.fullmatch(_at(self._split(section.segments[0]), 5)))

    def _refuse_composites(self, section: Section) -> list[Item]:
        reason = "composites are not split on the component separator that ISA16 declares"
        items: list[Item] = []
        if self._claims == 1:
            items.append(self._problem("ISA16", f"{reason}; the claims cannot be read", 1))
        number = _at(self._split(section.segments[0]), 1)
        items.append(self._unreadable(section.first, "2300/CLM05", reason, number or None))
        return items

    def _above(self) -> Parents:
        """Return what stands above whatever comes next."""
        return next(reversed(self._parents.values()), _NO_PARENTS)

    # ---------------------------------------------------------------------------------------------- helpers

    def _is_whole(self, text: str) -> bool:
        """Tell whether the first three characters of a segment are its name."""
        return text[3:4] in {"", self._separators.element}

    def _collect_more(self, text: str) -> Iterable[Item]:
        self._collect(text)
        return ()

    def _split(self, text: str) -> list[str]:
        return [element.strip() for element in text.split(self._separators.element)]

    def _place(self, element: str, ordinal: int | None = None) -> Place:
        return Place(
            source=self._source,
            interchange=self._count or None,
            segment=self._ordinal if ordinal is None else ordinal,
            element=element or None,
        )

    def _problem(self, element: str, message: str, ordinal: int | None = None, claim: str | None = None) -> Problem:
        return Problem(place=self._place(element, ordinal), message=message, claim_id=claim)

    def _unreadable(self, ordinal: int, element: str, reason: str, claim: str | None = None) -> Unreadable:
        return Unreadable(place=self._place(element, ordinal), reason=reason, claim_id=claim)


def _at(elements: list[str], position: int) -> str:
    return elements[position] if position < len(elements) else ""


def _broken(section: Section, error: Exception) -> Level:
    """Return a level that makes the claims under it unreadable."""
    fault = Fault("", _unexpected(error), fatal=True)
    return Level((), {}, {}, {}, (), ((section.first, fault),))


def _unexpected(error: Exception) -> str:
    return f"an unexpected {type(error).__name__} while reading"
