"""The session ledger: which sessions an authorization pays for, and which exceed it.

A pure function of sets: `consume` gives the same answer for sessions and approvals in any order. It knows no
claims and no rules; `prebill_behavioral_health.sessions` makes sessions and approvals of those.

Sessions are taken one by one in one total order. What the payer has already paid comes first, because it is spent
whatever the practice bills now; the rest follows by date and time, and add-ons follow what they add to. Each
session is charged to one approval; it is never split over two, because a line has one authorization number.
Amounts are exact fractions.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterable, Mapping
from datetime import date, time
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import floor
from typing import Any, Literal

import attrs

Unit = Literal["units", "visits", "days", "hours", "minutes", "dollars"]
VisitBasis = Literal["date", "date_provider", "line"]
Order = Literal["settled_then_dos", "dos", "received"]
Key = tuple[str, int]


@attrs.frozen(kw_only=True)
class Session:
    """One day of one line of a live claim.

    `settled` sessions have been paid, on `decided_on`. `number` is the authorization that the line names, or its
    claim for this procedure. `primaries` tells what an add-on adds to, and `carries_visit` whether the session
    counts as a visit. `digest` tells apart what nothing else does. `source` is whatever the caller wants to find
    again.
    """

    claim: str
    line: int
    day: date
    procedure: str
    units: Fraction
    charge: Decimal
    part: int = 0
    start: time | None = None
    modifiers: tuple[str, ...] = ()
    rendering: str | None = None
    place: str | None = None
    number: str | None = None
    settled: bool = False
    decided_on: date | None = None
    sent_on: date | None = None
    minutes_per_unit: int | None = None
    primaries: Container[str] | None = attrs.field(default=None, eq=False)
    carries_visit: bool = True
    digest: str = ""
    source: Any = attrs.field(default=None, eq=False, repr=False)

    def rank(self, order: Order) -> tuple[Any, ...]:
        """Return the place of the session in the one order in which sessions are taken."""
        return (
            not self.settled if order == "settled_then_dos" else False,
            (self.sent_on or date.max) if order == "received" else date.min,
            self.day,
            self.start or time.max,
            self.primaries is not None,
            self.units,
            self.sent_on or date.max,
            self.claim,
            self.line,
            self.part,
            self.digest,
        )


@attrs.frozen(kw_only=True)
class Balance:
    """What the payer said was used up to and including a day."""

    used: Fraction
    as_of: date

    def includes(self, session: Session) -> bool:
        """Tell whether the payer had counted the session when it stated the balance."""
        return session.decided_on is not None and session.decided_on <= self.as_of


@attrs.frozen(kw_only=True)
class Approval:
    """One service of one authorization: what it covers, when, and how much of it.

    `quantity` is None without limit; `quantity_known` is False where the authorization states none. `rank` tells
    how closely a procedure is named: 0 by its code, 1 by a range, 2 as anything; None when it is not.
    """

    number: str
    position: int
    covers: Callable[[str], int | None] = attrs.field(eq=False)
    valid_from: date | None = None
    valid_to: date | None = None
    approved: bool = True
    quantity: Fraction | None = None
    quantity_known: bool = True
    unit: Unit = "units"
    modifiers: tuple[str, ...] = ()
    providers: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    used_elsewhere: Fraction = Fraction(0)
    balance: Balance | None = None

    @property
    def key(self) -> Key:
        """What identifies the approval."""
        return self.number, self.position

    def in_time(self, day: date) -> bool:
        """Tell whether the approval is valid on a day; both ends are inclusive."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)

    def fits(self, session: Session) -> bool:
        """Tell whether procedure, modifiers, provider and place fit, whatever the day."""
        return (
            self.covers(session.procedure) is not None
            and set(self.modifiers) <= set(session.modifiers)
            and (not self.providers or session.rendering is None or session.rendering in self.providers)
            and (not self.places or session.place is None or session.place in self.places)
        )

    def preference(self, session: Session) -> tuple[Any, ...]:
        """The order in which approvals are tried: the closest, then the one that expires first."""
        return (
            self.covers(session.procedure),
            not self.providers,
            self.valid_to or date.max,
            self.valid_from or date.min,
            self.quantity is None,
            self.quantity or Fraction(0),
            self.key,
        )


@attrs.frozen(kw_only=True)
class Entry:
    """What became of a session: its approval, and the units and dollars beyond it.

    Without an approval it consumed nothing. `after` is what is left of the approval.
    """

    session: Session
    approval: Approval | None = None
    over: Fraction = Fraction(0)
    at_risk: Decimal = Decimal(0)
    after: Fraction | None = None


@attrs.frozen(kw_only=True)
class Ledger:
    """The entries in the order in which the sessions were taken."""

    entries: tuple[Entry, ...]

    def of(self, approval: Approval) -> list[Entry]:
        """Return the entries charged to an approval."""
        return [entry for entry in self.entries if entry.approval is not None and entry.approval.key == approval.key]


