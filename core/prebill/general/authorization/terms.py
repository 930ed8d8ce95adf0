"""What the authorization approves beside what is billed: dates, service, provider, place."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from prebill.codes import codes
from prebill.general.authorization.linked import in_words, linked, service_for, side_of
from prebill.general.tables import AuthRequirement
from prebill.lookup import Table
from prebill.model import Authorization, Claim, Payer, ServiceLine
from prebill.rules import Outcomes, hit, known, rule

_DATED = {
    "number": "A7781",
    "valid_from": "2026-03-01",
    "valid_to": "2026-05-30",
    "services": [{"code_from": "27447"}],
}
_NAMED = {**_DATED, "servicing_npis": ["1523456782"]}


@rule(
    "AUT104",
    severity="stop",
    owner="authorization",
    prevents=("CO-198/N351", "CO-197"),
    sources=("005010X217 DTP*472 and DTP*AAH (278 certification dates)", "X12 CARC 198"),
    supersedes=("AUT109",),
    authorized=True,
    fails=[
        {"lines": ["27447 2026-05-31"], "authorization_numbers": ["A7781"], "authorizations": [_DATED]},
    ],
    passes=[
        {"lines": ["27447 2026-05-30"], "authorization_numbers": ["A7781"], "authorizations": [_DATED]},
    ],
)
def auth_dates(
    line: ServiceLine,
    claim: Claim,
    payer: Payer,
    authorizations: tuple[Authorization, ...] | None,
    requirements: Table[AuthRequirement] | None,
    *,
    auth_grace_days: int = 0,
    auth_default_days: int = 0,
) -> Outcomes:
    """A date of service lies outside the dates of the authorization.

    The payer pays only services inside the approved dates, both ends included. Ask for an extension, or have the
    dates moved when the service was.
    """
    authorization = linked(line, claim, payer, authorizations, requirements)
    if authorization is None or authorization.status == "not_required":
        return
    number = authorization.number
    begin = known(authorization.valid_from, f"the first day of authorization {number}")
    end, assumed = authorization.valid_to, False
    if end is None and auth_default_days:
        end, assumed = begin + timedelta(days=auth_default_days), True
    allowed = None if end is None else end + timedelta(days=auth_grace_days)
    if line.from_date < begin:
        day, gap = line.from_date, (begin - line.from_date).days
        where = f"{_days(gap)} before authorization {number} starts"
    elif end is not None and allowed is not None and line.last_date > allowed:
        day = max(line.from_date, allowed + timedelta(days=1))
        where = f"{_days((day - end).days)} after authorization {number} ended"
    else:
        return
    yield hit(
        line,
        f"Line {line.number} date of service {day} is {where} ({begin}..{end or 'open'}).",
        fix="Ask for an extension or a retroactive authorization; if the service was moved, have the dates moved.",
        at="from_date",
        severity="review" if assumed else None,
        evidence={"date": day, "valid_from": begin, "valid_to": end},
    )


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"


@rule(
    "AUT105",
    severity="stop",
    owner="authorization",
    prevents=("CO-284/N54", "CO-197"),
    sources=("005010X217 SV1 (278 certified service)", "X12 CARC 284"),
    supersedes=("AUT109",),
    authorized=True,
    fails=[
        {
            "lines": ["29880-RT auth=A7790"],
            "authorizations": [{"number": "A7790", "services": [{"code_from": "29881"}]}],
        }
    ],
    passes=[
        {
            "lines": ["29881-RT auth=A7790"],
            "authorizations": [{"number": "A7790", "services": [{"code_from": "29881"}]}],
        }
    ],
)
def auth_service_mismatch(
    line: ServiceLine,
    claim: Claim,
    payer: Payer,
    authorizations: tuple[Authorization, ...] | None,
    requirements: Table[AuthRequirement] | None,
    *,
    code_family_ok: tuple[str, ...] = (),
    update_after_service_days: int = 0,
) -> Outcomes:
    """The service billed is not the one that the authorization approves.

    The payer compares procedure, modifiers and side with its approval. A different code in the same session is
    common: have the authorization updated before billing, or correct the code. `code_family_ok` lists codes that
    the payer takes for an approved one, such as `93458=93454-93461`.
    """
    authorization = linked(line, claim, payer, authorizations, requirements)
    if authorization is None or not authorization.services or service_for(authorization, line) is not None:
        return
    approved = ", ".join(in_words(service) for service in authorization.services)
    billed = "-".join([line.procedure, *line.modifiers])
    side_missing = side_of(line) is None and any(
        service.covers(line.procedure) and set(service.modifiers) <= set(line.modifiers)
        for service in authorization.services
    )
    same_family = any(_takes(family, authorization, line.procedure) for family in code_family_ok)
    window = f" within {update_after_service_days} days of the service" if update_after_service_days else ""
    yield hit(
        line,
        f"Line {line.number} bills {billed}; {authorization.number} approves {approved}.",
        fix="Add the side that the note documents, if it is the approved one."
        if side_missing
        else f"Ask the payer to update the authorization{window} before billing, or correct the code.",
        at="modifiers" if side_missing else "procedure",
        severity="review" if side_missing or same_family else None,
        evidence={"billed": billed, "approved": approved},
    )


def _takes(family: str, authorization: Authorization, procedure: str) -> bool:
    """Tell whether a family `approved=codes` of a payer lets a procedure stand for an approved one."""
    approved, _, members = family.partition("=")
    return procedure in codes(members) and authorization.covers(approved.strip())


@rule(
    "AUT107",
    severity="stop",
    owner="authorization",
    prevents=("CO-296/N54", "CO-197"),
    sources=("005010X217 loop 2010E (278 servicing provider)", "X12 CARC 296"),
    supersedes=("AUT109",),
    authorized=True,
    fails=[
        {
            "lines": ["27447-RT auth=A7781"],
            "npi": "1456789019",
            "authorizations": [_NAMED],
            "settings": {"auth_group_level": False},
        }
    ],
    passes=[{"lines": ["27447-RT auth=A7781"], "npi": "1523456782", "authorizations": [_NAMED]}],
)
def auth_provider_or_place(
    line: ServiceLine,
    claim: Claim,
    payer: Payer,
    authorizations: tuple[Authorization, ...] | None,
    requirements: Table[AuthRequirement] | None,
    *,
    auth_group_level: bool = True,
    pos_equivalents: tuple[str, ...] = ("19=22",),
) -> Outcomes:
    """The provider, facility or place billed is not the one that the authorization names.

    Approvals are given to a provider and a place. Correct the claim, or have the authorization issued anew for who
    and where it was.
    """
    authorization = linked(line, claim, payer, authorizations, requirements)
    if authorization is None:
        return
    number = authorization.number
    rendering = claim.rendering_of(line)
    npis = {rendering.npi} | ({claim.billing.npi} if auth_group_level else set())
    if authorization.servicing_npis and not npis & {*authorization.servicing_npis}:
        yield hit(
            line,
            f"{number} names {', '.join(authorization.servicing_npis)}; rendering on line {line.number} is"
            f" {rendering.npi}.",
            fix="Correct the rendering provider, or have the authorization issued for this one.",
            at="rendering",
            subject="provider",
        )
    facility = claim.facility_of(line)
    if authorization.facility_npi and (facility is None or facility.npi != authorization.facility_npi):
        billed = facility.npi if facility else "none"
        yield hit(
            line,
            f"{number} names facility {authorization.facility_npi}; the service facility on line {line.number} is"
            f" {billed or 'without NPI'}.",
            fix="Correct the service facility, or have the authorization issued for this one.",
            at="facility",
            subject="facility",
        )
    place = claim.place_of(line)
    if authorization.place_of_service and not _same_place(place, authorization.place_of_service, pos_equivalents):
        yield hit(
            line,
            f"{number} approves place of service {', '.join(authorization.place_of_service)}; line {line.number}"
            f" bills {place}.",
            fix="Correct the place of service, or have the authorization issued for this one.",
            at="place_of_service",
            subject="place",
        )


def _same_place(place: str | None, approved: Iterable[str], equivalents: Iterable[str]) -> bool:
    groups = [{*each.split("=")} for each in equivalents]
    return any(place == each or any({place, each} <= group for group in groups) for each in approved)
