"""Measures look-ups in a stored table the size of the PTP edits: `python -m benchmarks tables [--quick]`.

Pairs of five-digit codes as CMS publishes them, a few of them with an earlier window; one look-up of twenty finds
its pair, as on real claims. Pairs are not asked for twice, so that nothing is remembered.
"""

from __future__ import annotations

import gc
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from prebill.general.tables.ncci_ptp import PtpEdit
from prebill.lookup import Table
from prebill.published import Heading
from prebill.tables import TableSet, TableStore
from prebill.tables.edition_file import write_edition

PAIRS, QUICK_PAIRS = 2_240_000, 200_000
CODES = [f"{number:05}" for number in range(10_000, 20_000)]
DAY = date(2024, 7, 15)
HEADING = Heading(edition="made up", source="a benchmark", complete=True)


def main(pairs: int) -> None:
    chance = random.Random(1)
    known = sorted({(chance.choice(CODES), chance.choice(CODES)) for _ in range(pairs)})
    with tempfile.TemporaryDirectory() as folder:
        store = TableStore(Path(folder))
        start = time.perf_counter()
        with store.building() as path:
            description = write_edition(path, PtpEdit, HEADING, rows_of(known), unique=())
            size = store.add(path, description).path.stat().st_size
        print(
            f"{description.rows:,} rows of {len(known):,} pairs written in {time.perf_counter() - start:.1f} s, ",
            end="",
        )
        print(f"{size / 1e6:.0f} MB")
        start = time.perf_counter()
        stored = TableStore(Path(folder)).editions()[0]
        print(f"opened in {1000 * (time.perf_counter() - start):.1f} ms")
        table = TableSet({"ncci-ptp": (stored.of(PtpEdit),)}).find(PtpEdit).on(DAY)
        measure(table, known, chance)


def rows_of(pairs: list[tuple[str, str]]) -> Iterator[PtpEdit]:
    for number, (column1, column2) in enumerate(pairs):
        first = date(2000 + number % 20, 1, 1)
        if number % 7 == 0:
            yield PtpEdit(
                column1=column1, column2=column2, modifier_indicator="0", rationale="More extensive procedure",
                effective_from=date(1996, 1, 1), effective_to=date(1999, 12, 31),
            )  # fmt: skip
        yield PtpEdit(
            column1=column1, column2=column2, modifier_indicator="1", rationale="Mutually exclusive procedures",
            effective_from=first,
        )  # fmt: skip


def measure(table: Table[PtpEdit], known: list[tuple[str, str]], chance: random.Random) -> None:
    there = set(known)
    count = 300_000
    absent = [
        pair for pair in ((chance.choice(CODES), chance.choice(CODES)) for _ in range(count)) if pair not in there
    ]
    asked = absent[: count * 19 // 20] + chance.sample(known, min(count // 20, len(known)))
    chance.shuffle(asked)
    find = table.find
    find("", "")
    gc.freeze()  # the millions of pairs made here are not part of a look-up
    for title, pairs in (("one of twenty found", asked), ("none found", absent), ("the same again", asked)):
        start = time.process_time()
        for column1, column2 in pairs:
            find(column1, column2)
        print(f"{title:24}{len(pairs) / (time.process_time() - start):12,.0f} look-ups/s", flush=True)


if __name__ == "__main__":
    main(QUICK_PAIRS if "--quick" in sys.argv else PAIRS)
