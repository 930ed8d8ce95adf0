"""What a claim to a second payer says about the decision of the first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from prebill.general.tables.remark_code import RemarkCode
from prebill.general.tables.retired_adjustment_reason import RetiredReason
from prebill.lookup import NotKnown, Table
from prebill.model import Adjustment, Claim, LineAdjudication, PriorAdjudication, ServiceLine
from prebill.rules import Hit, Outcomes, hit, rule

_PRIMARY = "P"
_TURNS = "PSTABCDEFGH"
# Reasons for which the first payer wants another claim, not a second payer.
_TO_BE_MENDED = frozenset({"16", "22", "26", "27", "29", "31", "109", "252"})
_FIX = "Copy paid amounts and adjustments from the first payer's remittance exactly."
_UNTIL_NEXT_LIST = timedelta(days=120)  # X12 publishes in March, July and November


@rule(
    "INF120",
    severity="stop",
    owner="billing",
    prevents=("CO-16/N4/MA04/MA92/N48", "CO-22"),
    sources=("005010X222A1 loops 2320, 2330B, 2430 and section 1.4.4 (balancing)",),
    fails=[{"lines": ["99213"], "coverage": {"sequence": "S"}}],
    passes=[
        {
            "lines": ["99213 $100"],
            "coverage": {"sequence": "S"},
            "prior_adjudications": [
                {
                    "coverage": {"payer_id": "PRI01", "sequence": "P"},
                    "paid": "80",
                    "remittance_date": "2026-03-16",
                    "adjustments": [{"group": "PR", "reason": "2", "amount": "20"}],
                }
            ],
        }
    ],
)
def secondary_needs_primary(
    claim: Claim, today: date, retired: Table[RetiredReason] | None, remarks: Table[RemarkCode] | None
) -> Outcomes:
    """A claim to a second payer lacks the decision of the first, or does not balance with it.

    The second payer pays what the first left over, and works it out from the amounts of the first: charge is paid
    plus adjustments, on each line and on the claim. Copy the remittance as it is.
    """
    sequence = claim.coverage.sequence
    if sequence == _PRIMARY:
        return
    before = [each for each in claim.prior_adjudications if _is_before(each.coverage.sequence, sequence)]
    if not any(each.coverage.sequence == _PRIMARY for each in before):
        yield _hit(claim, "Secondary claim without the first payer (2320, 2330B).", "no first payer")
    for prior in before:
        yield from _judge(claim, prior, before, today, retired, remarks)


def _is_before(sequence: str, billed: str) -> bool:
    return sequence in _TURNS and (billed not in _TURNS or _TURNS.index(sequence) < _TURNS.index(billed))


def _judge(
    claim: Claim,
    prior: PriorAdjudication,
    before: Sequence[PriorAdjudication],
    today: date,
    retired: Table[RetiredReason] | None,
    remarks: Table[RemarkCode] | None,
) -> Outcomes:
    payer = prior.coverage.payer_name or prior.coverage.payer_id or "the first payer"
    of_lines = [(line, _adjudication(line, prior, only=len(before) == 1)) for line in claim.lines]
    decided = [(line, found) for line, found in of_lines if found is not None]
    if prior.paid is None and not decided:
        yield _hit(claim, f"What {payer} paid (AMT*D) is missing.", f"{payer} paid")
        return
    dates = {found.remittance_date for _, found in decided} | {prior.remittance_date}
    on = max((each for each in dates if each is not None), default=None)
    if on is None:
        yield _hit(claim, f"The date of {payer}'s decision (DTP*573) is missing.", f"{payer} date")
    elif on > today:
        yield _hit(claim, f"{payer}'s decision is dated {on}, after today ({today}).", f"{payer} date")
    if decided:
        yield from _lines_balance(of_lines, payer)
    yield from _claim_balances(claim, prior, [found for _, found in decided], payer)
    yield from _reasons(claim, prior, decided, payer, on, retired)
    if remarks is not None and on is not None:
        yield from _remarks(claim, prior, payer, on, remarks)


def _adjudication(line: ServiceLine, prior: PriorAdjudication, *, only: bool) -> LineAdjudication | None:
    """Return the line's decision by a payer; where there is one payer, whatever its id."""
    return next(
        (each for each in line.adjudications if only or each.payer_id == prior.coverage.payer_id),
        None,
    )


