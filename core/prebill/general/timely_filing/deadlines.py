"""The payer's last day: passed, near, for a claim after another payer, and for a corrected claim."""

from __future__ import annotations

from datetime import date
from typing import Any

from prebill.general.code_families import EVERY_CODE
from prebill.general.duplicates.again import sent_on
from prebill.general.tables.timely_filing import FilingLimit, limit_of
from prebill.general.timely_filing.evidence import DOCUMENTS, is_excused, kinds_on_file, was_on_time
from prebill.lookup import Table
from prebill.model import Claim, Encounter, Payer, ServiceLine
from prebill.model.registers import normal_number
from prebill.rules import Cohort, Entry, Outcomes, hit, known, not_checked, rule

_NINETY = {
    "timely-filing": {
        "complete": True,
        "rows": [
            {"payer_id": "ACM01", "limit": 90, "confirmed": True},
            {"payer_id": "ACM01", "limit": 90, "confirmed": True, "sequence": "S", "basis": "eob"},
        ],
    }
}
_SECONDARY = {"coverage": {"sequence": "S"}, "tables": _NINETY}
_DECIDED = {"state": "denied", "payer_claim_number": "ICN1", "finalized_on": "2026-01-05"}
_REPLACED = {"lines": ["99213 [I10]"], "date": "2025-12-01", "status": _DECIDED}
_REPLACING = {"lines": ["99214 [I10]"], "frequency_code": "7", "original_reference_number": "ICN1"}


@rule(
    "TFL101",
    severity="stop",
    owner="billing",
    prevents=("CO-29",),
    sources=(
        "42 CFR 424.44; Pub. 100-04 ch. 1 §70 (Medicare)",
        "The payer's contract, as the practice confirms it",
    ),
    fails=[{"payer": "medicare", "lines": ["99213 2025-11-20"], "as_of": "2026-11-23"}],
    passes=[{"payer": "medicare", "lines": ["99213 2025-11-21"], "as_of": "2026-11-23"}],
)
def filing_deadline_passed(
    line: ServiceLine,
    claim: Claim,
    encounter: Encounter,
    payer: Payer,
    limits: Table[FilingLimit] | None,
    today: date,
) -> Outcomes:
    """The payer's last day for the line has passed.

    A late line is denied without appeal and must not be billed to the patient. Send what is still on time, split
    from what is late; where the payer took the claim in time, or the delay is excused, say so with the document.
    """
    medicare = payer.line_of_business == "medicare_ffs"
    if payer.line_of_business == "self_pay" or (claim.coverage.sequence != "P" and not medicare):
        return
    limit = limit_of(limits, payer)
    deadline = limit.deadline(_clock_starts(limit.basis, line, claim))
    if today <= deadline or is_excused(encounter) or was_on_time(encounter, deadline):
        return
    on_time = [each for each in claim.lines if limit.deadline(each.from_date) >= today]
    name = "Medicare" if medicare else payer.payer_id
    yield hit(
        line,
        f"Line {line.number} From {line.from_date}: {name} deadline {deadline} passed"
        f" {(today - deadline).days} days ago.",
        fix=("Split off the lines that are on time. " if on_time else "")
        + "Send proof that the payer took the claim in time, or write the line off; the patient owes nothing.",
        at="from_date",
        severity=None if limit.confirmed else "review",
        evidence={"deadline": deadline, "limit": f"{limit.limit} {limit.unit}"},
    )


def _clock_starts(basis: str, line: ServiceLine, claim: Claim) -> date:
    """Return the day from which a limit of a basis runs."""
    if basis == "to":
        return line.last_date
    discharged = claim.date_of("096") if basis == "discharge" else None
    return discharged or line.from_date


