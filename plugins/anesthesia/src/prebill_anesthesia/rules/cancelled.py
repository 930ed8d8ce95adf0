"""Cancelled cases: what is left to bill at each stage."""

from __future__ import annotations

from prebill import Encounter, Outcomes, Payer, ServiceLine, Table, hit, not_checked, rule
from prebill_anesthesia.records import AnesthesiaRecord
from prebill_anesthesia.tables.payers import PayerTerms, terms_of
from prebill_anesthesia.vocabulary import CANCELLED, TIMED, UNLISTED, lines_in, named


@rule(
    "ANE129",
    severity="stop",
    owner="coding",
    prevents=("CO-4", "CO-16", "CO-97"),
    sources=(
        "Novitas modifier 73 and Noridian modifier 74 pages: facility only",
        "Florida Blue anesthesia policy: cancelled cases",
    ),
    procedures=TIMED,
    fails=["00840-AA-74 22min @22"],
    passes=["00840-AA-53 22min @22 [K57.30,Z53.09]"],
)
def cancelled_case(
    encounter: Encounter, payer: Payer, terms: Table[PayerTerms], records: tuple[AnesthesiaRecord, ...] | None
) -> Outcomes:
    """A cancelled case is billed in a form that does not fit the stage, the payer or the claim.

    73 and 74 are for facilities. Before the patient was prepared nothing but a visit can be billed; before
    induction the payer decides; after induction the planned code with its actual minutes. Apply the payer's form
    and add the Z53 code.
    """
    claim = encounter.claim
    theirs = terms_of(payer, terms)
    for line in lines_in(claim, TIMED):
        if line.has("73", "74"):
            yield hit(
                line,
                f"{named(line)}: 73 and 74 are for facility claims.",
                fix="Remove it; use 53 or none for the anesthesia provider.",
                at="modifiers",
                prevents="CO-4",
                subject="facility",
            )
        record = next((each for each in records or () if each.is_for(claim, line)), None)
        stage = None if record is None else record.procedure_stage_cancelled
        if stage == "before_prep":
            yield hit(
                line,
                f"{named(line)}: the case was cancelled before the patient was prepared; there was no anesthetic.",
                fix="Drop the line; bill a visit if its own requirements are met.",
                at="procedure",
                subject="stage",
            )
        elif stage == "before_induction":
            yield from _before_induction(line, theirs)
        elif stage == "after_induction":
            yield from _after_induction(line, theirs, payer)
        if line.has("53") and not any(each.code in CANCELLED for each in claim.diagnoses):
            yield hit(
                line,
                f"{named(line)}: 53 without a diagnosis that says why (Z53.0-, Z53.1, Z53.2-, Z53.8, Z53.9).",
                fix="Add the Z53 code.",
                at="pointers",
                severity="info",
                subject="diagnosis",
            )


def _before_induction(line: ServiceLine, theirs: PayerTerms) -> Outcomes:
    form = theirs.cancel_before_induction
    if form is None:
        yield not_checked("how the payer wants a case cancelled before induction", line)
        return
    fits = {
        "mac_3_base": line.has("53"),
        "01999-53": line.procedure == UNLISTED and line.has("53"),
        "e/m": False,
        "none": False,
    }[form]
    if not fits:
        wanted = {"mac_3_base": "the planned code with 53", "e/m": "a visit only", "none": "nothing"}.get(form, form)
        yield hit(
            line,
            f"{named(line)}: cancelled before induction, the payer takes {wanted}.",
            fix=f"Bill {wanted}.",
            at="procedure",
            severity="review",
            subject="stage",
        )


def _after_induction(line: ServiceLine, theirs: PayerTerms, payer: Payer) -> Outcomes:
    wanted = theirs.cancel_53
    if (wanted == "required" and not line.has("53")) or (wanted == "forbidden" and line.has("53")):
        yield hit(
            line,
            f"{named(line)}: cancelled after induction, {payer.payer_id}"
            f" {'requires' if wanted == 'required' else 'rejects'} 53.",
            fix="Add 53." if wanted == "required" else "Remove 53.",
            at="modifiers",
            severity="review",
            subject="53",
        )
