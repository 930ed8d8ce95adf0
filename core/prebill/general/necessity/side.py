"""The side of a diagnosis against the side of the service."""

from __future__ import annotations

from prebill.general.necessity.diagnoses import dotted, listed
from prebill.general.tables.icd10cm import BOTH, LEFT, RIGHT, UNSPECIFIED, DiagnosisCode, row_of
from prebill.lookup import Table
from prebill.model import Claim, ServiceLine
from prebill.rules import Outcomes, hit, known, rule

_NAMES = {RIGHT: "right", LEFT: "left"}


@rule(
    "NEC111",
    severity="stop",
    owner="clinical_documentation",
    prevents=("CO-16/M76", "CO-11"),
    sources=("ICD-10-CM Official Guidelines for Coding and Reporting I.B.13",),
    fails=["27447-LT [M17.11]"],
    passes=["27447-LT [M17.12]"],
)
def unspecified_or_laterality(
    line: ServiceLine,
    claim: Claim,
    table: Table[DiagnosisCode] | None,
    *,
    unspecified_denies: tuple[str, ...] = (),
) -> Outcomes:
    """The diagnosis is of the other side than the service, or leaves the side open.

    A right knee is not operated on for a left one: the payer denies the line. Correct the side in the diagnosis or
    the modifier from the operative note. Some payers also deny diagnoses that leave the side unspecified.
    """
    modifier = next((each for each in ("50", "RT", "LT") if each in line.modifiers), None) if line.modifiers else None
    if modifier is None and not unspecified_denies:
        return
    pointed = claim.diagnoses_of(line)
    denied = [code for code in pointed if {code, dotted(code)} & {*unspecified_denies}] if unspecified_denies else []
    if denied:
        yield hit(
            line,
            f"{listed(denied)} on {line.billed} (line {line.number}) is unspecified; the payer denies it.",
            fix="Ask for the documentation and code what it supports.",
            at="pointers",
            severity="review",
            subject="denied",
            upon=(),
        )
    if modifier is None:
        return
    sides = _sides(pointed, known(table, "no edition of the table icd10cm covers the day", of_run=True))
    own, other = (RIGHT, LEFT) if modifier == "RT" else (LEFT, RIGHT)
    opposite = [code for code, side in sides.items() if side == other]
    if opposite and _is_of_one_side(line) and not {own, BOTH} & set(sides.values()):
        yield hit(
            line,
            f"{line.billed} (line {line.number}): {modifier} but {listed(opposite)} is {_NAMES[other]}.",
            fix="Correct the side in the diagnosis or the modifier from the operative note.",
            at="pointers",
            evidence={"modifier": modifier, "diagnoses": listed(opposite)},
            subject="side",
        )
    unspecified = [code for code, side in sides.items() if side == UNSPECIFIED and code not in denied]
    if unspecified:
        yield hit(
            line,
            f"{line.billed} (line {line.number}): {modifier}, but {listed(unspecified)} leaves the side open.",
            fix="Document the side and code it.",
            at="pointers",
            severity="info",
            subject="unspecified",
        )


def _is_of_one_side(line: ServiceLine) -> bool:
    return not line.has("50") and not (line.has("RT") and line.has("LT"))


def _sides(codes: tuple[str, ...], table: Table[DiagnosisCode]) -> dict[str, str | None]:
    """Return the side of each code; what is no code at all is another rule's."""
    rows = {code: row_of(table, code) for code in codes}
    return {code: row.side for code, row in rows.items() if row is not None}
