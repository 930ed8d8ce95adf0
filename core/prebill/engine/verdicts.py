"""Brings the outcomes of both passes together, claim by claim."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter

from prebill.engine.report import ClaimVerdict
from prebill.engine.spill import Outcome, SharedFinding, Spill
from prebill.findings import Finding
from prebill.policy import disposition
from prebill.reading import Problem, Refused, Unreadable

Numbered = tuple[int, ClaimVerdict | Unreadable | Problem | Refused]


def verdicts(spills: Sequence[Spill], supersedes: Mapping[str, frozenset[str]]) -> Iterator[Numbered]:
    """Yield everything found about the batch in the order of its input; earlier claims are left out."""
    found = (
        (number, _verdict([outcome for _, outcome in group], supersedes))
        for number, group in groupby(
            heapq.merge(*(spill.outcomes() for spill in spills), key=itemgetter(0)), key=itemgetter(0)
        )
        if number >= 0
    )
    unread = heapq.merge(*(spill.items() for spill in spills), key=itemgetter(0))
    return heapq.merge(found, unread, key=itemgetter(0))


def _verdict(outcomes: Sequence[Outcome], supersedes: Mapping[str, frozenset[str]]) -> ClaimVerdict:
    findings = [each for outcome in outcomes for each in outcome.findings]
    shared = [each for outcome in outcomes for each in outcome.shared]
    heard = silence_general(findings, shared, supersedes)
    return ClaimVerdict(
        claim_id=outcomes[0].claim_id,
        place=next((outcome.place for outcome in outcomes if outcome.place), None)
        or next((each.place for each in findings), None),
        disposition=disposition([each.severity for each in heard] + [each.severity for each in shared]),
        findings=tuple(sorted(heard, key=_order)),
        shared=tuple(sorted(shared, key=lambda each: (each.rule, each.fingerprint))),
        not_checked=tuple(
            sorted(
                (each for outcome in outcomes for each in outcome.not_checked),
                key=lambda each: (each.rule, each.lines, each.reason),
            )
        ),
        crashes=tuple(each for outcome in outcomes for each in outcome.crashes),
    )


def silence_general(
    findings: Sequence[Finding], shared: Sequence[SharedFinding], supersedes: Mapping[str, frozenset[str]]
) -> list[Finding]:
    """Drop each finding whose cause a more specific rule already names on one of its lines."""
    speaking = [(each.rule, _lines(each.lines)) for each in findings]
    speaking += [(each.rule, _lines(each.lines)) for each in shared]
    return [
        each
        for each in findings
        if not any(
            each.rule in supersedes.get(rule, ()) and _meet(_lines(each.lines), lines) for rule, lines in speaking
        )
    ]


def _lines(lines: tuple[int, ...]) -> frozenset[int]:
    return frozenset(lines)


def _meet(one: frozenset[int], other: frozenset[int]) -> bool:
    """Lines meet when they share one; no line stands for the whole claim, which meets everything."""
    return not one or not other or bool(one & other)


def _order(finding: Finding) -> tuple[int, tuple[int, ...], str, str]:
    return (-finding.severity.rank, finding.lines, finding.rule, finding.fingerprint)
