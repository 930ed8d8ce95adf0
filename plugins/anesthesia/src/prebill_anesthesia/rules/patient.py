"""What the patient brings: age and sex, physical status, qualifying circumstances."""

from __future__ import annotations

from typing import Any

from prebill import Claim, Encounter, Outcomes, Payer, ServiceLine, Table, codes, hit, known, not_checked, rule
from prebill_anesthesia.records import AnesthesiaRecord
from prebill_anesthesia.tables.codes import AgeSex
from prebill_anesthesia.tables.payers import PayerTerms, terms_of
from prebill_anesthesia.vocabulary import (
    ANESTHESIA_RANGE,
    BESIDE_ANESTHESIA,
    DELETED,
    PHYSICAL_STATUS,
    QUALIFYING_CIRCUMSTANCES,
    TIMED,
    lines_in,
    named,
)

_OLD = 71
_AGE_IN_THE_CODE = codes("00326 00561 00834 00836")
_BYPASS = codes("00562 00563 00566 00567")
_NEITHER_PAID_BY_TIME = codes("01953 01996")
_ORGAN_DONOR = "01990"


@rule(
    "ANE123",
    severity="stop",
    owner="coding",
    prevents=("CO-97/M15", "CO-6", "CO-107"),
    sources=(
        "CPT qualifying circumstances for anesthesia",
        "Medicare physician fee schedule RVU25D: status B",
        "ASA Relative Value Guide unit values",
    ),
    procedures=(ANESTHESIA_RANGE | QUALIFYING_CIRCUMSTANCES) - (DELETED | _NEITHER_PAID_BY_TIME),
    supersedes=("BND111",),
    fails=[{"payer": "medicare", "age": 78, "lines": ["00790-AA 60min @22", "99100 x1 @22"]}],
    passes=[{"payer": "COMMERCIAL_ASA", "age": 71, "lines": ["00790-AA 60min @22", "99100 x1 @22"]}],
)
def qualifying_circumstances(
    encounter: Encounter, payer: Payer, terms: Table[PayerTerms], records: tuple[AnesthesiaRecord, ...] | None
) -> Outcomes:
    """A qualifying circumstance is billed that the payer bundles, or that the patient or the code rules out.

    Medicare includes the four codes in the anesthetic, and some payers give them no units. Elsewhere extreme age
    is under one or over seventy, and an emergency has to be documented. Remove the line, or keep it with the
    proof.
    """
    claim = encounter.claim
    theirs = terms_of(payer, terms)
    anesthesia = lines_in(claim, TIMED)
    circumstances = lines_in(claim, QUALIFYING_CIRCUMSTANCES)
    for line in circumstances:
        if theirs.circumstances == "not_paid":
            yield hit(
                line,
                f"{named(line)}: {payer.payer_id} includes {line.procedure} in the anesthetic.",
                fix="Remove the line; do not bill the patient.",
                at="procedure",
                prevents="CO-97/M15",
            )
            continue
        if theirs.circumstances == "zero":
            yield hit(
                line,
                f"{named(line)}: {payer.payer_id} gives no units for {line.procedure}.",
                fix="Expect no payment for the line.",
                at="procedure",
                severity="info",
            )
        if line.procedure == "99100":
            yield from _extreme_age(claim, line, anesthesia)
        elif line.procedure == "99140":
            yield from _emergency(line, records)
        else:
            yield from _cooling(line, anesthesia)
    if theirs.circumstances == "paid" and anesthesia and not any(line.procedure == "99100" for line in circumstances):
        yield from _missed(claim, anesthesia[0])


