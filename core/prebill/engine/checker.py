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
from prebill.engine.keys import PAYER_NUMBER
from prebill.engine.look_back import LookBack, Run, index_ledger, record
from prebill.engine.plan import Plan
from prebill.engine.second_pass import Force, SecondPass
from prebill.engine.spill import Spill
from prebill.engine.stopwatch import Stopwatch, readings
from prebill.engine.tally import summarize
from prebill.engine.verdicts import Judgement, undecided, verdicts
from prebill.engine.versions import Versions, related_to_changes
from prebill.findings import Finding
from prebill.ledger import Ledger
from prebill.lookup import table_spec
from prebill.policy import Policy, RuleSet
from prebill.reading import Item, Source
from prebill.report import EarlierVerdict, Provenance, Report, ReportItem
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
    baseline: frozenset[str] = frozenset()
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
        timed: bool = False,
    ) -> Report:
        """Check everything that a source holds.

        Args:
            source: What to read. It is read once.
            workers: How many processes share the work; the result is the same for any number.
            ledger: What was billed before; the run is recorded in it.
            progress: Called now and then with the number of claims read so far (with one worker).
            timed: Whether to measure how long each rule takes, which itself takes a little time.
        """
        folder = Path(tempfile.mkdtemp(prefix="prebill-"))
        try:
            with _Hands(workers) as hands:
                return self._check(source, folder, hands, ledger, progress, timed=timed)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    def _check(
        self,
        source: Source,
        folder: Path,
        hands: _Hands,
        ledger: Ledger | None,
        progress: Progress | None,
        *,
        timed: bool,
    ) -> Report:
        plan, workers = self.plan(), hands.count
        if ledger is not None:
            index_ledger(ledger, plan, self.as_of)
        since = 0 if ledger is None else ledger.changes()
        shares = source.shares(workers) if workers > 1 else (source,)
        first = tuple(_Folder(folder / f"first-{number}", number, workers) for number in range(len(shares)))
        work = partial(_first_pass, self, for_ledger=ledger is not None, timed=timed)
        tasks = list(zip(shares, first, strict=True))
        counts = sum(hands.do(work, tasks, plan=plan, progress=progress), Counts())
        known = _Folder(folder / "known", len(first), workers)
        second = tuple(_Folder(folder / f"second-{bucket}", bucket) for bucket in range(workers))
        changed: list[tuple[Finding, bool]] = []
        if plan.cohort_rules or ledger is not None:
            with _opened([*first, known]) as (*batch, copied):
                versions = Versions(folder / "versions")
                if ledger is None:
                    force = _changes_within(batch, versions) if counts.changes else Force()
                else:
                    for spill in batch:
                        versions.add(spill.headers())
                    renamed = versions.tell_apart()
                    force = LookBack(plan, ledger, batch, versions, copied, self.as_of).run(workers)
            judge = partial(_second_pass, self, (*first, known), force, for_ledger=ledger is not None, timed=timed)
            hands.do(judge, list(enumerate(second)), plan=plan)
            if ledger is not None:
                with _opened([*first, known, *second]) as spills:
                    run = Run(
                        batch=spills[: len(first)],
                        copied=spills[len(first)],
                        judged=spills[len(first) + 1 :],
                        force=force,
                        renamed=renamed,
                        versions=versions,
                        families=frozenset({PAYER_NUMBER, *plan.family_keys}),
                        since=since,
                    )
                    changed = record(ledger, run)
            versions.close()
        return self._report(folder, (*first, *second), counts, changed)

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
        return Plan(self.rules, self.policy, self.tables, self.rule_set.by_code.values())

    def provenance(self) -> Provenance:
        """Return what a report of this checker names as its sources."""
        row_types = {need.type for rule in self.rules for need in rule.signature.needs if need.kind is NeedKind.TABLE}
        editions: dict[str, set[str]] = {}
        for table in map(self.tables.find, filter(table_spec, row_types)):
            named = {f"{edition.name} sha256:{edition.checksum}" for edition in table.editions}
            editions[table.name] = editions.get(table.name, set()) | named
        return Provenance(
            version=self.version,
            packs={pack.name: pack.version for pack in self.rule_set.packs if not pack.failure},
            failed_packs={pack.name: pack.failure for pack in self.rule_set.packs if pack.failure},
            tables={name: tuple(sorted(named)) for name, named in sorted(editions.items())},
            config=self.policy.origin,
            as_of=self.as_of.isoformat(),
        )

    def _report(
        self, folder: Path, folders: Sequence[_Folder], counts: Counts, changed: Sequence[tuple[Finding, bool]]
    ) -> Report:
        judgement = Judgement(
            policy=self.policy,
            as_of=self.as_of,
            supersedes={rule.code: frozenset(rule.supersedes) for rule in self.rules if rule.supersedes},
            baseline=self.baseline,
        )
        with _opened(folders) as spills:
            judgement = judgement.with_capacity(spills, counts.read)
            timings = readings(spills)

        def items() -> Iterator[ReportItem]:
            yield from judgement.problems()
            with _opened(folders) as spills:
                for _, item in verdicts(spills, judgement):
                    yield item
                yield from undecided(spills)
            for finding, withdrawn in changed:
                yield EarlierVerdict(claim_id=finding.claim_id, finding=finding, withdrawn=withdrawn)

        return Report(
            summary=summarize(items(), counts),
            provenance=self.provenance(),
            timings=timings,
            read_items=items,
            close=partial(shutil.rmtree, folder, ignore_errors=True),
        )


