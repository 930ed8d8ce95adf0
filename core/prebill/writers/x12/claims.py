"""Loops 2300 and 2320: a claim, and what prior payers decided about it."""

from __future__ import annotations

from collections.abc import Iterator

from prebill.model import Claim, PriorAdjudication
from prebill.writers.x12 import parties, shared
from prebill.writers.x12.lines import line_loop
from prebill.writers.x12.style import Style


def claim_loop(style: Style, claim: Claim) -> Iterator[str]:
    """Yield the segments of a claim, from CLM to its last service line."""
    segment, accident = style.segment, claim.accident
    kinds = (*accident.kinds, None, None, None)[:3] if accident else (None, None, None)
    yield segment(
        "CLM",
        claim.control_number,
        claim.total_charge,
        None,
        None,
        (claim.place_of_service, "B", claim.frequency_code),
        claim.signature_on_file,
        claim.assignment,
        claim.benefits_assigned,
        claim.release,
        None,
        (*kinds, accident.state, accident.country) if accident else None,
        claim.special_program,
        *(None,) * 7,
        claim.delay_reason,
    )
    if accident and accident.occurred_on:
        yield shared.on_date(style, "439", accident.occurred_on)
    for each in claim.dates:
        yield shared.on_date(style, each.qualifier, each.from_date, each.to_date)
    yield from shared.attachments(style, claim.attachments)
    if claim.contract:
        terms = claim.contract
        yield segment("CN1", terms.kind, terms.amount, terms.percent, terms.code)
    yield from shared.amount(style, "F5", claim.patient_paid)
    yield from shared.numbers(style, "G1", claim.authorization_numbers)
    for qualifier, value in (
        ("9F", claim.referral_number),
        ("F8", claim.original_reference_number),
        ("EA", claim.patient.record_number),
    ):
        yield from shared.numbers(style, qualifier, (value,) if value else ())
    yield from shared.references(style, claim.references)
    yield from shared.notes(style, claim.notes)
    yield from shared.kept(style, claim.other_segments, "2300")
    yield from shared.certifications(style, claim.certifications)
    if claim.diagnoses:
        yield segment("HI", *((each.qualifier, each.code) for each in claim.diagnoses))
    if claim.anesthesia_procedures:
        yield segment("HI", *shared.codes("BP", "BO", claim.anesthesia_procedures))
    if claim.condition_codes:
        yield segment("HI", *shared.codes("BG", "BG", claim.condition_codes))
    yield from shared.repricing(style, claim.repricing)
    yield from parties.provider(style, "DN", claim.referring)
    yield from parties.provider(style, "P3", claim.primary_care)
    yield from parties.provider(style, "82", claim.rendering)
    yield from parties.provider(style, "77", claim.facility)
    yield from parties.provider(style, "DQ", claim.supervising)
    for prior in claim.prior_adjudications:
        yield from _prior_payer(style, prior)
    for line in claim.lines:
        yield from line_loop(style, line)


def _prior_payer(style: Style, prior: PriorAdjudication) -> Iterator[str]:
    segment, coverage = style.segment, prior.coverage
    yield parties.subscriber_information(style, coverage, coverage.relationship)
    yield from shared.adjustments(style, prior.adjustments)
    yield from shared.amount(style, "D", prior.paid)
    yield from shared.amount(style, "A8", prior.non_covered)
    yield from shared.amount(style, "EAF", prior.remaining_liability)
    if coverage.benefits_assigned or coverage.release:
        yield segment("OI", None, None, coverage.benefits_assigned, None, None, coverage.release)
    for start in range(0, len(prior.remark_codes), 5):
        yield segment("MOA", None, None, *prior.remark_codes[start : start + 5])
    yield from parties.subscriber(style, coverage)
    yield from parties.payer(style, coverage)
    if prior.remittance_date:
        yield shared.on_date(style, "573", prior.remittance_date)
    yield from parties.other_ids(style, coverage.other_ids)
    yield from shared.numbers(style, "G1", prior.authorization_numbers)
    yield from shared.numbers(style, "9F", prior.referral_numbers)
    yield from shared.numbers(style, "F8", (prior.payer_claim_number,) if prior.payer_claim_number else ())
