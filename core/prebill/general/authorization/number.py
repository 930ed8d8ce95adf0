"""The authorization number on the claim: unknown, not approved, or of another patient or payer."""

from __future__ import annotations

import re
from collections.abc import Iterable

from prebill.general.alike import one_slip_apart
from prebill.general.authorization.linked import is_of_patient, is_of_payer, linked, named
from prebill.general.tables import AuthRequirement
from prebill.lookup import Table
from prebill.model import Authorization, Claim, Payer, Referral, ServiceLine
from prebill.model.registers import normal_number
from prebill.rules import Hit, Outcomes, hit, known, not_checked, rule

PLACEHOLDERS = frozenset({"NONE", "NA", "N/A", "PENDING", "NOTREQUIRED"})
_A7781 = {
    "number": "A7781",
    "payer_id": "ACM01",
    "valid_from": "2026-03-01",
    "valid_to": "2026-05-30",
    "services": [{"code_from": "27447"}],
}


@rule(
    "AUT102",
    severity="stop",
    owner="authorization",
    prevents=("CO-197/M62", "CO-284"),
    sources=("005010X222A1 loops 2300 and 2400, REF*G1 and REF*9F", "X12 CARC 284"),
    fails=[{"lines": ["27447-RT"], "authorization_numbers": ["NA"], "authorizations": []}],
    passes=[{"lines": ["27447-RT"], "authorization_numbers": ["a77-81 "], "authorizations": [_A7781]}],
)
def auth_number_unknown(
    claim: Claim,
    payer: Payer,
    authorizations: tuple[Authorization, ...] | None,
    referrals: tuple[Referral, ...] | None,
    *,
    auth_pattern: str | None = None,
    register_complete: bool = False,
) -> Outcomes:
    """The authorization or referral number on the claim is not one that the practice holds.

    The payer looks the number up and refuses the claim when it finds nothing. Correct the number; never bill
    placeholder text.
    """
    for number in dict.fromkeys([*claim.authorization_numbers, *_of_lines(claim)]):
        if _is_placeholder(number) or (auth_pattern and not re.fullmatch(auth_pattern, normal_number(number))):
            yield _no_number(claim, "Authorization", number, auth_pattern)
        elif authorizations is None:
            yield not_checked("no authorizations register", of_run=True)
        elif not named([number], authorizations):
            yield _unknown(claim, payer, number, authorizations, register_complete=register_complete)
    referred = [claim.referral_number, *[line.referral_number for line in claim.lines]]
    for number in dict.fromkeys(filter(None, referred)):
        if _is_placeholder(number):
            yield _no_number(claim, "Referral", number, None)
        elif referrals is None:
            yield not_checked("no referrals register", of_run=True)
        elif normal_number(number) not in {normal_number(each.number) for each in referrals}:
            yield hit(
                claim,
                f"Referral {number} on the claim is not in the referral register.",
                fix="Correct REF*9F from the referral, or log the referral.",
                at="referral_number",
                severity="stop" if register_complete else "review",
                subject=number,
            )


def _of_lines(claim: Claim) -> list[str]:
    return [number for line in claim.lines for number in line.authorization_numbers]


def _is_placeholder(number: str) -> bool:
    plain = normal_number(number)
    return plain in PLACEHOLDERS or not plain.strip("0")


def _no_number(claim: Claim, kind: str, number: str, pattern: str | None) -> Hit:
    why = "is placeholder text" if _is_placeholder(number) else f"does not have the payer's form {pattern}"
    return hit(
        claim,
        f"{kind} {number} on the claim {why}; the payer finds no such number.",
        fix="Put the number that the payer gave, or leave the field out; never bill placeholder text.",
        at="authorization_numbers" if kind == "Authorization" else "referral_number",
        subject=number,
    )


def _unknown(
    claim: Claim, payer: Payer, number: str, register: Iterable[Authorization], *, register_complete: bool
) -> Hit:
    near = next(
        (
            each
            for each in register
            if is_of_patient(each, claim)
            and is_of_payer(each, payer)
            and one_slip_apart(normal_number(number), normal_number(each.number))
        ),
        None,
    )
    if near is None:
        return hit(
            claim,
            f"Authorization {number} on the claim is not in the register.",
            fix="Verify the number with the payer, then correct the claim or log the authorization.",
            at="authorization_numbers",
            severity="stop" if register_complete else "review",
            subject=number,
        )
    codes = ", ".join(service.code_from for service in near.services) or "every service"
    return hit(
        claim,
        f"Authorization {number} on the claim is not in the register; {near.number} (same patient, {codes})"
        " differs by one slip of the keyboard.",
        fix=f"Correct REF*G1 to {near.number}.",
        at="authorization_numbers",
        evidence={"suggested": near.number},
        subject=number,
    )


