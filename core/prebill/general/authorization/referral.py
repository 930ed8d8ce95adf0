"""Referrals: plans that pay a specialist only when the primary care doctor sent the patient."""

from __future__ import annotations

from collections.abc import Iterable

from prebill.codes import codes
from prebill.general.eligibility.checks import WHEN_CHECKED
from prebill.general.tables import AuthRequirement
from prebill.general.tables.auth_requirement import required
from prebill.lookup import NotKnown, Table
from prebill.model import Claim, EligibilityCheck, Payer, Referral
from prebill.model.registers import same_number
from prebill.rules import Outcomes, hit, known, not_checked, rule

GATEKEEPER_PLANS = frozenset({"HMO", "GATEKEEPER", "TRICARE PRIME", "VA COMMUNITY CARE"})
# Family medicine, internal medicine, pediatrics, general practice, nurse practitioners of family and primary care.
_PRIMARY_CARE = ("207Q00000X", "207R00000X", "208000000X", "208D00000X", "363LF0000X", "363LP2300X", "363LP0200X")
NO_REFERRAL_NEEDED = codes(
    "00100-01999 70010-79999 80047-89398",  # anesthesia, imaging, laboratory and pathology
    "99381-99397 G0101 G0402 G0438 G0439",  # preventive visits
)


@rule(
    "AUT110",
    severity="stop",
    owner="front_desk",
    prevents=("CO-288", "CO-287", "CO-16/N285/N286"),
    sources=("005010X222A1 loop 2300 REF*9F and loop 2310A NM1*DN", "X12 CARC 287, 288"),
    fails=[
        {
            "lines": ["99203 [M17.11]"],
            "referrals": [],
            "tables": {"auth-requirement": {"complete": True, "rows": [{"payer_id": "ACM01", "requires": "referral"}]}},
        }
    ],
    passes=[
        {
            "lines": ["99203 [M17.11]"],
            "referral_number": "R100",
            "referring": {"npi": "1678901236"},
            "referrals": [{"number": "R100", "valid_from": "2026-03-01", "valid_to": "2026-05-30"}],
            "tables": {"auth-requirement": {"complete": True, "rows": [{"payer_id": "ACM01", "requires": "referral"}]}},
        }
    ],
)
def referral_missing(
    claim: Claim,
    payer: Payer,
    requirements: Table[AuthRequirement] | None,
    referrals: tuple[Referral, ...] | None,
    eligibility_checks: tuple[EligibilityCheck, ...] | None,
    *,
    referral_exempt: tuple[str, ...] = (),
    referral_in_g1: bool = False,
) -> Outcomes:
    """A plan that pays specialists only on referral is billed without a valid one.

    Gatekeeper plans deny a specialist's claim without the referral number and the referring provider, after the
    referral's last day, and beyond its visits. Obtain or extend the referral from the primary care doctor.
    `referral_exempt` lists the beginnings of taxonomies that need none, such as `207V`.
    """
    plan_type = _plan_type(claim, payer, eligibility_checks or ())
    try:
        asked = any(required(requirements, payer, claim, line, "referral") for line in claim.lines)
    except NotKnown:
        if plan_type is None:
            what = "whether the plan asks for referrals: no plan type, no table of requirements"
            yield not_checked(what, of_run=True)
            return
        asked = False
    if not asked and plan_type not in GATEKEEPER_PLANS:
        return
    doctor = _primary_care(claim, eligibility_checks or ())
    if _needs_none(claim, doctor, referral_exempt):
        return
    severity = None if asked else "review"
    plan = f"{payer.payer_id} {plan_type or 'plan'}".strip()
    from_whom = f"PCP {doctor}" if doctor else "the primary care doctor"
    number = _number(claim, in_g1=referral_in_g1)
    if number is None and doctor is None and not asked and _is_primary_care(claim):
        yield not_checked("whether the patient saw the primary care doctor of record: the payer did not name one")
        return
    if number is None:
        yield hit(
            claim,
            f"{plan} needs a referral; REF*9F is absent.",
            fix=f"Obtain the referral from {from_whom}; add its number and NM1*DN.",
            at="referral_number",
            severity=severity,
            prevents=("CO-288",),
        )
        return
    if claim.referring is None or not claim.referring.npi:
        yield hit(
            claim,
            f"{plan} needs a referral; the claim has {number} and no referring provider.",
            fix=f"Add {from_whom} as NM1*DN with the NPI.",
            at="referring",
            severity=severity,
            prevents=("CO-16/N285/N286",),
            subject="referring",
        )
    elif doctor and claim.referring.npi != doctor:
        yield hit(
            claim,
            f"The referring provider is {claim.referring.npi}; the payer's primary care doctor is {doctor}.",
            fix="Obtain the referral from the doctor of record, or have the plan's record changed.",
            at="referring",
            severity="review",
            subject="primary care",
        )
    register = known(referrals, "no referrals register", of_run=True)
    referral = next((each for each in register if same_number(each.number, number)), None)
    if referral is None:
        return  # AUT102 says that the number is unknown
    for why in _faults(referral, claim, payer):
        yield hit(
            claim,
            f"{plan} needs a referral; {number} {why}.",
            fix=f"Obtain or extend the referral from {from_whom}.",
            at="referral_number",
            severity=severity,
            prevents=("CO-287",) if "visit" in why else ("CO-288",),
            subject=why,
        )
    if referral.visits is not None and referral.visits_used is None:
        yield not_checked(f"visits used of referral {number}")


