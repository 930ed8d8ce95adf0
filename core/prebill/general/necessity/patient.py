"""Codes that do not go with the age or the sex of the patient."""

from __future__ import annotations

from typing import Literal

from prebill.general.necessity.diagnoses import diagnoses_of, dotted, lines_pointing
from prebill.general.put_off import PutOff
from prebill.general.tables.code_edits import DIAGNOSIS, PROCEDURE, CodeEdit, edits_on
from prebill.lookup import Table
from prebill.model import Claim, Payer, ServiceLine
from prebill.rules import Hit, Outcomes, hit, known, rule

# First and last age, both included.
_AGES = {"newborn": (0, 0), "pediatric": (0, 17), "maternity": (9, 64), "adult": (15, 124)}
_SEXES = {"female": "F", "male": "M"}
_MALE = [{"code": "C61", "edit": "male"}]
_MEDICARE = ("medicare_ffs", "medicare_advantage")


@rule(
    "NEC103",
    severity="review",
    owner="coding",
    prevents=("CO-9", "CO-16/N329"),
    sources=("CMS Definitions of Medicare Code Edits, age conflict",),
    fails=[{"lines": ["99213 [O80]"], "age": 70, "sex": "F"}],
    passes=[{"lines": ["99213 [O80]"], "age": 64, "sex": "F"}],
)
def dx_age(claim: Claim, edits: Table[CodeEdit]) -> Outcomes:
    """A diagnosis does not go with the age of the patient.

    Payers deny a diagnosis of another age group. Verify the birth date first, then the code.
    """
    put_off = PutOff()
    for each in edits_on(edits, DIAGNOSIS, diagnoses_of(claim), put_off):
        if each.edit not in _AGES:
            continue
        first, last = _AGES[each.edit]
        age = known(claim.patient.age_on(claim.from_date), "birth date of the patient")
        if not first <= age <= last:
            yield hit(
                claim,
                f"{dotted(each.code)} is a {each.edit} code ({first}-{last} years); patient is {age}.",
                fix="Verify the birth date first, then correct the code.",
                at="diagnoses",
                subject=f"{each.code} {each.edit}",
            )
    put_off.say()


@rule(
    "NEC104",
    severity="review",
    owner="coding",
    prevents=("CO-7", "CO-10"),
    sources=(
        "CMS Definitions of Medicare Code Edits, sex conflict (deactivated 2024-10-01)",
        "Pub. 100-04 ch. 32 §240 (KX on professional claims)",
    ),
    fails=[{"lines": ["99213 [C61]"], "sex": "F"}],
    passes=[{"lines": ["99213-KX [C61]"], "sex": "F", "tables": {"code-edits": {"complete": True, "rows": _MALE}}}],
)
def dx_or_procedure_sex(
    claim: Claim,
    payer: Payer,
    edits: Table[CodeEdit],
    *,
    sex_edit: Literal["by_payer", "info", "review"] = "by_payer",
) -> Outcomes:
    """A diagnosis or a procedure does not go with the sex of the patient.

    Payers that still compare the two deny the line; Medicare no longer does. Verify the sex on file; where code
    and patient are right, KX says so to payers that take it.
    """
    by_payer = "info" if payer.line_of_business in _MEDICARE else "review"
    severity = by_payer if sex_edit == "by_payer" else sex_edit
    put_off = PutOff()
    for each in edits_on(edits, DIAGNOSIS, diagnoses_of(claim), put_off):
        with put_off:
            if _is_for_the_other_sex(each, claim) and not _excused(claim, each.code):
                yield _conflict(claim, dotted(each.code), each, claim, severity)
    for each in edits_on(edits, PROCEDURE, dict.fromkeys([line.procedure for line in claim.lines]), put_off):
        with put_off:
            for line in claim.lines:
                if line.procedure == each.code and not line.has("KX") and _is_for_the_other_sex(each, claim):
                    yield _conflict(line, line.procedure, each, claim, severity)
    put_off.say()


def _is_for_the_other_sex(edit: CodeEdit, claim: Claim) -> bool:
    if edit.edit not in _SEXES:
        return False
    sex = claim.patient.sex if claim.patient.sex in _SEXES.values() else None
    return known(sex, "sex of the patient") != _SEXES[edit.edit]


def _excused(claim: Claim, code: str) -> bool:
    """Tell whether every line that points to the diagnosis says by KX that it is right."""
    pointing = lines_pointing(claim, code)
    return bool(pointing) and all(line.has("KX") for line in pointing)


def _conflict(target: Claim | ServiceLine, code: str, edit: CodeEdit, claim: Claim, severity: str) -> Hit:
    return hit(
        target,
        f"{code} is {_SEXES[edit.edit]}-only; patient sex {claim.patient.sex}.",
        fix="Verify the sex on file and the code; KX where both are right and the payer takes it.",
        at="diagnoses" if isinstance(target, Claim) else "procedure",
        severity=severity,
        subject=code,
    )
