"""Services that need authorization and are billed without any."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from prebill.codes import codes
from prebill.general.authorization.linked import is_of_patient, is_of_payer, is_valid
from prebill.general.service_types import service_types_of
from prebill.general.tables import AuthRequirement
from prebill.general.tables.auth_requirement import required
from prebill.lookup import NotKnown, Table
from prebill.model import Authorization, Claim, EligibilityCheck, Payer, ServiceLine
from prebill.rules import Cohort, Entry, Hit, Outcomes, hit, known, not_checked, rule

VISIT_COUNTED = codes(
    "90785-90899 96105-96171 H0001-H2037",  # behavioral health
    "97010-97799 92507-92526",  # therapy
    "98940-98943 97810-97814",  # chiropractic, acupuncture
)
_REQUIRED = {"auth-requirement": {"complete": True, "rows": [{"payer_id": "ACM01", "code_from": "27447"}]}}
_A7781 = {
    "number": "A7781",
    "payer_id": "ACM01",
    "valid_from": "2026-03-01",
    "valid_to": "2026-05-30",
    "services": [{"code_from": "27447"}],
}


@rule(
    "AUT101",
    severity="stop",
    owner="authorization",
    prevents=("CO-197/M62", "CO-210"),
    sources=(
        "005010X222A1 loops 2300 and 2400, REF*G1 prior authorization number",
        "CMS WISeR model, provider and supplier guide (Medicare, six states from 2026-01-15)",
    ),
    fails=[{"lines": ["27447-RT @21 [M17.11]"], "authorizations": [], "tables": _REQUIRED}],
    passes=[
        {
            "lines": ["27447-RT @21 [M17.11]"],
            "authorization_numbers": ["A7781"],
            "authorizations": [_A7781],
            "tables": _REQUIRED,
        }
    ],
)
def auth_required_missing(
    line: ServiceLine,
    claim: Claim,
    payer: Payer,
    requirements: Table[AuthRequirement] | None,
    authorizations: tuple[Authorization, ...] | None,
    eligibility_checks: tuple[EligibilityCheck, ...] | None,
    *,
    emergency_exempt: bool = True,
    auth_ref_level: str = "claim",
    retro_auth_days: int = 0,
) -> Outcomes:
    """A service that needs prior authorization is billed without one.

    The payer refuses the line when the claim names no authorization. Put the number into REF*G1 when the register
    has one; otherwise ask for a retroactive authorization within the payer's window, before billing. Where the
    requirement is known only from the eligibility answer, which speaks of a kind of service and not of a code, and
    where Medicare reviews instead of denying, the claim deserves a look and is not stopped.
    """
    if claim.authorizations_of(line):
        return
    if emergency_exempt and (claim.place_of(line) == "23" or line.emergency):
        return
    rows, unknown = _asked(requirements, payer, claim, line)
    told_by_payer = _needs_authorization(line, eligibility_checks or ())
    if rows and all(row.visits_before_auth for row in rows):
        if line.procedure not in VISIT_COUNTED:
            yield not_checked(f"visits of {line.procedure} before authorization are not counted")
        return
    if not rows and not told_by_payer:
        if unknown is not None:
            raise unknown
        return
    register = known(authorizations, "no authorizations register", of_run=True)
    denies = any(row.without == "deny" for row in rows)
    need = f"Line {line.number} {line.procedure} for {payer.payer_id} needs prior authorization; none on the claim."
    level = "the line" if auth_ref_level == "line" else "the claim"
    yield _missing(line, need, _fitting(register, claim, payer, line), level, retro_auth_days, denies=denies)


@auth_required_missing.across_claims(key=("payer_id", "patient"), procedures=VISIT_COUNTED, minimum=1, minimum_claims=1)
def auth_required_after_visits(
    lines: Cohort[Any],
    payer: Payer,
    requirements: Table[AuthRequirement],
    *,
    emergency_exempt: bool = True,
    auth_ref_level: str = "claim",
    retro_auth_days: int = 0,
) -> Outcomes:
    """Judge services that a payer lets through for some visits of the year before it asks for authorization."""
    window = f" within {retro_auth_days} days of the service" if retro_auth_days else ""
    for entry in lines:
        if not entry.triggered or entry.claim.authorizations_of(entry.line) or _is_exempt(entry, emergency_exempt):
            continue
        try:
            rows = required(requirements.on(entry.from_date), payer, entry.claim, entry.line, "auth", "notification")
        except NotKnown:
            continue  # said by the rule itself
        free = max((row.visits_before_auth for row in rows), default=0)
        if not free or not all(row.visits_before_auth for row in rows):
            continue
        visit = len({each.from_date for each in lines if _counts(each, entry, rows[0])})
        year_start = entry.from_date.replace(month=1, day=1)
        if visit > free:
            yield hit(
                entry,
                f"Line {entry.line.number} {entry.procedure} on {entry.from_date} is visit {visit} of the year;"
                f" {payer.payer_id} pays {free} without authorization, and the claim has none.",
                fix=f"Request authorization for this visit and the next{window}, and put the number into REF*G1 of"
                f" the {auth_ref_level}.",
                at="authorization_numbers",
                evidence={"visit": visit, "without_authorization": free},
            )
        elif lines.known_since is None or lines.known_since > year_start:
            yield not_checked(f"visits since {year_start}: the billing history must reach back to it", entry)


def _is_exempt(entry: Entry[Any], emergency_exempt: bool) -> bool:
    return emergency_exempt and (entry.claim.place_of(entry.line) == "23" or entry.line.emergency)


def _counts(other: Entry[Any], entry: Entry[Any], row: AuthRequirement) -> bool:
    """Tell whether another line is one of the visits of the year up to this one."""
    return (
        other.from_date.year == entry.from_date.year
        and other.from_date <= entry.from_date
        and row.speaks_for(other.procedure, other.claim.place_of(other.line), None)
    )


def _asked(
    requirements: Table[AuthRequirement] | None, payer: Payer, claim: Claim, line: ServiceLine
) -> tuple[tuple[AuthRequirement, ...], NotKnown | None]:
    try:
        return required(requirements, payer, claim, line, "auth", "notification"), None
    except NotKnown as unknown:
        return (), unknown


def _needs_authorization(line: ServiceLine, checks: Iterable[EligibilityCheck]) -> bool:
    asking = [
        benefit
        for check in checks
        if check.status == "active"
        for benefit in check.benefits or ()
        if benefit.auth_required
    ]
    return any(
        benefit.procedure == line.procedure
        or (not benefit.procedure and benefit.service_type in service_types_of(line.procedure))
        for benefit in asking
    )


def _fitting(register: Iterable[Authorization], claim: Claim, payer: Payer, line: ServiceLine) -> Authorization | None:
    npi = claim.rendering_of(line).npi
    return next(
        (
            each
            for each in register
            if each.approved
            and each.covers(line.procedure)
            and is_of_patient(each, claim)
            and is_of_payer(each, payer)
            and is_valid(each, line)
            and (not each.servicing_npis or {npi, claim.billing.npi} & {*each.servicing_npis})
        ),
        None,
    )


def _missing(
    line: ServiceLine, need: str, found: Authorization | None, level: str, retro_days: int, *, denies: bool
) -> Hit:
    severity = None if denies else "review"
    if found is None:
        window = f"within {retro_days} days of the service" if retro_days else "within the payer's window"
        return hit(
            line,
            f"{need} The register has none either.",
            fix=f"Request retroactive authorization {window}, before billing.",
            at="authorization_numbers",
            severity=severity,
        )
    codes = ", ".join(service.code_from for service in found.services) or "every service"
    return hit(
        line,
        f"{need} The register has {found.number} ({codes}, {found.valid_from or 'open'} to"
        f" {found.valid_to or 'open'}): attach it.",
        fix=f"Put {found.number} into REF*G1 of {level}.",
        at="authorization_numbers",
        severity=severity,
        evidence={"suggested": found.number},
    )