def _extreme_age(claim: Claim, line: ServiceLine, anesthesia: tuple[ServiceLine, ...]) -> Outcomes:
    in_code = next((each.procedure for each in anesthesia if each.procedure in _AGE_IN_THE_CODE), None)
    if in_code is not None:
        yield hit(
            line,
            f"{named(line)} with {in_code}: the code already includes the age.",
            fix="Remove the line.",
            at="procedure",
            prevents="CO-97",
        )
        return
    age = claim.patient.age_on(line.from_date)
    if age is None:
        yield not_checked("the patient's birth date", line)
    elif 0 < age < _OLD:
        doubtful = age == _OLD - 1
        yield hit(
            line,
            f"{named(line)} at age {age}: extreme age is under 1 or over 70"
            f"{'; payers differ at exactly 70' if doubtful else ''}.",
            fix="Keep it only where the payer counts from 70 on." if doubtful else "Remove the line.",
            at="procedure",
            severity="review" if doubtful else "stop",
            prevents="CO-6",
        )


def _emergency(line: ServiceLine, records: tuple[AnesthesiaRecord, ...] | None) -> Outcomes:
    stated = next((each.asa_emergency for each in records or () if each.asa_emergency is not None), None)
    if stated is None:
        yield not_checked("whether the record documents an emergency", line)
    elif not stated:
        yield hit(
            line,
            f"{named(line)}: the record documents no emergency.",
            fix="Remove the line, or document why waiting endangered life or a body part.",
            at="procedure",
            owner="clinical_documentation",
        )


def _cooling(line: ServiceLine, anesthesia: tuple[ServiceLine, ...]) -> Outcomes:
    for each in anesthesia:
        infant_bypass = each.procedure == "00561"
        if infant_bypass or (line.procedure == "99116" and each.procedure in _BYPASS):
            yield hit(
                line,
                f"{named(line)} with {each.procedure}: the anesthetic includes it.",
                fix="Remove the line.",
                at="procedure",
                severity="stop" if infant_bypass else "review",
                prevents="CO-97",
            )


def _missed(claim: Claim, line: ServiceLine) -> Outcomes:
    age = claim.patient.age_on(line.from_date)
    if age is not None and (age < 1 or age >= _OLD) and line.procedure not in _AGE_IN_THE_CODE:
        yield hit(
            line,
            f"{named(line)} at age {age}: the payer gives a unit for 99100, which is not billed.",
            fix="Add 99100, one unit.",
            at="procedure",
            severity="info",
            owner="charge_capture",
            subject="missed",
        )


@rule(
    "ANE124",
    severity="review",
    owner="coding",
    prevents=("CO-4", "CO-16/N823", "CO-50"),
    sources=(
        "CPT anesthesia guidelines: physical status modifiers",
        "Medicare Claims Processing Manual, Pub. 100-04 ch. 12 §50",
        "UnitedHealthcare commercial, effective 2025-10-01: no units for physical status",
    ),
    procedures=(ANESTHESIA_RANGE | QUALIFYING_CIRCUMSTANCES | BESIDE_ANESTHESIA) - (DELETED | _NEITHER_PAID_BY_TIME),
    fails=[
        {
            "payer": "COMMERCIAL_ASA",
            "lines": ["00840-AA-P3 120min @22 [K57.30,I50.22]"],
            "documentation": {"anesthesia": {"asa_class": 4}},
        }
    ],
    passes=[
        {
            "payer": "COMMERCIAL_ASA",
            "lines": ["00840-AA-P3 120min @22 [K57.30,I50.22]"],
            "documentation": {"anesthesia": {"asa_class": 3}},
        }
    ],
)
def physical_status(
    line: ServiceLine,
    claim: Claim,
    payer: Payer,
    terms: Table[PayerTerms],
    record: AnesthesiaRecord | None,
) -> Outcomes:
    """The physical status billed is not that of the pre-anesthesia evaluation, or cannot stand on the line.

    Where it earns units, one class too many is overpayment and one too few is lost. Bill the class that the
    evaluation states, once, and on the anesthesia line only.
    """
    billed = [modifier for modifier in line.modifiers if modifier in PHYSICAL_STATUS]
    theirs = terms_of(payer, terms)
    if line.procedure not in TIMED:
        if billed:
            yield _status(line, f"{billed[0]} belongs on the anesthesia line only", f"Remove {billed[0]}.", "stop")
        return
    if len(billed) > 1:
        yield _status(line, f"{' and '.join(billed)} exclude one another", "Bill the class of the evaluation.", "stop")
        return
    if ("P6" in billed) != (line.procedure == _ORGAN_DONOR) and ("P6" in billed or billed or theirs.ps_required):
        yield _status(line, "P6 and 01990 go together only", "Correct the code or the physical status.", "review")
    if not billed:
        if theirs.ps_required:
            yield _status(line, f"{payer.payer_id} wants a physical status", "Add P1 to P6.", "review", "missing")
        return
    status = billed[0]
    units = theirs.units_of_status(status)
    yield from _against_evaluation(line, status, bool(units), theirs, record)
    if units and len({each.code for each in claim.diagnoses}) == 1:
        yield _status(
            line,
            f"{status} earns {units} and the claim has one diagnosis only",
            "Add the diagnoses of the systemic disease.",
            "review",
            "diagnoses",
        )


