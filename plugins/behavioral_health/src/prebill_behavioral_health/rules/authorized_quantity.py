"""Authorized quantity: sessions beyond what an authorization approves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from prebill import Cohort, Outcomes, Payer, Table, hit, not_checked, rule
from prebill_behavioral_health import ledger
from prebill_behavioral_health.codes import BEHAVIORAL, VISIT
from prebill_behavioral_health.ledger import Approval, Session
from prebill_behavioral_health.records import SessionNote
from prebill_behavioral_health.sessions import (
    Line,
    approvals_of,
    authorizations_of,
    of_payer,
    sessions_of,
    withdrawn_of,
)
from prebill_behavioral_health.tables.add_ons import AddOn


@rule(
    "BHV101",
    severity="stop",
    owner="authorization",
    prevents=("CO-198/N54", "CO-15"),
    sources=("X12 claim adjustment reason code 198", "005010X222A1 loop 2300 REF*G1 prior authorization number"),
    procedures=BEHAVIORAL,
    context=VISIT,
    key=("payer_id", "patient"),
    key_required=False,
    replaced=True,
    supersedes=("AUT106",),
    fails=[
        {
            "authorizations": [
                {
                    "number": "A123",
                    "valid_from": "2026-01-05",
                    "valid_to": "2026-06-30",
                    "services": [{"code_from": "90834", "units": 1, "unit_type": "visits"}],
                }
            ],
            "claims": [
                {"lines": ["90834 [F33.1] auth=A123 2026-03-02"]},
                {"lines": ["90834 [F33.1] auth=A123 2026-03-09"]},
            ],
            "history": [],
        }
    ],
    passes=[
        {
            "authorizations": [
                {
                    "number": "A123",
                    "valid_from": "2026-01-05",
                    "valid_to": "2026-06-30",
                    "services": [{"code_from": "90834", "units": 2, "unit_type": "visits"}],
                }
            ],
            "claims": [
                {"lines": ["90834 [F33.1] auth=A123 2026-03-02"]},
                {"lines": ["90834 [F33.1] auth=A123 2026-03-09"]},
            ],
            "history": [],
        }
    ],
)
def authorization_exhausted(
    lines: Cohort[SessionNote],
    payer: Payer,
    add_ons: Table[AddOn],
    *,
    partial_pay: bool = True,
    visit_count_basis: ledger.VisitBasis = "date",
    order: ledger.Order = "settled_then_dos",
    denied_lines_consume: bool = False,
) -> Outcomes:
    """More sessions are billed than the authorization approves.

    The payer counts sessions against the approved quantity and refuses every one beyond it. Ask for an extension
    before billing, hold the lines listed, or bill them under another authorization with its own number.
    """
    approvals = _approvals(lines.entries, payer)
    if not approvals:
        return
    sessions, indivisible = sessions_of(lines.entries, approvals, add_ons, denied_lines_consume=denied_lines_consume)
    for line in indivisible:
        yield not_checked("the units of the line do not divide by its days", line)
    withdrawn = withdrawn_of(lines.entries, approvals, add_ons)

    def judged(some: Iterable[Session]) -> ledger.Ledger:
        return ledger.consume(
            some,
            approvals,
            partial_pay=partial_pay,
            basis=visit_count_basis,
            order=order,
            withdrawn=withdrawn,
        )

    book = judged(sessions)
    for approval in approvals:
        entries = book.of(approval)
        over = [entry for entry in entries if entry.over]
        if over:
            yield from _exhausted(
                approval,
                [entry for entry in entries if entry not in over],
                over,
                rests_on_balance=approval.balance is not None
                and not any(entry.over for entry in judged(_sure(sessions, approval.balance)).of(approval)),
            )
        within = [line for line in _lines(entries) if line not in _lines(over) and line.triggered]
        missing = _what_is_missing(approval, lines.known_since, entries)
        if missing and within:
            yield not_checked(missing, *within)


def _approvals(lines: Sequence[Line], payer: Payer) -> list[Approval]:
    given = [each for each in authorizations_of(lines) or () if of_payer(each, payer)]
    return [approval for authorization in given for approval in approvals_of(authorization)]


def _sure(sessions: Iterable[Session], balance: ledger.Balance) -> list[Session]:
    """Leave out what the payer may already have counted: unpaid sessions of days that a balance speaks for."""
    return [each for each in sessions if each.settled or each.day > balance.as_of]


def _what_is_missing(approval: Approval, known_since: date | None, entries: Sequence[ledger.Entry]) -> str | None:
    """Say why sessions within an approval cannot be said to fit, or None."""
    name = f"authorization {approval.number}"
    if not approval.quantity_known:
        return f"{name} states no quantity"
    if approval.quantity is None:
        return None
    if approval.unit in {"hours", "minutes"} and any(entry.session.minutes_per_unit is None for entry in entries):
        return f"the minutes that a unit stands for, to count the {approval.unit} of {name}"
    since = approval.balance.as_of if approval.balance else approval.valid_from
    if known_since is None or since is None or known_since > since:
        return f"the sessions billed under {name} since {since or 'its start'}"
    return None


def _exhausted(
    approval: Approval, used: Sequence[ledger.Entry], over: Sequence[ledger.Entry], *, rests_on_balance: bool
) -> Outcomes:
    at_risk = sum((entry.at_risk for entry in over), Decimal(0))
    codes = "/".join(sorted({entry.session.procedure for entry in (*used, *over)}))
    quantity = _plain(approval.quantity or Fraction(0))
    last = max((entry.session.day for entry in used), default=None)
    in_units = approval.unit not in {"visits", "days"}
    days = ", ".join(
        f"{entry.session.day:%m-%d}" + (f" ({_plain(entry.over)} units)" if in_units else "") for entry in over
    )
    yield hit(
        _lines(over),
        f"Auth {approval.number} ({codes}, {quantity} {approval.unit}, {approval.valid_from} to"
        f" {approval.valid_to or 'open'}): used up{f' by {last}' if last else ''};"
        f" {len(over)} session{'s exceed' if len(over) > 1 else ' exceeds'} it: {days} - ${at_risk:,.2f} at risk."
        + (
            f" This depends on the balance of {approval.balance.as_of}."
            if rests_on_balance and approval.balance
            else ""
        ),
        fix="Ask for an extension before billing and hold these lines, or bill them under another authorization"
        " with its own number on the line.",
        at="authorization_numbers",
        severity="review" if rests_on_balance else "stop",
        at_risk=at_risk,
        evidence={
            "authorization": approval.number,
            "first_bad_dos": str(over[0].session.day),
            "over": [
                [
                    each.session.claim,
                    each.session.line,
                    str(each.session.day),
                    _plain(each.over),
                    str(each.at_risk),
                ]
                for each in over
            ],
        },
        subject=f"{approval.number}/{approval.position}",
    )


def _lines(entries: Iterable[ledger.Entry]) -> list[Line]:
    return list(dict.fromkeys(entry.session.source for entry in entries))


def _plain(amount: Fraction) -> str:
    return str(amount.numerator) if amount.denominator == 1 else f"{float(amount):g}"
