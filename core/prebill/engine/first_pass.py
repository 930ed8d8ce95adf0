"""The first pass: each encounter by itself, and the lines that cohort rules ask for set aside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

import attrs

from prebill.engine.bound import Agenda, BoundRule
from prebill.engine.cohorts import NO_HISTORY, CohortJudge, Gathered
from prebill.engine.context import Context
from prebill.engine.force import CHANGES
from prebill.engine.gathering import Key, gather, header_of, set_aside
from prebill.engine.judge import answers, crash, finding, not_checked
from prebill.engine.keys import CLAIM_SCOPE, PATIENT_FAMILY, claim_keys, digest
from prebill.engine.plan import Plan
from prebill.engine.spill import Outcome, Spill, encode_encounter, encode_said
from prebill.engine.stopwatch import Ask, Stopwatch
from prebill.findings import Finding, NotChecked, RuleCrash
from prebill.model import Encounter, ServiceLine
from prebill.reading import Item, Origin, Refused, Sourced, Unreadable
from prebill.rules import Hit, Scope

_MOST_AGENDAS = 10_000


@attrs.define
class Counts:
    """What went in: claims read, not readable, of refused inputs; and how many replace or void others."""

    read: int = 0
    unreadable: int = 0
    refused: int = 0
    changes: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.read + other.read,
            self.unreadable + other.unreadable,
            self.refused + other.refused,
            self.changes + other.changes,
        )


class _Answers:
    """Collects what the rules of one claim answer."""

    __slots__ = ("crashes", "findings", "not_checked")

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.not_checked: list[NotChecked] = []
        self.crashes: list[RuleCrash] = []

    def __bool__(self) -> bool:
        return bool(self.findings or self.not_checked or self.crashes)


class FirstPass:
    """Checks encounters one by one and writes what it finds to a spill."""

    def __init__(
        self,
        plan: Plan,
        spill: Spill,
        as_of: date,
        *,
        for_ledger: bool = False,
        stopwatch: Stopwatch | None = None,
    ) -> None:
        self.plan = plan
        self.spill = spill
        self.as_of = as_of
        self.counts = Counts()
        self._for_ledger = for_ledger
        self._answers: Ask = stopwatch or answers
        self._cohorts = CohortJudge(plan, as_of, self._answers)
        self._no_history = plan.policy.history_since is None
        self._agendas: dict[Agenda, int] = {}
        self._undecided: dict[tuple[int, str], int] = {}

    def run(self, items: Iterable[Item], first_number: int = 0) -> Counts:
        """Check every item; claims are numbered upwards from `first_number` in the order of the input."""
        for number, item in enumerate(items, first_number):
            if isinstance(item, Sourced):
                self.counts.read += 1
                self.counts.changes += item.encounter.claim.frequency_code in CHANGES
                self.check(number, item.encounter, item.origin)
            else:
                self.spill.add_item(number, item)
                if isinstance(item, Unreadable):
                    self.counts.unreadable += 1
                elif isinstance(item, Refused):
                    self.counts.refused += item.claims
        self._say_what_is_undecided()
        return self.counts

    def check(self, number: int, encounter: Encounter, origin: Origin) -> None:
        """Run the line, claim and encounter rules on one encounter and set it aside for its cohorts."""
        claim = encounter.claim
        payer = self.plan.payer_of(claim)
        context = Context(encounter, payer, self.as_of, origin)
        agenda = self.plan.agenda(encounter, payer)
        self._note(agenda)
        found = _Answers()
        for bound, target, line in _to_run(agenda, encounter):
            self._ask(bound, target, context, line, found)
        if self._no_history:
            for position, bound in agenda.looking_back:
                if bound.applies(claim, claim.lines[position]):
                    self._count((bound.number, NO_HISTORY))
        keys = gather(self.plan, context, agenda, found.not_checked) if agenda.families else []
        if keys or self._for_ledger or claim.frequency_code in CHANGES:
            self._keep(number, context, agenda, keys, found)
        if found:
            self.spill.add_outcome(
                number,
                Outcome(
                    claim_id=claim.control_number,
                    payer_id=payer.payer_id,
                    place=origin.locate(),
                    findings=tuple(found.findings),
                    not_checked=tuple(found.not_checked),
                    crashes=tuple(found.crashes),
                ),
            )

    def _ask(
        self, bound: BoundRule, target: object, context: Context, line: ServiceLine | None, found: _Answers
    ) -> None:
        try:
            for answer in self._answers(bound, target, context, line):
                if isinstance(answer, Hit):
                    found.findings.append(finding(bound, answer, context.claim, context.origin))
                elif answer.of_run:
                    self._count((bound.number, answer.reason))
                else:
                    found.not_checked.append(not_checked(bound.rule, answer, context.claim, line))
        except Exception as error:  # noqa: BLE001 - a rule that fails costs no other rule and no other claim
            place = None if context.origin is None else context.origin.locate()
            found.crashes.append(crash(bound.rule, error, context.claim.control_number, place))

    def _count(self, what: tuple[int, str], lines: int = 1) -> None:
        self._undecided[what] = self._undecided.get(what, 0) + lines

    def _keep(self, number: int, context: Context, agenda: Agenda, keys: Sequence[Key], found: _Answers) -> None:
        """Set a claim aside, with what the rules say about it if it stays alone under its keys."""
        place = None if context.origin is None else context.origin.locate()
        content = encode_encounter(context.encounter)
        where = self.spill.add_claim(place, content)
        gathered = Gathered(number, context, agenda, place)
        set_aside(self.spill, gathered, {key: self._said_alone(*key, gathered) for key in keys}, where)
        if self._for_ledger:
            own = tuple(claim_keys(self.plan.family_keys, context))
            header = header_of(number, context.encounter, where, digest=digest(content), ledger_keys=own)
            self.spill.add_judged(f"{CLAIM_SCOPE}{number}", [(number, each) for each in found.findings])
        else:
            header = header_of(number, context.encounter, where)
        self.spill.add_header(header)

    def _said_alone(self, family: str, key: str, claim: Gathered) -> bytes | None:
        """Return what the rules of a family say about a claim by itself, or None where it will have to be read again.

        A patient has mostly one claim in a batch; the day of an anesthesiologist has mostly several.
        """
        numbers = claim.agenda.alone.get(family, ()) if self._no_history else claim.agenda.families[family]
        if numbers and family != PATIENT_FAMILY:
            return None
        found = {number: self._cohorts.judge(number, family, key, (claim,)) for number in numbers}
        return encode_said({number: said for number, said in found.items() if said})

    def _note(self, agenda: Agenda) -> None:
        """Count the claims with an agenda, for what keeps rules of it from running."""
        self._agendas[agenda] = self._agendas.get(agenda, 0) + 1
        if len(self._agendas) >= _MOST_AGENDAS:
            self._count_unsupplied()

    def _count_unsupplied(self) -> None:
        """Count the lines and claims on which rules could not run at all."""
        for agenda, claims in self._agendas.items():
            for applicable in agenda.lines:
                for what in applicable.unsupplied_line:
                    self._count(what, claims)
                for bound in applicable.looking_back if self._no_history else ():
                    if bound.settled:
                        self._count((bound.number, NO_HISTORY), claims)
            for what in {what for applicable in agenda.lines for what in applicable.unsupplied_claim}:
                self._count(what, claims)
        self._agendas.clear()

    def _say_what_is_undecided(self) -> None:
        """Say, once for the run, what could not be decided for reasons that lie in the run."""
        self._count_unsupplied()
        for (number, reason), count in self._undecided.items():
            rule = self.plan.rules[number]
            self.spill.add_undecided(rule.code, rule.name, reason, count)


def _to_run(agenda: Agenda, encounter: Encounter) -> Iterator[tuple[BoundRule, Any, ServiceLine | None]]:
    """Yield the line, claim and encounter rules that apply, with what they judge."""
    claim = encounter.claim
    for line, applicable in zip(claim.lines, agenda.lines, strict=True):
        for bound in applicable.line:
            if bound.settled or bound.applies(claim, line):
                yield bound, line, line
    for bound, positions in agenda.claim:
        if bound.settled or any(bound.applies(claim, claim.lines[position]) for position in positions):
            yield bound, claim if bound.scope is Scope.CLAIM else encounter, None
