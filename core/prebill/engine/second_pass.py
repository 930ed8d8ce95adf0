"""The second pass: claims that share a key, judged together."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from datetime import date
from itertools import groupby
from operator import itemgetter

import attrs

from prebill.engine.cohorts import CohortJudge, Gathered
from prebill.engine.context import Context
from prebill.engine.judge import answers
from prebill.engine.keys import digest
from prebill.engine.plan import Plan
from prebill.engine.spill import GatheredRow, Said, Spill, decode_encounter, decode_said
from prebill.engine.stopwatch import Ask, Stopwatch
from prebill.findings import Finding


@attrs.frozen(kw_only=True)
class Force:
    """Which spilled claims are out of force, and which keys without a claim of the batch were touched by one."""

    dead: frozenset[int] = frozenset()
    touched: frozenset[tuple[str, str]] = frozenset()


class SecondPass:
    """Judges the cohorts of some buckets of the spills and writes what it finds to a spill of its own.

    What the rules say about a claim that nothing else shares a key with was found in the first pass; only where
    claims meet, or some are out of force, are claims read again and rules asked.
    """

    def __init__(
        self,
        plan: Plan,
        spills: Sequence[Spill],
        out: Spill,
        as_of: date,
        *,
        for_ledger: bool = False,
        stopwatch: Stopwatch | None = None,
    ) -> None:
        self.plan = plan
        self.spills = {spill.number: spill for spill in spills}
        self.out = out
        self.as_of = as_of
        self._for_ledger = for_ledger
        ask: Ask = stopwatch or answers
        self._cohorts = CohortJudge(plan, as_of, ask)
        self._daily = frozenset(number for number, rule in plan.cohort_rules if "from_date" in rule.key)
        self._undecided: dict[tuple[int, str], int] = {}

    def run(self, bucket: int, force: Force) -> None:
        """Judge every key of a bucket that a claim of the batch has, or that one touched."""
        rows = heapq.merge(*(spill.gathered(bucket) for spill in self.spills.values()))
        for (family, key), group in groupby(rows, key=itemgetter(0, 1)):
            claims = [GatheredRow._make(row) for row in group]
            if any(row.number >= 0 for row in claims) or (family, key) in force.touched:
                self._judge_key(family, key, claims, force)
        for (number, reason), lines in sorted(self._undecided.items()):
            rule = self.plan.rules[number]
            self.out.add_undecided(rule.code, rule.name, reason, lines)

    def _judge_key(self, family: str, key: str, rows: Sequence[GatheredRow], force: Force) -> None:
        found: dict[int, list[tuple[int, Finding]]] = {}
        anew = self._to_ask(rows, force)
        for row in rows:
            for number, said in decode_said(row.said or b"").items():
                if number not in anew:
                    found.setdefault(number, []).extend(self._write(number, said))
        if anew:
            claims = self._read(rows, anew, force)
            for number in sorted(anew):
                said = self._cohorts.judge(number, family, key, claims)
                found.setdefault(number, []).extend(self._write(number, said))
        if self._for_ledger:
            for number, rule in self.plan.cohort_rules:
                if self.plan.families[number] == family:
                    scope = f"cohort:{rule.code}.{rule.function.__name__}:{key}"
                    self.out.add_judged(scope, found.get(number, ()))

    def _to_ask(self, rows: Sequence[GatheredRow], force: Force) -> set[int]:
        """Return the rules that may say something else than they said about each claim by itself."""
        anew: set[int] = set()
        met: set[tuple[int, int]] = set()
        for row in rows:
            if row.said is None or row.number in force.dead:
                anew.update(row.rules)
            if len(rows) > 1:
                own = {(number, day) for number in row.rules for day in (row.days if number in self._daily else (0,))}
                anew.update(number for number, _ in own & met)
                met |= own
        return anew

    def _read(self, rows: Sequence[GatheredRow], rules: set[int], force: Force) -> list[Gathered]:
        """Read the claims that set off some of the rules, in an order that is none of the input."""
        found = []
        for row in rows:
            if not rules.isdisjoint(row.rules):
                place, content = self.spills[row.spill].claim(row.offset, row.length)
                encounter = decode_encounter(content)
                context = Context(encounter, self.plan.payer_of(encounter.claim), self.as_of)
                agenda = self.plan.agenda(encounter, context.payer)
                claim = Gathered(row.number, context, agenda, place, dead=row.number in force.dead)
                found.append(((row.days, row.claim_id), content, claim))
        orders = [order for order, _, _ in found]
        if len(set(orders)) < len(orders):
            found.sort(key=lambda each: (each[0], digest(each[1])))
        return [claim for _, _, claim in found]

    def _write(self, number: int, said: Said) -> list[tuple[int, Finding]]:
        """Write what a rule says, and return its findings with the claims that they are reported under."""
        for claim, outcome in said.outcomes:
            self.out.add_outcome(claim, outcome)
        for reason, lines in said.undecided:
            self._undecided[number, reason] = self._undecided.get((number, reason), 0) + lines
        return [(claim, each) for claim, outcome in said.outcomes for each in outcome.findings]
