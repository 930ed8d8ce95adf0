"""Makes sessions and approvals, which the ledger knows, of claims and authorizations, which it does not."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import get_args

import attrs

from prebill import Authorization, AuthorizedService, Entry, Payer, Table
from prebill_behavioral_health.codes import THERAPY_WITH_VISIT, minutes_per_unit
from prebill_behavioral_health.ledger import Approval, Balance, Key, Session, Unit
from prebill_behavioral_health.records import SessionNote
from prebill_behavioral_health.tables.add_ons import AddOn

Line = Entry[SessionNote]
NEVER_FILED = {"rejected", "planned"}
NOT_HELD = {"no_show", "cancelled"}


def normalized(number: str) -> str:
    """Return an authorization number in upper case without anything but letters and digits."""
    return "".join(filter(str.isalnum, number)).upper()


def authorizations_of(lines: Iterable[Line]) -> list[Authorization] | None:
    """Return the patient's authorizations, of each number the latest issue; None when no register was supplied."""
    registers = [line.encounter.authorizations for line in lines if line.encounter.authorizations is not None]
    if not registers:
        return None
    latest: dict[tuple[str, str | None], Authorization] = {}
    for each in (authorization for register in registers for authorization in register):
        key = (normalized(each.number), each.payer_id)
        if key not in latest or _issue(each) > _issue(latest[key]):
            latest[key] = each
    return [latest[key] for key in sorted(latest, key=str)]


def _issue(authorization: Authorization) -> tuple[str, str, str]:
    return (
        "" if authorization.issued_at is None else authorization.issued_at.isoformat(),
        "" if authorization.valid_to is None else authorization.valid_to.isoformat(),
        repr(authorization),
    )


def of_payer(authorization: Authorization, payer: Payer) -> bool:
    """Tell whether the payer billed gave the authorization, as far as is known."""
    return authorization.payer_id is None or payer.is_called(authorization.payer_id)


def approvals_of(authorization: Authorization) -> list[Approval]:
    """Return one approval per service; without services, one for everything in an unknown quantity."""
    listed = authorization.services or (None,)
    return [_approval(authorization, position, service) for position, service in enumerate(listed, 1)]


def _approval(authorization: Authorization, position: int, service: AuthorizedService | None) -> Approval:
    checked = authorization.last_checked_at
    used = None if service is None else service.used
    return Approval(
        number=normalized(authorization.number),
        position=position,
        covers=lambda procedure: 2 if service is None else _closeness(service, procedure),
        valid_from=authorization.valid_from,
        valid_to=authorization.valid_to,
        approved=authorization.approved,
        quantity=None if service is None or service.units is None else Fraction(service.units),
        quantity_known=service is not None and service.unit_type in get_args(Unit),
        unit=service.unit_type if service is not None and service.unit_type in get_args(Unit) else "units",  # type: ignore[arg-type]
        modifiers=() if service is None else service.modifiers,
        providers=authorization.servicing_npis,
        places=authorization.place_of_service,
        used_elsewhere=Fraction(0 if service is None else service.used_elsewhere),
        balance=None if checked is None or used is None else Balance(used=Fraction(used), as_of=checked.date()),
    )


def _closeness(service: AuthorizedService, procedure: str) -> int | None:
    if not service.covers(procedure):
        return None
    return 0 if procedure in {service.code_from, *service.further_codes} else 1


def number_of(line: Line, approvals: Sequence[Approval]) -> str | None:
    """Return the authorization number that a line is billed under.

    The line's own number counts for it; the claim's counts where that authorization lists the procedure, or where
    nothing is known about it.
    """
    if line.line.authorization_numbers:
        return normalized(line.line.authorization_numbers[0])
    for number in map(normalized, line.claim.authorization_numbers):
        numbered = [approval for approval in approvals if approval.number == number]
        if not numbered or any(approval.covers(line.procedure) is not None for approval in numbered):
            return number
    return None


def sessions_of(
    lines: Sequence[Line],
    approvals: Sequence[Approval],
    add_ons: Table[AddOn],
    *,
    denied_lines_consume: bool = False,
) -> tuple[list[Session], list[Line]]:
    """Return the sessions of the lines in force, and the lines whose units do not divide by their days."""
    sessions: list[Session] = []
    indivisible: list[Line] = []
    alike = _numbered_alike(lines)
    for line in _without_duplicates([line for line in lines if line.in_force and line.claim.frequency_code != "8"]):
        state = _state(line)
        held = line.record is None or line.record.appointment_status not in NOT_HELD
        if state in NEVER_FILED or (state == "denied" and not denied_lines_consume) or not held:
            continue
        days = (line.line.last_date - line.from_date).days + 1
        if days < 1 or line.line.units % days:
            indivisible.append(line)
        elif line.line.units:
            whole = _session(line, approvals, add_ons, alike)
            parts = _with_paid_part(whole, line, lines)
            sessions += [each for part in parts for each in _by_day(part, days)]
    return sessions, indivisible


