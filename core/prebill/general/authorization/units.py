"""How much of an authorization is used up, and whether the appointments to come are still covered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import attrs

from prebill.general.authorization.linked import approves
from prebill.model import Appointment, Authorization, AuthorizedService
from prebill.model.registers import same_number
from prebill.rules import Cohort, Entry, Hit, Missing, Outcomes, hit, not_checked, rule

KEY = ("payer_id", "patient", "authorization_number")
_VISITS = {"code_from": "90834", "units": 12, "unit_type": "visits"}
_DATED = {"number": "A8810", "valid_from": "2026-01-01", "valid_to": "2026-12-31"}
_USED_UP = {**_DATED, "services": [{**_VISITS, "used_elsewhere": 12}]}
_ONE_LEFT = {**_DATED, "services": [{**_VISITS, "used_elsewhere": 11}]}


@attrs.frozen(kw_only=True)
class Use:
    """A line's share of an approved quantity: how much it takes and how much was taken with it."""

    entry: Entry[Any]
    taken: Decimal
    total: Decimal


def authorization_of(lines: Cohort[Any]) -> Authorization | None:
    """Return the authorization of a cohort as its latest line's register has it."""
    number = str(lines.key[-1])
    return next(
        (
            each
            for entry in reversed(lines.entries)
            for each in entry.encounter.authorizations or ()
            if same_number(each.number, number)
        ),
        None,
    )


def uses(
    lines: Iterable[Entry[Any]], authorization: Authorization, service: AuthorizedService, *, denied_return: bool
) -> Iterator[Use]:
    """Yield what each line of an approved service takes, in order, on top of what was used elsewhere."""
    total = service.used_elsewhere
    seen: set[object] = set()
    for entry in lines:
        first = next((each for each in authorization.services if approves(each, entry.line)), None)
        if first is not service or _gives_back(entry, denied_return=denied_return):
            continue
        taken = _taken(entry, service.unit_type, seen)
        total += taken
        yield Use(entry=entry, taken=taken, total=total)


def _gives_back(entry: Entry[Any], *, denied_return: bool) -> bool:
    status = entry.encounter.status
    return status is not None and (status.state == "rejected" or (denied_return and status.state == "denied"))


def _taken(entry: Entry[Any], unit_type: str, seen: set[object]) -> Decimal:
    line = entry.line
    if unit_type not in {"visits", "days"}:
        return line.units if (unit_type == "minutes") == (line.unit_type == "MJ") else Decimal(0)
    each: set[object] = {(line.from_date, entry.rendering_npi)}
    if unit_type == "days":
        each = {*line.days}
    new = each - seen
    seen |= new
    return Decimal(len(new))


@rule(
    "AUT106",
    severity="stop",
    owner="authorization",
    prevents=("CO-198/N54", "CO-197"),
    sources=("005010X217 HSD (278 certified quantity)", "X12 CARC 198"),
    key=KEY,
    key_required=False,
    authorized=True,
    fails=[{"lines": ["90834 auth=A8810"], "authorizations": [_USED_UP]}],
    passes=[
        {
            "lines": ["90834 auth=A8810"],
            "authorizations": [_ONE_LEFT],
            "history": [],
        }
    ],
)
def auth_units_exceeded(lines: Cohort[Any], *, denied_units_return: bool = True) -> Outcomes:
    """More is billed under the authorization than it approves.

    The payer counts every paid or pending visit or unit against the approved quantity and denies what exceeds it.
    Ask for more before the next visit, and split the line so that the covered units pay.
    """
    if all(entry.encounter.authorizations is None for entry in lines):
        yield not_checked("no authorizations register", of_run=True)
        return
    authorization = authorization_of(lines)
    if authorization is None:
        return
    for service in authorization.services:
        if service.units is None:
            continue
        taken = [*uses(lines, authorization, service, denied_return=denied_units_return)]
        beyond = [use for use in taken if use.total > service.units and use.taken and use.entry.triggered]
        if beyond:
            yield _exceeded(authorization, service, service.units, taken, beyond)
        yield from _undecided(lines, authorization, [use.entry for use in taken if use not in beyond])


