"""Authorized dates: sessions before the first or after the last day of their authorization."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import attrs

from prebill import Authorization, Cohort, NotKnown, Outcomes, Payer, Table, hit, not_checked, rule
from prebill_behavioral_health import ledger
from prebill_behavioral_health.codes import BEHAVIORAL, USUALLY_AUTHORIZED, VISIT
from prebill_behavioral_health.ledger import Approval, Session
from prebill_behavioral_health.records import SessionNote
from prebill_behavioral_health.sessions import (
    Line,
    approvals_of,
    authorizations_of,
    normalized,
    of_payer,
    sessions_of,
)
from prebill_behavioral_health.tables.add_ons import AddOn

REFUSED = {"denied", "cancelled"}


@rule(
    "BHV102",
    severity="stop",
    owner="authorization",
    prevents=("CO-302", "CO-197/N351", "CO-15"),
    sources=("X12 claim adjustment reason code 302", "005010X222A1 loop 2300 REF*G1 prior authorization number"),
    procedures=BEHAVIORAL,
    context=VISIT,
    key=("payer_id", "patient"),
    key_required=False,
    supersedes=("AUT103", "AUT104"),
    fails=[
        {
            "lines": ["90834 [F33.1] auth=A123 2026-04-09"],
            "authorizations": [{"number": "A123", "valid_from": "2026-04-10", "services": [{"code_from": "90834"}]}],
        }
    ],
    passes=[
        {
            "lines": ["90834 [F33.1] auth=A123 2026-03-31"],
            "authorizations": [{"number": "A123", "valid_to": "2026-03-31", "services": [{"code_from": "90834"}]}],
        }
    ],
)
def authorization_expired_or_not_started(
    lines: Cohort[SessionNote], payer: Payer, add_ons: Table[AddOn], *, retro_auth_days: int = 0
) -> Outcomes:
    """Sessions are billed under an authorization that is not valid on their dates.

    The payer refuses every session before the first or after the last day of the authorization, so one lapse costs
    all sessions after it. Ask for a back-dated or concurrent extension, or use another valid authorization.
    """
    authorizations = authorizations_of(lines.entries)
    numbered = [line for line in lines if line.claim.authorizations_of(line.line)]
    if authorizations is None:
        unknown = [line for line in numbered if line.triggered]
        if unknown:
            yield not_checked("no authorizations register", *unknown, of_run=True)
        return
    ours = {each.number: each for each in authorizations if of_payer(each, payer)}
    approvals = [approval for each in ours.values() for approval in approvals_of(each)]
    foreign = {normalized(each.number) for each in authorizations if not of_payer(each, payer)}
    sessions, _ = sessions_of(lines.entries, [*approvals], add_ons)
    lapses: dict[tuple[str, str, str], list[Session]] = {}
    for session in sessions:
        line: Line = session.source
        if session.settled or not (line.triggered or session.number):
            continue
        try:
            found = _lapse(session, line, list(ours.values()), approvals, foreign, payer)
        except NotKnown as missing:
            yield not_checked(str(missing), line)
            continue
        if found is not None:
            lapses.setdefault(found, []).append(session)
    for (number, why, instead), affected in sorted(lapses.items()):
        yield from _lapsed(number, why, instead, affected, approvals, lines.as_of, retro_auth_days)


def _lapse(
    session: Session,
    line: Line,
    authorizations: Sequence[Authorization],
    approvals: Sequence[Approval],
    foreign: set[str],
    payer: Payer,
) -> tuple[str, str, str] | None:
    """Return the number, what is wrong with it, and the valid number to use instead, if any."""
    if session.number is None:
        return _unnumbered_lapse(session, line, approvals, payer)
    own = [approval for approval in approvals if approval.number == session.number]
    if not own:
        if session.number in foreign:
            return session.number, "prior coverage", ""
        if not line.triggered:
            return None
        message = f"no authorization {session.number} in the register"
        raise NotKnown(message)
    status = next(each.status for each in authorizations if normalized(each.number) == session.number)
    why = status if status in REFUSED | {"pended"} else ""
    listing = [approval for approval in own if approval.covers(session.procedure) is not None] or own
    if not why and any(approval.in_time(session.day) for approval in listing):
        return None
    free = ledger.candidates(attrs.evolve(session, number=None), approvals)
    return session.number, why or "dates", free[0].number if free else ""


def _unnumbered_lapse(
    session: Session, line: Line, approvals: Sequence[Approval], payer: Payer
) -> tuple[str, str, str] | None:
    """A service that is usually authorized, whose only fitting authorizations are outside their dates."""
    if session.procedure not in USUALLY_AUTHORIZED or payer.line_of_business == "medicare_ffs":
        return None
    if line.claim.authorizations_of(line.line):
        return None
    fitting = [approval for approval in approvals if approval.approved and approval.fits(session)]
    if not fitting or any(approval.in_time(session.day) for approval in fitting):
        return None
    nearest = min(fitting, key=lambda approval: (abs((_edge(approval, session.day) - session.day).days), approval.key))
    return nearest.number, "dates, and no number", ""


def _edge(approval: Approval, day: date) -> date:
    """Return the end of an approval that a day lies beyond."""
    if approval.valid_from is not None and day < approval.valid_from:
        return approval.valid_from
    return approval.valid_to or day


def _lapsed(
    number: str,
    why: str,
    instead: str,
    affected: Sequence[Session],
    approvals: Sequence[Approval],
    as_of: date,
    retro_auth_days: int,
) -> Outcomes:
    ordered = sorted(affected, key=lambda session: session.rank("dos"))
    first, last = ordered[0].day, ordered[-1].day
    own = [approval for approval in approvals if approval.number == number]
    codes = ", ".join(sorted({session.procedure for session in ordered}))
    dollars = sum((session.charge for session in ordered), Decimal(0)).quantize(Decimal("0.01"))
    what = _what_is_wrong(why, own, first)
    span = str(first) if first == last else f"{first} to {last}"
    curable = why not in {*REFUSED, "prior coverage"}
    in_retro_period = curable and retro_auth_days > 0 and (as_of - first).days <= retro_auth_days
    yield hit(
        list(dict.fromkeys(session.source for session in ordered)),
        f"Auth {number} {what}; {len(ordered)} session{'s' if len(ordered) > 1 else ''} on {span} ({codes}) billed"
        f" under it - ${dollars:,.2f}. "
        + (f"Auth {instead} covers them." if instead else "No other authorization covers them."),
        fix=f"Use number {instead} on these lines."
        if instead
        else "Ask the payer for a back-dated or concurrent extension before billing, or decide on a write-off.",
        at="authorization_numbers",
        severity="review" if instead or why in {"pended", "dates, and no number"} or in_retro_period else "stop",
        at_risk=dollars,
        evidence={"authorization": number, "first_bad_dos": str(first), "sessions": len(ordered), "reason": why},
        subject=f"{number}/{why}/{instead}",
    )


def _what_is_wrong(why: str, own: Sequence[Approval], first: date) -> str:
    if why == "prior coverage":
        return "belongs to prior coverage, not to the payer billed"
    if not why.startswith("dates"):
        return f"is {'pending' if why == 'pended' else why}"
    starts = min((approval.valid_from for approval in own if approval.valid_from), default=None)
    if starts is not None and first < starts:
        days = (starts - first).days
        return f"starts {starts}, {days} day{'s' if days > 1 else ''} before start"
    ends = max((approval.valid_to for approval in own if approval.valid_to), default=None)
    return f"expired {ends}" if ends else "is not valid"
