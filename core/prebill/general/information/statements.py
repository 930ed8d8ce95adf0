"""What the practice states: signatures, assignment, documents that go with the claim."""

from __future__ import annotations

from prebill.general.tables.attachment_required import AttachmentRequired
from prebill.lookup import Table
from prebill.model import Attachment, Claim, Payer
from prebill.rules import Hit, Outcomes, hit, not_checked, rule

_ASSIGNED = "A"
_RELEASED = frozenset("YI")
_TO_PATIENT = "N"


@rule(
    "INF121",
    severity="review",
    owner="front_desk",
    prevents=("CO-16/MA58/MA75/MA81", "CO-111"),
    sources=("005010X222A1 2300 CLM06 to CLM10", "42 CFR 424.55 (assignment)"),
    fails=[{"lines": ["99213"], "release": None}],
    passes=["99213"],
)
def signatures_and_assignment(claim: Claim, payer: Payer, *, participating: bool = True) -> Outcomes:
    """A signature, the release of information or the assignment is missing on the claim.

    Without them the payer may not pay the practice, and pays the patient or nobody. Get the signature on file and
    state it. `participating` says whether the practice takes Medicare's assignment.
    """
    signed, assigned, benefits, released = (
        claim.signature_on_file,
        claim.assignment,
        claim.benefits_assigned,
        claim.release,
    )
    if signed is None and assigned is None and benefits is None and released is None:
        yield not_checked("signatures and assignment (CLM06 to CLM09)")
        return
    if not signed:
        yield _statement(claim, "Provider signature on file (CLM06)", "signature_on_file", signed, "CO-16/MA81")
    if payer.line_of_business == "medicare_ffs" and participating and assigned != _ASSIGNED:
        message = "Medicare assignment (CLM07) of a participating practice"
        yield _statement(claim, message, "assignment", assigned, "CO-111")
    if not benefits or benefits == _TO_PATIENT:
        yield _statement(
            claim, "Benefits assigned to the practice (CLM08)", "benefits_assigned", benefits, "CO-16/MA75"
        )
    if released not in _RELEASED:
        yield _statement(claim, "Release of information (CLM09)", "release", released, "CO-16/MA58")


def _statement(claim: Claim, what: str, field: str, value: str | bool | None, prevents: str) -> Hit:
    said = "missing" if value is None or value == "" else value if isinstance(value, str) else "Y" if value else "N"
    return hit(
        claim,
        f"{what}: {said}.",
        fix="Get the signature on file, and state it on the claim.",
        at=field,
        prevents=(prevents,),
        subject=field,
    )


@rule(
    "INF124",
    severity="review",
    owner="clinical_documentation",
    prevents=("CO-252/M127/N706", "CO-163", "CO-226"),
    sources=("Payer manuals", "005010X222A1 2300 and 2400 PWK", "42 CFR 441.258 (consent to sterilisation)"),
    fails=[
        {
            "lines": ["27447-22"],
            "tables": {"attachment-required": {"complete": True, "rows": [{"payer_id": "ACM01", "modifiers": "22"}]}},
        }
    ],
    passes=[{"lines": ["27447-22"], "tables": {"attachment-required": {"complete": True, "rows": []}}}],
)
def attachments(claim: Claim, payer: Payer, required: Table[AttachmentRequired]) -> Outcomes:
    """The payer wants to see a document with this service, and the claim announces none.

    The payer stops the claim to ask for it, and denies it when nothing comes in time. Send the document and give
    its control number on the claim (PWK).
    """
    rows = required.of_rows(_required_by)(payer)
    if not rows and not required.edition.complete:
        required.all(payer.payer_id)
    if not rows or _announced(claim.attachments):
        return
    for line in claim.lines:
        row = next((each for each in rows if each.speaks_for(line.procedure, line.modifiers)), None)
        if row is not None and not _announced(line.attachments):
            yield hit(
                line,
                f"{line.billed} (line {line.number}) needs an attachment: {row.document}.",
                fix=f"Send the {row.document} and give its control number on the claim (PWK).",
                at="attachments",
            )


def _required_by(required: Table[AttachmentRequired], payer: Payer) -> tuple[AttachmentRequired, ...]:
    names = (payer.payer_id, payer.line_of_business)
    return tuple(row for name in names if name is not None for row in required.find(name) or ())


def _announced(documents: tuple[Attachment, ...]) -> bool:
    return any(each.control_number for each in documents)
