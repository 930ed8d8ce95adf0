"""Measures throughput and memory, each in a process of its own: `python -m benchmarks [--quick]`."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.corpus import write_837p

ROOT = Path(__file__).parent.parent
KINDS_837P = ("floor", "read", "flagships", "flagships+1000", "general", "everything")


def main(*, quick: bool) -> None:
    sizes = (2_000, 10_000) if quick else (20_000, 200_000)
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            one, many, lines = (Path(folder) / name for name in ("one.837", "many.837", "day.ndjson"))
            write_837p(one, size)
            write_837p(many, size, sets=max(size // 100, 1))
            to_ndjson(one, lines)
            kinds = KINDS_837P if size == sizes[0] else ("floor", "read", "flagships", "everything")
            show(f"837P, one ST, {size:,} claims", [(kind, measure(kind, one)) for kind in kinds])
            show(
                f"837P, {max(size // 100, 1):,} STs, {size:,} claims",
                [(kind, measure(kind, many)) for kind in ("floor", "flagships")],
            )
            show(
                f"NDJSON, {size:,} claims",
                [
                    ("floor", measure("floor", one)),
                    *((kind, measure(kind, lines)) for kind in ("read", "flagships")),
                ],
            )
            if size == sizes[0]:
                pair = [("flagships", measure("flagships", one)), ("two workers", measure("two workers", one))]
                show("837P, wall-clock time of one and two workers", pair, clock="wall")


def measure(kind: str, path: Path) -> dict[str, Any]:
    """Return the best of three runs; a run that takes longer than ten seconds is not repeated."""
    best: dict[str, Any] = {}
    for _ in range(3):
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.measure", kind, str(path)],
            cwd=ROOT, check=True, capture_output=True, text=True,
        )  # fmt: skip
        result = json.loads(done.stdout)
        if not best or result["processor"] < best["processor"]:
            best = result
        if result["processor"] > 10:
            break
    return best


def show(title: str, results: list[tuple[str, dict[str, Any]]], clock: str = "processor") -> None:
    first = results[0][1]
    base = first["claims"] / first[clock]
    print(f"\n{title}\n{'':18}{'claims/s':>12}{'of first':>10}{'peak MB':>10}")
    for kind, result in results:
        rate = result["claims"] / result[clock]
        print(f"{kind:18}{rate:12,.0f}{rate / base:10.2f}{result['memory']:10,}", flush=True)


def to_ndjson(source: Path, target: Path) -> None:
    """Convert an 837P as the command line does."""
    command = [sys.executable, "-m", "prebill", "convert", str(source), "-o", str(target)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)


if __name__ == "__main__":
    main(quick="--quick" in sys.argv)
