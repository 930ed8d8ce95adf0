"""Compiles the enabled rules into an index, so that a rule that does not apply costs nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import attrs

from prebill.codes import CodeSet
from prebill.engine.context import DatedTables, Getter, getter
from prebill.findings import Severity
from prebill.model import Claim, Payer, ServiceLine
from prebill.policy import Policy
from prebill.rules import NeedKind, Rule, Scope
from prebill.tables import TableSet

_INDEX_LIMIT = 100_000


@attrs.frozen(eq=False)
class BoundRule:
    """A rule as it runs for one payer: severity and settings resolved, needs compiled.

    `settled` tells that the index alone decides whether the rule applies to a line; otherwise `applies` still
    looks at the diagnoses and the date. `judges` is False where a cohort rule only sees the line.
    """

    rule: Rule
    number: int
    getters: tuple[Getter, ...]
    values: dict[str, Any]
    severity: Severity | None
    settled: bool
    judges: bool = True

    def applies(self, claim: Claim, line: ServiceLine) -> bool:
        """Tell whether the triggers that the index does not know are met."""
        triggers = self.rule.triggers
        if triggers.diagnoses is not None and not any(
            code in triggers.diagnoses for code in claim.diagnoses_of(line)
        ):
            return False
        if triggers.effective is None:
            return True
        first, last = triggers.effective
        return (first is None or first <= line.from_date) and (last is None or line.from_date <= last)


@attrs.frozen
class Applicable:
    """The rules that a kind of line sets off, by scope; claim rules include those of encounters."""

    line: tuple[BoundRule, ...]
    claim: tuple[BoundRule, ...]
    cohort: tuple[BoundRule, ...]


class Plan:
    """The rules to run, indexed by procedure, modifiers, place of service and payer.

    The index is filled as kinds of lines are met, each by trying every rule once; it is bounded.
    """

    def __init__(self, rules: Iterable[Rule], policy: Policy, tables: TableSet) -> None:
        self.rules = tuple(rules)
        self.policy = policy
        self.tables = DatedTables()
        self._getters = [self._compile(rule, tables) for rule in self.rules]
        self._index: dict[tuple[Any, ...], Applicable] = {}
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

    def applicable(self, claim: Claim, line: ServiceLine, payer: Payer) -> Applicable:
        """Return the rules whose indexed triggers a line meets."""
        place = line.place_of_service or claim.place_of_service
        key = (line.procedure, line.modifiers, place, payer)
        found = self._index.get(key)
        if found is None:
            if len(self._index) >= _INDEX_LIMIT:
                self._index.clear()
            found = self._index[key] = self._try_every_rule(line.procedure, line.modifiers, place, payer)
        return found

    def bound(self, number: int, payer: Payer) -> BoundRule | None:
        """Return a rule as it runs for a payer, or None where it is switched off."""
        key = (number, payer)
        if key not in self._bound:
            self._bound[key] = self._bind(number, payer)
        return self._bound[key]

    def _try_every_rule(
        self, procedure: str, modifiers: tuple[str, ...], place: str | None, payer: Payer
    ) -> Applicable:
        by_scope: dict[Scope, list[BoundRule]] = {scope: [] for scope in Scope}
        for number, rule in enumerate(self.rules):
            judges = indexed_triggers_met(rule, procedure, modifiers, place, payer)
            if not judges and not (rule.context is not None and procedure in rule.context):
                continue
            bound = self.bound(number, payer)
            if bound is not None:
                by_scope[rule.scope].append(bound if judges else attrs.evolve(bound, judges=False))
        return Applicable(
            line=tuple(by_scope[Scope.LINE]),
            claim=tuple(by_scope[Scope.CLAIM] + by_scope[Scope.ENCOUNTER]),
            cohort=tuple(by_scope[Scope.COHORT]),
        )

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
        )

    def _compile(self, rule: Rule, tables: TableSet) -> tuple[Getter, ...]:
        if rule.scope is Scope.COHORT:
            make: Callable[[Any], Getter] = self._cohort_getter(tables)
            return tuple(make(need) for need in rule.signature.needs)
        return tuple(
            getter(need, self.tables, tables.find(need.type) if need.kind is NeedKind.TABLE else None)
            for need in rule.signature.needs
        )

    def _cohort_getter(self, tables: TableSet) -> Callable[[Any], Getter]:
        """A cohort spans days, so it receives whole tables and narrows them itself."""

        def make(need: Any) -> Getter:
            if need.kind is NeedKind.TABLE:
                found = tables.find(need.type)
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


def _met(trigger: CodeSet | None, values: Iterable[str | None]) -> bool:
    return trigger is None or any(value in trigger for value in values)