class _Counter:
    """What is left of one approval, and the visits already charged to it."""

    def __init__(
        self, approval: Approval, sessions: Iterable[Session], withdrawn: Iterable[Session], basis: VisitBasis
    ):
        self.approval = approval
        self.basis = basis
        self.visits: set[tuple[Any, ...]] = set()
        self.left = None if approval.quantity is None else approval.quantity - approval.used_elsewhere
        balance = approval.balance
        if balance is None:
            return
        inside = [each for each in sessions if balance.includes(each) and each in self]
        self.visits.update(self.visit_key(each) for each in inside)
        if self.left is not None:
            self.left += self._given_back(withdrawn) - balance.used

    def __contains__(self, session: Session) -> bool:
        return (
            session.number in (None, self.approval.number)
            and self.approval.in_time(session.day)
            and (self.approval.fits(session))
        )

    def _given_back(self, withdrawn: Iterable[Session]) -> Fraction:
        """What the balance counts for sessions that are no more; a visit only if no session left has it."""
        if self.divisible:
            return sum((self._size(each) for each in withdrawn), Fraction(0))
        return Fraction(len({self.visit_key(each) for each in withdrawn} - self.visits))

    def visit_key(self, session: Session) -> tuple[Any, ...]:
        """Return what counts as one visit: the day, by default whoever renders it."""
        if self.basis == "line":
            return session.claim, session.line
        return (session.day, session.rendering) if self.basis == "date_provider" else (session.day,)

    @property
    def divisible(self) -> bool:
        """Tell whether a part of a line can still fit."""
        return self.approval.unit not in {"visits", "days"}

    def measure(self, session: Session) -> Fraction:
        """Return what the session takes of the approval, were it taken whole."""
        if self.approval.balance is not None and self.approval.balance.includes(session):
            return Fraction(0)
        return self._size(session)

    def _size(self, session: Session) -> Fraction:
        unit = self.approval.unit
        if unit in {"visits", "days"}:
            return Fraction(session.carries_visit and self.visit_key(session) not in self.visits)
        if unit == "dollars":
            return Fraction(session.charge)
        if unit == "units":
            return session.units
        minutes = session.units * (session.minutes_per_unit or 0)
        return minutes / 60 if unit == "hours" else minutes

    def allows(self, session: Session) -> Fraction:
        """Return how many of the session's units still fit."""
        size = self.measure(session)
        if self.left is None or size <= max(self.left, Fraction(0)):
            return session.units
        if not self.divisible:
            return Fraction(0)
        return Fraction(floor(max(self.left, Fraction(0)) * session.units / size))

    def take(self, session: Session, units: Fraction) -> None:
        """Charge some units of a session."""
        size = self.measure(session)
        if self.left is not None:
            self.left -= size * units / session.units if self.divisible else size
        if not self.divisible and session.carries_visit:
            self.visits.add(self.visit_key(session))


def consume(
    sessions: Iterable[Session],
    approvals: Iterable[Approval],
    *,
    partial_pay: bool = True,
    basis: VisitBasis = "date",
    order: Order = "settled_then_dos",
    withdrawn: Mapping[Key, Collection[Session]] | None = None,
) -> Ledger:
    """Charge every session to the approval that pays for it.

    Args:
        sessions: The sessions of one patient and payer, in any order.
        approvals: The approvals of that patient, in any order.
        partial_pay: Whether the payer pays the units of a line that still fit.
        basis: What counts as one visit.
        order: Whether paid sessions come first, or all by date of service, or by the date they were sent.
        withdrawn: Sessions that a stated balance includes and that were voided or replaced since, by approval.
    """
    ordered = sorted(sessions, key=lambda session: session.rank(order))
    by_key = {approval.key: approval for approval in approvals}
    counters = {
        key: _Counter(approval, ordered, (withdrawn or {}).get(key, ()), basis) for key, approval in by_key.items()
    }
    entries: list[Entry] = []
    for session in ordered:
        found = [counters[approval.key] for approval in candidates(session, by_key.values())]
        primary = _primary_of(session, entries)
        if found:
            if basis == "line" and primary is not None and primary.approval is found[0].approval:
                session = attrs.evolve(session, carries_visit=False)
            entries.append(_charge(session, found, partial_pay))
        elif primary is not None:
            entries.append(_with_its_primary(session, primary))
        else:
            entries.append(Entry(session=session))
    return Ledger(entries=tuple(entries))


def candidates(session: Session, approvals: Iterable[Approval]) -> list[Approval]:
    """Return the approvals that could pay for a session, the preferred one first."""
    fitting = [
        approval
        for approval in approvals
        if approval.approved
        and session.number in (None, approval.number)
        and approval.in_time(session.day)
        and approval.fits(session)
    ]
    return sorted(fitting, key=lambda approval: approval.preference(session))


def _charge(session: Session, counters: list[_Counter], partial_pay: bool) -> Entry:
    counter = next(
        (each for each in counters if each.allows(session) == session.units),
        max(counters, key=lambda each: each.allows(session)),
    )
    approval = counter.approval
    if session.settled or not approval.quantity_known:
        counter.take(session, session.units)
        return Entry(session=session, approval=approval, after=counter.left)
    allowed = counter.allows(session)
    if allowed < session.units and not partial_pay:
        allowed = Fraction(0)
    if allowed:
        counter.take(session, allowed)
    over = session.units - allowed
    return Entry(
        session=session,
        approval=approval,
        over=over,
        at_risk=_share(session.charge, over / session.units),
        after=counter.left,
    )


def _primary_of(session: Session, entries: Iterable[Entry]) -> Entry | None:
    """Return what an add-on adds to, if that was charged to an approval."""
    return next(
        (
            entry
            for entry in entries
            if entry.approval is not None
            and entry.session.procedure in (session.primaries or ())
            and (entry.session.day, entry.session.rendering) == (session.day, session.rendering)
            and session.number in (None, entry.approval.number)
        ),
        None,
    )


def _with_its_primary(session: Session, primary: Entry) -> Entry:
    """An add-on that no approval lists takes the approval and the fate of what it adds to."""
    refused = primary.over == primary.session.units and not session.settled
    return Entry(
        session=session,
        approval=primary.approval,
        over=session.units if refused else Fraction(0),
        at_risk=_share(session.charge, Fraction(refused)),
        after=primary.after,
    )


def _share(charge: Decimal, part: Fraction) -> Decimal:
    exact = Fraction(charge) * part
    return (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(Decimal("0.01"), ROUND_HALF_UP)
