"""Runs one rule on one target and turns its answers into findings."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import attrs

from prebill.engine.bound import BoundRule
from prebill.engine.context import Context
from prebill.findings import AffectedLine, Finding, NotChecked, RuleCrash, Severity, fingerprint
from prebill.lookup import NotKnown, Table
from prebill.model import Claim, Encounter, ServiceLine
from prebill.reading import Origin, Place
from prebill.rules import Entry, Hit, Missing, Rule, Target


def answers(bound: BoundRule, target: Any, context: Context, line: ServiceLine | None) -> list[Hit | Missing]:
    """Run a rule; a value that is missing ends it with `Missing` after the hits it already found.

    Each hit that does not say which tables decided rests on all those that the rule was given.
    """
    found: list[Hit | Missing] = []
    arguments: list[Any] = []
    try:
        for get in bound.getters:
            arguments.append(get(context, line))
        found.extend(bound.function(target, *arguments))
    except NotKnown as missing:
        found.append(Missing(reason=str(missing), of_run=missing.of_run))
    if not found or not any(isinstance(each, Hit) and each.upon is None for each in found):
        return found
    tables = tuple(each for each in arguments if isinstance(each, Table))
    return [attrs.evolve(each, upon=tables) if isinstance(each, Hit) and each.upon is None else each for each in found]


def crash(rule: Rule, error: Exception, claim_id: str, place: Place | None) -> RuleCrash:
    """Report a failed rule by the kind of its error and where in the rule it arose, never by its text."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f" at {trace.tb_frame.f_code.co_name} line {trace.tb_lineno}" if trace else ""
    return RuleCrash(rule=rule.code, claim_id=claim_id, error=f"{type(error).__name__}{where}", place=place)


def finding(bound: BoundRule, hit: Hit, claim: Claim, origin: Origin | None = None) -> Finding:
    """Make a finding of a hit; it is reported under the first target's claim."""
    rule = bound.rule
    affected = _affected(hit, claim, whole=rule.whole_claims)
    reported_under = affected[0].claim_id
    return Finding(
        rule=rule.code,
        name=rule.name,
        severity=_capped(_severity(rule.severity, hit.severity, bound.severity), hit),
        owner=hit.owner or rule.owner,
        claim_id=reported_under,
        affected=affected,
        message=hit.message,
        fix=hit.fix,
        at_risk=sum((each.at_risk for each in affected), Decimal(0)),
        prevents=hit.prevents or rule.prevents,
        evidence=hit.evidence,
        place=None if origin is None else origin.locate(_path(hit, claim)),
        fingerprint=fingerprint(rule.code, affected, hit.subject),
    )


def not_checked(rule: Rule, missing: Missing, claim: Claim, line: ServiceLine | None = None) -> NotChecked:
    """Report that a rule could not decide about a line or a claim."""
    lines = tuple(target.number for target in missing.targets if isinstance(target, ServiceLine))
    if not lines and line is not None:
        lines = (line.number,)
    return NotChecked(rule=rule.code, name=rule.name, claim_id=claim.control_number, lines=lines, reason=missing.reason)


def _severity(declared: Severity, of_hit: Severity | None, configured: Severity | None) -> Severity:
    """A configured severity replaces the declared one, and caps the one that a hit states for itself."""
    if configured is None:
        return of_hit or declared
    if of_hit is None or of_hit.rank > configured.rank:
        return configured
    return of_hit


def _capped(severity: Severity, hit: Hit) -> Severity:
    """What rests on unverified or carried rows of a table is never a stop, whatever else says so."""
    return Severity.REVIEW if severity is Severity.STOP and hit.tentative else severity


def _affected(hit: Hit, claim: Claim, *, whole: bool) -> tuple[AffectedLine, ...]:
    targets = (each.claim if whole and isinstance(each, Entry) else each for each in hit.targets)
    found = tuple(_affected_line(target, claim) for target in targets)
    if hit.at_risk is None:
        return found
    return _share(found, hit.at_risk)


def _affected_line(target: Target, claim: Claim) -> AffectedLine:
    if isinstance(target, Entry):
        claim, target = target.claim, target.line
    if isinstance(target, ServiceLine):
        return AffectedLine(claim_id=claim.control_number, line=target.number, at_risk=target.charge)
    whole = target.claim if isinstance(target, Encounter) else target
    return AffectedLine(claim_id=whole.control_number, line=0, at_risk=whole.total_charge)


def _share(lines: Sequence[AffectedLine], total: Decimal) -> tuple[AffectedLine, ...]:
    """Divide a total over lines by their charges; the last line takes the cents that rounding leaves."""
    charges = sum((line.at_risk for line in lines), Decimal(0))
    shared = []
    left = total
    for line in lines[:-1]:
        part = (total * line.at_risk / charges).quantize(Decimal("0.01")) if charges else Decimal(0)
        shared.append(attrs.evolve(line, at_risk=part))
        left -= part
    return (*shared, attrs.evolve(lines[-1], at_risk=left))


def _path(hit: Hit, claim: Claim) -> str:
    """Name the field at fault as a path from the claim, for the origin to locate."""
    target = hit.targets[0]
    if isinstance(target, Entry):
        claim, target = target.claim, target.line
    if isinstance(target, ServiceLine):
        index = next((index for index, line in enumerate(claim.lines) if line is target), 0)
        return ".".join(filter(None, [f"lines[{index}]", hit.at]))
    return hit.at
