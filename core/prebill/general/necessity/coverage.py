"""Whether the diagnoses of a line are those for which the payer's policy covers the service."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from typing import Any, Literal

from prebill.general.necessity.diagnoses import dotted, letter, listed
from prebill.general.tables.coverage_policy import CoveragePolicy, policies_of
from prebill.general.where_rendered import state_of
from prebill.lookup import Table
from prebill.model import Claim, Payer, ServiceLine
from prebill.rules import Hit, Outcomes, hit, known, rule

_MEDICARE = ("medicare_ffs", "medicare_advantage")
_SHOWN = 5
_GIVE_NOTICE = " The service is not yet rendered: give the patient notice (ABN) before it."


def _policy(**cells: object) -> dict[str, Any]:
    row = {"payer_id": "medicare_ffs", "procedure": "93306", "policy": "A-TEST", "curated": True, **cells}
    return {"coverage-policy": {"complete": True, "rows": [row]}}


@rule(
    "NEC108",
    severity="stop",
    owner="clinical_documentation",
    prevents=("CO-50/N115", "CO-50/N386", "CO-16/M76", "CO-11", "CO-167"),
    sources=("Social Security Act §1862(a)(1)(A)", "Pub. 100-08 ch. 13", "CMS Medicare Coverage Database"),
    fails=[{"lines": ["93306 [R07.9]"], "payer": "medicare", "tables": _policy(covered="I50.9 I34.0")}],
    passes=[{"lines": ["93306 [I50.9]"], "payer": "medicare", "tables": _policy(covered="I50.9 I34.0")}],
)
def dx_not_covered_for_procedure(
    line: ServiceLine,
    claim: Claim,
    payer: Payer,
    policies: Table[CoveragePolicy],
    as_of: date,
    *,
    unlisted_dx_severity: Literal["by_payer", "stop", "review"] = "by_payer",
    policy_match: Literal["any", "all"] = "any",
) -> Outcomes:
    """No diagnosis that the line points to is one for which the payer covers the service.

    The payer compares the diagnoses of the line, not those of the claim, with its coverage policy, and denies the
    line as not medically necessary. Point to the covered diagnosis if it is documented and on the claim; otherwise
    ask the physician for the indication. Never pick a code from the list without documentation.
    """
    if "GY" in line.modifiers:
        return
    rows = policies_of(policies, payer, line.procedure)
    if not rows:
        return
    speaking = _in_question(line, claim, rows)
    with_lists = [group for group in speaking if any(row.covered for row in group)]
    pointed = claim.diagnoses_of(line)
    missed = [group for group in with_lists if not _covers(group, pointed)]
    if not missed or (policy_match == "any" and len(missed) < len(with_lists)):
        return
    follows_medicare = payer.line_of_business in _MEDICARE
    by_payer = "stop" if follows_medicare else "review"
    severity = by_payer if unlisted_dx_severity == "by_payer" else unlisted_dx_severity
    yield _missed(
        line,
        claim,
        missed[0],
        severity=_with_notice(line) or (severity if all(row.curated for row in missed[0]) else "review"),
        denied_by=_denials(missed[0], medicare=follows_medicare),
        rendered=line.from_date <= as_of,
    )


def _in_question(
    line: ServiceLine, claim: Claim, rows: Iterable[CoveragePolicy]
) -> Sequence[tuple[CoveragePolicy, ...]]:
    """Return the policies that speak about the line as it is billed, each as its groups of diagnoses."""
    counting = [row for row in rows if row.counts_for(claim, line) and _in_its_state(row, claim, line)]
    counting.sort(key=lambda row: (row.policy, row.version, row.group))
    return [tuple(group) for _, group in groupby(counting, key=lambda row: (row.policy, row.version))]


def _in_its_state(row: CoveragePolicy, claim: Claim, line: ServiceLine) -> bool:
    """Tell whether the policy binds where the service was rendered."""
    if not row.states:
        return True
    return known(state_of(claim, line), "state where the service was rendered") in row.states.split()


def _covers(policy: Sequence[CoveragePolicy], pointed: Sequence[str]) -> bool:
    """Tell whether diagnoses, in the order pointed to, satisfy a policy."""
    groups = [row for row in policy if row.covered]
    met = [row for row in groups if _meets(row, pointed)]
    return len(met) == len(groups) if _needs_all(policy) else bool(met)


def _meets(row: CoveragePolicy, pointed: Sequence[str]) -> bool:
    return any(code in row.covered_codes for code in (pointed[:1] if row.first_pointer_only else pointed))


def _needs_all(policy: Sequence[CoveragePolicy]) -> bool:
    return any(row.logic == "all_groups" for row in policy)


def _missed(
    line: ServiceLine,
    claim: Claim,
    policy: Sequence[CoveragePolicy],
    *,
    severity: str,
    denied_by: tuple[str, ...],
    rendered: bool,
) -> Hit:
    pointed = claim.diagnoses_of(line)
    message = _what_is_missing(line, policy, pointed)
    repair = _repair(claim, policy, pointed)
    if repair is not None:
        position, code = repair
        where = f"{letter(position)} {dotted(code)}"
        order = " first" if any(row.first_pointer_only for row in policy) else ""
        message += f"; claim diagnosis {where} is covered - point the line to {letter(position)}{order}"
        fix = f"Point line {line.number} to diagnosis {where}{order}, if the record supports it."
    else:
        fix = (
            "Ask for documentation of the indication; code only what it supports. Nearest covered codes:"
            f" {listed(_nearest(policy, pointed))}.{'' if rendered else _GIVE_NOTICE}"
        )
    return hit(
        line,
        f"{message}{_expected(line)}.",
        fix=fix,
        at="pointers",
        severity=severity,
        owner="coding" if repair is not None or not pointed else None,
        prevents=denied_by if pointed else ("CO-16/M76",),
        evidence={"policy": policy[0].policy, "pointed": listed(pointed), "repair": repair is not None},
        subject=policy[0].policy,
    )


def _what_is_missing(line: ServiceLine, policy: Sequence[CoveragePolicy], pointed: Sequence[str]) -> str:
    name, shown = policy[0].policy, listed(pointed) or "none"
    groups = [row for row in policy if row.covered]
    unmet = [row.group for row in groups if not _meets(row, pointed)]
    if len(unmet) < len(groups):
        return (
            f"{line.procedure} (line {line.number}): policy {name} needs a diagnosis of each of its groups; the"
            f" pointed ones ({shown}) leave out group {', '.join(unmet)}"
        )
    count = len({code for row in groups for code in row.covered.split()})
    return (
        f"{line.procedure} (line {line.number}): no pointed diagnosis ({shown}) is in the covered list of policy"
        f" {name} ({count} codes)"
    )


def _repair(claim: Claim, policy: Sequence[CoveragePolicy], pointed: Sequence[str]) -> tuple[int, str] | None:
    """Return the claim's diagnosis, with its position, that would satisfy the policy if the line pointed to it."""
    first = any(row.first_pointer_only for row in policy)
    for position, each in enumerate(claim.diagnoses, 1):
        others = [code for code in pointed if code != each.code]
        if (first or each.code not in pointed) and _covers(
            policy, (each.code, *others) if first else (*others, each.code)
        ):
            return position, each.code
    return None


