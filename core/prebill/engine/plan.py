"""Compiles the enabled rules into an index, so that a rule that does not apply costs nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

import attrs

from prebill.codes import CodeSet
from prebill.engine.context import DatedTables, Getter, getter, supplied_by, unsupplied
from prebill.engine.keys import KeyMaker, family, family_key_maker, key_maker
from prebill.findings import Severity
from prebill.lookup import Table
from prebill.model import Claim, Encounter, Payer, ServiceLine
from prebill.policy import Policy
from prebill.rules import Need, NeedKind, Rule, Scope
from prebill.tables import TableSet

_INDEX_LIMIT = 100_000
_Kind = tuple[str, tuple[str, ...], str | None]
FindTable = Callable[..., Table[Any]]


@attrs.frozen(eq=False)
class BoundRule:
    """A rule as it runs for one payer: severity and settings resolved, needs compiled.

    `settled` tells that the index alone decides whether the rule applies to a line; otherwise `applies` still
    looks at the diagnoses, the date and the claim's frequency. `judges` is False where a cohort rule only sees the
    line. `key` makes the key of an entry for a cohort rule, `family` names how its claims are gathered.
    """

    rule: Rule
    number: int
    getters: tuple[Getter, ...]
    values: dict[str, Any]
    severity: Severity | None
    settled: bool
    family: str = ""
    key: KeyMaker | None = None
    judges: bool = True

    def applies(self, claim: Claim, line: ServiceLine) -> bool:
        """Tell whether the triggers that the index does not know are met."""
        triggers = self.rule.triggers
        if triggers.frequencies is not None and claim.frequency_code not in triggers.frequencies:
            return False
        if triggers.diagnoses is not None and not any(code in triggers.diagnoses for code in claim.diagnoses_of(line)):
            return False
        if triggers.effective is None:
            return True
        first, last = triggers.effective
        return (first is None or first <= line.from_date) and (last is None or line.from_date <= last)


Unsupplied = tuple[tuple[int, str], ...]


@attrs.frozen(eq=False)
class Applicable:
    """The rules that a kind of line sets off, by scope; claim rules include those of encounters.

    What the encounter does not have at all, or no table holds, keeps rules from running: `unsupplied_line` and
    `unsupplied_claim` are their numbers with what is missing. `families` are the cohort rules by family, `alone`
    those that a claim can violate without another one, and `looking_back` those that judge the line and need
    history.
    """

    line: tuple[BoundRule, ...]
    claim: tuple[BoundRule, ...]
    cohort: tuple[BoundRule, ...]
    unsupplied_line: Unsupplied
    unsupplied_claim: Unsupplied
    families: Mapping[str, tuple[BoundRule, ...]]
    alone: tuple[BoundRule, ...]
    looking_back: tuple[BoundRule, ...]


class Plan:
    """The rules to run, indexed by procedure, modifiers, place of service, payer, and what the encounter has.

    `family_keys` make the keys of every family that a rule of the plan, or another of those `installed`, gathers
    claims by: a ledger is indexed by all of them, whichever rules run today.

    The index is filled as kinds of lines are met, each by trying every rule once; it is bounded.
    """

    def __init__(self, rules: Iterable[Rule], policy: Policy, tables: TableSet, installed: Iterable[Rule] = ()) -> None:
        self.rules = _with_parts(rules)
        self.policy = policy
        self.tables = DatedTables()
        # Rules that ask for the same table get the same one, which is then narrowed to a day only once.
        find: FindTable = cache(tables.find)
        self._getters = [self._compile(rule, find) for rule in self.rules]
        self._keys = [key_maker(rule.key) if rule.key else None for rule in self.rules]
        self.families = [family(rule) if rule.key else "" for rule in self.rules]
        self.family_keys = {
            family(rule): family_key_maker(rule) for rule in (*self.rules, *_with_parts(installed)) if rule.key
        }
        self._listed = [None if rule.triggers.listed is None else find(rule.triggers.listed) for rule in self.rules]
        self._needs = [
            tuple(need for need in rule.signature.needs if _from_encounter(need) and not need.optional)
            for rule in self.rules
        ]
        self._empty_tables = [_empty_tables(rule, find) for rule in self.rules]
        needed = {need.type: need for needs in self._needs for need in needs}
        self._needed = tuple(sorted(needed.values(), key=lambda need: need.label))
        self._supply = supplied_by(self._needed)
        self._index: dict[tuple[Payer, tuple[bool, ...]], dict[_Kind, Applicable]] = {}
        self._indexed = 0
        self._payers: dict[tuple[str | None, str | None, str | None], Payer] = {}
        self._bound: dict[tuple[int, Payer], BoundRule | None] = {}

    @property
    def cohort_rules(self) -> tuple[tuple[int, Rule], ...]:
        """The cohort rules and their numbers in this plan."""
        return tuple((number, rule) for number, rule in enumerate(self.rules) if rule.scope is Scope.COHORT)

    def payer_of(self, claim: Claim) -> Payer:
        """Return the payer of a claim."""
        coverage = claim.coverage
        key = (coverage.payer_id, coverage.payer_name, coverage.filing_indicator)
        payer = self._payers.get(key)
        if payer is None:
            if len(self._payers) >= _INDEX_LIMIT:
                self._payers.clear()
            payer = self._payers[key] = self.policy.payer_of(coverage)
        return payer

    def applicable(self, encounter: Encounter, payer: Payer) -> list[Applicable]:
        """Return, line by line, the rules whose indexed triggers the line meets."""
        claim, supply = encounter.claim, self._supply(encounter)
        index = self._index.get((payer, supply))
        if index is None:
            index = self._index[payer, supply] = {}
        kinds = []
        for line in claim.lines:
            kind = (line.procedure, line.modifiers, line.place_of_service or claim.place_of_service)
            found = index.get(kind)
            if found is None:
                if self._indexed >= _INDEX_LIMIT:
                    self._index.clear()
                    index = self._index[payer, supply] = {}
                    self._indexed = 0
                found = index[kind] = self._try_every_rule(*kind, payer, supply)
                self._indexed += 1
            kinds.append(found)
        return kinds

    def bound(self, number: int, payer: Payer) -> BoundRule | None:
        """Return a rule as it runs for a payer, or None where it is switched off."""
        key = (number, payer)
        if key not in self._bound:
            self._bound[key] = self._bind(number, payer)
        return self._bound[key]

    def _try_every_rule(
        self, procedure: str, modifiers: tuple[str, ...], place: str | None, payer: Payer, supply: tuple[bool, ...]
    ) -> Applicable:
        by_scope: dict[Scope, list[BoundRule]] = {scope: [] for scope in Scope}
        kept_from: dict[Scope, list[tuple[int, str]]] = {scope: [] for scope in Scope}
        supplied = {need.type for need, there in zip(self._needed, supply, strict=True) if there}
        for number, rule in enumerate(self.rules):
            judges = indexed_triggers_met(rule, procedure, modifiers, place, payer) and _lists(
                self._listed[number], procedure
            )
            if not judges and not (rule.context is not None and procedure in rule.context):
                continue
            bound = self.bound(number, payer)
            if bound is None:
                continue
            missing = self._missing(number, supplied) if bound.settled else ""
            if not missing:
                by_scope[rule.scope].append(bound if judges else attrs.evolve(bound, judges=False))
            elif judges:
                kept_from[rule.scope].append((number, missing))
        cohort = by_scope[Scope.COHORT]
        return Applicable(
            line=tuple(by_scope[Scope.LINE]),
            claim=tuple(by_scope[Scope.CLAIM] + by_scope[Scope.ENCOUNTER]),
            cohort=tuple(cohort),
            unsupplied_line=tuple(kept_from[Scope.LINE] + kept_from[Scope.COHORT]),
            unsupplied_claim=tuple(kept_from[Scope.CLAIM] + kept_from[Scope.ENCOUNTER]),
            families={
                name: tuple(bound for bound in cohort if bound.family == name)
                for name in sorted({bound.family for bound in cohort})
            },
            alone=tuple(bound for bound in cohort if bound.rule.minimum_claims == 1),
            looking_back=tuple(bound for bound in cohort if bound.judges and bound.rule.window is not None),
        )

    def _missing(self, number: int, supplied: set[Any]) -> str:
        """Say what keeps a rule from running, or nothing."""
        if self._empty_tables[number]:
            return self._empty_tables[number]
        return next((unsupplied(need) for need in self._needs[number] if need.type not in supplied), "")

    def _bind(self, number: int, payer: Payer) -> BoundRule | None:
        rule = self.rules[number]
        settings = self.policy.settings(rule, payer)
        if not settings.enabled:
            return None
        return BoundRule(
            rule=rule,
            number=number,
            getters=self._getters[number],
            values=dict(settings.values),
            severity=settings.severity,
            settled=rule.triggers.diagnoses is None
            and rule.triggers.effective is None
            and rule.triggers.frequencies is None,
            family=self.families[number],
            key=self._keys[number],
        )

    def _compile(self, rule: Rule, find: FindTable) -> tuple[Getter, ...]:
        if rule.scope is Scope.COHORT:
            make: Callable[[Any], Getter] = self._cohort_getter(find)
            return tuple(make(need) for need in rule.signature.needs)
        return tuple(
            getter(need, self.tables, find(need.type) if need.kind is NeedKind.TABLE else None)
            for need in rule.signature.needs
        )

    def _cohort_getter(self, find: FindTable) -> Callable[[Any], Getter]:
        """A cohort spans days, so it receives whole tables and narrows them itself."""

        def make(need: Any) -> Getter:
            if need.kind is NeedKind.TABLE:
                found = find(need.type)
                return lambda _context, _line: found
            return getter(need, self.tables)

        return make


def indexed_triggers_met(
    rule: Rule, procedure: str, modifiers: tuple[str, ...], place: str | None, payer: Payer
) -> bool:
    """Tell whether a line meets the triggers that the index knows."""
    triggers = rule.triggers
    return (
        _met(triggers.procedures, (procedure,))
        and _met(triggers.modifiers, modifiers)
        and _met(triggers.places, (place,))
        and (triggers.payers is None or bool({payer.payer_id, payer.line_of_business} & {*triggers.payers}))
    )


def _with_parts(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    return tuple(each for rule in rules for each in (rule, *rule.parts))


def _from_encounter(need: Need) -> bool:
    return need.kind in {NeedKind.REGISTER, NeedKind.RECORD}


def _empty_tables(rule: Rule, find: FindTable) -> str:
    """Say which table that a rule cannot do without holds nothing, or nothing."""
    names = (find(need.type) for need in rule.signature.needs if need.kind is NeedKind.TABLE and not need.optional)
    return next((f"no edition of the table {table.name} is loaded" for table in names if not table.editions), "")


def _lists(table: Table[Any] | None, procedure: str) -> bool:
    """Tell whether a table has a procedure; one that is not loaded at all may."""
    return table is None or not table.editions or any((procedure,) in edition.rows for edition in table.editions)


def _met(trigger: CodeSet | None, values: Iterable[str | None]) -> bool:
    return trigger is None or any(value in trigger for value in values)