def _plan_type(claim: Claim, payer: Payer, checks: Iterable[EligibilityCheck]) -> str | None:
    """Return the type of the plan in capitals: of the coverage, of the latest check, or told by the claim."""
    answered = [each.plan_type for each in sorted(checks, key=WHEN_CHECKED) if each.plan_type]
    told = claim.coverage.plan_type or next(reversed(answered), None)
    if told:
        return told.upper()
    if claim.coverage.filing_indicator == "HM":
        return "HMO"
    return "NONE" if payer.line_of_business in {"medicare_ffs", "self_pay"} else None


def _primary_care(claim: Claim, checks: Iterable[EligibilityCheck]) -> str | None:
    if claim.primary_care and claim.primary_care.npi:
        return claim.primary_care.npi
    named = [each.primary_care_npi for each in sorted(checks, key=WHEN_CHECKED)]
    return next((npi for npi in reversed(named) if npi), None)


def _needs_none(claim: Claim, doctor: str | None, exempt: tuple[str, ...]) -> bool:
    own = {claim.rendering_of(line).npi for line in claim.lines} | {claim.billing.npi}
    taxonomies = [claim.rendering_of(line).taxonomy or "" for line in claim.lines]
    return (
        (doctor is not None and doctor in own)
        or all(line.procedure in NO_REFERRAL_NEEDED or claim.place_of(line) in {"20", "23"} for line in claim.lines)
        or (bool(exempt) and all(taxonomy.startswith(exempt) for taxonomy in taxonomies))
    )


def _is_primary_care(claim: Claim) -> bool:
    """Tell whether everybody who rendered the claim could be the patient's primary care doctor, by taxonomy."""
    return all((claim.rendering_of(line).taxonomy or "").startswith(_PRIMARY_CARE) for line in claim.lines)


def _number(claim: Claim, *, in_g1: bool) -> str | None:
    numbers = [claim.referral_number, *(line.referral_number for line in claim.lines)]
    if in_g1:
        numbers += claim.authorization_numbers
    return next(filter(None, numbers), None)


def _faults(referral: Referral, claim: Claim, payer: Payer) -> Iterable[str]:
    """Yield in words why a referral does not fit the claim."""
    day = claim.from_date
    if referral.valid_to is not None and day > referral.valid_to:
        yield f"expired {referral.valid_to}"
    elif referral.valid_from is not None and day < referral.valid_from:
        yield f"starts {referral.valid_from}"
    if referral.patient_id and referral.patient_id not in {claim.patient.record_number, claim.coverage.member_id}:
        yield f"is of patient {referral.patient_id}"
    if referral.payer_id and not payer.is_called(referral.payer_id):
        yield f"is of payer {referral.payer_id}"
    specialists = {claim.rendering_of(line).npi for line in claim.lines} | {claim.billing.npi}
    if referral.specialist_npi and referral.specialist_npi not in specialists:
        yield f"is for {referral.specialist_npi}"
    if referral.visits is not None and referral.visits_used is not None and referral.visits_used >= referral.visits:
        yield f"is used up: visit {referral.visits_used + 1} of {referral.visits}"
