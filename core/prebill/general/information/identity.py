"""Who the patient is: name, birth date, sex and address, member number and group number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from prebill.general.alike import letters
from prebill.general.eligibility.checks import of_payer
from prebill.general.information.identifiers import (
    is_mbi,
    is_old_medicare_number,
    likely_mbi,
    mbi_problem,
    without_punctuation,
)
from prebill.general.tables.zip_prefix import ZipPrefix
from prebill.lookup import Table
from prebill.model import Claim, EligibilityCheck, Patient, Payer
from prebill.model.parties import Address
from prebill.rules import Hit, Outcomes, hit, known, rule

_PLACEHOLDERS = frozenset({"TEST", "TESTPATIENT", "UNKNOWN", "UNK", "NONAME"})
_NEWBORN = frozenset({"BABY", "BABYBOY", "BABYGIRL", "NEWBORN"})
_NO_NAMES = _PLACEHOLDERS | _NEWBORN
_NEWBORN_DAYS = 30
_OLDEST = 120
_SEXES = frozenset("FMU")
_DIGIT = re.compile(r"\d")
_ZIP = re.compile(r"\d{5}(-?\d{4})?")
_HOME = frozenset({None, "", "US", "USA"})


@rule(
    "INF101",
    severity="stop",
    owner="front_desk",
    prevents=("CO-16/MA36/MA37/MA39/N329", "CO-31"),
    sources=("005010X222A1 loops 2010BA and 2010CA: NM1, N3, N4, DMG",),
    fails=[{"lines": ["99213"], "patient": {"birth_date": None}}],
    passes=["99213"],
)
def patient_demographics(claim: Claim, zips: Table[ZipPrefix] | None) -> Outcomes:
    """The patient's name, birth date, sex or address is missing or cannot be right.

    The payer cannot tell whom the claim is about and returns it, or finds nobody. Complete the registration from
    the card and the patient's identification.
    """
    patient = claim.patient
    born, first_day = patient.birth_date, claim.from_date
    if not (_is_ordinary(patient.last_name) and _is_ordinary(patient.first_name)):
        yield from _name_problems(claim, patient, first_day)
    if born is None:
        yield _wrong(claim, "birth date", "missing", "birth_date", "CO-16/N329")
    elif born > first_day:
        yield _wrong(claim, "birth date", f"after the date of service: {born}", "birth_date", "CO-16/N329")
    elif first_day.year - born.year > _OLDEST and (patient.age_on(first_day) or 0) > _OLDEST:
        yield _wrong(claim, "birth date", f"more than {_OLDEST} years ago: {born}", "birth_date", "CO-16/N329")
    if patient.sex not in _SEXES:
        problem = f"invalid: {patient.sex}" if patient.sex else "missing"
        yield _wrong(claim, "sex", problem, "sex", "CO-16/MA39")
    yield from _address_problems(claim, patient.address, zips)


def _is_ordinary(name: str | None) -> bool:
    return name is not None and name.isalpha() and name.upper() not in _NO_NAMES


def _name_problems(claim: Claim, patient: Patient, day: date) -> Iterator[Hit]:
    for field, name in (("last_name", patient.last_name), ("first_name", patient.first_name)):
        if _is_ordinary(name):
            continue
        label = field.replace("_", " ")
        if not name or not name.strip():
            # People with one name only have it as their last name.
            severity = "review" if field == "first_name" and patient.last_name else None
            yield _wrong(claim, label, "missing", field, "CO-16/MA36", severity)
            continue
        if _DIGIT.search(name):
            yield _wrong(claim, label, f"has digits: {name}", field, "CO-16/MA36")
            continue
        plain = letters(name)
        if plain in _PLACEHOLDERS:
            yield _wrong(claim, label, f"a placeholder: {name}", field, "CO-16/MA36")
        elif plain in _NEWBORN and not (
            patient.birth_date is not None and 0 <= (day - patient.birth_date).days < _NEWBORN_DAYS
        ):
            yield _wrong(claim, label, f"a placeholder, and the patient is no newborn: {name}", field, "CO-16/MA36")


def _address_problems(claim: Claim, address: Address | None, zips: Table[ZipPrefix] | None) -> Iterator[Hit]:
    if address is None:
        yield _wrong(claim, "address", "missing", "address", "CO-16/MA37")
        return
    at_home = address.country in _HOME
    if not (address.line1 and address.city and ((address.state and address.postal_code) or not at_home)):
        parts = {"street": address.line1, "city": address.city}
        if at_home:
            parts |= {"state": address.state, "ZIP Code": address.postal_code}
        missing = [label for label, value in parts.items() if not value]
        yield _wrong(claim, "address", f"without {', '.join(missing)}", "address", "CO-16/MA37")
    code = address.postal_code
    if not code or not at_home:
        return
    if not _ZIP.fullmatch(code):
        yield _wrong(claim, "ZIP Code", f"has neither 5 nor 9 digits: {code}", "address.postal_code", "CO-16/MA37")
        return
    states = None if zips is None else zips.of_rows(_states)(code[:3])
    if states is not None and address.state and address.state not in states:
        yield _wrong(
            claim,
            "ZIP Code",
            f"{code} lies in {' or '.join(states)}, not in {address.state}",
            "address.postal_code",
            "CO-16/MA37",
            "review",
        )


def _states(zips: Table[ZipPrefix], prefix: str) -> tuple[str, ...] | None:
    rows = zips.find(prefix)
    return tuple(rows[0].states.split()) if rows else None


def _wrong(claim: Claim, field: str, problem: str, at: str, prevents: str, severity: str | None = None) -> Hit:
    return hit(
        claim,
        f"Patient {field} {problem}.",
        fix="Correct the registration from the card and the patient's identification.",
        at=f"patient.{at}",
        severity=severity,
        prevents=(prevents, "CO-31"),
        subject=field,
        upon=(),
    )


_WITHOUT_MEMBER_NUMBER = frozenset({"self_pay", "workers_comp", "auto"})
_LONGEST = 80
_SSN = re.compile(r"\d{3}-\d{2}-\d{4}")
# A three-character prefix and up to 14 more; the Federal Employee Program has R and eight digits.
_BLUE_CROSS = re.compile(r"[A-Z0-9]{3}[A-Z0-9]{1,14}|R\d{8}")
_FIX_MEMBER = "Copy the number from the card or from the payer's eligibility answer."


@rule(
    "INF102",
    severity="stop",
    owner="front_desk",
    prevents=("CO-31", "CO-16/N382/MA27", "CO-140"),
    sources=("CMS, Understanding the Medicare Beneficiary Identifier (MBI) Format", "005010X222A1 2010BA NM109"),
    supersedes=("ELG104",),
    fails=[{"lines": ["99213"], "payer": "medicare", "coverage": {"member_id": "1SG4TE5MK73"}}],
    passes=[{"lines": ["99213"], "payer": "medicare"}],
)
def member_id_format(claim: Claim, payer: Payer, *, member_id_pattern: str | None = None) -> Outcomes:
    """The member number cannot be one of this payer.

    A number of the wrong form finds no member, and the payer refuses the claim before reading it. Copy the number
    from the card or from the eligibility answer.
    """
    given = (claim.coverage.member_id or "").strip()
    number = without_punctuation(given)
    if not number:
        if payer.line_of_business not in _WITHOUT_MEMBER_NUMBER:
            yield _wrong_number(claim, "The member number is missing.", subject="missing")
        return
    if claim.coverage.filing_indicator in {"MA", "MB"}:
        if not is_mbi(number):
            yield _wrong_medicare_number(claim, number)
        return
    if len(number) < 2 or len(given) > _LONGEST:
        message = f"Member number {given} has {len(given)} characters (2 to {_LONGEST} needed)."
        yield _wrong_number(claim, message, subject="length")
    elif number.isdigit() and len(set(number)) == 1:
        yield _wrong_number(claim, f"Member number {given} is one digit repeated.", subject="repeated")
    elif given == claim.control_number:
        message = f"Member number {given} is the claim's own control number."
        yield _wrong_number(claim, message, subject="control number")
    elif member_id_pattern is not None:
        if not _compiled(member_id_pattern).fullmatch(number):
            message = f"Member number {given} does not have the form that {_named(payer)} uses."
            yield _wrong_number(claim, message, subject="pattern")
    elif _SSN.fullmatch(given):
        message = f"Member number {given} looks like a Social Security number."
        yield _wrong_number(claim, message, severity="review", subject="ssn")
    elif claim.coverage.filing_indicator == "BL" and not _BLUE_CROSS.fullmatch(number):
        message = f"Member number {given} has no three-character prefix and up to 14 characters after it."
        yield _wrong_number(claim, message, severity="review", subject="prefix")


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _named(payer: Payer) -> str:
    return payer.name or payer.payer_id or "the payer"


def _wrong_medicare_number(claim: Claim, number: str) -> Hit:
    if is_old_medicare_number(number):
        message = f"{number} is a Medicare number of the old kind (HICN), which was retired 2020-01-01."
        return _wrong_number(claim, message, fix="Bill the number of the new card (MBI).", subject="old number")
    meant = likely_mbi(number)
    return _wrong_number(
        claim,
        f"MBI {number} {mbi_problem(number)}.",
        fix=f"{_FIX_MEMBER} Perhaps {meant} was meant." if meant else _FIX_MEMBER,
        subject="form",
    )


def _wrong_number(
    claim: Claim, message: str, *, subject: str, severity: str | None = None, fix: str = _FIX_MEMBER
) -> Hit:
    return hit(claim, message, fix=fix, at="coverage.member_id", severity=severity, subject=subject)


@rule(
    "INF103",
    severity="review",
    owner="front_desk",
    prevents=("CO-31", "CO-16/N382"),
    sources=("005010X222A1 2000B SBR03", "005010X279A1 (271) REF*6P, REF*1L"),
    fails=[{"lines": ["99213"], "payer": "medicare", "coverage": {"group_number": "12345"}}],
    passes=["99213"],
)
def group_number(
    claim: Claim,
    payer: Payer,
    eligibility_checks: tuple[EligibilityCheck, ...] | None,
    *,
    group_required: bool = False,
) -> Outcomes:
    """The group number is missing, is not the payer's, or does not belong on the claim.

    Payers that keep members by group look them up by both numbers. Copy the group from the card or the
    eligibility answer; Medicare as first payer has none.
    """
    group = claim.coverage.group_number
    fix = "Copy the group number from the card or the payer's eligibility answer."
    if not group:
        if group_required:
            message = f"Group number absent; {_named(payer)} asks for it."
            yield hit(claim, message, fix=fix, at="coverage.group_number", subject="absent")
        return
    if claim.coverage.filing_indicator in {"MA", "MB"} and claim.coverage.sequence == "P":
        message = f"Group number {group} on a claim to Medicare as first payer, which has no groups."
        yield hit(claim, message, fix="Remove it.", at="coverage.group_number", subject="medicare")
        return
    checks = known(eligibility_checks, "no eligibility checks register", of_run=True)
    told = [
        each.returned_member.group_number
        for each in of_payer(checks, payer)
        if each.returned_member is not None and each.returned_member.group_number
    ]
    if told and without_punctuation(told[-1]) != without_punctuation(group):
        message = f"Group number differs: {group} on the claim, {told[-1]} from the payer."
        yield hit(claim, message, fix=fix, at="coverage.group_number", subject="differs")