class _Hands:
    """The processes that share the work of a run: this one, and others from when there is more than one task."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> _Hands:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def do(
        self, work: Callable[..., R], tasks: Sequence[tuple[object, ...]], plan: Plan, progress: Progress | None = None
    ) -> list[R]:
        """Do every task, and return the results in their order."""
        first, *others = tasks
        if not others:
            return [work(*first, plan=plan, progress=progress)]
        if self._pool is None:
            self._pool = ProcessPoolExecutor(self.count - 1, mp_context=get_context("spawn"))
        shared = [self._pool.submit(work, *task) for task in others]
        return [work(*first, plan=plan), *[future.result() for future in shared]]


@attrs.frozen
class _Folder:
    """Where a process keeps what it sets aside."""

    path: Path
    number: int
    buckets: int = 1

    def open(self) -> Spill:
        return Spill(self.path, number=self.number, buckets=self.buckets)


def _changes_within(batch: Sequence[Spill], versions: Versions) -> Force:
    versions.add(related_to_changes(batch))
    return Force(dead=versions.out_of_force())


def _first_pass(
    checker: Checker,
    share: Source,
    folder: _Folder,
    *,
    for_ledger: bool,
    timed: bool,
    plan: Plan | None = None,
    progress: Progress | None = None,
) -> Counts:
    stopwatch = Stopwatch() if timed else None
    with _opened([folder]) as (spill,):
        first = FirstPass(plan or checker.plan(), spill, checker.as_of, for_ledger=for_ledger, stopwatch=stopwatch)
        counts = first.run(_watched(share.read(), progress), folder.number * _SHARE)
        if stopwatch is not None:
            stopwatch.write(spill, first.plan)
    return counts


def _second_pass(
    checker: Checker,
    folders: Sequence[_Folder],
    force: Force,
    bucket: int,
    out: _Folder,
    *,
    for_ledger: bool,
    timed: bool,
    plan: Plan | None = None,
    progress: Progress | None = None,
) -> None:
    stopwatch = Stopwatch() if timed else None
    with _opened([*folders, out]) as (*spills, own):
        plan = plan or checker.plan()
        second = SecondPass(plan, spills, own, checker.as_of, for_ledger=for_ledger, stopwatch=stopwatch)
        second.run(bucket, force)
        if stopwatch is not None:
            stopwatch.write(own, second.plan)


def _watched(items: Iterable[Item], progress: Progress | None) -> Iterator[Item]:
    for count, item in enumerate(items):
        if progress is not None and count % 1000 == 0:
            progress(count)
        yield item


@contextmanager
def _opened(folders: Iterable[_Folder]) -> Iterator[list[Spill]]:
    spills = [folder.open() for folder in folders]
    try:
        yield spills
    finally:
        for spill in spills:
            spill.close()
