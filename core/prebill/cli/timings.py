"""How long each rule took, as a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from prebill.cli.table import table
from prebill.report import RuleTiming

_COLUMNS = ("rule", "runs", "seconds", "share", "microseconds each", "name")
_WIDTH = 100


def timings_table(timings: Sequence[RuleTiming]) -> Iterator[str]:
    """Yield a heading, and a line for each rule that was run, the slowest first."""
    total = sum(each.seconds for each in timings) or 1.0
    rows = [
        {
            "rule": each.rule,
            "name": each.name,
            "runs": f"{each.calls:,}",
            "seconds": f"{each.seconds:.3f}",
            "share": f"{each.seconds / total:.1%}",
            "microseconds each": f"{each.seconds / each.calls * 1e6:.1f}",
        }
        for each in timings
    ]
    return table(rows, _COLUMNS, _WIDTH)