def _exceeded(
    authorization: Authorization,
    service: AuthorizedService,
    approved: Decimal,
    taken: Sequence[Use],
    beyond: Sequence[Use],
) -> Hit:
    first = beyond[0]
    before = first.total - first.taken
    code = first.entry.procedure
    last = max((use.entry.from_date for use in taken if use.total <= before), default=None)
    through = f" through {last}" if last else ""
    number = authorization.number
    unit = service.unit_type
    if first.taken == 1:
        message = (
            f"{number} approves {_plain(approved)} {unit} of {code}; this is {unit.rstrip('s')}"
            f" {_plain(first.total)} ({_plain(before)} used{through})."
        )
    else:
        covered = max(approved - before, Decimal(0))
        message = (
            f"{number} approves {_plain(approved)} {unit} of {code}; {_plain(before)} used{through}, so"
            f" {_plain(covered)} of {_plain(first.taken)} covered."
        )
    return hit(
        [use.entry for use in beyond],
        message,
        fix="Request more before the next visit; split the line so that the covered units pay.",
        at="units",
        at_risk=sum((_uncovered(use, approved) for use in beyond), Decimal(0)),
        evidence={"approved": approved, "used": before},
        subject=service.code_from,
    )


def _uncovered(use: Use, approved: Decimal) -> Decimal:
    share = min(use.total - approved, use.taken) / use.taken
    return (use.entry.line.charge * share).quantize(Decimal("0.01"))


def _undecided(lines: Cohort[Any], authorization: Authorization, within: Sequence[Entry[Any]]) -> Iterator[Missing]:
    """A line within the approved quantity passed only if everything billed since the start is known."""
    since, begin = lines.known_since, authorization.valid_from
    if within and (since is None or (begin is not None and begin < since)):
        start = begin or "the start of the authorization"
        reason = f"what was used of {authorization.number}: the billing history must reach back to {start}"
        yield not_checked(reason, *(entry for entry in within if entry.triggered))


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


@rule(
    "AUT111",
    severity="info",
    owner="authorization",
    prevents=("CO-198",),
    sources=("005010X217 HSD and DTP (278 certified quantity and dates)",),
    key=KEY,
    key_required=False,
    authorized=True,
    fails=[
        {
            "lines": ["90834 auth=A8810"],
            "authorizations": [_USED_UP],
            "appointments": [{"appointment_date": "2026-03-23", "authorization_number": "A8810"}],
        }
    ],
    passes=[{"lines": ["90834 auth=A8810"], "authorizations": [_USED_UP], "appointments": []}],
)
def auth_about_to_run_out(lines: Cohort[Any], *, auth_warn_days: int = 14) -> Outcomes:
    """Appointments to come are no longer covered by the authorization.

    Authorizations run out while the schedule keeps moving. Request an extension now, before a visit is given that
    nobody pays.
    """
    judged = [entry for entry in lines if entry.triggered]
    authorization = authorization_of(lines)
    if not judged or authorization is None:
        return
    latest = next((entry for entry in reversed(judged) if entry.encounter.appointments is not None), None)
    if latest is None:
        yield not_checked("no appointments register", *judged, of_run=True)
        return
    for service in authorization.services or (None,):
        coming = _coming(latest.encounter.appointments or (), authorization, service, lines.as_of)
        if not coming:
            continue
        left = None
        if service is not None and service.units is not None and service.unit_type in {"visits", "days"}:
            used = [use.total for use in uses(lines, authorization, service, denied_return=True)]
            left = max(service.units - (used[-1] if used else service.used_elsewhere), Decimal(0))
        uncovered = _first_uncovered(coming, left, authorization.valid_to, auth_warn_days)
        if uncovered is None:
            if left is not None:
                yield from _undecided(lines, authorization, judged)
            continue
        approved = "unlimited" if service is None or service.units is None else _plain(service.units)
        yield hit(
            latest,
            f"{authorization.number}: {'enough' if left is None else _plain(left)} of {approved} left, ends"
            f" {authorization.valid_to or 'open'}; the appointment on {uncovered} is not covered.",
            fix="Request an extension now.",
            at="authorization_numbers",
            evidence={"appointment": uncovered, "scheduled": len(coming)},
            subject=service.code_from if service else "",
        )


def _coming(
    appointments: Iterable[Appointment],
    authorization: Authorization,
    service: AuthorizedService | None,
    today: date,
) -> list[date]:
    """Return the days of the booked appointments under an approved service after today."""
    return sorted(
        each.appointment_date
        for each in appointments
        if each.status == "booked" and each.appointment_date > today and _is_under(each, authorization, service)
    )


def _is_under(appointment: Appointment, authorization: Authorization, service: AuthorizedService | None) -> bool:
    planned = appointment.planned_procedures
    fits = service is None or any(service.covers(procedure) for procedure in planned)
    if appointment.authorization_number is None:
        return bool(planned) and fits
    return same_number(appointment.authorization_number, authorization.number) and (not planned or fits)


def _first_uncovered(
    coming: Sequence[date], left: Decimal | None, valid_to: date | None, warn_days: int
) -> date | None:
    if left is not None and len(coming) > left:
        return coming[int(left)]
    if valid_to is None:
        return None
    late = next((day for day in coming if day > valid_to), None)
    return late if late is not None and (late - valid_to).days <= warn_days else None
