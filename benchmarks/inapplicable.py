"""Rules of every scope for a procedure that no claim has, to see what they cost."""

from __future__ import annotations

from typing import Any

import attrs

from prebill import Cohort, Outcomes, ServiceLine, codes, hit, rule
from prebill.rules import Rule

_DECLARED: dict[str, Any] = {
    "severity": "stop",
    "owner": "coding",
    "prevents": "CO-4",
    "sources": ("a benchmark",),
    "fails": ("X9999",),
    "passes": ("X9998",),
    "procedures": codes("X9999"),
}


@rule("NVR001", **_DECLARED)
def never_a_line(line: ServiceLine) -> Outcomes:
    """It never applies to a line."""
    yield hit(line, "never", fix="never")


@rule("NVR002", key=("patient",), **_DECLARED)
def never_a_cohort(lines: Cohort[Any]) -> Outcomes:
    """It never applies to a cohort."""
    yield hit(lines.entries[0], "never", fix="never")


def rules_that_never_apply(count: int) -> tuple[Rule, ...]:
    """Return as many rules, each with a code of its own."""
    kinds = (never_a_line, never_a_line, never_a_line, never_a_cohort)
    letters = ["NVA", "NVB", "NVC", "NVD"]
    return tuple(
        attrs.evolve(kinds[number % len(kinds)], code=f"{letters[number // 1000]}{number % 1000:03}")
        for number in range(count)
    )
