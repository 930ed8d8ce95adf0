"""What the reports for people say of a claim and of a finding, in the same words."""

from __future__ import annotations

from collections.abc import Iterator

from prebill.findings import Disposition, Finding, summed
from prebill.report import ClaimVerdict
from prebill.reporters.accounting import lines, money

_OTHER_CLAIMS = 6


def facts_of_claim(claim: ClaimVerdict) -> Iterator[str]:
    """Yield the dollars of a claim, and what decided about it where the verdict does not say so itself."""
    at_risk = summed(claim.findings)
    if at_risk:
        yield f"{money(at_risk)} at risk"
    if claim.disposition is Disposition.REVIEW and claim.expected_value is not None:
        yield f"a look saves {money(claim.expected_value)}"
    if claim.reason in {"always", "filing limit", "capacity"}:
        yield claim.reason
    if claim.escalate:
        yield "TODAY"


def facts_of_finding(finding: Finding) -> Iterator[str]:
    """Yield where a finding stands, whose it is, what it is worth and which denials it prevents."""
    yield lines(finding.lines)
    yield finding.owner.replace("_", " ")
    if finding.at_risk:
        yield money(finding.at_risk)
    yield from finding.prevents


def other_claims(finding: Finding) -> str:
    """Name the lines of other claims that a finding concerns, the first few of many."""
    numbers: dict[str, list[int]] = {}
    for each in finding.affected:
        if each.claim_id != finding.claim_id:
            numbers.setdefault(each.claim_id, []).extend([each.line] if each.line else [])
    named = [f"claim {claim} {lines(tuple(own))}" for claim, own in numbers.items()]
    more = len(named) - _OTHER_CLAIMS
    return "; ".join(named[:_OTHER_CLAIMS]) + (f"; and {more} more claims" if more > 0 else "")


def timeline(finding: Finding) -> tuple[str, ...]:
    """Return the lines of the drawing that a finding has in its evidence, if it has one."""
    return tuple(map(str, finding.evidence.get("timeline", ())))
