"""The engine's front: a set of rules, a policy and tables, ready to check any number of batches."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import date
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

import attrs

from prebill.engine.first_pass import Counts, FirstPass
from prebill.engine.keys import PARTS
from prebill.engine.look_back import LookBack, index_ledger, record
from prebill.engine.plan import Plan
from prebill.engine.report import EarlierVerdict, Provenance, Report, ReportItem
from prebill.engine.second_pass import Force, SecondPass
from prebill.engine.spill import Spill
from prebill.engine.tally import summarize
from prebill.engine.verdicts import verdicts
from prebill.findings import Finding
from prebill.ledger import Ledger
from prebill.lookup import table_spec
from prebill.policy import Policy, RuleSet
from prebill.reading import Item, Source
from prebill.rules import NeedKind, Rule
from prebill.tables import TableSet

_SHARE = 1 << 40
R = TypeVar("R")
Progress = Callable[[int], None]


@attrs.frozen(kw_only=True)
class Checker:
    """Rules, policy and tables, resolved once. It holds no state of a run and can be used by many threads."""

    rule_set: RuleSet
    policy: Policy = attrs.field(factory=Policy)
    tables: TableSet = attrs.field(factory=TableSet)
    as_of: date
    version: str = ""

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules that run."""
        return self.rule_set.select(self.policy.select, self.policy.ignore)

    def check(
        self,
        source: Source,
        *,
        workers: int = 1,
        ledger: Ledger | None = None,
        progress: Progress | None = None,
    ) -> Report:
        """Check everything that a source holds.

        Args:
            source: What to read. It is read once.
            workers: How many processes share the work; the result is the same for any number.
            ledger: What was billed before; the run is recorded in it.
            progress: Called now and then with the number of claims read so far (with one worker).
        """
        folder = Path(tempfile.mkdtemp(prefix="prebill-"))
        try:
            return self._check(source, folder, workers, ledger, progress)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    def _check(
        self, source: Source, folder: Path, workers: int, ledger: Ledger | None, progress: Progress | None
    ) -> Report:
        plan = self.plan()
        if ledger is not None:
            index_ledger(ledger, [rule for _, rule in plan.cohort_rules], plan, self.as_of)
        shares = source.shares(workers) if workers > 1 else (source,)
        first = [folder / f"first-{number}.db" for number in range(len(shares))]
        read = partial(_first_pass, self, for_ledger=ledger is not None)
        tasks = [(share, path, number) for number, (share, path) in enumerate(zip(shares, first, strict=True))]
        counts = sum(self._in_parallel(read, tasks, progress), Counts())
        known = folder / "known.db"
        second: list[Path] = []
        changed: list[tuple[Finding, bool]] = []
        if plan.cohort_rules:
            with _spills([*first, known]) as spills:
                for spill in spills:
                    spill.index()
                force = LookBack(plan, ledger, spills[:-1], spills[-1], self.as_of).run()
            parts = [tuple(range(number, PARTS, max(workers, 1))) for number in range(max(workers, 1))]
            second = [folder / f"second-{number}.db" for number in range(len(parts))]
            judge = partial(_second_pass, self, [*first, known], force, for_ledger=ledger is not None)
            self._in_parallel(judge, list(zip(parts, second, strict=True)), None)
            if ledger is not None:
                with _spills([*first, known, *second]) as spills:
                    changed = record(ledger, spills[: len(first)], spills[len(first) :], force)
        return self._report(folder, [*first, *second], counts, changed)

    def record_types(self) -> Mapping[str, type]:
        """Return the record types of the packs in use, by name."""
        return {
            name: cls
            for installed in self.rule_set.packs
            if installed.pack is not None
            for name, cls in installed.pack.load_records().items()
        }

    def plan(self) -> Plan:
        """Compile the rules."""
        return Plan(self.rules, self.policy, self.tables)

    def provenance(self) -> Provenance:
        """Return what a report of this checker names as its sources."""
        row_types = {
            need.type for rule in self.rules for need in rule.signature.needs if need.kind is NeedKind.TABLE
        }
        tables = sorted(
            (self.tables.find(each) for each in row_types if table_spec(each)), key=lambda table: table.name
        )
        return Provenance(
            version=self.version,
            packs={pack.name: pack.version for pack in self.rule_set.packs if not pack.failure},
            failed_packs={pack.name: pack.failure for pack in self.rule_set.packs if pack.failure},
            tables={
                table.name: tuple(f"{edition.name} sha256:{edition.checksum}" for edition in table.editions)
                for table in tables
            },
            config=self.policy.origin,
            as_of=self.as_of.isoformat(),
        )

    def _in_parallel(
        self, work: Callable[..., R], tasks: Sequence[tuple[object, ...]], progress: Progress | None
    ) -> list[R]:
        if len(tasks) == 1:
            return [work(*tasks[0], progress=progress)]
        with ProcessPoolExecutor(len(tasks), mp_context=get_context("spawn")) as pool:
            return [future.result() for future in [pool.submit(work, *task) for task in tasks]]

    def _report(
        self, folder: Path, paths: Sequence[Path], counts: Counts, changed: Sequence[tuple[Finding, bool]]
    ) -> Report:
        supersedes = {rule.code: frozenset(rule.supersedes) for rule in self.rules if rule.supersedes}

        def items() -> Iterator[ReportItem]:
            with _spills(paths) as spills:
                for _, item in verdicts(spills, supersedes):
                    yield item
            for finding, withdrawn in changed:
                yield EarlierVerdict(claim_id=finding.claim_id, finding=finding, withdrawn=withdrawn)

        return Report(
            summary=summarize(items(), counts),
            provenance=self.provenance(),
            read_items=items,
            close=partial(shutil.rmtree, folder, ignore_errors=True),
        )


def _first_pass(
    checker: Checker,
    share: Source,
    path: Path,
    number: int,
    *,
    for_ledger: bool,
    progress: Progress | None = None,
) -> Counts:
    with _spills([path]) as (spill,):
        first = FirstPass(checker.plan(), spill, checker.as_of, for_ledger=for_ledger)
        return first.run(_watched(share.read(), progress), number * _SHARE)


def _second_pass(
    checker: Checker,
    paths: Sequence[Path],
    force: Force,
    parts: Sequence[int],
    out: Path,
    *,
    for_ledger: bool,
    progress: Progress | None = None,
) -> None:
    with _spills([*paths, out]) as spills:
        SecondPass(checker.plan(), spills[:-1], spills[-1], checker.as_of, for_ledger=for_ledger).run(parts, force)


def _watched(items: Iterable[Item], progress: Progress | None) -> Iterator[Item]:
    for count, item in enumerate(items):
        if progress is not None and count % 1000 == 0:
            progress(count)
        yield item


@contextmanager
def _spills(paths: Sequence[Path]) -> Iterator[list[Spill]]:
    spills = [Spill(path) for path in paths]
    try:
        yield spills
    finally:
        for spill in spills:
            spill.close()
