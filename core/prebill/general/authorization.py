"""Authorization: what the payer approved, beside what is billed."""

from __future__ import annotations

from datetime import date

from prebill.general.tables import AuthRequirement
from prebill.lookup import Table
from prebill.model import Authorization, Claim, Payer, ServiceLine
from prebill.rules import Outcomes, hit, rule


@rule(
    "AUT101",
    severity="stop",
    owner="authorization",
    prevents=("CO-197/M62", "CO-210"),
    sources=("005010X222A1 loop 2300 REF*G1 prior authorization number",),
    fails=[
        {
            "lines": ["27447-RT @21 [M17.11]"],
            "authorizations": [],
            "tables": {
                "auth-requirement": {"complete": True, "rows": [{"payer_id": "ACM01", "code_from": "27447"}]}
            },
        }
    ],
    passes=[
        {
            "lines": ["27447-RT @21 [M17.11]"],
            "authorization_numbers": ["A7781"],
            "authorizations": [],
            "tables": {
                "auth-requirement": {"complete": True, "rows": [{"payer_id": "ACM01", "code_from": "27447"}]}
            },
        }
    ],
)
def auth_required_missing(
    line: ServiceLine,
    claim: Claim,
    payer: Payer,
    requirements: Table[AuthRequirement],
    authorizations: tuple[Authorization, ...],
    *,
    emergency_exempt: bool = True,
) -> Outcomes:
    """A service that needs prior authorization is billed without one.

    The payer refuses the line when the claim names no authorization. Put the number into REF*G1 when the register
    has one; otherwise ask for a retroactive authorization within the payer's window, before billing.
    """
    place = claim.place_of(line)
    required = [
        row
        for row in requirements.all(payer.payer_id)
        if row.requires in {"auth", "notification"} and row.speaks_for(line.procedure, place)
    ]
    if not required or claim.authorizations_of(line):
        return
    if emergency_exempt and (place == "23" or line.emergency):
        return
    found = next(
        (each for each in authorizations if each.approved and _matches(each, claim, line, line.from_date)), None
    )
    need = (
        f"Line {line.number} {line.procedure} for {payer.payer_id} needs prior authorization; none on the claim."
    )
    if found is None:
        yield hit(
            line,
            f"{need} The register has none either.",
            fix="Request retroactive authorization within the payer's window before billing.",
            at="authorization_numbers",
        )
    else:
        yield hit(
            line,
            f"{need} The register has {found.number} ({found.valid_from} to {found.valid_to or 'open'}).",
            fix=f"Put {found.number} into REF*G1 of the claim.",
            at="authorization_numbers",
            evidence={"suggested": found.number},
        )


def _matches(authorization: Authorization, claim: Claim, line: ServiceLine, day: date) -> bool:
    npi = claim.rendering_of(line).npi
    return (
        authorization.covers(line.procedure)
        and authorization.payer_id in (None, claim.coverage.payer_id)
        and (authorization.valid_from is None or authorization.valid_from <= day)
        and (authorization.valid_to is None or day <= authorization.valid_to)
        and (not authorization.servicing_npis or npi in authorization.servicing_npis)
    )