def _against_evaluation(
    line: ServiceLine, status: str, pays: bool, theirs: PayerTerms, record: AnesthesiaRecord | None
) -> Outcomes:
    documented = None if record is None else record.asa_class
    if documented is None:
        yield not_checked("the ASA class of the evaluation")
        return
    billed = int(status[1])
    fix = f"Bill P{documented}, the class of the pre-anesthesia evaluation."
    if billed > documented and billed >= 3:
        units = (theirs.units_of_status(status) or 0) - (theirs.units_of_status(f"P{documented}") or 0)
        overstated = f": {units} unit{'s'[: units > 1]} overstated" if pays and units else ""
        yield _status(
            line,
            f"{status} billed, the record says ASA {documented}{overstated}",
            fix,
            "stop" if pays else "info",
            "class",
        )
    elif billed < documented and theirs.units_of_status(f"P{documented}"):
        yield _status(line, f"{status} billed, the record says ASA {documented}: units lost", fix, "review", "class")


def _status(line: ServiceLine, what: str, fix: str, severity: str, subject: str = "") -> Any:
    return hit(line, f"{named(line)}: {what}.", fix=fix, at="modifiers", severity=severity, subject=subject)


@rule(
    "ANE127",
    severity="stop",
    owner="coding",
    prevents=("CO-6", "CO-7"),
    sources=("CPT code definitions of the anesthesia section (function paraphrased)",),
    procedures=codes("00320 00326 00561 00562 00834 00836 00846 00851 00865 00906 00908 00914 00920-00938 00940-00952")
    | codes("01958-01969"),
    fails=[{"age": 1, "lines": ["00834-AA 60min @22"]}],
    passes=[{"age": 0, "lines": ["00834-AA 60min @22"]}],
)
def age_sex_conflict(line: ServiceLine, claim: Claim, constraints: Table[AgeSex]) -> Outcomes:
    """The code is for another age or sex than the patient's.

    Payers compare both with the code. Correct the code, or the demographics; KX says that the sex is right as
    billed.
    """
    row = constraints.get(line.procedure)
    if row is None:
        return
    severity = "stop" if row.verified else "review"
    if row.age_below is not None or row.age_from is not None:
        age = known(claim.patient.age_on(line.from_date), "the patient's birth date")
        wrong = (row.age_below is not None and age >= row.age_below) or (
            row.age_from is not None and age < row.age_from
        )
        if wrong:
            limit = f"under {row.age_below}" if row.age_below is not None else f"from {row.age_from} on"
            yield hit(
                line,
                f"{named(line)} is for an age {limit}; the patient is {age} (born {claim.patient.birth_date}).",
                fix="Bill the code for the age, or correct the birth date.",
                at="procedure",
                severity=severity,
                prevents="CO-6",
            )
    if row.sex is not None and not line.has("KX"):
        sex = known(claim.patient.sex, "the patient's sex")
        if sex in {"F", "M"} and sex != row.sex:
            yield hit(
                line,
                f"{named(line)} is for {'women' if row.sex == 'F' else 'men'}; the patient's sex is {sex}.",
                fix="Correct the code or the demographics; add KX where the sex is right as billed.",
                at="procedure",
                severity=severity,
                prevents="CO-7",
                subject="sex",
            )