def withdrawn_of(
    lines: Sequence[Line], approvals: Sequence[Approval], add_ons: Table[AddOn]
) -> dict[Key, list[Session]]:
    """Return, by approval, what its stated balance includes and a later void or replacement took back."""
    found: dict[Key, list[Session]] = {}
    alike = _numbered_alike(lines)
    for approval in approvals:
        balance = approval.balance
        if balance is None:
            continue
        inside: dict[str, list[tuple[Line, Session]]] = {}
        for line in lines:
            session = _session(line, approvals, add_ons, alike)
            if session.number in (None, approval.number) and approval.fits(session) and balance.includes(session):
                inside.setdefault(_chain(line, lines), []).append((line, session))
        for versions in inside.values():
            last = max(_version(line) for line, _ in versions)
            found.setdefault(approval.key, []).extend(
                session
                for line, session in versions
                if _version(line) == last and not line.in_force and line.claim.frequency_code != "8"
            )
    return found


def _numbered_alike(lines: Iterable[Line]) -> set[tuple[str, int]]:
    """Return the numbers of claim and line that do not tell apart two lines."""
    counts = Counter((line.claim.control_number, line.line.number) for line in lines)
    return {number for number, count in counts.items() if count > 1}


def _session(
    line: Line, approvals: Sequence[Approval], add_ons: Table[AddOn], alike: Container[tuple[str, int]]
) -> Session:
    doubtful = (line.claim.control_number, line.line.number) in alike
    status = line.encounter.status
    rows = add_ons.on(line.from_date).find(line.procedure)
    start = line.record.session_start if line.record else None
    return Session(
        claim=line.claim.control_number,
        line=line.line.number,
        day=line.from_date,
        procedure=line.procedure,
        units=Fraction(line.line.units),
        charge=line.line.charge,
        start=None if start is None else start.time(),
        modifiers=line.line.modifiers,
        rendering=line.rendering_npi,
        place=line.claim.place_of(line.line),
        number=number_of(line, approvals),
        settled=_state(line) == "paid",
        decided_on=(status.finalized_on or line.from_date) if status and status.state == "paid" else None,
        sent_on=_sent(line),
        minutes_per_unit=minutes_per_unit(line.procedure),
        primaries=_Union(rows) if rows else None,
        carries_visit=not rows or line.procedure in THERAPY_WITH_VISIT,
        digest=hashlib.sha256(repr(line.claim).encode()).hexdigest() if doubtful else "",
        source=line,
    )


@attrs.frozen
class _Union:
    """The primaries of several rows together."""

    rows: Sequence[AddOn]

    def __contains__(self, procedure: object) -> bool:
        return any(procedure in row.codes for row in self.rows)


def _by_day(session: Session, days: int) -> Iterator[Session]:
    """Part a line over several days evenly."""
    if days == 1:
        yield session
        return
    for offset in range(days):
        yield attrs.evolve(
            session,
            day=session.day + timedelta(days=offset),
            units=session.units / days,
            charge=session.charge / days,
        )


def _with_paid_part(session: Session, line: Line, lines: Sequence[Line]) -> list[Session]:
    """Part an undecided replacement into what was paid of its last version, and the rest."""
    if line.claim.frequency_code != "7" or session.settled:
        return [session]
    paid = [
        other
        for other in lines
        if not other.in_force
        and _state(other) == "paid"
        and _chain(other, lines) == _chain(line, lines)
        and (other.procedure, other.from_date, other.line.modifiers)
        == (line.procedure, line.from_date, line.line.modifiers)
    ]
    if not paid:
        return [session]
    units = min(Fraction(max(paid, key=_version).line.units), session.units)
    parts = [
        attrs.evolve(
            session,
            units=units,
            settled=True,
            decided_on=None,
            charge=_part(session.charge, units / session.units),
        ),
        attrs.evolve(session, part=1, units=session.units - units),
    ]
    parts[1] = attrs.evolve(parts[1], charge=session.charge - parts[0].charge)
    return [part for part in parts if part.units]


def _without_duplicates(lines: Sequence[Line]) -> list[Line]:
    """Leave out lines that repeat another one; what the payer paid stands, even twice."""
    groups: dict[tuple[object, ...], list[Line]] = {}
    for line in lines:
        start: datetime | None = line.record.session_start if line.record else None
        same = (line.rendering_npi, line.from_date, line.line.last_date, line.procedure, line.line.modifiers)
        groups.setdefault((*same, line.line.units, start), []).append(line)
    kept = []
    for group in groups.values():
        counted = [line for line in group if _state(line) not in {"denied", *NEVER_FILED}]
        settled = [line for line in counted if _state(line) == "paid"]
        first = sorted(
            counted, key=lambda each: (str(_sent(each) or "9999"), each.claim.control_number, each.line.number)
        )
        kept += settled or first[:1]
        kept += [line for line in group if line not in counted]
    return kept


def _chain(line: Line, lines: Sequence[Line]) -> str:
    """Name the claim that a replacement or void goes back to."""
    reference = line.claim.original_reference_number
    if line.claim.frequency_code in {"7", "8"} and reference:
        for other in lines:
            status = other.encounter.status
            if status and status.payer_claim_number == reference and other.claim is not line.claim:
                return other.claim.control_number
    return line.claim.control_number


def _version(line: Line) -> tuple[str, str, str]:
    return (str(_sent(line) or ""), line.claim.frequency_code, repr(line.claim))


def _state(line: Line) -> str:
    return line.encounter.status.state if line.encounter.status else "billed"


def _sent(line: Line) -> date | None:
    status = line.encounter.status
    return status.submitted_on if status else None


def _part(charge: Decimal, part: Fraction) -> Decimal:
    return charge * part.numerator / part.denominator
