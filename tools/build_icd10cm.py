"""Builds the shipped list of ICD-10-CM codes from the order file that CMS publishes.

Usage: `PREBILL_SHARED_DATA=<folder> python tools/build_icd10cm.py`, where the folder has
`cms/icd10cm_order_2026.txt.gz`. The titles are read here once, for what they say of sides and of manifestations,
so that a run need not carry them. The output is the same for the same input, byte by byte.
"""

from __future__ import annotations

import gzip
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

YEAR = 2026
OUTPUT = Path(__file__).parents[1] / "core/prebill/general/tables/icd10cm.csv.gz"
HEADING = f"""\
# edition: FY{YEAR}
# source: ICD-10-CM order file icd10cm_order_{YEAR}.txt (CMS and NCHS); sides and manifestations by its titles
# complete: yes
# effective_from: {YEAR - 1}-10-01
# effective_to: {YEAR}-09-30
# carried_forward: yes
code,billable,side,manifestation,unspecified
"""
SIDES = re.compile(r"\b(right|left)\b")
BOTH_SIDES = re.compile(r"\b(bilateral|both)\b")
MANIFESTATION = re.compile(r"\bin (other )?diseases classified elsewhere")
UNSPECIFIED = re.compile(r", unspecified$|^unspecified ")


def main() -> None:
    """Write the list beside the module that declares its table."""
    source = Path(os.environ["PREBILL_SHARED_DATA"]) / f"cms/icd10cm_order_{YEAR}.txt.gz"
    content = "".join([HEADING, *(f"{row}\n" for row in rows(source))])
    OUTPUT.write_bytes(gzip.compress(content.encode(), 9, mtime=0))


def rows(source: Path) -> Iterator[str]:
    """Yield the lines of the list, by code."""
    billable: dict[str, bool] = {}
    titles: dict[str, str] = {}
    with gzip.open(source, "rt", encoding="ascii") as lines:
        for line in lines:
            code = line[6:13].strip()
            billable[code] = line[14] == "1"
            titles[code] = line[77:].strip().lower()
    sides = sides_of(titles)
    for code in sorted(titles):
        title = titles[code]
        cells = (
            code,
            "1" if billable[code] else "0",
            sides.get(code, ""),
            "1" if MANIFESTATION.search(title) else "",
            "1" if UNSPECIFIED.search(title) else "",
        )
        yield ",".join(cells).rstrip(",")


def sides_of(titles: Mapping[str, str]) -> dict[str, str]:
    """Return which codes are of the right, left, both, or an unspecified side: `R`, `L`, `B`, `U`.

    A code has a side when its title with right and left exchanged is another code's title. A code whose title
    names both (blindness of the right eye, low vision of the left) has none.
    """
    known = set(titles.values())
    sides: dict[str, str] = {}
    without_side: set[str] = set()
    for code, title in titles.items():
        named = set(SIDES.findall(title))
        if len(named) != 1:
            if BOTH_SIDES.search(title):
                sides[code] = "B"
            continue
        (side,) = named
        if SIDES.sub({"right": "left", "left": "right"}[side], title) in known:
            sides[code] = side[0].upper()
            without_side.add(SIDES.sub("unspecified", title))
    return sides | {code: "U" for code, title in titles.items() if title in without_side}


if __name__ == "__main__":
    main()
