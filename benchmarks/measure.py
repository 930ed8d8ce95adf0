"""Runs one measurement in a process of its own and prints what it took as JSON.

The floor is measured before and after it, because a machine that others use too is not always equally fast.

Time is the processor time of the process, so that a busy machine disturbs less; memory is the peak resident size.
"""

from __future__ import annotations

import gc
import json
import resource
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.floor import typed_read

AS_OF = date(2026, 3, 25)
SLOWEST = 15
FLAGSHIPS = (
    "AUT101", "DUP101", "MOD101", "BND101", "ELG103",
    "ANE101", "ANE102", "ANE104", "ANE105", "ANE106",
    "BHV101", "BHV102", "BHV110", "BHV113",
    "CAR101", "CAR103", "CAR104", "CAR113",
    "ORT103", "ORT104", "ORT105", "ORT107",
)  # fmt: skip


def floor(path: Path) -> int:
    return sum(1 for _ in typed_read(path))


def read(path: Path) -> int:
    from prebill.readers import open_inputs
    from prebill.reading import Sourced

    return sum(isinstance(item, Sourced) for item in open_inputs([path]).read())


def check(
    path: Path,
    select: Sequence[str] = FLAGSHIPS,
    extra: int = 0,
    workers: int = 1,
    *,
    store: Path | None = None,
    timed: bool = False,
) -> int:
    import attrs

    from benchmarks.inapplicable import rules_that_never_apply
    from prebill import checker
    from prebill.packs import InstalledPack
    from prebill.policy import RuleSet
    from prebill.readers import open_inputs

    ready = checker(select=select, as_of=AS_OF, table_store=store)
    if extra:
        never = InstalledPack(name="never", distribution="never", version="0", rules=rules_that_never_apply(extra))
        rule_set = RuleSet((*ready.rule_set.packs, never))
        policy = attrs.evolve(ready.policy, select=(*select, "never"))
        ready = attrs.evolve(ready, rule_set=rule_set, policy=policy)
    with ready.check(open_inputs([path]), workers=workers, timed=timed) as report:
        for each in report.timings[:SLOWEST]:
            spent = each.seconds / report.summary.read * 1e6
            sys.stderr.write(f"  {each.rule}  {spent:6.1f} µs a claim  {each.name}\n")
        return report.summary.read


def anesthesia(size: Path, select: Sequence[str]) -> int:
    """Check cases made in memory; the path is their number, before a slash and the number of physicians."""
    from benchmarks.anesthesia import encounters
    from prebill import checker
    from prebill.readers import Encounters

    cases, physicians = map(int, str(size).split("/"))
    made = tuple(encounters(cases, physicians))
    start = time.process_time()
    ready = checker(select=select or line_rules_of("anesthesia"), as_of=AS_OF, config={"complete_batch": True})
    with ready.check(Encounters(made)) as report:
        took = time.process_time() - start
        counts = report.summary
    sys.stderr.write(f"{took:.2f} s without making the cases, {counts.findings} findings\n")
    return counts.read


def line_rules_of(pack: str) -> list[str]:
    from prebill.packs import find_packs

    (installed,) = find_packs([pack])
    return [each.code for each in installed.rules if each.scope == "line"]


MEASUREMENTS: dict[str, Callable[[Path], int]] = {
    "floor": floor,
    "read": read,
    "flagships": check,
    "flagships+1000": lambda path: check(path, extra=1000),
    "everything": lambda path: check(path, select=()),
    "general": lambda path: check(path, select=("general",)),
    "concurrency": lambda size: anesthesia(size, ("ANE102",)),
    "anesthesia line rules": lambda size: anesthesia(size, ()),
    "whole tables": lambda path: check(path, select=("general",), store=path.parent / "store"),
    "time of rules": lambda path: check(path, select=("general",), store=path.parent / "store", timed=True),
    "two workers": lambda path: check(path, workers=2),
}


def peak_memory() -> int:
    """Return the peak resident size in MB; Linux alone tells it without what the parent process had."""
    status = Path("/proc/self/status")
    if status.exists():
        (peak,) = (line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(peak) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def floor_rate(path: Path) -> float:
    """Return the claims that the floor reads in a second, the best of three."""
    best = 0.0
    for _ in range(3):
        start = time.process_time()
        claims = floor(path)
        best = max(best, claims / (time.process_time() - start))
    return best


def main(kind: str, path: str, floor_path: str) -> None:
    gc.freeze()
    before = floor_rate(Path(floor_path))
    wall, processor = time.perf_counter(), time.process_time()
    claims = MEASUREMENTS[kind](Path(path))
    result: dict[str, Any] = {
        "claims": claims,
        "processor": time.process_time() - processor,
        "wall": time.perf_counter() - wall,
        "memory": peak_memory(),
        "floor": max(before, floor_rate(Path(floor_path))),
    }
    sys.stdout.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
