"""What proves that a late claim was on time, or that its delay is excused."""

from __future__ import annotations

from datetime import date

from prebill.model import Encounter

ACCEPTANCE, REMITTANCE = "277ca", "remittance"
# By delay reason (837P CLM20): the documents that a payer takes for it.
DOCUMENTS = {
    "1": ("eligibility_notice",),
    "2": ("litigation",),
    "3": ("authorization_notice",),
    "4": ("note",),
    "5": ("payer_notice", "note"),
    "6": ("note",),
    "7": ("payer_notice", REMITTANCE, ACCEPTANCE),
    "8": ("eligibility_notice",),
    "9": (ACCEPTANCE, REMITTANCE),
    "10": ("payer_notice", "note"),
    "11": ("note",),
    "15": ("disaster_notice",),
}


def kinds_on_file(encounter: Encounter) -> frozenset[str] | None:
    """Return the kinds of documents on file, or None where nobody said which there are.

    An acceptance or a decision that the status of the claim states counts as on file.
    """
    status = encounter.status
    told = {
        *((ACCEPTANCE,) if status and status.accepted_on and status.state != "rejected" else ()),
        *((REMITTANCE,) if status and status.finalized_on else ()),
    }
    if encounter.filing_evidence is None and not told:
        return None
    return frozenset(told) | {each.kind.lower() for each in encounter.filing_evidence or ()}


def is_excused(encounter: Encounter) -> bool:
    """Tell whether the claim names a reason for its delay and has a document for it."""
    reason = encounter.claim.delay_reason
    kinds = kinds_on_file(encounter)
    return reason is not None and kinds is not None and bool(kinds & {*DOCUMENTS.get(reason.lstrip("0"), ())})


def was_on_time(encounter: Encounter, deadline: date) -> bool:
    """Tell whether the payer took the claim by its deadline; one that it rejected was never filed."""
    status = encounter.status
    by_status = (
        status is not None
        and status.state != "rejected"
        and status.accepted_on is not None
        and status.accepted_on <= deadline
    )
    return by_status or any(
        each.kind.lower() == ACCEPTANCE and each.dated_on is not None and each.dated_on <= deadline
        for each in encounter.filing_evidence or ()
    )
