"""Measures how fast the published procedure-to-procedure edits are read: `python -m benchmarks.published FOLDER`."""

from __future__ import annotations

import resource
import sys
import time
from pathlib import Path

from prebill.general.published.ncci_ptp import MEDICARE
from prebill.published import PublishedFile, Rejected


def main(folder: Path) -> None:
    files = [PublishedFile(path) for path in sorted(folder.glob("ccipra-v*-f[1-4].txt*"))]
    begun = time.process_time()
    rows = refused = 0
    for row in MEDICARE.rows(files):
        rows += 1
        refused += isinstance(row, Rejected)
    seconds = time.process_time() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    heading = MEDICARE.heading(files)
    print(f"{heading.edition}, {'complete' if heading.complete else 'in part'}: {rows:,} rows, {refused:,} refused")
    print(f"{seconds:.1f} s, {rows / seconds:,.0f} rows/s, {peak} MB")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
