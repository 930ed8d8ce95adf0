"""The first pass: each encounter by itself, and the lines that cohort rules ask for set aside."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import attrs

from prebill.engine.context import Context
from prebill.engine.judge import answers, crash, finding, not_checked
from prebill.engine.keys import chain_of, claim_keys, digest, identity_of, key_of, part_of
from prebill.engine.plan import BoundRule, Plan
from prebill.engine.spill import ClaimRow, EntryRow, Outcome, Spill, encode_encounter
from prebill.findings import Finding, NotChecked, RuleCrash
from prebill.lookup import NotKnown
from prebill.model import Encounter, ServiceLine
from prebill.reading import Item, Origin, Place, Refused, Sourced, Unreadable
from prebill.rules import Hit, Missing


@attrs.define
class Counts:
    """What went in: claims read, claims that could not be read, and claims of refused inputs."""

    read: int = 0
    unreadable: int = 0
    refused: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.read + other.read, self.unreadable + other.unreadable, self.refused + other.refused)


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

    def __init__(self, plan: Plan, spill: Spill, as_of: date, *, for_ledger: bool = False) -> None:
        self.plan = plan
        self.spill = spill
        self.as_of = as_of
        self.counts = Counts()
        self._for_ledger = for_ledger
        self._cohort_rules = tuple(rule for _, rule in plan.cohort_rules)

    def run(self, items: Iterable[Item], first_number: int = 0) -> Counts:
        """Check every item; claims are numbered upwards from `first_number` in the order of the input."""
        for number, item in enumerate(items, first_number):
            if isinstance(item, Sourced):
                self.counts.read += 1
                self.check(number, item.encounter, item.origin)
            else:
                self.spill.add_item(number, item)
                if isinstance(item, Unreadable):
                    self.counts.unreadable += 1
                elif isinstance(item, Refused):
                    self.counts.refused += item.claims
        return self.counts

    def check(self, number: int, encounter: Encounter, origin: Origin) -> None:
        """Run the line, claim and encounter rules on one encounter and set its cohort lines aside."""
        claim = encounter.claim
        context = Context(encounter, self.plan.payer_of(claim), self.as_of, origin)
        found = _Answers()
        whole: dict[int, BoundRule] = {}
        entries: list[EntryRow] = []
        for position, line in enumerate(claim.lines):
            applicable = self.plan.applicable(claim, line, context.payer)
            for bound in applicable.line:
                if bound.settled or bound.applies(claim, line):
                    self._ask(bound, line, context, line, found)
            for bound in applicable.claim:
                if bound.number not in whole and (bound.settled or bound.applies(claim, line)):
                    whole[bound.number] = bound
            if applicable.cohort:
                entries += cohort_entries(number, position, applicable.cohort, context, found.not_checked)
        for bound in whole.values():
            target = claim if bound.rule.scope == "claim" else encounter
            self._ask(bound, target, context, None, found)
        if entries or self._for_ledger or claim.frequency_code != "1":
            self._keep(number, context, origin, entries, found)
        if found:
            self.spill.add_outcome(
                number,
                Outcome(
                    claim_id=claim.control_number,
                    place=origin.locate(),
                    findings=tuple(found.findings),
                    not_checked=tuple(found.not_checked),
                    crashes=tuple(found.crashes),
                ),
            )

    def _ask(
        self, bound: BoundRule, target: object, context: Context, line: ServiceLine | None, found: _Answers
    ) -> None:
        claim = context.claim
        try:
            for answer in answers(bound, target, context, line):
                if isinstance(answer, Hit):
                    found.findings.append(finding(bound, answer, claim, context.origin))
                else:
                    found.not_checked.append(not_checked(bound.rule, answer, claim, line))
        except Exception as error:  # noqa: BLE001 - a rule that fails costs no other rule and no other claim
            place = None if context.origin is None else context.origin.locate()
            found.crashes.append(crash(bound.rule, error, claim.control_number, place))

    def _keep(
        self, number: int, context: Context, origin: Origin, entries: list[EntryRow], found: _Answers
    ) -> None:
        row = claim_row(number, context.encounter, place=origin.locate())
        self.spill.add_claim(row)
        for entry in entries:
            self.spill.add_entry(attrs.evolve(entry, digest=row.digest))
        if self._for_ledger:
            for family, key in claim_keys(self._cohort_rules, context):
                self.spill.add_ledger_key(number, family, key)
            self.spill.add_judged(f"claim:{row.identity}", [(number, each) for each in found.findings])


def cohort_entries(
    number: int,
    position: int,
    cohort_rules: Iterable[BoundRule],
    context: Context,
    not_gathered: list[NotChecked],
) -> list[EntryRow]:
    """Return a line's places in the cohorts of rules; a rule whose key it lacks is reported as not checked."""
    claim = context.claim
    line = claim.lines[position]
    entries = []
    for bound in cohort_rules:
        judges = bound.judges and (bound.settled or bound.applies(claim, line))
        if not judges and bound.rule.context is None:
            continue
        try:
            key = key_of(bound.rule, context, line)
        except NotKnown as missing:
            if judges:
                not_gathered.append(not_checked(bound.rule, Missing(reason=str(missing)), claim, line))
            continue
        entries.append(
            EntryRow(
                rule=bound.number,
                key=key,
                part=part_of(key),
                day=line.from_date.isoformat(),
                claim_id=claim.control_number,
                position=position,
                line=line.number,
                digest=b"",
                number=number,
                judges=judges,
            )
        )
    return entries


def claim_row(number: int, encounter: Encounter, *, in_batch: bool = True, place: Place | None = None) -> ClaimRow:
    """Return a claim as the second pass needs it."""
    claim = encounter.claim
    content = encode_encounter(encounter)
    created = claim.submission.created if claim.submission else None
    return ClaimRow(
        number=number,
        identity=identity_of(claim),
        chain=chain_of(claim),
        frequency=claim.frequency_code,
        created="" if created is None else created.isoformat(),
        digest=digest(content),
        in_batch=in_batch,
        claim_id=claim.control_number,
        place=place,
        encounter=content,
    )
