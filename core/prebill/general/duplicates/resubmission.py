"""A claim that is sent again: as a replacement, as an original instead of one, or before the first is decided."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from prebill.general.code_families import EVERY_CODE
from prebill.general.duplicates.again import UNPROCESSABLE, billed, in_words, same_visit, sent_on, state_of
from prebill.model import Claim, Payer
from prebill.model.registers import normal_number
from prebill.rules import Cohort, Entry, Outcomes, hit, not_checked, rule

_VISIT = {"lines": ["99213 [I10]"]}
_PENDING = {**_VISIT, "status": {"state": "pending", "accepted_on": "2026-03-18"}}
_PAID = {
    **_VISIT,
    "status": {"state": "paid", "finalized_on": "2026-03-30", "payer_claim_number": "ICN1"},
}


def _accepts_changes(payer: Payer, accepts_freq78: bool | None) -> bool:
    return accepts_freq78 if accepts_freq78 is not None else payer.line_of_business != "medicare_ffs"


@rule(
    "DUP106",
    severity="stop",
    owner="billing",
    prevents=("CO-16/M47/N152", "CO-129", "CO-18"),
    sources=("005010X222A1 CLM05-3 and REF*F8", "Pub. 100-04 ch. 34 (Medicare reopens instead of replacing)"),
    frequencies=("7", "8"),
    fails=[{**_VISIT, "frequency_code": "7"}],
    passes=[
        {
            **_VISIT,
            "frequency_code": "7",
            "original_reference_number": "ICN1",
            "history": [_PAID],
            "as_of": "2026-04-01",
        }
    ],
)
def replacement_needs_icn(claim: Claim, payer: Payer, *, accepts_freq78: bool | None = None) -> Outcomes:
    """A replacement or void does not name the claim that it changes, or the payer takes none.

    The payer finds the first claim by the number that it gave it, from the remittance. Without that number it
    rejects the change, or denies it as a duplicate. Medicare Part B takes neither replacements nor voids: ask for
    a reopening, or send a new claim for what was rejected.
    """
    kind = "replacement" if claim.frequency_code == "7" else "void"
    number = claim.original_reference_number
    if not _accepts_changes(payer, accepts_freq78):
        yield hit(
            claim,
            f"Frequency {claim.frequency_code}: {payer.payer_id} takes no {kind} of a claim.",
            fix="Ask for a reopening; send a new claim for what was returned as unprocessable.",
            at="frequency_code",
            subject="not taken",
        )
    elif not number:
        yield hit(
            claim,
            f"Frequency {claim.frequency_code} without the payer's number of the claim that it changes (REF*F8).",
            fix="Put the number from the remittance (835 CLP07) into REF*F8.",
            at="original_reference_number",
            subject="no number",
        )
    elif normal_number(number) == normal_number(claim.control_number):
        yield hit(
            claim,
            f"Frequency {claim.frequency_code}: REF*F8 {number} is the practice's own claim number.",
            fix="Put the payer's number from the remittance (835 CLP07) into REF*F8.",
            at="original_reference_number",
            subject="own number",
        )


@replacement_needs_icn.across_claims(
    key=("payer_id", "patient"),
    context=EVERY_CODE,
    minimum=1,
    minimum_claims=1,
    replaced=True,
    whole_claims=True,
)
def replacement_of_known_claim(claims: Cohort[Any], payer: Payer, *, accepts_freq78: bool | None = None) -> Outcomes:
    """Judge each replacement or void beside the claim that it names."""
    for entry in claims:
        claim = entry.claim
        number = normal_number(claim.original_reference_number or "")
        unnamed = not number or number == normal_number(claim.control_number)
        if not entry.triggered or unnamed or not _accepts_changes(payer, accepts_freq78):
            continue
        original = next((each for each in claims if each is not entry and _number(each) == number), None)
        if original is not None:
            if claim.frequency_code == "7" and state_of(original) == "pending":
                yield hit(
                    entry,
                    f"Frequency 7 replaces {in_words(original)}: the payer has not decided it yet.",
                    fix="Wait for the decision; a replacement before it is rejected or crosses it.",
                    at="frequency_code",
                    severity="review",
                    subject="pending",
                )
        elif claims.known_since is None or claims.known_since > claim.from_date:
            yield not_checked(
                f"the claim that REF*F8 {claim.original_reference_number} names: the billing history must reach"
                f" back to {claim.from_date}",
                entry,
            )
        else:
            yield hit(
                entry,
                f"Frequency {claim.frequency_code}: no claim of this patient has the payer's number"
                f" {claim.original_reference_number}.",
                fix="Correct REF*F8 from the remittance (835 CLP07).",
                at="original_reference_number",
                subject="unknown number",
            )


def _number(entry: Entry[Any]) -> str | None:
    status = entry.encounter.status
    return None if status is None or not status.payer_claim_number else normal_number(status.payer_claim_number)


@rule(
    "DUP107",
    severity="stop",
    owner="billing",
    prevents=("CO-18",),
    sources=("005010X222A1 CLM05-3; X12 RARC N380 (send a corrected claim)",),
    frequencies=("1",),
    key=("payer_id", "patient", "practice"),
    minimum=2,
    minimum_claims=2,
    whole_claims=True,
    supersedes=("DUP101", "DUP102"),
    fails=[{"lines": ["99213-25 [I10]"], "history": [_PAID], "as_of": "2026-04-02"}],
    passes=[
        {
            "lines": ["99213-25 [I10]"],
            "history": [{**_VISIT, "status": {"state": "rejected"}}],
            "as_of": "2026-04-02",
        }
    ],
)
def original_should_be_replacement(
    claims: Cohort[Any], payer: Payer, *, accepts_freq78: bool | None = None
) -> Outcomes:
    """A changed claim goes out as a new one although the payer decided the first.

    The payer has the visit already and denies the second claim as its duplicate. Send the change as a replacement
    that names the first claim by the payer's number.
    """
    if not _accepts_changes(payer, accepts_freq78):
        return
    for entry, prior in _sent_again(claims):
        status = prior.encounter.status
        if (
            status is None
            or status.state not in {"paid", "denied"}
            or UNPROCESSABLE in status.denial_codes
            or billed(prior.claim) == billed(entry.claim)
        ):
            continue
        yield hit(
            entry,
            f"Prior {in_words(prior)}: this claim changes it and is sent as an original.",
            fix=f"Send it as a replacement (frequency 7) with {status.payer_claim_number or 'the payer’s number'}"
            " in REF*F8.",
            at="frequency_code",
            evidence={"payer_claim_number": status.payer_claim_number},
            subject=prior.claim.control_number,
        )


@rule(
    "DUP108",
    severity="stop",
    owner="billing",
    prevents=("CO-18",),
    sources=("42 CFR 424.44; Pub. 100-04 ch. 1 §80.2.1.2 (payment floor of 13 days)", "005010X212 (276/277)"),
    frequencies=("1",),
    key=("payer_id", "patient", "practice"),
    minimum=2,
    minimum_claims=2,
    whole_claims=True,
    fails=[{**_VISIT, "history": [_PENDING], "as_of": "2026-03-30"}],
    passes=[{**_VISIT, "history": [_PENDING], "as_of": "2026-05-30"}],
)
def resubmit_before_status(claims: Cohort[Any], payer: Payer, *, adjudication_days: int | None = None) -> Outcomes:
    """The visit is billed again before the payer had time to decide, and nobody asked for the status.

    One in many denials is a duplicate of a claim that was only slow. Ask for the status of the first claim (276),
    and post the remittances that are waiting, before anything is sent again.
    """
    days = adjudication_days if adjudication_days is not None else _days(payer)
    for entry, prior in _sent_again(claims):
        status = prior.encounter.status
        if status is None or status.state != "pending":
            continue
        if status.remittance_received_on is not None:
            yield hit(
                entry,
                f"The remittance of {status.remittance_received_on} on {in_words(prior)} is not posted.",
                fix="Post the remittance first.",
                at="frequency_code",
                subject=prior.claim.control_number,
            )
            continue
        if status.accepted_on is None:
            continue
        waited = (sent_on(entry, claims.as_of) - status.accepted_on).days
        asked = status.status_checked_on is not None and status.status_checked_on > status.accepted_on
        if waited < days and not asked:
            yield hit(
                entry,
                f"Accepted {waited} days ago, no status: {in_words(prior)}.",
                fix=f"Ask for its status (276) first; the payer takes up to {days} days.",
                at="frequency_code",
                evidence={"days": waited},
                subject=prior.claim.control_number,
            )


def _days(payer: Payer) -> int:
    business = payer.line_of_business or ""
    return 14 if business == "medicare_ffs" else 45 if business.startswith("medicaid") else 30


def _sent_again(claims: Cohort[Any]) -> Iterator[tuple[Entry[Any], Entry[Any]]]:
    """Yield each claim that goes out now with each claim of the same visit that was sent before."""
    sent = [entry for entry in claims if entry.encounter.status is not None]
    if not sent:
        return
    for entry in claims:
        if entry.triggered and entry.encounter.status is None:
            yield from ((entry, prior) for prior in sent if same_visit(prior, entry))
