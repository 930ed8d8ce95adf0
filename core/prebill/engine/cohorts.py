"""Judges the lines of claims that share a key, whether there are many of them or one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import attrs

from prebill.engine.bound import Agenda, BoundRule
from prebill.engine.context import Context
from prebill.engine.judge import crash, finding
from prebill.engine.keys import PATIENT_FAMILY, SEPARATOR, entry_of
from prebill.engine.plan import Plan
from prebill.engine.spill import Outcome, Said
from prebill.engine.stopwatch import Ask
from prebill.findings import NotChecked, SharedFinding
from prebill.lookup import NotKnown
from prebill.making import maker
from prebill.model import Payer, ServiceLine
from prebill.reading import Place
from prebill.rules import Cohort, Entry, Hit, Missing, Rule

NO_HISTORY = "no billing history is known: give a ledger, and history_since"
_DAY = "from_date"

_make_cohort = maker(Cohort)


class Gathered:
    """A claim among those that share a key; its entries and their keys are made once for all rules."""

    __slots__ = ("_entries", "_keys", "agenda", "context", "dead", "number", "place")

    def __init__(
        self, number: int, context: Context, agenda: Agenda, place: Place | None, *, dead: bool = False
    ) -> None:
        self.number = number
        self.context = context
        self.agenda = agenda
        self.place = place
        self.dead = dead
        self._entries: dict[tuple[int, Any, bool], Entry[Any]] = {}
        self._keys: dict[tuple[int, Any, bool, tuple[str, ...]], str] = {}

    @property
    def claim_id(self) -> str:
        """The number of the claim."""
        return self.context.claim.control_number

    @property
    def in_batch(self) -> bool:
        """Tell whether the claim is checked now, rather than known from the ledger."""
        return self.number >= 0

    def entry(self, position: int, record_type: Any, *, judges: bool) -> Entry[Any]:
        """Return the entry of a line with a record of a type, judged or only seen; raises as `entry_of` does."""
        kind = (position, record_type, judges)
        made = self._entries.get(kind)
        if made is None:
            made = self._entries[kind] = entry_of(
                record_type,
                self.context,
                self.context.claim.lines[position],
                in_batch=self.in_batch,
                triggered=judges,
                in_force=not self.dead,
                identity=str(self.number),
            )
        return made

    def key(self, position: int, bound: BoundRule, entry: Entry[Any]) -> str:
        """Return the key of an entry for a rule; raises `NotKnown` where a field of it is missing."""
        rule = bound.rule
        kind = (position, rule.signature.cohort_record, entry.triggered, rule.key)
        made = self._keys.get(kind)
        if made is None and bound.key is not None:
            made = self._keys[kind] = bound.key(entry)
        return made or ""


class _Member:
    """A line that a rule judges or only sees, and once it is in a cohort, its entry there."""

    __slots__ = ("bound", "claim", "entry", "judges", "line", "position")

    def __init__(self, claim: Gathered, position: int, line: ServiceLine, bound: BoundRule, *, judges: bool) -> None:
        self.claim = claim
        self.position = position
        self.line = line
        self.bound = bound
        self.judges = judges
        self.entry: Entry[Any] | None = None


class CohortJudge:
    """Asks cohort rules about claims that share a key."""

    def __init__(self, plan: Plan, as_of: date, ask: Ask) -> None:
        self.plan = plan
        self.as_of = as_of
        self._answers = ask
        self._since = plan.policy.history_since

    def judge(self, number: int, family: str, key: str, claims: Sequence[Gathered]) -> Said:
        """Return what a rule says about the claims gathered under a key of its family."""
        said = Said()
        rule = self.plan.rules[number]
        for lines in self._lines(number, family, claims, said):
            if _enough(rule, lines) or self._history_is_short(rule, lines):
                for own_key, members in self._cohorts(rule, family, lines, said).items():
                    # A claim has one patient, but its lines may have several keys of another family.
                    if family == PATIENT_FAMILY or own_key == key:
                        self._judge(number, own_key, members, said)
        return said

    def _lines(self, number: int, family: str, claims: Iterable[Gathered], said: Said) -> Iterable[list[_Member]]:
        """Return the lines that a rule judges or sees; apart by day, where only lines of one day can meet."""
        rule = self.plan.rules[number]
        daily = _DAY in rule.key
        found: dict[date | None, list[_Member]] = {}
        for each in claims:
            claim = each.context.claim
            for position, bound in each.agenda.families.get(family, {}).get(number, ()):
                line = claim.lines[position]
                judges = bound.judges and (bound.settled or bound.applies(claim, line))
                if each.dead and not rule.replaced:
                    self._count_as_decided(rule, each, said, judges=judges)
                elif judges or rule.context is not None:
                    made = _Member(each, position, line, bound, judges=judges)
                    found.setdefault(line.from_date if daily else None, []).append(made)
        return found.values()

    def _history_is_short(self, rule: Rule, lines: Iterable[_Member]) -> bool:
        """Tell whether history does not reach far enough back for some line."""
        since, window = self._since, rule.window
        if since is None or window is None:
            return False
        return any(since > each.line.from_date - timedelta(days=window) for each in lines)

    def _cohorts(self, rule: Rule, family: str, lines: Iterable[_Member], said: Said) -> dict[str, list[_Member]]:
        """Divide lines by their keys for a rule; a line that lacks a whole key was reported when it was gathered."""
        cohorts: dict[str, list[_Member]] = {}
        record_type = rule.signature.cohort_record
        for each in lines:
            claim = each.claim
            try:
                each.entry = claim.entry(each.position, record_type, judges=each.judges)
                key = claim.key(each.position, each.bound, each.entry)
            except NotKnown as missing:
                if each.judges and (rule.key_required or each.entry is None):
                    if family == PATIENT_FAMILY or not rule.key_required:
                        _say_not_checked(said, rule, str(missing), claim, each.line)
                    self._count_as_decided(rule, claim, said, judges=True)
            else:
                cohorts.setdefault(key, []).append(each)
        return cohorts

    def _judge(self, number: int, key: str, members: list[_Member], said: Said) -> None:
        rule = self.plan.rules[number]
        decided: set[_Member] = set()
        if _enough(rule, members):
            members.sort(key=lambda member: (member.line.from_date, member.claim.claim_id, member.position))
            bound = self._bound(number, members)
            if bound is not None:
                self._ask(bound, key, members, decided, said)
        if rule.window is not None:
            self._say_where_history_ends(rule, rule.window, members, decided, said)

    def _bound(self, number: int, members: Sequence[_Member]) -> BoundRule | None:
        """A cohort of one payer runs with that payer's settings, one of several payers with the defaults."""
        payers = {member.claim.context.payer for member in members}
        return members[0].bound if len(payers) == 1 else self.plan.bound(number, Payer())

    def _ask(self, bound: BoundRule, key: str, members: Sequence[_Member], decided: set[_Member], said: Said) -> None:
        cohort = _make_cohort(
            key=tuple(key.split(SEPARATOR)),
            entries=tuple([member.entry for member in members]),
            as_of=self.as_of,
            complete=self.plan.policy.complete_batch,
            known_since=self._since,
        )
        try:
            answers = self._answers(bound, cohort, members[0].claim.context, None)
            by_entry = {id(member.entry): member for member in members} if answers else {}
            for answer in answers:
                targets = [by_entry[id(target)] for target in answer.targets]
                if isinstance(answer, Hit):
                    _report(said, bound, answer, targets)
                else:
                    targets = targets or [member for member in members if member.judges]
                    _say_undecided(said, bound.rule, answer, targets)
                decided.update(targets)
        except Exception as error:  # noqa: BLE001 - a rule that fails costs no other rule and no other claim
            first = next((member.claim for member in members if member.claim.in_batch), members[0].claim)
            failed = crash(bound.rule, error, first.claim_id, first.place)
            said.outcomes.append((first.number, Outcome(claim_id=first.claim_id, crashes=(failed,))))

    def _say_where_history_ends(
        self, rule: Rule, window: int, members: Iterable[_Member], decided: Collection[_Member], said: Said
    ) -> None:
        """A line without a violation passed only if everything within the rule's window is known.

        Without any history the first pass counted every line; here those that were decided all the same are taken
        off again.
        """
        since = self._since
        if since is None and not decided:
            return
        for member in members:
            if not member.claim.in_batch or not member.judges:
                continue
            if since is None:
                self._count_as_decided(rule, member.claim, said, judges=member in decided)
                continue
            needed = member.line.from_date - timedelta(days=window)
            if since > needed and member not in decided:
                reason = f"billing history starts {since}; it must reach back to {needed}"
                _say_not_checked(said, rule, reason, member.claim, member.line)

    def _count_as_decided(self, rule: Rule, claim: Gathered, said: Said, *, judges: bool) -> None:
        """Take off a line that the first pass counted among those without history."""
        if judges and claim.in_batch and rule.window is not None and self._since is None:
            said.undecided.append((NO_HISTORY, -1))


