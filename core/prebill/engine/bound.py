"""Rules as they run for one payer, and which of them the lines of a claim set off."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import attrs

from prebill.engine.context import Getter
from prebill.engine.keys import KeyMaker
from prebill.findings import Severity
from prebill.model import Claim, ServiceLine
from prebill.rules import Outcomes, Rule, Scope


@attrs.frozen(eq=False)
class BoundRule:
    """A rule as it runs for one payer: severity and settings resolved, needs compiled.

    `settled` tells that the index alone decides whether the rule applies to a line; otherwise `applies` still
    looks at the diagnoses and the date. `judges` is False where a cohort rule only sees the line. `key` makes the
    key of an entry for a cohort rule, `family` names how its claims are gathered. `function` takes the target and
    what the getters supply.
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
    function: Callable[..., Outcomes] = attrs.field(init=False)
    scope: Scope = attrs.field(init=False)

    @function.default
    def _with_values(self) -> Callable[..., Outcomes]:
        return partial(self.rule.function, **self.values) if self.values else self.rule.function

    @scope.default
    def _scope(self) -> Scope:
        return self.rule.scope

    def applies(self, claim: Claim, line: ServiceLine) -> bool:
        """Tell whether the triggers that the index does not know are met."""
        triggers = self.rule.triggers
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
    `unsupplied_claim` are their numbers with what is missing. `families` are the cohort rules by family, and
    `looking_back` those that judge the line and need history.
    """

    line: tuple[BoundRule, ...]
    claim: tuple[BoundRule, ...]
    unsupplied_line: Unsupplied
    unsupplied_claim: Unsupplied
    families: Mapping[str, tuple[BoundRule, ...]]
    looking_back: tuple[BoundRule, ...]


At = tuple[int, BoundRule]
"""A rule that a line sets off, with the position of the line in its claim."""


@attrs.frozen(eq=False)
class Agenda:
    """The rules that the lines of a claim set off together; claims with the same kinds of lines share one.

    `claim` has each rule of claims and encounters with the lines that set it off, `families` each cohort rule by
    family and number with the lines that it judges or sees. `alone` are the numbers of those that the lines can
    violate without another claim, and `looking_back` those that need history if they apply, which is not settled.
    """

    lines: tuple[Applicable, ...]
    claim: tuple[tuple[BoundRule, tuple[int, ...]], ...]
    families: Mapping[str, Mapping[int, tuple[At, ...]]]
    alone: Mapping[str, tuple[int, ...]]
    looking_back: tuple[At, ...]


def agenda_of(lines: Sequence[Applicable]) -> Agenda:
    """Bring together what the lines of a claim set off."""
    claim: dict[int, tuple[BoundRule, list[int]]] = {}
    families: dict[str, dict[int, list[At]]] = {}
    for position, applicable in enumerate(lines):
        for bound in applicable.claim:
            claim.setdefault(bound.number, (bound, []))[1].append(position)
        for family, rules in applicable.families.items():
            for bound in rules:
                if not (position and bound.rule.whole_claims):
                    families.setdefault(family, {}).setdefault(bound.number, []).append((position, bound))
    return Agenda(
        lines=tuple(lines),
        claim=tuple((bound, tuple(positions)) for bound, positions in claim.values()),
        families={
            family: {number: tuple(places) for number, places in sorted(rules.items())}
            for family, rules in families.items()
        },
        alone={
            family: tuple(number for number, places in sorted(rules.items()) if _violable_alone(places))
            for family, rules in families.items()
        },
        looking_back=tuple(
            (position, bound)
            for position, applicable in enumerate(lines)
            for bound in applicable.looking_back
            if not bound.settled
        ),
    )


def _violable_alone(places: Sequence[At]) -> bool:
    """Tell whether a rule judges a line of a claim and sees enough of them to find something in it alone."""
    rule = places[0][1].rule
    return rule.minimum_claims == 1 and len(places) >= rule.minimum and any(bound.judges for _, bound in places)