def _nearest(policy: Sequence[CoveragePolicy], pointed: Sequence[str]) -> list[str]:
    """Return a few covered codes, those first that begin most like a pointed one."""
    covered = {code.replace(".", "").upper() for row in policy for code in row.covered.split()}
    return sorted(covered, key=lambda code: (-max((_alike(code, each) for each in pointed), default=0), code))[:_SHOWN]


def _alike(one: str, other: str) -> int:
    """Return how many first characters two codes share."""
    return next(
        (n for n, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]),
        min(len(one), len(other)),
    )


def _with_notice(line: ServiceLine) -> str | None:
    return "info" if line.has("GA", "GZ") else None


def _expected(line: ServiceLine) -> str:
    """Say how the payer will deny a line that says itself that it is not covered."""
    if line.has("GA"):
        return "; expected PR-50, ABN on file"
    return "; expected CO-50" if line.has("GZ") else ""


def _denials(policy: Sequence[CoveragePolicy], *, medicare: bool) -> tuple[str, ...]:
    if not medicare:
        return ("CO-11", "CO-167")
    return ("CO-50/N386",) if policy[0].national else ("CO-50/N115",)


@rule(
    "NEC109",
    severity="stop",
    owner="coding",
    prevents=("CO-50", "CO-167", "CO-96/N115"),
    sources=("CMS Medicare Coverage Database, diagnoses that do not support medical necessity",),
    fails=[{"lines": ["93306 [Z00.00]"], "payer": "medicare", "tables": _policy(noncovered="Z00.00")}],
    passes=[{"lines": ["93306 [I50.9]"], "payer": "medicare", "tables": _policy(noncovered="Z00.00")}],
)
def dx_explicitly_noncovered(
    line: ServiceLine, claim: Claim, payer: Payer, policies: Table[CoveragePolicy], as_of: date
) -> Outcomes:
    """The line points to a diagnosis that the payer's policy names as not covered.

    Where a policy names a diagnosis, the payer denies the service for it; with a covered one beside it the payer
    may still ask. Correct the diagnosis only if another one is documented.
    """
    if "GY" in line.modifiers:
        return
    rows = policies_of(policies, payer, line.procedure)
    if not rows:
        return
    pointed = claim.diagnoses_of(line)
    for policy in _in_question(line, claim, rows):
        refused = [code for code in pointed if any(code in row.noncovered_codes for row in policy)]
        if not refused:
            continue
        overridden = len(refused) < len(pointed) and all(row.covered_overrides for row in policy)
        only_refused = len(refused) == len(pointed)
        if not (only_refused or _covered_too(policy, pointed)):
            continue
        firm = all(row.curated for row in policy) and not overridden
        notice = _GIVE_NOTICE if line.from_date > as_of else ""
        yield hit(
            line,
            f"{listed(refused)} is on the noncovered list of {policy[0].policy} for {line.procedure} (line"
            f" {line.number}){'' if only_refused else ', beside a covered diagnosis'}{_expected(line)}.",
            fix=f"Correct the diagnosis only if another is documented.{notice}",
            at="pointers",
            severity=_with_notice(line) or ("stop" if firm else "review"),
            evidence={"policy": policy[0].policy},
            subject=policy[0].policy,
        )


def _covered_too(policy: Sequence[CoveragePolicy], pointed: Sequence[str]) -> bool:
    return any(code in row.covered_codes for row in policy for code in pointed)
