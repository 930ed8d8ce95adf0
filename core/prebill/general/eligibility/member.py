"""Who the payer knows, beside who the claim names."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta

from prebill.general.alike import (
    letters,
    likeness,
    one_slip_apart,
    part_of_double_name,
    same_first_name,
    same_last_name,
)
from prebill.general.eligibility.checks import of_payer
from prebill.model import Claim, EligibilityCheck, Patient, Payer, ReturnedMember
from prebill.model.coverage import Subscriber
from prebill.rules import Hit, Outcomes, hit, not_checked, rule

NOT_FOUND = frozenset({"64", "65", "66", "67", "68", "71", "72", "73", "74", "75", "76"})
_SEX_NOT_KNOWN = frozenset({None, "U"})
_RETURNED = {
    "checked_at": "2026-03-14T09:00:00",
    "status": "active",
    "service_date": "2026-03-16",
    "returned_member": {"member_id": "W123456789", "last_name": "SAMPLE", "first_name": "PAT"},
}


@rule(
    "ELG104",
    severity="stop",
    owner="front_desk",
    prevents=("CO-31", "CO-140", "CO-16/MA27/MA36/N329/N382"),
    sources=("005010X279A1 (271) loops 2100C and 2100D, AAA03", "005010X222A1 loops 2010BA and 2010CA"),
    fails=[{"lines": ["99213"], "coverage": {"member_id": "W132456789"}, "eligibility_checks": [_RETURNED]}],
    passes=[{"lines": ["99213"], "coverage": {"member_id": "w-123456789"}, "eligibility_checks": [_RETURNED]}],
)
def subscriber_mismatch(claim: Claim, payer: Payer, eligibility_checks: tuple[EligibilityCheck, ...]) -> Outcomes:
    """The claim names the member otherwise than the payer knows them.

    The payer matches number, birth date and name before anything else and refuses a claim that fits nobody. Copy
    the member from the payer's answer into the registration; never type it twice.
    """
    checks = [each for each in of_payer(eligibility_checks, payer) if each.status != "unknown"]
    if checks and checks[-1].status == "rejected" and checks[-1].reject_reason in NOT_FOUND:
        yield hit(
            claim,
            f"The payer did not find the member on {checks[-1].checked_at.date()} (AAA {checks[-1].reject_reason}).",
            fix="Verify member number, name and birth date on the card, and ask again before billing.",
            at="coverage.member_id",
            subject="not found",
        )
        return
    told = [each for each in checks if each.returned_member is not None]
    if not told:
        yield not_checked("no member returned by an eligibility check")
        return
    returned = told[-1].returned_member
    if returned is not None:
        yield from _compare(claim, payer, returned)


def _compare(claim: Claim, payer: Payer, returned: ReturnedMember) -> Iterator[Hit]:
    medicare = payer.line_of_business == "medicare_ffs"
    billed_id, known_id = claim.coverage.member_id, returned.member_id
    if not _same_number(billed_id, known_id):
        slip = " (one slip of the keyboard)" if one_slip_apart(_plain(billed_id), _plain(known_id)) else ""
        new = " A new Medicare number replaces the old one at once." if medicare else ""
        yield hit(
            claim,
            f"Claim member id {billed_id}, payer returned {known_id}{slip}.",
            fix=f"Overwrite the number from the payer's answer.{new}",
            at="coverage.member_id",
            prevents=("CO-31", "CO-140"),
            subject="member id",
        )
    person = _person(claim, returned)
    if person.birth_date and returned.birth_date and person.birth_date != returned.birth_date:
        yield hit(
            claim,
            f"Claim birth date {person.birth_date}, payer returned {returned.birth_date}.",
            fix="Verify with the patient; correct the registration, or have the payer correct theirs.",
            at="patient.birth_date",
            prevents=("CO-31", "CO-16/N329"),
            subject="birth date",
        )
    if not same_last_name(person.last_name, returned.last_name):
        far = _are_far_apart(person.last_name, returned.last_name)
        yield _differs(claim, "last name", person.last_name, returned.last_name, stops=medicare and far)
    if not same_first_name(person.first_name, returned.first_name):
        yield _differs(claim, "first name", person.first_name, returned.first_name)
    if person.sex != returned.sex and {person.sex, returned.sex}.isdisjoint(_SEX_NOT_KNOWN):
        yield _differs(claim, "sex", person.sex, returned.sex)
    if not _same_number(claim.coverage.group_number, returned.group_number):
        yield _differs(claim, "group number", claim.coverage.group_number, returned.group_number)


def _differs(claim: Claim, field: str, billed: str | None, returned: str | None, *, stops: bool = False) -> Hit:
    return hit(
        claim,
        f"Claim {field} {billed}, payer returned {returned}.",
        fix="Overwrite it from the payer's answer after verifying with the patient.",
        at="coverage.group_number" if field == "group number" else f"patient.{field.replace(' ', '_')}",
        severity="stop" if stops else "review",
        subject=field,
    )


def _are_far_apart(one: str | None, other: str | None) -> bool:
    return likeness(letters(one), letters(other)) < 0.92 and not part_of_double_name(one, other)


def _same_number(one: str | None, other: str | None) -> bool:
    """Tell whether two numbers are equal but for case and marks; one that is missing fits every other."""
    if one == other:
        return True
    first, second = _plain(one), _plain(other)
    return first == second or not first or not second


def _plain(number: str | None) -> str:
    return "".join(filter(str.isalnum, number or "")).upper()


def _person(claim: Claim, returned: ReturnedMember) -> Patient | Subscriber:
    """Return the one of patient and subscriber that the payer's answer is about."""
    subscriber = claim.coverage.subscriber
    if subscriber is None or claim.patient.relationship in (None, "18"):
        return claim.patient
    if returned.relationship not in (None, "18"):
        return claim.patient
    if returned.relationship is None and returned.birth_date == claim.patient.birth_date:
        return claim.patient
    return subscriber


