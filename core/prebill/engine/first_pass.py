"""The first pass: each encounter by itself, and the lines that cohort rules ask for set aside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

import attrs

from prebill.engine.context import Context
from prebill.engine.force import CHANGES
from prebill.engine.judge import answers, crash, finding, not_checked
from prebill.engine.keys import (
    CLAIM_SCOPE,
    PATIENT_FAMILY,
    chain_of,
    claim_keys,
    digest,
    identity_of,
    payer_number_of,
    replaced_by,
)
from prebill.engine.plan import Applicable, BoundRule, Plan, Unsupplied
from prebill.engine.spill import ClaimHeader, Outcome, Spill, encode_encounter
from prebill.engine.stopwatch import Ask, Stopwatch
from prebill.findings import Finding, NotChecked, RuleCrash
from prebill.lookup import NotKnown
from prebill.model import Claim, Encounter, ServiceLine
from prebill.reading import Item, Origin, Place, Refused, Sourced, Unreadable
from prebill.rules import Hit, Missing

NO_HISTORY = "no billing history is known: give a ledger, and history_since"


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
        self._no_history = plan.policy.history_since is None
        self._lines: dict[Applicable, int] = {}
        self._claims: dict[tuple[Unsupplied, ...], int] = {}
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
        self._say_what_is_unsupplied()
        return self.counts

    def check(self, number: int, encounter: Encounter, origin: Origin) -> None:
        """Run the line, claim and encounter rules on one encounter and set it aside for its cohorts."""
        claim = encounter.claim
        plan = self.plan
        context = Context(encounter, plan.payer_of(claim), self.as_of, origin)
        found = _Answers()
        whole: dict[int, BoundRule] = {}
        kinds = plan.applicable(encounter, context.payer)
        for line, applicable in zip(claim.lines, kinds, strict=True):
            for bound in applicable.line:
                if bound.settled or bound.applies(claim, line):
                    self._ask(bound, line, context, line, found)
            for bound in applicable.claim:
                if bound.number not in whole and (bound.settled or bound.applies(claim, line)):
                    whole[bound.number] = bound
            self._lines[applicable] = self._lines.get(applicable, 0) + 1
            for bound in applicable.looking_back if self._no_history else ():
                if not bound.settled and bound.applies(claim, line):
                    self._count((bound.number, NO_HISTORY))
        for bound in whole.values():
            target = claim if bound.rule.scope == "claim" else encounter
            self._ask(bound, target, context, None, found)
        without = tuple(dict.fromkeys(applicable.unsupplied_claim for applicable in kinds))
        self._claims[without] = self._claims.get(without, 0) + 1
        keys = gather(plan, context, kinds, found.not_checked)
        if keys or self._for_ledger or claim.frequency_code in CHANGES:
            self._keep(number, context, origin, keys, found)
        if found:
            self.spill.add_outcome(
                number,
                Outcome(
                    claim_id=claim.control_number,
                    payer_id=context.payer.payer_id,
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

    def _keep(
        self,
        number: int,
        context: Context,
        origin: Origin,
        keys: Mapping[tuple[str, str], bool],
        found: _Answers,
    ) -> None:
        ledger_keys = tuple(claim_keys(self.plan.family_keys, context)) if self._for_ledger else ()
        header, content = spilled(number, context.encounter, place=origin.locate(), ledger_keys=ledger_keys)
        self.spill.add_claim(header, content, context.claim.from_date.isoformat(), keys)
        if self._for_ledger:
            self.spill.add_judged(f"{CLAIM_SCOPE}{number}", [(number, each) for each in found.findings])

    def _say_what_is_unsupplied(self) -> None:
        """Count, once for the run, the lines and claims on which rules could not run at all."""
        for applicable, lines in self._lines.items():
            for what in applicable.unsupplied_line:
                self._count(what, lines)
            for bound in applicable.looking_back if self._no_history else ():
                if bound.settled:
                    self._count((bound.number, NO_HISTORY), lines)
        for without, claims in self._claims.items():
            for what in {what for each in without for what in each}:
                self._count(what, claims)
        for (number, reason), count in self._undecided.items():
            rule = self.plan.rules[number]
            self.spill.add_undecided(rule.code, rule.name, reason, count)


def gather(
    plan: Plan, context: Context, kinds: Sequence[Applicable], not_gathered: list[NotChecked]
) -> dict[tuple[str, str], bool]:
    """Return the families and keys under which a claim is gathered, and whether it can violate a rule there alone.

    Where a line lacks the key of a family, its rules are reported as not checked.
    """
    claim = context.claim
    keys: dict[tuple[str, str], bool] = {}
    alone = _violable_alone(claim, kinds)
    since = plan.policy.history_since
    patient = context.patient
    for line, applicable in zip(claim.lines, kinds, strict=True):
        for family in applicable.families:
            if family == PATIENT_FAMILY and patient is not None and since is None:
                keys[family, patient] = family in alone
                continue
            try:
                key = (family, plan.family_keys[family](context, line))
            except NotKnown as missing:
                not_gathered += _without_key(family, applicable, context, line, str(missing))
            else:
                keys[key] = keys.get(key, family in alone) or _history_is_short(family, applicable, line, since)
    return keys


def _violable_alone(claim: Claim, kinds: Sequence[Applicable]) -> set[str]:
    """Return the families with a rule that the claim can violate by itself: it judges a line, and sees enough."""
    seen: dict[int, int] = {}
    judged: dict[int, BoundRule] = {}
    for line, applicable in zip(claim.lines, kinds, strict=True):
        for bound in applicable.alone:
            seen[bound.number] = seen.get(bound.number, 0) + 1
            if bound.judges and bound.number not in judged and (bound.settled or bound.applies(claim, line)):
                judged[bound.number] = bound
    return {bound.family for number, bound in judged.items() if seen[number] >= bound.rule.minimum}


def _history_is_short(family: str, applicable: Applicable, line: ServiceLine, since: date | None) -> bool:
    return since is not None and any(
        bound.family == family and since > line.from_date - timedelta(days=bound.rule.window or 0)
        for bound in applicable.looking_back
    )


def _without_key(
    family: str, applicable: Applicable, context: Context, line: ServiceLine, reason: str
) -> Iterator[NotChecked]:
    for bound in applicable.families[family]:
        applies = bound.judges and (bound.settled or bound.applies(context.claim, line))
        if applies and bound.rule.key_required:
            yield not_checked(bound.rule, Missing(reason=reason), context.claim, line)


def spilled(
    number: int,
    encounter: Encounter,
    *,
    place: Place | None = None,
    ledger_keys: tuple[tuple[str, str], ...] = (),
) -> tuple[ClaimHeader, bytes]:
    """Return a claim as the second pass needs it: its header, and its encoded content."""
    claim = encounter.claim
    content = encode_encounter(encounter)
    created = claim.submission.created if claim.submission else None
    header = ClaimHeader(
        number=number,
        offset=0,
        claim_id=claim.control_number,
        identity=identity_of(claim),
        chain=chain_of(claim),
        frequency=claim.frequency_code,
        created="" if created is None else created.isoformat(),
        digest=digest(content),
        payer_number=payer_number_of(encounter),
        replaces=replaced_by(claim),
        place=() if place is None else (place.source, place.line, place.interchange, place.segment, place.element),
        ledger_keys=ledger_keys,
    )
    return header, content
