"""Laterality: the side and the digit that a line names against those of its diagnoses and its note."""

from __future__ import annotations

from prebill import Claim, Outcomes, ServiceLine, Table, codes, hit, rule
from prebill_orthopedics.records import OperativeNote
from prebill_orthopedics.sides import BOTH, DIGITS, LEFT, NAMES, OPPOSITE, RIGHT, side_of, sides_of
from prebill_orthopedics.tables.laterality import Laterality

SIDED = codes("RT LT 50 FA F1-F9 TA T1-T9")
COMPARISON_VIEWS = codes("70010-79999")
REPLACED_JOINT = {"M16": "Z9664", "M17": "Z9665"}


@rule(
    "ORT107",
    severity="stop",
    owner="coding",
    prevents=("CO-4", "CO-11", "CO-16/M76"),
    sources=(
        "ICD-10-CM Official Guidelines, section I.B.13 laterality",
        "Anthem reimbursement policy notice, May 2024; EmblemHealth laterality policy, October 2018",
    ),
    modifiers=SIDED,
    fails=["29881-RT @24 [S83.242A]"],
    passes=["27447-LT @22 [M17.12]"],
    supersedes=("NEC111", "ORT108"),
)
def laterality_procedure_vs_diagnosis(
    line: ServiceLine,
    claim: Claim,
    laterality: Table[Laterality],
    note: OperativeNote | None,
    *,
    strict_bilateral_dx: bool = False,
    dx_to_dx: bool = False,
) -> Outcomes:
    """The side billed is not the side of the diagnosis.

    Payers compare the side modifier with the side that the diagnosis names and deny the line when they differ.
    Read the note, then correct the element that is wrong; never flip the modifier to fit.
    """
    side = side_of(line)
    if side is None:
        return
    billed = f"Line {line.number} {line.billed} ({NAMES[side]})"

    if note is not None and note.side is not None and note.side != side:
        yield hit(
            line,
            f"{billed}: the claim's side differs from the operative note, which says {NAMES[note.side]}.",
            fix="Correct the modifier to the side operated on, and the diagnosis with it.",
            at="modifiers",
            subject="note",
        )
    diagnoses = claim.diagnoses_of(line)
    found = sides_of(diagnoses, laterality)
    if not found:
        return
    covered = {each for side_found in found for each in (RIGHT + LEFT if side_found == BOTH else side_found)}
    pointed = f"{billed} points to {', '.join(diagnoses)}"
    fix = "Read the note and correct the element that is wrong; do not flip the modifier to fit."

    if side == BOTH:
        if covered != {RIGHT, LEFT}:
            yield hit(line, f"{pointed}, which names {NAMES[found[0]]} only.", fix=fix, at="modifiers")
        return
    if side not in covered:
        yield hit(
            line,
            f"{pointed}, which names {NAMES[found[0]]}.",
            fix=fix,
            at="modifiers",
            severity="review" if line.procedure in COMPARISON_VIEWS else "stop",
        )
        return
    yield from _digit_differs(line, claim, laterality, billed)
    yield from _bilateral_diagnosis(
        line, claim, laterality, side, found, pointed, strict=strict_bilateral_dx, dx_to_dx=dx_to_dx
    )
    if found[0] == OPPOSITE[side]:
        yield hit(
            line,
            f"{pointed}: a diagnosis of the other side comes first.",
            fix=f"Point to the diagnosis of the {NAMES[side]} first.",
            at="pointers",
            severity="info",
        )


def _digit_differs(line: ServiceLine, claim: Claim, laterality: Table[Laterality], billed: str) -> Outcomes:
    digits = {DIGITS[modifier][1] for modifier in line.modifiers if modifier in DIGITS}
    rows = (laterality.get(code) for code in claim.diagnoses_of(line))
    named = [row for row in rows if row is not None and row.digit]
    if digits and named and not any(row.digit in digits for row in named):
        yield hit(
            line,
            f"{billed} is the {' and '.join(sorted(digits))}; {named[0].diagnosis} names the {named[0].digit}.",
            fix="Correct the digit modifier or the diagnosis after reading the note.",
            at="modifiers",
        )


def _bilateral_diagnosis(
    line: ServiceLine,
    claim: Claim,
    laterality: Table[Laterality],
    side: str,
    found: list[str],
    pointed: str,
    *,
    strict: bool,
    dx_to_dx: bool,
) -> Outcomes:
    """A bilateral diagnosis on a line of one side: refused by some payers, outdated once one side is cured."""
    if BOTH not in found:
        return
    if set(found) == {BOTH}:
        replaced = {
            prefix
            for category, prefix in REPLACED_JOINT.items()
            if any(code.startswith(category) for code in claim.diagnoses_of(line))
        }
        cured = [
            each.code
            for each in claim.diagnoses
            if any(each.code.startswith(prefix) for prefix in replaced)
            and sides_of([each.code], laterality) == [OPPOSITE[side]]
        ]
        if cured:
            yield hit(
                line,
                f"{pointed}, a bilateral code, but {cured[0]} says that the other side has been replaced.",
                fix=f"Code the {NAMES[side]} alone: the other side no longer has the disease.",
                at="pointers",
                severity="review",
                subject="cured",
            )
        if strict:
            yield hit(
                line,
                f"{pointed}, a bilateral code; this payer wants a diagnosis of the {NAMES[side]} alone.",
                fix=f"Point to the code of the {NAMES[side]}, if the note supports it.",
                at="pointers",
            )
    elif dx_to_dx:
        rows = [row for row in map(laterality.get, claim.diagnoses_of(line)) if row is not None]
        both = {row.diagnosis[:3] for row in rows if row.side == BOTH}
        if any(row.diagnosis[:3] in both for row in rows if row.side in OPPOSITE):
            yield hit(
                line,
                f"{pointed}: a code of one side beside the bilateral code of the same disease.",
                fix="Keep the bilateral code, or the one of the side treated, not both.",
                at="pointers",
                severity="review",
                subject="redundant",
            )