@rule(
    "ELG105",
    severity="stop",
    owner="front_desk",
    prevents=("CO-31", "CO-32", "CO-33", "CO-16/MA60"),
    sources=("005010X222A1 loops 2000B SBR02 and 2000C PAT01", "45 CFR 147.120 (dependents to age 26)"),
    fails=[{"lines": ["99213"], "payer": "medicare", "patient": {"relationship": "01"}}],
    passes=["99213"],
)
def relationship_inconsistent(
    claim: Claim,
    payer: Payer,
    eligibility_checks: tuple[EligibilityCheck, ...] | None,
    *,
    dependent_max_age: int = 26,
    term_rule: str = "end_of_month",
) -> Outcomes:
    """The patient's relationship to the subscriber contradicts who they are.

    Medicare members are always themselves, and a dependent child leaves the plan at 26. The payer refuses a
    dependent that it does not have. Correct the relationship from the payer's answer.
    """
    patient, subscriber = claim.patient, claim.coverage.subscriber
    code = patient.relationship or claim.coverage.relationship
    differs = subscriber is not None and _are_two(patient, subscriber)
    if code == "18" and differs:
        yield _conflict(claim, code, "the patient is the subscriber, and their names or birth dates differ")
    if differs and code is None:
        yield _conflict(claim, "none", "the patient is not the subscriber")
    if code is not None and code != "18":
        if payer.line_of_business == "medicare_ffs":
            yield _conflict(claim, code, "a Medicare patient is the subscriber")
            return
        if (payer.line_of_business or "").startswith("medicaid"):
            yield _conflict(claim, code, "a Medicaid patient is the subscriber, but for newborns", severity="review")
    if code == "01":
        age = patient.age_on(claim.from_date)
        if age is not None and age < 16:
            yield _conflict(claim, code, f"a spouse of {age}", severity="review")
    if code != "19":
        return
    born = subscriber.birth_date if subscriber else None
    if born is not None and patient.birth_date is not None and born > patient.birth_date:
        yield _conflict(claim, code, "the child is older than the subscriber", severity="review")
    last = None if patient.birth_date is None else last_covered_day(patient.birth_date, dependent_max_age, term_rule)
    if last is not None and claim.last_date > last and not patient.disabled:
        returned = _returned_active(claim, of_payer(eligibility_checks or (), payer))
        yield _conflict(
            claim,
            code,
            f"the child's coverage ends {last} (age {dependent_max_age}); date of service {claim.last_date}",
            severity="info" if returned else "review",
            subject="age",
        )


def last_covered_day(birth_date: date, age: int, term_rule: str) -> date:
    """Return the last day that a child is covered: the end of the birthday's month, or the day before it."""
    year = birth_date.year + age
    if term_rule == "birthday":
        day = min(birth_date.day, monthrange(year, birth_date.month)[1])
        return date(year, birth_date.month, day) - timedelta(days=1)
    return date(year, birth_date.month, monthrange(year, birth_date.month)[1])


def _are_two(patient: Patient, subscriber: Subscriber) -> bool:
    """Tell whether patient and subscriber differ in name or birth date."""
    born, of_subscriber = patient.birth_date, subscriber.birth_date
    return (
        (born is not None and of_subscriber is not None and born != of_subscriber)
        or not same_last_name(patient.last_name, subscriber.last_name)
        or not same_first_name(patient.first_name, subscriber.first_name)
    )


def _returned_active(claim: Claim, checks: list[EligibilityCheck]) -> bool:
    """Tell whether the payer answered that this very patient is covered on the last date of service."""
    return any(
        each.status == "active"
        and each.answers_for(claim.last_date)
        and each.returned_member is not None
        and each.returned_member.birth_date == claim.patient.birth_date
        and each.returned_member.relationship != "18"
        for each in checks
    )


def _conflict(claim: Claim, code: str, why: str, *, severity: str | None = None, subject: str = "") -> Hit:
    return hit(
        claim,
        f"Relationship {code} conflicts: {why}.",
        fix="Correct the relationship (SBR02 or PAT01) from the payer's answer.",
        at="patient.relationship",
        severity=severity,
        subject=subject or why,
    )