def _report(said: Said, bound: BoundRule, hit: Hit, targets: Sequence[_Member]) -> None:
    """Report a finding under the first of its lines that is in the batch; other claims share in it."""
    under = next((member.claim for member in targets if member.claim.in_batch), targets[0].claim)
    made = attrs.evolve(finding(bound, hit, under.context.claim), claim_id=under.claim_id, place=under.place)
    payer = under.context.payer.payer_id
    said.outcomes.append((under.number, Outcome(claim_id=under.claim_id, payer_id=payer, findings=(made,))))
    for number in dict.fromkeys(member.claim.number for member in targets):
        if number == under.number:
            continue
        lines = [member for member in targets if member.claim.number == number]
        claim_id = lines[0].claim.claim_id
        shared = SharedFinding(
            fingerprint=made.fingerprint,
            rule=made.rule,
            severity=made.severity,
            reported_under=made.claim_id,
            lines=() if bound.rule.whole_claims else tuple(member.line.number for member in lines),
            owner=made.owner,
            at_risk=sum((each.at_risk for each in made.affected if each.claim_id == claim_id), Decimal(0)),
        )
        said.outcomes.append((number, Outcome(claim_id=claim_id, payer_id=payer, shared=(shared,))))


def _say_undecided(said: Said, rule: Rule, answer: Missing, targets: Iterable[_Member]) -> None:
    lines = [member for member in targets if member.claim.in_batch]
    if answer.of_run:
        said.undecided.append((answer.reason, len(lines)))
        return
    for member in lines:
        _say_not_checked(said, rule, answer.reason, member.claim, member.line)


def _say_not_checked(said: Said, rule: Rule, reason: str, claim: Gathered, line: ServiceLine) -> None:
    if claim.in_batch:
        lines = () if rule.whole_claims else (line.number,)
        answer = NotChecked(rule=rule.code, name=rule.name, claim_id=claim.claim_id, lines=lines, reason=reason)
        said.outcomes.append((claim.number, Outcome(claim_id=claim.claim_id, not_checked=(answer,))))


def _enough(rule: Rule, lines: Sequence[_Member]) -> bool:
    """Tell whether there are lines to judge, and as many lines and claims as a violation takes."""
    return (
        len(lines) >= rule.minimum
        and any(each.judges for each in lines)
        and (rule.minimum_claims == 1 or len({each.claim for each in lines}) >= rule.minimum_claims)
    )
