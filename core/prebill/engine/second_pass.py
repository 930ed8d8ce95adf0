"""The second pass: lines that share a key, judged together."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any

import attrs

from prebill.engine.context import Context
from prebill.engine.judge import answers, crash, finding
from prebill.engine.keys import SEPARATOR, entry_of
from prebill.engine.plan import BoundRule, Plan
from prebill.engine.spill import (
    EntryRow,
    Outcome,
    SharedFinding,
    Spill,
    decode_encounter,
    spilled_claim,
)
from prebill.findings import Finding, NotChecked
from prebill.model import Payer
from prebill.rules import Cohort, Entry, Hit, Rule


@attrs.frozen
class Member:
    """An entry of a cohort with the row it was spilled as and the context of its claim."""

    row: EntryRow
    entry: Entry[Any]
    context: Context


@attrs.frozen(kw_only=True)
class Force:
    """Which spilled claims are out of force, and which cohorts without a line of the batch changed too."""

    dead: frozenset[int] = frozenset()
    touched: frozenset[tuple[int, str]] = frozenset()


class SecondPass:
    """Judges the cohorts of some parts of the spills and writes what it finds to a spill of its own."""

    def __init__(
        self, plan: Plan, spills: Sequence[Spill], out: Spill, as_of: date, *, for_ledger: bool = False
    ) -> None:
        self.plan = plan
        self.spills = spills
        self.out = out
        self.as_of = as_of
        self._for_ledger = for_ledger

    def run(self, parts: Iterable[int], force: Force) -> None:
        """Judge every cohort of these parts that has a line of the batch, or was touched by one."""
        for part in parts:
            rows = heapq.merge(*(spill.entries(part) for spill in self.spills), key=_order)
            for (number, key), group in groupby(rows, key=lambda row: (row.rule, row.key)):
                in_force = [row for row in group if row.number not in force.dead]
                if any(row.number >= 0 for row in in_force) or (number, key) in force.touched:
                    self._judge(number, key, in_force)

    def _judge(self, number: int, key: str, rows: Sequence[EntryRow]) -> None:
        rule = self.plan.rules[number]
        found: list[tuple[int, Finding]] = []
        decided: set[tuple[int, int]] = set()
        if any(row.judges for row in rows) and len(rows) >= rule.minimum:
            members = list(self._members(rule, rows))
            bound = self.plan.bound(number, _common_payer(members))
            if bound is not None:
                found = self._ask(bound, key, members, decided)
        self._say_where_history_ends(rule, rows, decided)
        if self._for_ledger:
            self.out.add_judged(f"cohort:{rule.code}:{key}", found)

    def _members(self, rule: Rule, rows: Sequence[EntryRow]) -> Iterator[Member]:
        contexts: dict[int, Context] = {}
        for row in rows:
            context = contexts.get(row.number)
            if context is None:
                claim_row = spilled_claim(self.spills, row.number)
                if claim_row is None:
                    raise AssertionError(row.number)
                encounter = decode_encounter(claim_row.encounter)
                context = Context(encounter, self.plan.payer_of(encounter.claim), self.as_of)
                contexts[row.number] = context
            entry = entry_of(
                rule,
                context,
                context.claim.lines[row.position],
                in_batch=row.number >= 0,
                triggered=row.judges,
                identity=str(row.number),
            )
            yield Member(row, entry, context)

    def _ask(
        self, bound: BoundRule, key: str, members: Sequence[Member], decided: set[tuple[int, int]]
    ) -> list[tuple[int, Finding]]:
        cohort = Cohort(
            key=tuple(key.split(SEPARATOR)),
            entries=tuple(member.entry for member in members),
            as_of=self.as_of,
            complete=self.plan.policy.complete_batch,
        )
        rows = {id(member.entry): member.row for member in members}
        found: list[tuple[int, Finding]] = []
        try:
            for answer in answers(bound, cohort, members[0].context, None):
                targets = [rows[id(target)] for target in answer.targets]
                decided.update((row.number, row.position) for row in targets)
                if isinstance(answer, Hit):
                    found.append(self._report(bound, answer, targets, members[0]))
                else:
                    undecided = targets or [member.row for member in members if member.row.judges]
                    decided.update((row.number, row.position) for row in undecided)
                    self._say_not_checked(bound.rule, answer.reason, undecided)
        except Exception as error:  # noqa: BLE001 - a rule that fails costs no other rule and no other claim
            first = next((member.row for member in members if member.row.number >= 0), members[0].row)
            failed = crash(bound.rule, error, first.claim_id, None)
            self.out.add_outcome(first.number, Outcome(claim_id=first.claim_id, crashes=(failed,)))
        return found

    def _report(
        self, bound: BoundRule, hit: Hit, targets: Sequence[EntryRow], member: Member
    ) -> tuple[int, Finding]:
        """Report a finding under the first of its lines that is in the batch; other claims share in it."""
        reporting = next((row for row in targets if row.number >= 0), targets[0])
        claim_row = spilled_claim(self.spills, reporting.number)
        made = attrs.evolve(
            finding(bound, hit, member.context.claim),
            claim_id=reporting.claim_id,
            place=None if claim_row is None else claim_row.place,
        )
        self.out.add_outcome(reporting.number, Outcome(claim_id=reporting.claim_id, findings=(made,)))
        for number, rows in groupby(sorted(targets, key=lambda row: row.number), key=lambda row: row.number):
            if number == reporting.number:
                continue
            lines = list(rows)
            shared = SharedFinding(
                fingerprint=made.fingerprint,
                rule=made.rule,
                severity=made.severity,
                reported_under=made.claim_id,
                lines=tuple(row.line for row in lines),
            )
            self.out.add_outcome(number, Outcome(claim_id=lines[0].claim_id, shared=(shared,)))
        return reporting.number, made

    def _say_not_checked(self, rule: Rule, reason: str, rows: Iterable[EntryRow]) -> None:
        for row in rows:
            if row.number >= 0:
                said = NotChecked(
                    rule=rule.code, name=rule.name, claim_id=row.claim_id, lines=(row.line,), reason=reason
                )
                self.out.add_outcome(row.number, Outcome(claim_id=row.claim_id, not_checked=(said,)))

    def _say_where_history_ends(
        self, rule: Rule, rows: Iterable[EntryRow], decided: Collection[tuple[int, int]]
    ) -> None:
        """A line without a violation passed only if everything within the rule's window is known."""
        if rule.window is None:
            return
        since = self.plan.policy.history_since
        for row in rows:
            if not row.judges or (row.number, row.position) in decided:
                continue
            needed = date.fromisoformat(row.day) - timedelta(days=rule.window)
            if since is None or since > needed:
                known = "no billing history" if since is None else f"billing history starts {since}"
                self._say_not_checked(rule, f"{known}; it must reach back to {needed}", [row])


def _order(row: EntryRow) -> tuple[Any, ...]:
    return (row.rule, row.key, row.day, row.claim_id, row.position, row.digest, row.number)


def _common_payer(members: Sequence[Member]) -> Payer:
    """A cohort of one payer runs with that payer's settings, one of several payers with the defaults."""
    payers = {member.context.payer for member in members}
    return payers.pop() if len(payers) == 1 else Payer()