@rule(
    "AUT103",
    severity="stop",
    owner="authorization",
    prevents=("CO-197", "CO-39", "CO-284"),
    sources=("005010X217 HCR01 and HCR02 (278 review decision)", "X12 CARC 39, 197"),
    authorized=True,
    fails=[
        {
            "lines": ["27447"],
            "authorization_numbers": ["A7781"],
            "authorizations": [{**_A7781, "status": "pended"}],
        }
    ],
    passes=[{"lines": ["27447"], "authorization_numbers": ["A7781"], "authorizations": [_A7781]}],
)
def auth_status_not_approved(
    line: ServiceLine,
    claim: Claim,
    payer: Payer,
    authorizations: tuple[Authorization, ...] | None,
    requirements: Table[AuthRequirement] | None,
    *,
    bill_on_pended: bool = False,
) -> Outcomes:
    """The authorization on the line was not approved.

    A pended request is no approval yet, and a denied or cancelled one never will be. Obtain the decision, or
    appeal it, before billing.
    """
    authorization = linked(line, claim, payer, authorizations, requirements)
    if authorization is None:
        return
    number = authorization.number
    asked = authorization.requested_at or authorization.issued_at
    since = f" since {asked.date()}" if asked else ""
    if authorization.status == "pended" and not bill_on_pended:
        yield hit(
            line,
            f"Authorization {number} is pended{since}; billing line {line.number} now denies CO-197.",
            fix="Hold the claim and obtain the payer's decision.",
            at="authorization_numbers",
            prevents="CO-197",
        )
    elif authorization.status == "denied":
        yield hit(
            line,
            f"Authorization {number} was denied{since}; line {line.number} denies CO-39.",
            fix="Appeal the decision, or give the patient notice before the service is billed.",
            at="authorization_numbers",
            prevents="CO-39",
        )
    elif authorization.status == "cancelled":
        yield hit(
            line,
            f"Authorization {number} was cancelled{since}; line {line.number} denies CO-197.",
            fix="Find the authorization that took its place, or request a new one.",
            at="authorization_numbers",
            prevents="CO-197",
        )


@rule(
    "AUT108",
    severity="stop",
    owner="authorization",
    prevents=("CO-197", "CO-284"),
    sources=("005010X222A1 loops 2300 and 2330B, REF*G1", "X12 CARC 284"),
    authorized=True,
    fails=[
        {
            "lines": ["27447"],
            "authorization_numbers": ["A7781"],
            "authorizations": [{**_A7781, "patient_id": "P-OTHER"}],
        }
    ],
    passes=[{"lines": ["27447"], "authorization_numbers": ["A7781"], "authorizations": [_A7781]}],
)
def auth_wrong_patient_or_payer(
    claim: Claim, payer: Payer, authorizations: tuple[Authorization, ...] | None
) -> Outcomes:
    """The authorization on the claim belongs to another patient or another payer.

    The payer does not find the number under this member. Attach the right number; where it is the secondary
    payer's, move it to that payer's loop.
    """
    register = known(authorizations, "no authorizations register", of_run=True)
    for number in dict.fromkeys([*claim.authorization_numbers, *_of_lines(claim)]):
        found = named([number], register)
        if not found or any(is_of_patient(each, claim) and is_of_payer(each, payer) for each in found):
            continue
        each = found[0]
        if not is_of_patient(each, claim):
            yield hit(
                claim,
                f"Authorization {each.number} belongs to patient {each.patient_id}; the claim is for"
                f" {claim.patient.record_number or claim.coverage.member_id}.",
                fix="Attach the number of this patient.",
                at="authorization_numbers",
                subject=number,
            )
        else:
            secondary = any(other.coverage.payer_id == each.payer_id for other in claim.prior_adjudications)
            yield hit(
                claim,
                f"Authorization {each.number} is of payer {each.payer_id}; the claim is for {payer.payer_id}.",
                fix="Move the number to REF*G1 of loop 2330B, the other payer's."
                if secondary
                else f"Attach the number that {payer.payer_id} gave.",
                at="authorization_numbers",
                subject=number,
            )
