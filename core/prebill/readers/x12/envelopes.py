"""The envelopes of a transmission: interchange (ISA), functional group (GS), transaction (ST)."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from prebill.readers.x12.kinds import PROFESSIONAL, Kind, Wanted, kind_of_group
from prebill.readers.x12.sections import Section
from prebill.readers.x12.separators import HEADER_LENGTH

_LONGEST_COUNT = 10


@attrs.frozen
class Remark:
    """Something wrong with an envelope: where, and what."""

    ordinal: int
    element: str
    message: str


@attrs.define
class _Envelope:
    """An open envelope: its first segment, its control number, what it holds so far, whether that is for us."""

    section: Section
    control: str
    holds: int = 0
    ours: bool = False


class Envelopes:
    """The envelopes that are open, and what is wrong with them.

    Segment counts and control numbers are compared where an envelope closes. What does not hold the transactions
    wanted is another reader's, and no remark is made on it.
    """

    def __init__(self, wanted: Wanted = PROFESSIONAL) -> None:
        self._wanted = wanted
        self.interchanges = 0
        self._interchange: _Envelope | None = None
        self._group: _Envelope | None = None
        self._transaction: _Envelope | None = None

    @property
    def in_transaction(self) -> bool:
        """Tell whether a transaction of the kind wanted is open."""
        return self._transaction is not None

    @property
    def sections(self) -> tuple[Section, ...]:
        """The headers of the interchange and of the group that are open."""
        return tuple(each.section for each in (self._interchange, self._group) if each)

    @property
    def counts(self) -> tuple[int, int]:
        """How many groups the interchange and how many transactions the group holds so far."""
        return (
            self._interchange.holds if self._interchange else 0,
            self._group.holds if self._group else 0,
        )

    @counts.setter
    def counts(self, counts: tuple[int, int]) -> None:
        if self._interchange and self._group:
            self._interchange.holds, self._group.holds = counts

    # ------------------------------------------------------------------------------------------------ opening

    def open_interchange(self, section: Section) -> Iterator[Remark]:
        """Open an interchange."""
        self.interchanges += 1
        self._interchange = _Envelope(section.opener, section.element(13))
        length = len(section.opener.text) + 1
        if length != HEADER_LENGTH:
            yield Remark(1, "ISA", f"the ISA segment has {length} characters instead of {HEADER_LENGTH}")

    def open_group(self, section: Section) -> Kind:
        """Open a functional group; return what it holds."""
        kind = kind_of_group(section.element(1), section.element(8))
        self._group = _Envelope(section.opener, section.element(6), ours=kind is self._wanted.kind)
        if self._interchange:
            self._interchange.holds += 1
            self._interchange.ours |= self._group.ours
        return kind

    def open_transaction(self, section: Section) -> tuple[Kind, list[Remark]]:
        """Open a transaction; return what it holds, and what is wrong."""
        remarks = []
        guide = section.element(3)
        if self._group is None:
            kind = self._wanted.kind if guide in self._wanted.guides else kind_of_group("", guide)
            if kind is self._wanted.kind:
                remarks.append(Remark(section.first, "ST", "the transaction stands in no functional group (GS)"))
        else:
            self._group.holds += 1
            kind = self._wanted.kind if self._group.ours else kind_of_group("", guide)
        if section.element(1) != self._wanted.number:
            kind = Kind.OTHER_X12
        if kind is self._wanted.kind:
            self._transaction = _Envelope(section, section.element(2), ours=True)
            if guide not in self._wanted.guides:
                message = "the transaction does not repeat the guide of its group (GS08)"
                remarks.append(Remark(section.first, "ST03", message))
        return kind, remarks

    # ------------------------------------------------------------------------------------------------ closing

    def close_transaction(self, section: Section, *, ours: bool) -> Iterator[Remark]:
        """Close a transaction; `ours` tells that an SE is not another reader's."""
        if self._transaction:
            self._transaction.holds = section.first - self._transaction.section.first + 1
            yield from _compare(section, "segments", self._transaction, "ST02")
        elif ours:
            yield Remark(section.first, "SE", "no transaction (ST) is open")
        self._transaction = None

    def close_group(self, section: Section) -> Iterator[Remark]:
        """Close a functional group."""
        yield from self.end_transaction("GE comes")
        if self._group is None:
            yield Remark(section.first, "GE", "no functional group (GS) is open")
        else:
            yield from _compare(section, "transactions", self._group, "GS06")
        self._group = None

    def close_interchange(self, section: Section) -> Iterator[Remark]:
        """Close an interchange."""
        yield from self.end_group("IEA comes")
        if self._interchange is None:
            yield Remark(section.first, "IEA", "no interchange (ISA) is open")
        else:
            yield from _compare(section, "groups", self._interchange, "ISA13")

    # ----------------------------------------------------------------------------- ending without a trailer

    def end_transaction(self, event: str) -> Iterator[Remark]:
        """End a transaction that has not been closed."""
        yield from _left_open(self._transaction, "ST", f"{event} before the SE of the transaction")
        self._transaction = None

    def end_group(self, event: str) -> Iterator[Remark]:
        """End a group that has not been closed."""
        yield from self.end_transaction(event)
        yield from _left_open(self._group, "GS", f"{event} before the GE of the group")
        self._group = None

    def end_interchange(self, event: str) -> Iterator[Remark]:
        """End an interchange, closed or not: with an event, it is not."""
        yield from self.end_group(event)
        if event:
            yield from _left_open(self._interchange, "ISA", f"{event} before the IEA of the interchange")
        self._interchange = None

    @property
    def is_empty(self) -> bool:
        """Tell whether an interchange is open that holds no group."""
        return self._interchange is not None and not self._interchange.holds


def _left_open(envelope: _Envelope | None, name: str, message: str) -> Iterator[Remark]:
    if envelope and envelope.ours:
        yield Remark(envelope.section.first, name, message)


def _compare(trailer: Section, what: str, envelope: _Envelope, repeated: str) -> Iterator[Remark]:
    """Compare the count and the control number of a trailer with the envelope it closes."""
    if not envelope.ours:
        return
    name, stated, count = trailer.element(0), trailer.element(1), envelope.holds
    if not (stated.isascii() and stated.isdigit() and len(stated) <= _LONGEST_COUNT):
        yield Remark(trailer.first, f"{name}01", f"{name}01 is no count, there are {count} {what}")
    elif int(stated) != count:
        yield Remark(trailer.first, f"{name}01", f"{name}01 says {int(stated)}, there are {count} {what}")
    if trailer.element(2) != envelope.control:
        yield Remark(trailer.first, f"{name}02", f"{name}02 does not repeat the control number of {repeated}")