@rule(
    "TFL102",
    severity="review",
    owner="billing",
    prevents=("CO-29",),
    sources=("42 CFR 424.44", "The payer's contract, as the practice confirms it"),
    fails=[{"payer": "medicare", "lines": ["99213"], "as_of": "2027-02-15"}],
    passes=[{"payer": "medicare", "lines": ["99213"], "as_of": "2027-02-12"}],
)
def filing_deadline_near(
    claim: Claim,
    encounter: Encounter,
    payer: Payer,
    limits: Table[FilingLimit] | None,
    today: date,
    *,
    tfl_warn_days: int | None = None,
) -> Outcomes:
    """The payer's last day is near, and the claim was not sent.

    Every day that a claim is held runs on the payer's clock. Release it, or decide who settles what holds it; a
    claim that the payer rejects has not been filed.
    """
    if payer.line_of_business == "self_pay":
        return
    if encounter.status is not None and encounter.status.accepted_on and encounter.status.state != "rejected":
        return
    secondary = claim.coverage.sequence != "P" and payer.line_of_business != "medicare_ffs"
    if secondary:
        return
    limit = limit_of(limits, payer)
    deadline = limit.deadline(claim.from_date)
    left = (deadline - today).days
    warn = tfl_warn_days if tfl_warn_days is not None else min(30, limit.in_days // 3)
    if not 0 <= left <= warn:
        return
    status = f"held for {encounter.held_reason}" if encounter.held_reason else "not accepted by the payer"
    urgent = " Escalate: a person decides today." if encounter.held_reason and left <= 10 else ""
    yield hit(
        claim,
        f"{left} days to {deadline}; status {status}.",
        fix=f"Release the claim, or escalate what holds it.{urgent}",
        at="lines[0].from_date",
        evidence={"days_left": left, "deadline": deadline},
    )


@rule(
    "TFL103",
    severity="stop",
    owner="billing",
    prevents=("CO-29",),
    sources=("The payer's contract; Pub. 100-04 ch. 1 §70 (Medicare secondary claims keep Medicare's own limit)",),
    fails=[
        {
            **_SECONDARY,
            "lines": ["99213 2025-12-01"],
            "prior_adjudications": [{"coverage": {"sequence": "P"}, "remittance_date": "2026-01-05"}],
            "as_of": "2026-04-06",
        }
    ],
    passes=[
        {
            **_SECONDARY,
            "lines": ["99213 2025-12-01"],
            "prior_adjudications": [{"coverage": {"sequence": "P"}, "remittance_date": "2026-01-05"}],
            "as_of": "2026-04-05",
        }
    ],
)
def secondary_deadline(
    claim: Claim,
    payer: Payer,
    limits: Table[FilingLimit] | None,
    today: date,
    *,
    secondary_basis: str = "eob",
    secondary_days: int = 90,
) -> Outcomes:
    """The last day for a claim after another payer's decision has passed.

    Secondary payers count from the primary's decision, most of them ninety days. Bill with the decision attached,
    or prove that the claim was on time.
    """
    if claim.coverage.sequence == "P" or payer.line_of_business in {"medicare_ffs", "self_pay"}:
        return
    rows = limits.find(payer.payer_id) if limits is not None else None
    limit = next((row for row in rows or () if row.sequence == "S"), None)
    if limit is None:
        limit = FilingLimit(payer_id=payer.payer_id or "", limit=secondary_days, basis=secondary_basis, sequence="S")
    if limit.basis == "eob":
        start = known(_decided_on(claim), "the date of the primary payer's decision")
        what = f"Primary EOB {start}"
    else:
        start, what = claim.from_date, f"From {claim.from_date}"
    deadline = limit.deadline(start)
    if today > deadline:
        yield hit(
            claim,
            f"{what} + {limit.limit} {limit.unit} = {deadline}; passed {(today - deadline).days} days ago.",
            fix="Bill with proof that the claim was on time, or write it off.",
            at="prior_adjudications",
            severity=None if limit.confirmed else "review",
            evidence={"deadline": deadline},
        )


def _decided_on(claim: Claim) -> date | None:
    """Return when the primary payer decided, on the claim or on its lines."""
    days = [each.remittance_date for each in claim.prior_adjudications]
    days += [each.remittance_date for line in claim.lines for each in line.adjudications]
    return max((day for day in days if day is not None), default=None)


@rule(
    "TFL106",
    severity="review",
    owner="billing",
    prevents=("CO-29",),
    sources=("005010X222A1 CLM20 (delay reason)", "42 CFR 424.44(b); Pub. 100-04 ch. 1 §70.7"),
    fails=[{"lines": ["99213"], "delay_reason": "9", "filing_evidence": []}],
    passes=[{"lines": ["99213"], "delay_reason": "9", "filing_evidence": [{"kind": "277ca"}]}],
)
def late_with_reason(encounter: Encounter) -> Outcomes:
    """The claim names a reason for its delay, and the document for it is missing.

    Payers excuse a delay only with the document behind the reason: the acceptance of the first claim, the notice
    of eligibility, the payer's own letter. Attach it, or leave the reason out.
    """
    reason = encounter.claim.delay_reason
    if reason is None:
        return
    wanted = DOCUMENTS.get(reason.lstrip("0"))
    if wanted is None:
        yield hit(
            encounter,
            f"Delay reason {reason} is none of the reasons that CLM20 takes.",
            fix="Correct the delay reason.",
            at="delay_reason",
        )
        return
    kinds = known(kinds_on_file(encounter), "no filing evidence register", of_run=True)
    if not kinds & {*wanted}:
        yield hit(
            encounter,
            f"Delay reason {reason} without {' or '.join(each.replace('_', ' ') for each in wanted)}.",
            fix="Attach the document.",
            at="delay_reason",
        )


@rule(
    "TFL107",
    severity="stop",
    owner="billing",
    prevents=("CO-29",),
    sources=("42 CFR 405.980 (reopening within one year); the payer's contract",),
    frequencies=("7",),
    key=("payer_id", "patient"),
    context=EVERY_CODE,
    replaced=True,
    whole_claims=True,
    fails=[
        {
            "claims": [{**_REPLACING, "date": "2025-12-01"}],
            "history": [_REPLACED],
            "tables": _NINETY,
            "as_of": "2026-04-06",
        }
    ],
    passes=[
        {
            "claims": [{**_REPLACING, "date": "2025-12-01"}],
            "history": [_REPLACED],
            "tables": _NINETY,
            "as_of": "2026-04-05",
        }
    ],
)
def corrected_claim_deadline(
    claims: Cohort[Any],
    payer: Payer,
    limits: Table[FilingLimit] | None,
    *,
    corrected_limit: int = 90,
    corrected_limit_confirmed: bool = True,
) -> Outcomes:
    """The corrected claim comes after the payer's last day for corrections.

    Payers take corrections for a time after their decision, or as long as the first claim would have been on time,
    whichever is later; Medicare reopens for a year. Afterwards only an appeal is left.
    """
    for entry in claims:
        if not entry.triggered:
            continue
        decided = _original_decided_on(entry, claims)
        if decided is None:
            yield not_checked("when the payer decided the claim that is corrected", entry)
            continue
        if payer.line_of_business == "medicare_ffs":
            limit, by_original = FilingLimit(payer_id="medicare_ffs", limit=1, unit="years"), date.min
        else:
            limit = FilingLimit(payer_id=payer.payer_id or "", limit=corrected_limit)
            narrowed = None if limits is None else limits.on(entry.from_date)
            by_original = limit_of(narrowed, payer).deadline(entry.claim.from_date)
        deadline = max(limit.deadline(decided), by_original)
        today = sent_on(entry, claims.as_of)
        if today > deadline:
            yield hit(
                entry,
                f"Corrected claim {(today - decided).days} days after the remittance of {decided}; the limit was"
                f" {deadline}.",
                fix="Appeal, or ask for a reopening, instead of sending a corrected claim.",
                at="frequency_code",
                severity=None if corrected_limit_confirmed else "review",
                evidence={"deadline": deadline},
                upon=(),
            )


def _original_decided_on(entry: Entry[Any], claims: Cohort[Any]) -> date | None:
    """Return when the payer decided the claim that an entry's claim replaces."""
    wanted = normal_number(entry.claim.original_reference_number or "")
    originals = [
        each.encounter.status
        for each in claims
        if each is not entry
        and each.encounter.status is not None
        and each.encounter.status.payer_claim_number is not None
        and normal_number(each.encounter.status.payer_claim_number) == wanted
    ]
    return max((each.finalized_on for each in originals if each.finalized_on), default=None)
