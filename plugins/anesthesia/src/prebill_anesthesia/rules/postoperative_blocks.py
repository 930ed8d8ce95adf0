"""Blocks beside an anesthetic: for pain afterwards, or the anesthetic itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from prebill import Claim, CodeSet, Encounter, Outcomes, Payer, ServiceLine, Table, codes, hit, not_checked, rule
from prebill_anesthesia.records import AnesthesiaRecord, Block
from prebill_anesthesia.tables.codes import BlockCode
from prebill_anesthesia.tables.payers import PayerTerms, terms_of
from prebill_anesthesia.vocabulary import (
    BLOCKS,
    INJECTION_ANESTHESIA,
    LABOR,
    TIMED,
    is_separate,
    lines_in,
    named,
)

_OPERATIONS: CodeSet = TIMED - (INJECTION_ANESTHESIA | codes(LABOR))
_NEURAXIAL = codes("62320-62327")
_PAIN = codes("G89* M25.5* M54* M79.6* R52")
_NOT_INDEPENDENT = frozenset({"mac", "moderate_sedation", "regional_block"})
_NEURAXIAL_ANESTHESIA = frozenset({"spinal", "epidural", "combined_spinal_epidural"})
_DOCUMENTED = {
    "purpose": "postop_pain",
    "placed_at": "T07:00",
    "placed_stop": "T07:10",
    "surgeon_request_documented": True,
    "separate_note": True,
}


@rule(
    "ANE112",
    severity="stop",
    owner="coding",
    prevents=("CO-97/M15", "CO-236", "CO-50"),
    sources=(
        "NCCI Policy Manual ch. II §B.3-B.4",
        "Medicare Claims Processing Manual, Pub. 100-04 ch. 12 §50.F",
        "ASA Statement on Reporting Postoperative Pain Procedures in Conjunction with Anesthesia, 2025",
    ),
    procedures=BLOCKS,
    fails=[
        {
            "lines": ["01630-QZ 89min @22", "64415-59 x1 @22 [G89.18]"],
            "documentation": {
                "anesthesia": {"anesthesia_type": "regional_block", "blocks": [{"cpt": "64415", **_DOCUMENTED}]}
            },
        }
    ],
    passes=[
        {
            "lines": ["01630-QZ 89min @22", "64415-59 x1 @22 [G89.18]"],
            "documentation": {
                "anesthesia": {"anesthesia_type": "general", "blocks": [{"cpt": "64415", **_DOCUMENTED}]}
            },
        }
    ],
)
def postop_block_bundled(
    encounter: Encounter,
    payer: Payer,
    terms: Table[PayerTerms],
    blocks: Table[BlockCode],
    records: tuple[AnesthesiaRecord, ...] | None,
    *,
    surgeon_request_required: bool = True,
) -> Outcomes:
    """A block is billed beside an anesthetic that includes it, or without what shows that it is separate.

    A block is paid apart only for pain after the operation, asked for by the surgeon, under an anesthetic that
    does not depend on it, and with modifier 59 or XU. The block that was the anesthetic is part of it.
    """
    claim = encounter.claim
    consent = terms_of(payer, terms).block_consent_required
    used: dict[str, int] = {}
    for line in lines_in(claim, BLOCKS):
        anesthesia = [each for each in lines_in(claim, _OPERATIONS) if each.from_date == line.from_date]
        if not anesthesia:
            continue
        record = _record(claim, anesthesia, records)
        block = _documented(line, record, used)
        yield from _modifier(line)
        yield from _bilateral(line, blocks)
        yield from _link(claim, line, anesthesia)
        verdict = list(_is_the_anesthetic(line, record, block))
        yield from verdict
        if not verdict and block is not None:
            yield from _documentation(line, block, surgeon_request_required, consent)
        elif block is None:
            yield not_checked(f"the block note of {line.procedure}", line)


def _record(
    claim: Claim, anesthesia: Sequence[ServiceLine], records: tuple[AnesthesiaRecord, ...] | None
) -> AnesthesiaRecord | None:
    return next((each for each in records or () for line in anesthesia if each.is_for(claim, line)), None)


def _documented(line: ServiceLine, record: AnesthesiaRecord | None, used: dict[str, int]) -> Block | None:
    """Return the note of a block line: the first of its code that no earlier line has taken."""
    if record is None or record.blocks is None:
        return None
    own = [block for block in record.blocks if block.cpt == line.procedure]
    number = used.get(line.procedure, 0)
    used[line.procedure] = number + 1
    return own[min(number, len(own) - 1)] if own else None


def _modifier(line: ServiceLine) -> Iterator[Any]:
    if is_separate(line):
        return
    sides = [modifier for modifier in line.modifiers if modifier in {"LT", "RT"}]
    opened = f"only {sides[0]} opens the edit; the manual asks for 59 or XU" if sides else "no modifier opens the edit"
    yield hit(
        line,
        f"{named(line)} beside an anesthetic: {opened}.",
        fix="Add 59 or XU if the block was for pain after the operation; otherwise drop the line.",
        at="modifiers",
        severity="review" if sides else "stop",
        prevents=("CO-97/M15", "CO-236"),
    )


def _bilateral(line: ServiceLine, blocks: Table[BlockCode]) -> Iterator[Any]:
    row = blocks.get(line.procedure)
    if row is not None and row.bilateral_code and line.has("50"):
        yield hit(
            line,
            f"{named(line)}: {row.bilateral_code} is the code for both sides.",
            fix=f"Bill {row.bilateral_code} once, without 50.",
            at="procedure",
            subject="both sides",
        )


def _link(claim: Claim, line: ServiceLine, anesthesia: Sequence[ServiceLine]) -> Iterator[Any]:
    first = next(iter(claim.diagnoses_of(line)), None)
    operated = {code for each in anesthesia for code in claim.diagnoses_of(each)}
    if first is not None and first not in _PAIN and first not in operated:
        yield hit(
            line,
            f"{named(line)}: the first diagnosis is {first}, neither pain nor that of the operation.",
            fix="Link G89.18 (acute postoperative pain) first.",
            at="pointers",
            severity="info",
            subject="diagnosis",
        )


def _is_the_anesthetic(line: ServiceLine, record: AnesthesiaRecord | None, block: Block | None) -> Iterator[Any]:
    anesthesia_type = None if record is None else record.anesthesia_type
    if anesthesia_type is None:
        yield not_checked("the type of anesthesia", line)
        return
    end = None if record is None else record.last_moment
    rescue = block is not None and block.placed_at is not None and end is not None and block.placed_at >= end
    if anesthesia_type in _NOT_INDEPENDENT:
        yield hit(
            line,
            f"{named(line)}: the anesthesia type is {anesthesia_type.replace('_', ' ')}"
            + ("; the block came after it, in recovery." if rescue else ": the block was the anesthetic."),
            fix="Document why the pain needed a block in recovery." if rescue else "Drop the block line.",
            at="procedure",
            severity="review" if rescue else "stop",
            owner="clinical_documentation",
            subject="type",
        )
    elif block is not None and block.is_the_anesthetic:
        same = " from the same needle or catheter" if line.procedure in _NEURAXIAL else ""
        yield hit(
            line,
            f"{named(line)}: its note says that the block{same} served the operation.",
            fix="Drop the block line; its time is anesthesia time.",
            at="procedure",
            owner="clinical_documentation",
            subject="purpose",
        )
    elif block is not None and block.purpose is None and _could_be(line, anesthesia_type):
        yield not_checked(f"the purpose of the block {line.procedure}", line)


def _could_be(line: ServiceLine, anesthesia_type: str) -> bool:
    return line.procedure in _NEURAXIAL and anesthesia_type in _NEURAXIAL_ANESTHESIA


def _documentation(line: ServiceLine, block: Block, request: bool, consent: bool) -> Outcomes:
    wanted = [
        (request and block.purpose == "postop_pain", block.surgeon_request_documented, "the surgeon's request"),
        (True, block.separate_note, "a note of its own"),
        (consent, block.patient_consent, "the patient's consent"),
    ]
    for needed, documented, what in wanted:
        if needed and documented is False:
            yield hit(
                line,
                f"{named(line)}: the record lacks {what} for the block.",
                fix=f"Add {what} to the record, or drop the block line.",
                at="procedure",
                severity="review",
                owner="clinical_documentation",
                prevents="CO-50",
                subject=what,
            )
        elif needed and documented is None:
            yield not_checked(f"{what} for the block {line.procedure}", line)