def _lines_balance(lines: Sequence[tuple[ServiceLine, LineAdjudication | None]], payer: str) -> Iterator[Hit]:
    for line, found in lines:
        if found is None:
            message = f"Line {line.number}: the decision of {payer} (2430) is missing, other lines have one."
            yield _hit(line, message, f"{payer} missing")
            continue
        taken_off = _sum(found.adjustments)
        if line.charge != found.paid + taken_off:
            message = f"Line {line.number}: {line.charge} <> paid {found.paid} + adjustments {taken_off} ({payer})."
            yield _hit(line, message, f"{payer} balance")


def _claim_balances(
    claim: Claim, prior: PriorAdjudication, decided: Sequence[LineAdjudication], payer: str
) -> Iterator[Hit]:
    if prior.paid is None:
        return
    taken_off = _sum(prior.adjustments)
    if decided:
        of_lines = sum((each.paid for each in decided), Decimal(0))
        if prior.paid != of_lines - taken_off:
            message = f"{payer} paid {prior.paid} <> lines {of_lines} - claim adjustments {taken_off}."
            yield _hit(claim, message, f"{payer} balance")
    elif claim.total_charge != prior.paid + taken_off:
        message = f"Claim: {claim.total_charge} <> paid {prior.paid} + adjustments {taken_off} ({payer})."
        yield _hit(claim, message, f"{payer} balance")


def _reasons(
    claim: Claim,
    prior: PriorAdjudication,
    decided: Sequence[tuple[ServiceLine, LineAdjudication]],
    payer: str,
    on: date | None,
    retired: Table[RetiredReason] | None,
) -> Iterator[Hit]:
    given: list[tuple[Claim | ServiceLine, Adjustment]] = [(claim, each) for each in prior.adjustments]
    given += [(line, each) for line, found in decided for each in found.adjustments]
    for target, adjustment in given:
        if retired is not None and on is not None:
            yield from _retired(target, adjustment.reason, payer, on, retired)
        if adjustment.group == "CO" and adjustment.reason in _TO_BE_MENDED:
            message = (
                f"{payer} denied with CO-{adjustment.reason}, which has to be mended there; the second payer will"
                " deny (136)."
            )
            fix = f"Correct the claim to {payer} and wait for its decision."
            yield _hit(target, message, f"{payer} {adjustment.reason}", "review", fix)


def _retired(
    target: Claim | ServiceLine, reason: str, payer: str, on: date, listed: Table[RetiredReason]
) -> Iterator[Hit]:
    for row in (listed.find(reason) or ())[:1]:
        if row.retired_on <= on:
            instead = f"; it is {row.instead} now" if row.instead else ""
            message = f"Adjustment reason {reason} ({payer}) was retired on {row.retired_on}{instead}."
            yield _hit(target, message, f"{payer} {reason}", "review", upon=(listed,))


def _remarks(claim: Claim, prior: PriorAdjudication, payer: str, on: date, listed: Table[RemarkCode]) -> Iterator[Hit]:
    try:
        of_day = listed.on(on)
    except NotKnown:
        return
    for remark in prior.remark_codes:
        if _is_surely_not_in_use(remark, on, of_day):
            message = f"Remark code {remark} ({payer}) is not in use on {on} ({of_day.edition.name})."
            yield _hit(claim, message, f"{payer} {remark}", "review", upon=(of_day,))


def _is_surely_not_in_use(remark: str, on: date, listed: Table[RemarkCode]) -> bool:
    """Tell whether a remark code was not in use: a list knows nothing of codes that came after the next one."""
    if listed.find(remark) != ():
        return False
    since = listed.edition.effective_from
    return bool(listed.edition.rows.get((remark,))) or since is None or on < since + _UNTIL_NEXT_LIST


def _sum(adjustments: Sequence[Adjustment]) -> Decimal:
    return sum((each.amount for each in adjustments), Decimal(0))


def _hit(
    target: Claim | ServiceLine,
    message: str,
    subject: str,
    severity: str | None = None,
    fix: str = _FIX,
    upon: Sequence[Table[Any]] = (),
) -> Hit:
    at = "adjudications" if isinstance(target, ServiceLine) else "prior_adjudications"
    return hit(target, message, fix=fix, at=at, severity=severity, subject=subject, upon=upon)
