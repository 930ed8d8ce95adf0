"""Brings the outcomes of both passes together, claim by claim."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby
from operator import itemgetter

import attrs

from prebill.engine.spill import Outcome, Spill
from prebill.findings import Disposition, Finding, NotChecked, SharedFinding
from prebill.policy import Candidate, Policy, Waiver, beyond_capacity, decide, expired
from prebill.reading import Place, Problem, Refused, Unreadable
from prebill.report import ClaimVerdict, WaivedFinding

Numbered = tuple[int, ClaimVerdict | Unreadable | Problem | Refused]


@attrs.frozen(kw_only=True)
class Judgement:
    """What turns findings into verdicts: which rules silence others, what the practice decided, who is released.

    `baseline` holds the fingerprints of findings known from before. `released` are the numbers of the claims that
    are worth a look and go out because the day is full.
    """

    policy: Policy
    as_of: date
    supersedes: Mapping[str, frozenset[str]] = attrs.field(factory=dict)
    baseline: frozenset[str] = frozenset()
    released: frozenset[int] = frozenset()

    @property
    def waivers(self) -> tuple[Waiver, ...]:
        """The waivers that count on the day of the run."""
        return tuple(each for each in self.policy.waivers if self.as_of <= each.expires)

    def problems(self) -> Iterator[Problem]:
        """Yield what is wrong with the practice's decisions: waivers that expired and count no more."""
        place = Place(source=self.policy.origin or "configuration", element="waivers")
        return (Problem(place=place, message=str(each)) for each in expired(self.policy.waivers, self.as_of))

    def with_capacity(self, spills: Sequence[Spill], claims: int) -> Judgement:
        """Return the judgement once the whole batch is known, and with it who is released because the day is full.

        Keeps a few numbers of each claim that is worth a look; without a bound in the configuration, nothing.
        """
        hold = self.policy.hold
        if hold.capacity_minutes is None and hold.max_share is None:
            return self
        candidates = (
            Candidate(
                number=number,
                claim_id=item.claim_id,
                expected_value=item.expected_value or Decimal(0),
                minutes=item.review_minutes,
            )
            for number, item in verdicts(spills, self)
            if isinstance(item, ClaimVerdict) and item.reason == "expected value"
        )
        share = None if hold.max_share is None else int(hold.max_share * claims)
        released = beyond_capacity(candidates, minutes=hold.capacity_minutes, claims=share)
        return attrs.evolve(self, released=released)


def verdicts(spills: Sequence[Spill], judgement: Judgement) -> Iterator[Numbered]:
    """Yield everything found about the batch in the order of its input; earlier claims are left out."""
    waivers = judgement.waivers
    found = (
        (number, _verdict(number, [outcome for _, outcome in group], judgement, waivers))
        for number, group in groupby(
            heapq.merge(*(spill.outcomes() for spill in spills), key=itemgetter(0)), key=itemgetter(0)
        )
        if number >= 0
    )
    unread = heapq.merge(*(spill.items() for spill in spills), key=itemgetter(0))
    return heapq.merge(found, unread, key=itemgetter(0))


def undecided(spills: Sequence[Spill]) -> Iterator[NotChecked]:
    """Yield, once for the run, each rule that could not decide for a reason that lies in the run."""
    lines: dict[tuple[str, str, str], int] = {}
    for spill in spills:
        for rule, name, reason, count in spill.undecided():
            lines[rule, name, reason] = lines.get((rule, name, reason), 0) + count
    for (rule, name, reason), count in sorted(lines.items()):
        if count:
            yield NotChecked(rule=rule, name=name, claim_id=None, lines=(), reason=reason, count=count)


def _verdict(number: int, outcomes: Sequence[Outcome], judgement: Judgement, waivers: Sequence[Waiver]) -> ClaimVerdict:
    claim_id = outcomes[0].claim_id
    payer_id = next((outcome.payer_id for outcome in outcomes if outcome.payer_id), None)
    findings = [each for outcome in outcomes for each in outcome.findings]
    shared = [each for outcome in outcomes for each in outcome.shared]
    heard = silence_general(findings, shared, judgement.supersedes)
    baseline = [each for each in heard if each.fingerprint in judgement.baseline]
    let_go = [
        (each, next((waiver for waiver in waivers if waiver.covers(each, claim_id)), None))
        for each in heard
        if each.fingerprint not in judgement.baseline
    ]
    waived = [
        WaivedFinding(finding=each, reason=waiver.reason, expires=waiver.expires)
        for each, waiver in let_go
        if waiver is not None
    ]
    silent = {each.fingerprint for each in baseline} | {each.finding.fingerprint for each in waived}
    heard = [each for each in heard if each.fingerprint not in silent]
    shared = [
        each
        for each in shared
        if each.fingerprint not in judgement.baseline and not any(waiver.covers(each, claim_id) for waiver in waivers)
    ]
    policy = judgement.policy
    decision = decide(heard, policy.hold, shared=shared, payer_id=payer_id, release_stop=policy.release_stop(payer_id))
    if number in judgement.released and decision.disposition is Disposition.REVIEW:
        decision = attrs.evolve(decision, disposition=Disposition.RELEASE, reason="capacity")
    return ClaimVerdict(
        claim_id=claim_id,
        place=next((outcome.place for outcome in outcomes if outcome.place), None)
        or next((each.place for each in findings), None),
        disposition=decision.disposition,
        expected_value=decision.expected_value,
        review_minutes=decision.minutes,
        reason=decision.reason,
        escalate=decision.escalate,
        waived=tuple(waived),
        baseline=tuple(sorted(baseline, key=_order)),
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
