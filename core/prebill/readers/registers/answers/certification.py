"""Decisions about services (278 response, ASC X12N 005010X217) as authorizations.

A decision is that of a patient event (2000E) with the services under it (2000F); a service that was decided under
another number, otherwise, or for other days is an authorization of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

import attrs

from prebill.model import Authorization, AuthorizedService
from prebill.readers.registers.answers.answer import Answer, Period, Person, Reading, named, reference
from prebill.readers.x12.levels import Level, Segment, Transaction
from prebill.readers.x12.values import code, day, number
from prebill.reading import Problem

REMEDY = "the decision is not used; ask the payer again (278)"
_EVENT, _SERVICE, _SUBSCRIBER, _DEPENDENT = "EV", "SS", "22", "23"
_STATUSES = {
    "A1": "approved",
    "A2": "partial",
    "A3": "denied",
    "A4": "pended",
    "A6": "modified",
    "C": "cancelled",
    "CT": "pended",
    "NA": "not_required",
}
_UNKNOWN = "unknown"
_REFERRAL, _REFERRAL_KIND = "SC", "referral"
_REQUEST = "13"
_PROVIDERS = ("SJ", "71", "72", "1T")
_FACILITIES = ("FA", "77")
_UNITS = {"UN": "units", "F2": "units", "MJ": "minutes", "DA": "days", "VS": "visits", "DY": "days", "HS": "hours"}
_NO_DATES: Period = (None, None)


@attrs.frozen
class _Decision:
    """What was decided on one level, with what it says nothing of taken from the level above."""

    number: str = ""
    status: str = ""
    dates: Period = _NO_DATES
    kind: str = "prior_auth"


def certification_answers(transaction: Transaction) -> Iterator[Answer | Problem]:
    """Yield the decisions of a 278, and what is none."""
    made = named(transaction.header, "BHT")
    events = [level for level in transaction.levels if level.code == _EVENT]
    if made is not None and made[2] == _REQUEST:
        place = transaction.place(made.ordinal, "BHT02")
        yield Problem(place=place, message="this is a request, not its answer; give the answer of the payer (278)")
        return
    for event in events:
        yield from _decided(transaction, event, last=event is events[-1])
    if not events:
        place = transaction.place(transaction.header[-1].ordinal)
        yield Problem(place=place, message="the answer decides nothing; ask the payer again (278)")


def _decided(transaction: Transaction, event: Level, *, last: bool) -> Iterator[Answer | Problem]:
    """Yield the authorizations of an event; services that were not decided are problems."""
    reading = Reading(transaction, REMEDY)
    whole = _decision(event, reading, _Decision())
    groups: dict[_Decision, list[Level]] = {}
    services = [level for level in transaction.levels if level.code == _SERVICE and level.above is event]
    for level in services:
        groups.setdefault(_decision(level, reading, whole), []).append(level)
    for decision, held in (groups or {whole: []}).items():
        if not decision.status:
            yield _undecided(transaction, event, held)
    decided = {decision: held for decision, held in (groups or {whole: []}).items() if decision.status}
    records = [_authorization(event, decision, held, reading) for decision, held in decided.items()]
    if last and not transaction.closed:
        reading.fault(transaction.levels[-1].segments[-1], "2000E", 0, "the input ends within the decision")
    numbers, person = _member(event, reading)
    for position, record in enumerate(records):
        yield Answer(
            place=transaction.place(event.segments[0].ordinal),
            record=None if reading.faults else record,
            members=numbers,
            patient=_patient_number(event),
            person=person,
            faults=() if position else tuple(reading.faults),
        )


def _undecided(transaction: Transaction, event: Level, services: list[Level]) -> Problem:
    """Return what is wrong where nothing was decided: the payer rejected the request, or says nothing."""
    level = services[0] if services else event
    loop = _loop(level)
    rejection = next((each for held in (level, event) if (each := named(held.segments, "AAA"))), None)
    if rejection is None:
        place = transaction.place(level.segments[0].ordinal, f"{loop}/HCR")
        return Problem(place=place, message="the payer decided nothing here; ask again (278)")
    why = f" (AAA {rejection[3]})" if rejection[3].isalnum() else ""
    place = transaction.place(rejection.ordinal, f"{loop}/AAA03")
    return Problem(place=place, message=f"the payer rejected the request{why}; correct it and ask again (278)")


def _decision(level: Level, reading: Reading, above: _Decision) -> _Decision:
    loop = _loop(level)
    decided = named(level.segments, "HCR")
    asked = named(level.segments, "UM")
    status, number_given = above.status, above.number
    if decided is not None:
        number_given = decided[2] or number_given
        status = _STATUSES.get(decided[1], _UNKNOWN)
        if status == _UNKNOWN:
            reading.fault(decided, loop, 1, f"expected one of {', '.join(_STATUSES)}")
    if level.code == _EVENT and not number_given:
        number_given = _other_number(level)
    kind = above.kind if asked is None else _REFERRAL_KIND if asked[1] == _REFERRAL else "prior_auth"
    return _Decision(number_given, status, _dates(level, reading, loop, above.dates), kind)


def _other_number(event: Level) -> str:
    """Return the number by which a decision without one of its own can be asked after."""
    trace = named(event.segments, "TRN")
    return reference(event.segments, "NT", "BB") or (trace[2] if trace else "")


def _dates(level: Level, reading: Reading, loop: str, above: Period) -> Period:
    """Return the days that are approved: those of the certification, else those of the service."""
    dates = reading.dates(level.segments, loop, ("AAH", "007", "036", "472", "435", "456", "096"))
    begin, end = dates.get("AAH", dates.get("472", dates.get("435", _NO_DATES)))
    if "AAH" not in dates:
        begin = dates.get("007", _NO_DATES)[0] or begin
        end = dates.get("036", dates.get("096", _NO_DATES))[0] or end
        if begin is not None and end is None and "472" in dates and not {"036", "096"} & {*dates}:
            end = begin
    return (begin, end) if begin is not None or end is not None else above


def _authorization(
    event: Level, decision: _Decision, services: Iterable[Level], reading: Reading
) -> Authorization | None:
    held = [event, *services]
    if not decision.number:
        reading.fault(event.segments[0], "2000E", 0, "the decision has no number (HCR02)")
        return None
    payer = event.outer("20")
    source = named(payer.segments if payer else (), "NM1")
    parties = [each for level in held for each in level.segments if each.name == "NM1" and each[8] == "XX" and each[9]]
    facilities = [each[9] for each in parties if each[1] in _FACILITIES]
    asked = next((found for level in reversed(held) if (found := named(level.segments, "UM"))), None)
    answered = reading.answered_at()
    return Authorization(
        number=decision.number,
        status=decision.status,
        kind=decision.kind,
        payer_id=(source[9] if source else "") or None,
        valid_from=decision.dates[0],
        valid_to=decision.dates[1],
        services=tuple(service for level in services for service in _services(level, reading)),
        servicing_npis=tuple(dict.fromkeys(each[9] for each in parties if each[1] in _PROVIDERS)),
        facility_npi=next(iter(facilities), None),
        place_of_service=_place_of_service(asked),
        issued_at=answered,
        last_checked_at=answered,
    )


def _place_of_service(asked: Segment | None) -> tuple[str, ...]:
    """Return the place of service of a request, which UM04 names with the qualifier B."""
    if asked is None or asked.component(4, 2) != "B" or not asked.component(4, 1):
        return ()
    return (asked.component(4, 1),)


def _services(level: Level, reading: Reading) -> Iterator[AuthorizedService]:
    loop = _loop(level)
    delivered = named(level.segments, "HSD")
    for segment in level.segments:
        if segment.name == "SV1":
            composite, unit, quantity = 1, segment[3], 4
        elif segment.name == "SV2":
            composite, unit, quantity = 2, segment[4], 5
        else:
            continue
        procedure = code(segment.component(composite, 2))
        if not procedure:
            reading.fault(segment, loop, composite, "expected a procedure code")
            continue
        units = reading.value(segment, loop, quantity, number)
        unit_type = _UNITS.get(unit, "units")
        if delivered is not None and not delivered[3] and delivered[1] in _UNITS:
            units = reading.value(delivered, loop, 2, number) or units
            unit_type = _UNITS[delivered[1]]
        yield AuthorizedService(
            code_from=procedure,
            code_to=code(segment.component(composite, 8)) or None,
            modifiers=tuple(filter(None, (code(segment.component(composite, part)) for part in range(3, 7)))),
            units=units,
            unit_type=unit_type,
        )


def _member(event: Level, reading: Reading) -> tuple[tuple[str, ...], Person | None]:
    """Return the numbers of the member, and the dependent where the event is one's."""
    subscriber, dependent = event.outer(_SUBSCRIBER), event.outer(_DEPENDENT)
    holder = named(subscriber.segments if subscriber else (), "NM1", "IL")
    numbers = tuple(filter(None, [holder[9] if holder else ""]))
    if dependent is None:
        return numbers, None
    name, details = named(dependent.segments, "NM1"), named(dependent.segments, "DMG")
    born: date | None = reading.value(details, "2010D", 2, day) if details else None
    return numbers, Person((name[4] if name else "") or None, born)


def _patient_number(event: Level) -> str | None:
    levels = filter(None, (event.outer(_DEPENDENT), event.outer(_SUBSCRIBER)))
    return next((found for level in levels if (found := reference(level.segments, "EJ"))), None)


def _loop(level: Level) -> str:
    return "2000E" if level.code == _EVENT else "2000F"
