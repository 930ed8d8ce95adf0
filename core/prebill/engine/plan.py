"""Compiles the enabled rules into an index, so that a rule that does not apply costs nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import Any

import attrs

from prebill.codes import CodeSet
from prebill.engine.bound import Agenda, Applicable, BoundRule, agenda_of
from prebill.engine.context import DatedTables, Getter, getter, supplied_by, unsupplied
from prebill.engine.keys import family, family_key_maker, key_maker
from prebill.lookup import Table
from prebill.model import Claim, Encounter, Payer
from prebill.policy import Policy
from prebill.rules import Need, NeedKind, Rule, Scope, Triggers
from prebill.tables import TableSet

_INDEX_LIMIT = 20_000
_Kind = tuple[str, tuple[str, ...], str | None, str, bool]
"""Procedure, modifiers, place of service, claim frequency, and whether an authorization is named."""
FindTable = Callable[..., Table[Any]]


@attrs.frozen(eq=False)
class _Candidates:
    """What procedures may set off: groups of rules whose other triggers are the same, each with an example of these.

    A rule comes as its number, whether it may judge the procedure, and whether it sees it in any case.
    """

    groups: tuple[tuple[Triggers, tuple[tuple[int, bool, bool], ...]], ...]


@attrs.frozen(eq=False)
class _Shelf:
    """The index for one payer and one supply: the rules as they run, what keeps them from it, and what was met.

    Kinds of lines that set off the same rules share what they set off, and so do claims with such lines.
    """

    bound: Sequence[BoundRule | None]
    missing: Sequence[str]
    kinds: dict[_Kind, Applicable] = attrs.field(factory=dict)
    composed: dict[tuple[_Candidates, tuple[bool, ...]], Applicable] = attrs.field(factory=dict)
    agendas: dict[tuple[Applicable, ...], Agenda] = attrs.field(factory=dict)


class Plan:
    """The rules to run, indexed by procedure, modifiers, place, frequency, payer, and what the encounter has.

    `family_keys` make the keys of every family that a rule of the plan, or another of those `installed`, gathers
    claims by: a ledger is indexed by all of them, whichever rules run today.

    The index is filled as kinds of lines are met: every rule is tried once for each procedure, and the other
    triggers of those that are left once for each kind of line. It is bounded.
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
        self._shelves: dict[tuple[Payer, tuple[bool, ...]], _Shelf] = {}
        self._indexed = 0
        self._others = _alike(self.rules)
        self._candidates: dict[str, _Candidates] = {}
        self._alike: dict[Any, _Candidates] = {}
        self._bound: dict[Payer, tuple[BoundRule | None, ...]] = {}
        self._payers: dict[tuple[str | None, str | None, str | None], Payer] = {}

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

    def agenda(self, encounter: Encounter, payer: Payer) -> Agenda:
        """Return the rules whose indexed triggers the lines of a claim meet."""
        shelf = self._shelf(payer, self._supply(encounter))
        kinds = tuple(self._kinds(encounter.claim, payer, shelf))
        found = shelf.agendas.get(kinds)
        if found is None:
            found = shelf.agendas[kinds] = agenda_of(kinds)
            self._indexed += 1
        return found

    def _kinds(self, claim: Claim, payer: Payer, shelf: _Shelf) -> Iterator[Applicable]:
        """Yield, line by line, the rules whose indexed triggers the line meets."""
        claim_place, frequency, named = claim.place_of_service, claim.frequency_code, claim.authorization_numbers
        for line in claim.lines:
            authorized = bool(line.authorization_numbers or named)
            kind = (line.procedure, line.modifiers, line.place_of_service or claim_place, frequency, authorized)
            found = shelf.kinds.get(kind)
            if found is None:
                found = shelf.kinds[kind] = self._compose(kind, payer, shelf)
                self._indexed += 1
            yield found

    def bound(self, number: int, payer: Payer) -> BoundRule | None:
        """Return a rule as it runs for a payer, or None where it is switched off."""
        if payer not in self._bound:
            self._bound[payer] = tuple(self._bind(each, payer) for each in range(len(self.rules)))
        return self._bound[payer][number]

    def _forget(self) -> None:
        self._shelves.clear()
        self._candidates.clear()
        self._alike.clear()
        self._bound.clear()
        self._indexed = 0

    def _shelf(self, payer: Payer, supply: tuple[bool, ...]) -> _Shelf:
        if self._indexed >= _INDEX_LIMIT:
            self._forget()
        shelf = self._shelves.get((payer, supply))
        if shelf is None:
            supplied = {need.type for need, there in zip(self._needed, supply, strict=True) if there}
            numbers = range(len(self.rules))
            shelf = self._shelves[payer, supply] = _Shelf(
                bound=[self.bound(number, payer) for number in numbers],
                missing=[self._missing(number, supplied) for number in numbers],
            )
        return shelf

    def _of_procedure(self, procedure: str) -> _Candidates:
        found = self._candidates.get(procedure)
        if found is None:
            groups = []
            for triggers, numbers in self._others:
                tried = ((number, *self._sets_off(number, procedure)) for number in numbers)
                group = tuple((number, judges, sees) for number, judges, sees in tried if judges or sees)
                if group:
                    groups.append((triggers, group))
            # Codes of one range set off the same rules.
            same = tuple(group for _, group in groups)
            found = self._candidates[procedure] = self._alike.setdefault(same, _Candidates(tuple(groups)))
        return found

    def _sets_off(self, number: int, procedure: str) -> tuple[bool, bool]:
        """Tell whether a rule may judge a procedure, and whether it sees it in any case."""
        rule = self.rules[number]
        judges = _met(rule.triggers.procedures, (procedure,)) and _lists(self._listed[number], procedure)
        return judges, rule.context is not None and procedure in rule.context

    def _compose(self, kind: _Kind, payer: Payer, shelf: _Shelf) -> Applicable:
        candidates = self._of_procedure(kind[0])
        met = tuple([other_triggers_met(triggers, kind, payer) for triggers, _ in candidates.groups])
        found = shelf.composed.get((candidates, met))
        if found is None:
            found = shelf.composed[candidates, met] = self._applicable(candidates, met, shelf)
        return found

    def _applicable(self, candidates: _Candidates, met: Iterable[bool], shelf: _Shelf) -> Applicable:
        by_scope: dict[Scope, list[BoundRule]] = {scope: [] for scope in Scope}
        kept_from: dict[Scope, list[tuple[int, str]]] = {scope: [] for scope in Scope}
        tried = (
            (number, may_judge and others, sees)
            for (_, group), others in zip(candidates.groups, met, strict=True)
            for number, may_judge, sees in group
        )
        for number, judges, sees in sorted(tried):
            bound, scope = shelf.bound[number], self.rules[number].scope
            if bound is None or not (judges or sees):
                continue
            missing = shelf.missing[number] if bound.settled else ""
            if not missing:
                by_scope[scope].append(bound if judges else attrs.evolve(bound, judges=False))
            elif judges:
                kept_from[scope].append((number, missing))
        cohort = by_scope[Scope.COHORT]
        return Applicable(
            line=tuple(by_scope[Scope.LINE]),
            claim=tuple(by_scope[Scope.CLAIM] + by_scope[Scope.ENCOUNTER]),
            unsupplied_line=tuple(kept_from[Scope.LINE] + kept_from[Scope.COHORT]),
            unsupplied_claim=tuple(kept_from[Scope.CLAIM] + kept_from[Scope.ENCOUNTER]),
            families={
                name: tuple(bound for bound in cohort if bound.family == name)
                for name in sorted({bound.family for bound in cohort})
            },
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
            settled=rule.triggers.diagnoses is None and rule.triggers.effective is None,
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


def other_triggers_met(triggers: Triggers, kind: _Kind, payer: Payer) -> bool:
    """Tell whether a line meets the triggers that the index knows beside the procedure."""
    _, modifiers, place, frequency, authorized = kind
    return (
        (authorized or not triggers.authorized)
        and _met(triggers.modifiers, modifiers)
        and _met(triggers.places, (place,))
        and (triggers.frequencies is None or frequency in triggers.frequencies)
        and (triggers.payers is None or payer.payer_id in triggers.payers or payer.line_of_business in triggers.payers)
    )


def _alike(rules: Sequence[Rule]) -> list[tuple[Triggers, list[int]]]:
    """Group rules, by number, whose triggers differ in none that `other_triggers_met` asks for."""
    groups: list[tuple[Triggers, list[int]]] = []
    for number, rule in enumerate(rules):
        others = attrs.evolve(rule.triggers, procedures=None, diagnoses=None, effective=None, listed=None)
        numbers = next((numbers for triggers, numbers in groups if triggers == others), None)
        if numbers is None:
            groups.append((others, [number]))
        else:
            numbers.append(number)
    return groups


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
