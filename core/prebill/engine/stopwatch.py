"""How long rules take, measured where they are run."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from time import perf_counter_ns
from typing import Any

import attrs

from prebill.engine.bound import BoundRule
from prebill.engine.context import Context
from prebill.engine.judge import answers
from prebill.engine.plan import Plan
from prebill.engine.spill import Spill
from prebill.model import ServiceLine
from prebill.report import RuleTiming
from prebill.rules import Hit, Missing

Ask = Callable[[BoundRule, Any, Context, ServiceLine | None], list[Hit | Missing]]


class Stopwatch:
    """Runs rules as `answers` does, and adds up how often each was run and for how long."""

    def __init__(self) -> None:
        self._spent: dict[int, tuple[int, int]] = {}

    def __call__(
        self, bound: BoundRule, target: Any, context: Context, line: ServiceLine | None
    ) -> list[Hit | Missing]:
        """Run a rule; what it takes to find its records and tables counts too."""
        start = perf_counter_ns()
        try:
            return answers(bound, target, context, line)
        finally:
            took = perf_counter_ns() - start
            calls, spent = self._spent.get(bound.number, (0, 0))
            self._spent[bound.number] = calls + 1, spent + took

    def write(self, spill: Spill, plan: Plan) -> None:
        """Write the readings to a spill: rule, how often it was run, and for how many nanoseconds in all."""
        for number, (calls, spent) in self._spent.items():
            rule = plan.rules[number]
            spill.add_timing(rule.code, rule.name, calls, spent)


def readings(spills: Iterable[Spill]) -> tuple[RuleTiming, ...]:
    """Return the readings of all spills by rule, the slowest first."""
    found: dict[str, RuleTiming] = {}
    for spill in spills:
        for code, name, calls, spent in spill.timings():
            known = found.get(code, RuleTiming(rule=code, name=name))
            found[code] = attrs.evolve(known, calls=known.calls + calls, seconds=known.seconds + spent / 1e9)
    return tuple(sorted(found.values(), key=lambda each: (-each.seconds, each.rule)))
