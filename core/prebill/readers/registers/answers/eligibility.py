"""Answers about eligibility (271, ASC X12N 005010X279A1) as eligibility checks.

Every loop of a subscriber (2000C) or dependent (2000D) with a statement (EB) or a rejection (AAA) is one answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

import attrs

from prebill.model import EligibilityCheck, ReturnedMember
from prebill.readers.registers.answers.answer import Answer, Period, Person, Reading, named, reference
from prebill.readers.registers.answers.benefits import benefits_of
from prebill.readers.registers.answers.insurance import insurance_of
from prebill.readers.registers.answers.statements import INACTIVE, Statement, before_statements, statements_of
from prebill.readers.x12.levels import Level, Segment, Transaction
from prebill.readers.x12.values import day
from prebill.reading import Problem

REMEDY = "the answer is not used; ask the payer again (270)"
UNANSWERED = frozenset({"42", "79", "80"})
"""Reasons of a rejection (AAA03) by which the payer did not answer at all."""

_SUBSCRIBER, _DEPENDENT = "22", "23"
_LOOPS = {_SUBSCRIBER: "C", _DEPENDENT: "D"}
_MEMBER_NUMBERS = ("Q4", "1W", "HJ", "NQ", "F6")
_DATES = ("291", "307", "346", "347", "356", "357", "472")
_PLAN_TYPES = {"HM": "HMO", "HN": "HMO", "PR": "PPO", "PS": "POS", "EP": "EPO"}
_UNKNOWN_RELATIONSHIP = "21"


def eligibility_answers(transaction: Transaction) -> Iterator[Answer | Problem]:
    """Yield the answers of a 271, and what names a member without answering."""
    with_dependents = {id(level.above) for level in transaction.levels if level.code == _DEPENDENT}
    for level in transaction.levels:
        if level.code not in _LOOPS:
            continue
        says = any(segment.name in {"EB", "AAA"} for segment in level.segments)
        if says or (id(level) not in with_dependents and _rejection(level.above) is not None):
            yield _answer(transaction, level)
        elif id(level) not in with_dependents:
            place = transaction.place(level.segments[0].ordinal, f"2000{_LOOPS[level.code]}/HL")
            yield Problem(place=place, message="the payer says nothing about this member; ask again (270)")
    if not any(level.code in _LOOPS for level in transaction.levels):
        rejected = _rejection(transaction.levels[-1]) if transaction.levels else None
        place = transaction.place(transaction.header[-1].ordinal, "AAA03" if rejected else None)
        why = f" (AAA {rejected})" if rejected and rejected.isalnum() else ""
        yield Problem(place=place, message=f"the answer names no member{why}; ask the payer again (270)")


def _answer(transaction: Transaction, level: Level) -> Answer:
    reading = Reading(transaction, REMEDY)
    member = _Member(level, reading)
    check = _check(level, reading, member)
    last = level is transaction.levels[-1]
    if last and not transaction.closed:
        reading.fault(level.segments[-1], member.loop, 0, "the input ends within the answer")
    return Answer(
        place=transaction.place(level.segments[0].ordinal),
        record=None if reading.faults else check,
        members=member.numbers,
        patient=reference(level.segments, "EJ"),
        person=member.person,
        faults=tuple(reading.faults),
    )


class _Member:
    """Who an answer is about."""

    def __init__(self, level: Level, reading: Reading) -> None:
        self.loop = f"2100{_LOOPS[level.code]}"
        self._dependent = level.code == _DEPENDENT
        own = before_statements(level)
        self._levels = (own, before_statements(level.outer(_SUBSCRIBER)))
        self._name = named(own, "NM1", "IL", "03")
        details = named(own, "DMG")
        self._birth_date = reading.value(details, self.loop, 2, day) if details else None
        self._sex = details[3] if details else ""
        related = named(own, "INS")
        self._relationship = related[2] if related else ""

    @property
    def number(self) -> str | None:
        """The number of the member in force: the dependent's own, else the subscriber's."""
        names = (named(held, "NM1", "IL", "03") for held in self._levels)
        return next((name[9] for name in names if name and name[9]), None)

    @property
    def numbers(self) -> tuple[str, ...]:
        """Every number of the member that the answer names, those no longer in force too."""
        held = [each for segments in self._levels for each in segments]
        further = [each[2] for each in held if each.name == "REF" and each[1] in _MEMBER_NUMBERS]
        return tuple(dict.fromkeys(filter(None, [self.number, *further])))

    @property
    def person(self) -> Person | None:
        """The dependent; None for the subscriber."""
        if not self._dependent:
            return None
        return Person((self._name[4] if self._name else "") or None, self._birth_date)

    @property
    def returned(self) -> ReturnedMember:
        """The member as the payer knows them."""
        name = self._name
        return ReturnedMember(
            member_id=self.number,
            last_name=(name[3] if name else "") or None,
            first_name=(name[4] if name else "") or None,
            birth_date=self._birth_date,
            sex=self._sex or None,
            group_number=self.reference("6P") or self.reference("1L"),
            relationship=self._relationship or (_UNKNOWN_RELATIONSHIP if self._dependent else "18"),
        )

    def reference(self, qualifier: str) -> str | None:
        """Return a reference of the member, or of the subscriber."""
        return next((found for held in self._levels if (found := reference(held, qualifier))), None)

    def dates(self, reading: Reading) -> Mapping[str, Period]:
        """Return the dates of the member's own loop, or of the subscriber's where that has none."""
        own, subscriber = self._levels
        return reading.dates(own, self.loop, _DATES) or (
            reading.dates(subscriber, "2100C", _DATES) if self._dependent else {}
        )


def _check(level: Level, reading: Reading, member: _Member) -> EligibilityCheck | None:
    checked_at = reading.answered_at()
    statements = statements_of(level, reading)
    payer = level.outer("20")
    source = named(payer.segments if payer else (), "NM1")
    rejected = _rejection(level)
    dates = member.dates(reading)
    if checked_at is None:
        return None
    asked = _asked(dates, statements, checked_at.date())
    status, about = _status(statements, asked[0])
    if status is None:
        status = "unknown" if rejected is None or rejected in UNANSWERED else "rejected"
        about = None
    begin, end = _plan_dates(dates, about, asked[0])
    check = EligibilityCheck(
        checked_at=checked_at,
        payer_id=(source[9] if source else "") or None,
        member_id=member.number,
        status=status,
        service_date=asked[0],
        service_date_to=asked[1],
        channel="edi",
        plan_begin=begin,
        plan_end=end,
        reject_reason=rejected if status not in {"active", "inactive"} else None,
    )
    if rejected is not None and status not in {"active", "inactive"}:
        return check
    return attrs.evolve(
        check,
        returned_member=member.returned,
        plan_id=member.reference("18") or (about.reference("18") if about else None),
        plan_name=(about.plan_name if about else "") or None,
        plan_type=_PLAN_TYPES.get(about.insurance) if about else None,
        primary_care_npi=_primary_care(statements),
        benefits=benefits_of(statements, reading),
        **insurance_of(statements, asked, medicare_payer=source is not None and source[9] == "CMS"),
    )


def _asked(dates: Mapping[str, Period], statements: Iterable[Statement], answered: date) -> tuple[date, date | None]:
    """Return the days that were asked about; the guide takes the day of the answer where none is named."""
    single = {name: period for name, period in dates.items() if name != "291" or period[1] is None}
    for each in (single, *(statement.dates for statement in statements)):
        for qualifier in ("472", "291", "307") if each is single else ("472",):
            begin, end = each.get(qualifier, (None, None))
            if begin is not None:
                return begin, end
    return answered, None


def _status(statements: Iterable[Statement], day_asked: date) -> tuple[str | None, Statement | None]:
    """Return what the answer says of the plan as a whole on a day, and the statement that says it.

    A statement about one kind of service, such as an inactive dental benefit, does not speak for the plan; one that
    such a service is active does. Medicare's Part A does not speak for professional claims.
    """
    of_plan = [each for each in statements if each.is_of_plan and (each.active or each.code in INACTIVE)]
    of_plan = [each for each in of_plan if each.insurance != "MA"] or of_plan
    active = [each for each in of_plan if each.active]
    current = next((each for each in active if each.speaks_for(day_asked)), None)
    if current is not None:
        return "active", current
    if of_plan:
        ended = [each for each in of_plan if any(each.period)]
        return "inactive", max(ended, key=_last_day, default=of_plan[0])
    service = next((each for each in statements if each.active and each.speaks_for(day_asked)), None)
    return ("active", service) if service is not None else (None, None)


def _last_day(statement: Statement) -> date:
    begin, end = statement.period
    return end or (begin - timedelta(days=1) if begin else date.min)


def _plan_dates(dates: Mapping[str, Period], about: Statement | None, day_asked: date) -> Period:
    """Return the first and the last covered day: those of the statement, else those of the member's loop.

    A single day that is the one asked about repeats the question.
    """
    stated = about.period if about is not None and about.is_of_plan else (None, None)
    if stated == (day_asked, None):
        stated = (None, None)
    pairs = (
        (dates.get(first, (None, None))[0], dates.get(last, (None, None))[0])
        for first, last in (("346", "347"), ("356", "357"))
    )
    held = next((pair for pair in pairs if any(pair)), dates.get("291", (None, None)))
    if held == dates.get("291") and held[1] is None:
        held = (None, None)
    return stated[0] or held[0], stated[1] or held[1]


def _rejection(level: Level | None) -> str | None:
    """Return why a level was rejected (AAA03): its own reason, or that of a level above it as a whole."""
    held = level.segments if level is not None else []
    while level is not None:
        rejection = next((each[3] for each in held if each.name == "AAA" and each[3]), None)
        if rejection is not None:
            return rejection
        level = level.above
        held = before_statements(level)
    return None


def _primary_care(statements: Iterable[Statement]) -> str | None:
    parties: Iterator[Segment] = (
        party for each in statements for party in each.parties if party[1] == "P3" and party[8] == "XX"
    )
    return next((party[9] for party in parties if party[9]), None)
