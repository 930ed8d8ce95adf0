"""Checks the ordinary weeks of the example practice, and counts what the rules decided."""

from __future__ import annotations

import gzip
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import attrs
from click.testing import CliRunner
from examples.practice.ordinary.tables import configuration, tables
from examples.practice.ordinary.weeks import Weeks

from prebill import Checker, Encounter, Report, checker
from prebill.cli import main
from prebill.ledger.memory import MemoryLedger
from prebill.policy import RuleSet
from prebill.readers import Encounters
from prebill.rules import Missing, Rule
from prebill.tables import TableSet

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("PREBILL_SHARED_DATA") or ROOT.parent / "shared" / "data") / "cms"
PUBLISHED = (
    ("mpfs", "PPRRVU24_JUL.csv.gz"),
    ("ncci-mue", "MCR_MUE_PractitionerServices_Eff_07-01-2024.csv"),
    ("ncci-aoc", "AOC_V2024Q3-MCR.txt"),
    ("place-of-service", "place_of_service_codes_2024-06.csv"),
)
PAIRS = tuple(f"ccipra-v302r0-f{part}.txt.gz" for part in range(1, 5))


def checker_of(weeks: Weeks, store: Path | None = None) -> Checker:
    """Return a checker with every pack, the practice's own tables, and those of a store."""
    ready = checker(config=configuration(), as_of=weeks.checked_on, table_store=store)
    loaded = dict(ready.tables.loaded)
    for name, editions in tables().items():
        loaded[name] = (*loaded.get(name, ()), *editions)
    return attrs.evolve(ready, tables=TableSet(loaded))


def check(ready: Checker, encounters: Iterable[Encounter]) -> Report:
    """Check encounters with a billing history that holds nothing before them."""
    return ready.check(Encounters(encounters), ledger=MemoryLedger())


def counting(ready: Checker, decided: Counter[str]) -> Checker:
    """Return a checker that counts, by rule, the answers for which nothing was missing."""
    packs = tuple(
        attrs.evolve(pack, rules=tuple(_counted(each, decided) for each in pack.rules)) for pack in ready.rule_set.packs
    )
    return attrs.evolve(ready, rule_set=RuleSet(packs))


def _counted(rule: Rule, decided: Counter[str]) -> Rule:
    parts = [_counted(part, decided) for part in rule.parts]
    return attrs.evolve(rule, function=_counting(rule.function, rule.code, decided), parts=parts)


def _counting(function: Callable[..., Any], code: str, decided: Counter[str]) -> Callable[..., list[Any]]:
    def judged(*arguments: Any, **settings: Any) -> list[Any]:
        answers = list(function(*arguments, **settings) or ())
        decided[code] += not any(isinstance(each, Missing) for each in answers)
        return answers

    judged.__module__, judged.__name__ = function.__module__, function.__name__
    judged.__doc__ = function.__doc__
    return judged


def import_published(store: Path, procedures: frozenset[str], folder: Path) -> None:
    """Import the tables of July 2024, of the pairs those between procedures that are billed: there are millions."""
    pairs = folder / "ccipra-v302r0.txt"
    with pairs.open("w", encoding="latin-1", newline="") as file:
        file.writelines(_pairs_between(procedures))
    for name, path in (*((name, DATA / file) for name, file in PUBLISHED), ("ncci-ptp", pairs)):
        arguments = ["tables", "import", name, str(path), "--store", str(store), "--isolated", "--quiet", "--complete"]
        result = CliRunner().invoke(main, arguments)
        if result.exit_code:
            raise AssertionError(result.output)


def _pairs_between(procedures: frozenset[str]) -> Iterator[str]:
    heading = True
    for file in PAIRS:
        with gzip.open(DATA / file, "rt", encoding="latin-1", newline="") as rows:
            for row in rows:
                column1, _, rest = row.partition("\t")
                is_pair = rest[5:6] == "\t" and rest[:1].strip() and column1[:1].strip()
                if (is_pair and column1 in procedures and rest[:5] in procedures) or (heading and not is_pair):
                    yield row
        heading = False
