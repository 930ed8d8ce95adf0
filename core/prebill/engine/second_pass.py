"""The second pass: lines that share a key, judged together."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

import attrs

from prebill.engine.context import Context
from prebill.engine.first_pass import NO_HISTORY
from prebill.engine.judge import answers, crash, finding
from prebill.engine.keys import SEPARATOR, entry_of
from prebill.engine.plan import BoundRule, Plan
from prebill.engine.spill import GatheredRow, Outcome, Spill, decode_encounter
from prebill.engine.stopwatch import Ask, Stopwatch
from prebill.findings import Finding, NotChecked, SharedFinding
from prebill.lookup import NotKnown
from prebill.model import Payer, ServiceLine
from prebill.reading import Place
from prebill.rules import Cohort, Entry, Hit, Missing, Rule

_DAY = "from_date"


class Member(NamedTuple):
    """A line of a cohort, with the claim it was gathered with."""

    entry: Entry[Any]
    position: int
    number: int
    context: Context
    place: Place | None

    @property
    def in_batch(self) -> bool:
        """Tell whether the line is checked now, rather than known from the ledger."""
        return self.number >= 0

    @property
    def claim_id(self) -> str:
        """The number of the claim."""
        return self.context.claim.control_number


class _Gathered(NamedTuple):
    """A claim gathered under a key, as it was read again."""

    row: GatheredRow
    place: Place | None
    context: Context


class _Making:
    """A line on its way into cohorts: its entries and keys, each made once for all rules that want the same."""

    __slots__ = ("claim", "dead", "entries", "gathered", "keys", "line", "position")

    def __init__(self, gathered: _Gathered, line: ServiceLine, position: int, *, dead: bool) -> None:
        self.gathered = gathered
        self.claim = gathered.context.claim
        self.line = line
        self.position = position
        self.dead = dead
        self.entries: dict[tuple[Any, bool], Entry[Any]] = {}
        self.keys: dict[tuple[Any, ...], str] = {}

    @property
    def number(self) -> int:
        """The number of the claim in the run."""
        return self.gathered.row.number

    @property
    def claim_id(self) -> str:
        """The number of the claim."""
        return self.gathered.row.claim_id

    def entry(self, record_type: Any, judges: bool) -> Entry[Any]:
        """Make the entry with a record of a type, judged or only seen."""
        made = self.entries[record_type, judges] = entry_of(
            record_type,
            self.gathered.context,
            self.line,
            in_batch=self.number >= 0,
            triggered=judges,
            in_force=not self.dead,
            identity=str(self.number),
        )
        return made


@attrs.frozen(kw_only=True)
class Force:
    """Which spilled claims are out of force, and which keys without a claim of the batch were touched by one."""

    dead: frozenset[int] = frozenset()
    touched: frozenset[tuple[str, str]] = frozenset()


class SecondPass:
    """Judges the cohorts of some buckets of the spills and writes what it finds to a spill of its own."""

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
        self._answers: Ask = stopwatch or answers
        self._history_starts = plan.policy.history_since is not None
        self._without_history: dict[int, int] = {}

    def run(self, bucket: int, force: Force) -> None:
        """Judge every key of a bucket that a claim of the batch has, or that one touched."""
        rows = heapq.merge(*(spill.gathered(bucket) for spill in self.spills.values()))
        for (family, key), group in groupby(rows, key=itemgetter(0, 1)):
            claims = [GatheredRow._make(row) for row in group]
            if any(row.number >= 0 for row in claims) or (family, key) in force.touched:
                self._judge_key(family, key, claims, force)
        for number, lines in sorted(self._without_history.items()):
            rule = self.plan.rules[number]
            self.out.add_undecided(rule.code, rule.name, NO_HISTORY, lines)

    def _judge_key(self, family: str, key: str, claims: Sequence[GatheredRow], force: Force) -> None:
        found: dict[int, list[tuple[int, Finding]]] = {}
        if len(claims) > 1 or claims[0].alone or claims[0].number in force.dead:
            for (number, own_key), members in sorted(self._cohorts(family, claims, force).items()):
                found.setdefault(number, []).extend(self._judge(number, own_key, members))
        if self._for_ledger:
            for number, rule in self.plan.cohort_rules:
                if self.plan.families[number] == family:
                    scope = f"cohort:{rule.code}.{rule.function.__name__}:{key}"
                    self.out.add_judged(scope, found.get(number, ()))

    def _cohorts(self, family: str, claims: Sequence[GatheredRow], force: Force) -> dict[tuple[int, str], list[Member]]:
        """Divide the lines of claims into the cohorts of each rule of the family."""
        cohorts: dict[tuple[int, str], list[Member]] = {}
        gathered = [self._read(row) for row in claims]
        claims_on: dict[date, int] = {}
        for each in gathered:
            for day in {line.from_date for line in each.context.claim.lines}:
                claims_on[day] = claims_on.get(day, 0) + 1
        for each in gathered:
            dead = each.row.number in force.dead
            kinds = self.plan.applicable(each.context.encounter, each.context.payer)
            for position, (line, applicable) in enumerate(zip(each.context.claim.lines, kinds, strict=True)):
                making = _Making(each, line, position, dead=dead)
                for bound in applicable.families.get(family, ()):
                    most = claims_on[line.from_date] if _DAY in bound.rule.key else len(claims)
                    if self._concerns(bound, making, most=most):
                        self._enter(cohorts, bound, making)
        return cohorts

    def _read(self, row: GatheredRow) -> _Gathered:
        place, content = self.spills[row.spill].claim(row.offset)
        encounter = decode_encounter(content)
        return _Gathered(row, place, Context(encounter, self.plan.payer_of(encounter.claim), self.as_of))

    def _concerns(self, bound: BoundRule, making: _Making, *, most: int) -> bool:
        """Tell whether a rule can find anything about a line, which at most so many claims may share a key with."""
        rule = bound.rule
        if making.position and rule.whole_claims:
            return False
        if rule.minimum_claims > most and not (making.dead or (rule.window and self._history_starts)):
            return False
        if making.dead and not rule.replaced:
            judges = bound.judges and (bound.settled or bound.applies(making.claim, making.line))
            self._count_as_decided(bound, making.number, judges=judges)
            return False
        return True

    def _enter(self, cohorts: dict[tuple[int, str], list[Member]], bound: BoundRule, making: _Making) -> None:
        """Make a line a member of its cohort of a rule."""
        rule = bound.rule
        judges = bound.judges and (bound.settled or bound.applies(making.claim, making.line))
        if bound.key is None or not (judges or rule.context):
            return
        kind = (rule.signature.cohort_record, judges)
        entry = making.entries.get(kind)
        try:
            if entry is None:
                entry = making.entry(*kind)
            key = making.keys.get((kind, rule.key))
            if key is None:
                key = making.keys[kind, rule.key] = bound.key(entry)
        except NotKnown as missing:
            if judges and (rule.key_required or entry is None):
                self._say_not_checked(rule, str(missing), [(making.number, making.claim_id, making.line.number)])
                self._count_as_decided(bound, making.number, judges=judges)
            return
        member = Member(entry, making.position, making.number, making.gathered.context, making.gathered.place)
        cohorts.setdefault((bound.number, key), []).append(member)

    def _judge(self, number: int, key: str, members: list[Member]) -> list[tuple[int, Finding]]:
        rule = self.plan.rules[number]
        found: list[tuple[int, Finding]] = []
        decided: set[int] = set()
        if _enough(rule, members):
            members.sort(key=lambda member: (member.entry.from_date, member.claim_id, member.position))
            bound = self.plan.bound(number, _common_payer(members))
            if bound is not None:
                found = self._ask(bound, key, members, decided)
        if rule.window is not None:
            self._say_where_history_ends(number, rule.window, members, decided)
        return found

    def _ask(
        self, bound: BoundRule, key: str, members: Sequence[Member], decided: set[int]
    ) -> list[tuple[int, Finding]]:
        cohort = Cohort(
            key=tuple(key.split(SEPARATOR)),
            entries=tuple(member.entry for member in members),
            as_of=self.as_of,
            complete=self.plan.policy.complete_batch,
            known_since=self.plan.policy.history_since,
        )
        by_entry = {id(member.entry): member for member in members}
        found: list[tuple[int, Finding]] = []
        try:
            for answer in self._answers(bound, cohort, members[0].context, None):
                targets = [by_entry[id(target)] for target in answer.targets]
                if isinstance(answer, Hit):
                    found.append(self._report(bound, answer, targets))
                else:
                    targets = targets or [member for member in members if member.entry.triggered]
                    self._say_undecided(bound, answer, targets)
                decided.update(id(member) for member in targets)
        except Exception as error:  # noqa: BLE001 - a rule that fails costs no other rule and no other claim
            first = next((member for member in members if member.in_batch), members[0])
            failed = crash(bound.rule, error, first.claim_id, first.place)
            self.out.add_outcome(first.number, Outcome(claim_id=first.claim_id, crashes=(failed,)))
        return found

    def _report(self, bound: BoundRule, hit: Hit, targets: Sequence[Member]) -> tuple[int, Finding]:
        """Report a finding under the first of its lines that is in the batch; other claims share in it."""
        under = next((member for member in targets if member.in_batch), targets[0])
        made = attrs.evolve(finding(bound, hit, under.context.claim), claim_id=under.claim_id, place=under.place)
        payer = under.context.payer.payer_id
        self.out.add_outcome(under.number, Outcome(claim_id=under.claim_id, payer_id=payer, findings=(made,)))
        for number in dict.fromkeys(member.number for member in targets):
            if number == under.number:
                continue
            lines = [member for member in targets if member.number == number]
            shared = SharedFinding(
                fingerprint=made.fingerprint,
                rule=made.rule,
                severity=made.severity,
                reported_under=made.claim_id,
                lines=() if bound.rule.whole_claims else tuple(member.entry.line.number for member in lines),
                owner=made.owner,
                at_risk=sum((each.at_risk for each in made.affected if each.claim_id == lines[0].claim_id), Decimal(0)),
            )
            self.out.add_outcome(number, Outcome(claim_id=lines[0].claim_id, payer_id=payer, shared=(shared,)))
        return under.number, made

    def _say_undecided(self, bound: BoundRule, answer: Missing, targets: Iterable[Member]) -> None:
        lines = [(member.number, member.claim_id, member.entry.line.number) for member in targets if member.in_batch]
        if answer.of_run:
            self.out.add_undecided(bound.rule.code, bound.rule.name, answer.reason, len(lines))
        else:
            self._say_not_checked(bound.rule, answer.reason, lines)

    def _say_not_checked(self, rule: Rule, reason: str, lines: Iterable[tuple[int, str, int]]) -> None:
        for number, claim_id, line in lines:
            if number >= 0:
                said = NotChecked(
                    rule=rule.code,
                    name=rule.name,
                    claim_id=claim_id,
                    lines=() if rule.whole_claims else (line,),
                    reason=reason,
                )
                self.out.add_outcome(number, Outcome(claim_id=claim_id, not_checked=(said,)))

    def _say_where_history_ends(
        self, number: int, window: int, members: Iterable[Member], decided: Collection[int]
    ) -> None:
        """A line without a violation passed only if everything within the rule's window is known.

        Without any history the first pass counted every line; here those that were decided all the same are taken
        off again.
        """
        since = self.plan.policy.history_since
        if since is None and not decided:
            return
        for member in members:
            if not member.in_batch or not member.entry.triggered:
                continue
            needed = member.entry.from_date - timedelta(days=window)
            if since is None and id(member) in decided:
                self._without_history[number] = self._without_history.get(number, 0) - 1
            elif since is not None and since > needed and id(member) not in decided:
                reason = f"billing history starts {since}; it must reach back to {needed}"
                line = (member.number, member.claim_id, member.entry.line.number)
                self._say_not_checked(self.plan.rules[number], reason, [line])

    def _count_as_decided(self, bound: BoundRule, number: int, *, judges: bool) -> None:
        """Take off a line that the first pass counted among those without history."""
        if judges and number >= 0 and bound.rule.window is not None and self.plan.policy.history_since is None:
            self._without_history[bound.number] = self._without_history.get(bound.number, 0) - 1


def _enough(rule: Rule, members: Sequence[Member]) -> bool:
    """Tell whether there are lines to judge, and as many lines and claims as a violation takes."""
    return (
        len(members) >= rule.minimum
        and any(member.entry.triggered for member in members)
        and (rule.minimum_claims == 1 or len({member.number for member in members}) >= rule.minimum_claims)
    )


def _common_payer(members: Sequence[Member]) -> Payer:
    """A cohort of one payer runs with that payer's settings, one of several payers with the defaults."""
    payers = {member.context.payer for member in members}
    return payers.pop() if len(payers) == 1 else Payer()
