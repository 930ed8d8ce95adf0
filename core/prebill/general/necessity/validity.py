"""Whether diagnosis codes exist on the day, and are complete."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from prebill.general.necessity.diagnoses import diagnoses_of, dotted, fiscal_year, listed
from prebill.general.put_off import PutOff
from prebill.general.tables.icd10cm import DiagnosisCode, find_row, row_of
from prebill.lookup import NotKnown, Table
from prebill.model import Claim
from prebill.rules import Hit, Outcomes, hit, known, rule

_ICD10 = date(2015, 10, 1)
_NO_TABLE = "no edition of the table icd10cm covers the day"
_LENGTH = 7
_SEVENTH = {"A": "A initial", "D": "D subsequent, routine healing", "S": "S sequela"}


@rule(
    "NEC101",
    severity="stop",
    owner="coding",
    prevents=("CO-146", "CO-16/M76", "CO-16/MA63"),
    sources=("ICD-10-CM order file of the fiscal year (CMS and NCHS)", "Pub. 100-04 ch. 23 §10"),
    fails=["99213 [E11.99]"],
    passes=["99213 [E11.9]"],
)
def dx_invalid_on_dos(claim: Claim, table: Table[DiagnosisCode] | None) -> Outcomes:
    """A diagnosis code is not valid on the date of service.

    Codes change every October 1, and the payer tests them by the date of service, not by the date of the claim.
    One code that is not valid returns the whole claim. Choose the valid code from the note.
    """
    diagnoses = diagnoses_of(claim)
    if len(diagnoses) < len(claim.diagnoses):
        yield from _of_the_form(claim)
    first, last = claim.from_date, claim.last_date
    spans = first != last and fiscal_year(first) != fiscal_year(last)
    put_off = PutOff()
    for code in diagnoses:
        if not spans and table is not None and find_row(table, code) is not None:
            continue
        with put_off:
            codes = known(table, _NO_TABLE, of_run=True)
            if spans and _holds(code, codes) != _holds(code, codes.on(last)):
                yield _valid_on_one_side(code, claim, codes)
            elif not _holds(code, codes):
                yield _invalid(code, claim, codes)
    put_off.say()


def _of_the_form(claim: Claim) -> Iterator[Hit]:
    """What is wrong with the list of diagnoses, whatever the codes are."""
    old = next((each for each in claim.diagnoses if each.qualifier in {"BK", "BF"}), None)
    if old is not None and claim.from_date >= _ICD10:
        yield hit(
            claim,
            f"Diagnosis {old.code} is sent as ICD-9-CM ({old.qualifier}) for {claim.from_date}.",
            fix="Send ICD-10-CM codes with ABK and ABF.",
            at="diagnoses",
            subject="qualifier",
            upon=(),
        )
    codes = [each.code for each in claim.diagnoses]
    if len({*codes}) < len(codes):
        twice = dict.fromkeys(code for code in codes if codes.count(code) > 1)
        yield hit(
            claim,
            f"{listed(twice)} is more than once among the diagnoses.",
            fix="Keep it once and correct the pointers of the lines.",
            at="diagnoses",
            severity="info",
            subject="twice",
            upon=(),
        )


def _valid_on_one_side(code: str, claim: Claim, table: Table[DiagnosisCode]) -> Hit:
    first, last = claim.from_date, claim.last_date
    day, other = (last, first) if _holds(code, table) else (first, last)
    return hit(
        claim,
        f"{dotted(code)} is not valid for {day} (FY{fiscal_year(day)}), but is for {other}; the claim spans October 1.",
        fix="Split the claim at October 1 and use the codes of each fiscal year.",
        at="diagnoses",
        subject=code,
        upon=(table, table.on(last)),
    )


def _invalid(code: str, claim: Claim, table: Table[DiagnosisCode]) -> Hit:
    day = claim.from_date
    why, fix = _reason(code, day, table)
    return hit(
        claim,
        f"{dotted(code)} is not valid for {day} (FY{fiscal_year(day)}): {why}.",
        fix=fix,
        at="diagnoses",
        evidence={"code": code, "edition": table.edition.name},
        subject=code,
        upon=table,
    )


def _holds(code: str, table: Table[DiagnosisCode]) -> bool:
    """Tell whether a code, or a header, is in the list; a list of another year cannot say that it is not."""
    if row_of(table, code) is not None:
        return True
    if table.tentative:
        message = f"the diagnosis codes of the fiscal year; {table.edition.name} does not have all of them"
        raise NotKnown(message, of_run=True)
    return False


def _reason(code: str, day: date, table: Table[DiagnosisCode]) -> tuple[str, str]:
    """Say why a code is not in the list, and what to do."""
    with_x = code[:-1].ljust(_LENGTH - 1, "X") + code[-1:]
    if table.find(with_x):
        return f"valid as {dotted(with_x)}, with the placeholder X", f"Use {dotted(with_x)}."
    if table.starting_with(code):
        return "it needs a 7th character", "Add the 7th character from the note."
    for edition in table.editions:
        for row in edition.rows.get((code,), ()):
            begin = row.effective_from or edition.effective_from
            end = row.effective_to or edition.effective_to
            if begin is not None and begin > day:
                return f"starts {begin}", "Choose the code valid on the date of service from the note."
            if end is not None and end < day:
                return f"deleted, last valid in FY{fiscal_year(end)}", "Choose the code that replaced it."
    return "unknown", "Choose the valid code from the note."


@rule(
    "NEC102",
    severity="stop",
    owner="coding",
    prevents=("CO-16/M81", "CO-16/M76", "CO-146"),
    sources=(
        "ICD-10-CM Official Guidelines for Coding and Reporting I.B.2",
        "ICD-10-CM order file of the fiscal year (CMS and NCHS)",
    ),
    fails=["99213 [E11]"],
    passes=["99213 [I10]"],
)
def dx_not_most_specific(claim: Claim, table: Table[DiagnosisCode]) -> Outcomes:
    """A diagnosis is a header, which stands for more specific codes and cannot be billed.

    Payers return claims with a diagnosis that lacks its last characters. Code to the highest specificity that the
    note supports; the unspecified code is a choice only where the note says no more.
    """
    put_off = PutOff()
    for code in diagnoses_of(claim):
        row = find_row(table, code)
        if row is None:
            with put_off:
                table.all(code)
        elif not row.billable:
            message, fix = _below(code, table)
            yield hit(claim, message, fix=fix, at="diagnoses", evidence={"code": code}, subject=code)
    put_off.say()


def _below(code: str, table: Table[DiagnosisCode]) -> tuple[str, str]:
    """Say what is missing from a header, by the codes below it."""
    below = [row for row in table.starting_with(code) if row.billable]
    if below and all(len(row.code) == _LENGTH and row.code[:-1].rstrip("X") == code for row in below):
        letters = [row.code[-1] for row in below]
        meant = ", ".join(_SEVENTH.get(each, each) for each in letters)
        example = dotted(below[0].code)
        return f"{dotted(code)} needs a 7th character ({meant}).", f"Add it from the note, such as {example}."
    shown = listed(row.code for row in below[:5])
    message = f"{dotted(code)} is a header; {len(below)} valid codes below, e.g. {shown}."
    unspecified = next((row.code for row in below if row.unspecified and len(row.code) == len(code) + 1), "")
    otherwise = f" {dotted(unspecified)} only if the note says no more." if unspecified else ""
    return message, f"Code to the highest specificity that the note supports.{otherwise}"
