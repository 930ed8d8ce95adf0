"""Which authorization a line is billed under."""

from __future__ import annotations

from collections.abc import Iterable

from prebill.general.tables import AuthRequirement
from prebill.general.tables.auth_requirement import required
from prebill.lookup import Table
from prebill.model import Authorization, AuthorizedService, Claim, Payer, ServiceLine
from prebill.model.registers import normal_number
from prebill.rules import known

SIDES = {"RT": "RT", "R": "RT", "RIGHT": "RT", "LT": "LT", "L": "LT", "LEFT": "LT", "50": "50", "B": "50"}


def named(numbers: Iterable[str], authorizations: Iterable[Authorization]) -> tuple[Authorization, ...]:
    """Return the authorizations that numbers of a claim name."""
    wanted = {normal_number(number) for number in numbers}
    return tuple(each for each in authorizations if normal_number(each.number) in wanted)


def is_of_patient(authorization: Authorization, claim: Claim) -> bool:
    """Tell whether an authorization is the patient's, or does not say whose it is."""
    own = {claim.patient.record_number, claim.coverage.member_id}
    return authorization.patient_id is None or authorization.patient_id in own


def is_of_payer(authorization: Authorization, payer: Payer) -> bool:
    """Tell whether an authorization is the payer's, or does not say whose it is."""
    return authorization.payer_id is None or payer.is_called(authorization.payer_id)


def linked(
    line: ServiceLine,
    claim: Claim,
    payer: Payer,
    authorizations: tuple[Authorization, ...] | None,
    requirements: Table[AuthRequirement] | None,
) -> Authorization | None:
    """Return the authorization that a line is billed under, or None.

    That is the one that the line names itself; else one that the claim names, when it approves the procedure or
    when the payer asks for authorization of it. Raises `NotKnown` where the register, or the list of what the
    payer asks for, is needed and missing.
    """
    numbers = claim.authorizations_of(line)
    if not numbers:
        return None
    register = known(authorizations, "no authorizations register", of_run=True)
    found = [each for each in named(numbers, register) if is_of_patient(each, claim) and is_of_payer(each, payer)]
    if not found:
        return None
    approving = [each for each in found if any(service.covers(line.procedure) for service in each.services)]
    if approving:
        found = approving
    elif not line.authorization_numbers and not required(requirements, payer, claim, line, "auth", "notification"):
        return None
    return min(found, key=lambda each: not is_valid(each, line))


def is_valid(authorization: Authorization, line: ServiceLine) -> bool:
    """Tell whether every date of the line lies in the authorization's dates."""
    return (authorization.valid_from is None or authorization.valid_from <= line.from_date) and (
        authorization.valid_to is None or line.last_date <= authorization.valid_to
    )


def side_of(line: ServiceLine) -> str | None:
    """Return the side that a line is billed for: `RT`, `LT`, `50` for both, or None."""
    if line.has("50") or (line.has("RT") and line.has("LT")):
        return "50"
    return "RT" if line.has("RT") else "LT" if line.has("LT") else None


def service_for(authorization: Authorization, line: ServiceLine) -> AuthorizedService | None:
    """Return the approved service that the line is, in procedure, modifiers and side."""
    return next((each for each in authorization.services if approves(each, line)), None)


def approves(service: AuthorizedService, line: ServiceLine) -> bool:
    """Tell whether an approved service is the line, in procedure, modifiers and side."""
    return (
        service.covers(line.procedure)
        and set(service.modifiers) <= set(line.modifiers)
        and (service.laterality is None or SIDES.get(service.laterality.upper()) == side_of(line))
    )


def in_words(service: AuthorizedService) -> str:
    """Name an approved service: `29881 RT x1`."""
    last = service.code_to if service.code_to not in (None, service.code_from) else None
    units = None if service.units is None else f"x{service.units.normalize():f}"
    parts = [f"{service.code_from}-{last}" if last else service.code_from, service.laterality, *service.modifiers]
    return " ".join(part for part in [*parts, units] if part)
