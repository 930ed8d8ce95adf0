"""What a payer wants on the claim beside the lines: operation, referring surgeon, times."""

from __future__ import annotations

import re

from prebill import Claim, Outcomes, hit, rule
from prebill_anesthesia.records import AnesthesiaRecord
from prebill_anesthesia.vocabulary import TIMED, lines_in

_TIMES = re.compile(r"\d{1,2}:?\d{2}\D+\d{1,2}:?\d{2}")


@rule(
    "ANE136",
    severity="review",
    owner="billing",
    prevents=("CO-16/N286", "CO-16/N203", "CO-206", "CO-207"),
    sources=(
        "005010X222A1 loop 2300 HI (BP, BO) and loop 2310A",
        "NUCC 1500 Claim Form Reference Instruction Manual, item 24, qualifier 7",
    ),
    procedures=TIMED,
    fails=[
        {
            "lines": ["00790-AA 63min @22"],
            "anesthesia_procedures": ["47562"],
            "documentation": {"anesthesia": {"surgical_cpts": ["49505"]}},
        }
    ],
    passes=[
        {
            "lines": ["00790-AA 63min @22"],
            "anesthesia_procedures": ["47562"],
            "documentation": {"anesthesia": {"surgical_cpts": ["47562"]}},
        }
    ],
)
def surgical_and_referring_identifiers(
    claim: Claim,
    records: tuple[AnesthesiaRecord, ...] | None,
    *,
    requires_hi_bp: bool = False,
    requires_referring: bool = False,
    requires_start_stop_note: bool = False,
) -> Outcomes:
    """The claim lacks operation, referring surgeon or times that the payer wants, or names another operation.

    Some payers match the anesthetic with the surgeon's claim. Take operation and surgeon from the operating room
    log.
    """
    billed = claim.anesthesia_procedures
    if requires_hi_bp and not billed:
        yield hit(
            claim,
            "The payer requires the operation on the claim (HI*BP); none is sent.",
            fix="Add the surgeon's procedure code to loop 2300.",
            at="anesthesia_procedures",
            severity="stop",
            subject="operation",
        )
    if requires_referring and not (claim.referring and claim.referring.npi):
        yield hit(
            claim,
            "The payer requires the surgeon as referring provider (2310A); none is sent.",
            fix="Take the surgeon's NPI from the operating room log.",
            at="referring",
            severity="stop",
            owner="front_desk",
            prevents="CO-16/N286",
            subject="referring",
        )
    if requires_start_stop_note:
        for line in lines_in(claim, TIMED):
            if not any(_TIMES.search(note) for note in (*line.notes, *claim.notes)):
                yield hit(
                    line,
                    f"The payer requires begin and end times; line {line.number} has no note with them.",
                    fix="Add the times to the note of the line (NTE, or item 24 with qualifier 7).",
                    at="notes",
                    severity="stop",
                    prevents="CO-16/N203",
                    subject="times",
                )
    performed = {code for record in records or () for code in record.surgical_cpts or ()}
    other = [code for code in billed if performed and code not in performed]
    if other:
        yield hit(
            claim,
            f"The claim names {', '.join(other)} as the operation; performed were {', '.join(sorted(performed))}.",
            fix="Correct HI*BP from the operative note.",
            at="anesthesia_procedures",
            subject="other operation",
        )
