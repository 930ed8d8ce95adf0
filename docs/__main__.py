"""Writes the parts of the documentation that are printed from the code, or with `--check` says which are stale."""

from __future__ import annotations

import sys
from pathlib import Path

from docs.generated import pages, stale, write


def main(*arguments: str) -> int:
    root = Path(__file__).parents[1]
    if arguments not in {(), ("--check",)}:
        print("usage: python -m docs [--check]", file=sys.stderr)
        return 2
    if not arguments:
        write(root, pages(root))
        return 0
    behind = stale(root, pages(root))
    for name in behind:
        print(f"{name} is stale: run python -m docs", file=sys.stderr)
    return 1 if behind else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
