"""prebill as a library: everything that the command line does, as functions that return values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, TypeGuard, cast

import attrs

from prebill.engine import Checker, Report
from prebill.errors import ConfigError
from prebill.ledger import Ledger, open_ledger
from prebill.model import Encounter
from prebill.packs import find_packs
from prebill.policy import Policy, RuleSet, load_policy, policy_from, read_baseline
from prebill.reading import Item, Source
from prebill.tables import TableSet, TableStore
from prebill.tables.inventory import (
    Available,
    editions_of_files,
    editions_of_packs,
    editions_of_store,
    row_types_of,
)
from prebill.tables.lock import LOCK
from prebill.tables.store import PLACE

Input = str | Path | Sequence[str | Path] | Iterable[Encounter] | Source


@attrs.frozen(kw_only=True)
class Setup:
    """What a call starts from: packs loaded, configuration read and checked, the place of tables found.

    `store` holds imported editions, if it exists; `lock` says which of them count, if it exists.
    """

    rules: RuleSet
    policy: Policy
    store: TableStore | None
    lock: Path | None

    def checker(self, as_of: date | None = None) -> Checker:
        """Return a checker of this setup; raises as `checker` does."""
        self.rules.select(self.policy.select, self.policy.ignore)
        baseline = self.policy.baseline
        return Checker(
            rule_set=self.rules,
            policy=self.policy,
            tables=self.tables(),
            as_of=as_of or date.today(),  # noqa: DTZ011 - the practice's own calendar
            baseline=read_baseline(Path(baseline)) if baseline else frozenset(),
            version=_version(),
        )

    def available(self) -> tuple[Available, ...]:
        """Return every edition at hand, whether it is locked or not."""
        row_types = row_types_of(self.rules.packs)
        stored = () if self.store is None else editions_of_store(self.store, row_types)
        return (*stored, *editions_of_files(self.policy.tables, row_types), *editions_of_packs(self.rules.packs))

    def tables(self) -> TableSet:
        """Find the tables; raises `TableError` or `ConfigError` where they are not what they should be."""
        lock = self.lock if self.lock is not None and self.lock.exists() else None
        return TableSet.load(self.rules.packs, self.policy.tables, self.store, lock)


def setup(
    *,
    config: str | Path | Mapping[str, Any] | None = None,
    packs: Sequence[str] | None = None,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    table_store: str | Path | None = None,
    beside: Path | None = None,
) -> Setup:
    """Load packs and configuration; everything as in `checker`.

    The store of tables, where nothing names it, and their lock are in the folder `beside`, by default that of the
    configuration file.
    """
    content = config if isinstance(config, Mapping) else load_policy(Path(config)) if config else {}
    origin = "configuration" if isinstance(config, Mapping) or config is None else str(config)
    folder = beside if isinstance(config, Mapping) or config is None else Path(config).parent
    wanted = packs if packs is not None else content.get("packs")
    installed = RuleSet(find_packs())
    policy = policy_from(content, installed, origin)
    rules = RuleSet(find_packs(wanted)) if wanted is not None else installed
    place = table_store or policy.table_store or (None if folder is None else folder / PLACE)
    policy = attrs.evolve(
        policy,
        select=tuple(select) or policy.select,
        ignore=(*policy.ignore, *ignore),
        table_store=None if place is None else str(place),
        origin=None if config is None else origin,
    )
    return Setup(
        rules=rules,
        policy=policy,
        store=None if place is None else TableStore(Path(place)),
        lock=None if folder is None else folder / LOCK,
    )


def checker(
    *,
    config: str | Path | Mapping[str, Any] | None = None,
    packs: Sequence[str] | None = None,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    as_of: date | None = None,
    table_store: str | Path | None = None,
) -> Checker:
    """Return a checker: packs loaded, rules selected, configuration read and checked.

    Args:
        config: A `prebill.toml`, or its content. Nothing is searched for: without it, everything runs as declared.
        packs: Names of the packs to load; by default those of the configuration, else all that are installed.
        select: Codes, families, names of rules or packs to run, instead of those of the configuration.
        ignore: The same, to leave out, besides those of the configuration.
        as_of: The date of the run, which rules see as today; by default the current date.
        table_store: The folder of imported tables, which need not exist; by default that of the configuration,
            else `.prebill/tables` beside the configuration file. `prebill-tables.lock` beside that file, if there
            is one, says which editions count.

    Raises:
        ConfigError: The configuration, a selector or the lock of the tables is wrong.
        PackError: A named pack is not installed, or two packs use one code.
        TableError: A table cannot be read.
    """
    found = setup(config=config, packs=packs, select=select, ignore=ignore, table_store=table_store)
    return found.checker(as_of)


def check(
    source: Input,
    *,
    config: str | Path | Mapping[str, Any] | None = None,
    packs: Sequence[str] | None = None,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    registers: Mapping[str, str | Path] | None = None,
    ledger: str | Ledger | None = None,
    workers: int = 1,
    as_of: date | None = None,
    table_store: str | Path | None = None,
) -> Report:
    """Check files, or encounters that a program already has, and return the report.

    `source` is a path or several (837P, JSON, NDJSON), or an iterable of `Encounter`. `registers` are companion
    files by the name of their register, such as `{"authorizations": "auths.csv"}`. `ledger` is what was billed
    before, as a database URL or the path of an SQLite file. `workers` processes share the work. Everything else
    is as in `checker`.
    """
    ready = checker(config=config, packs=packs, select=select, ignore=ignore, as_of=as_of, table_store=table_store)
    url = ledger if ledger is not None else ready.policy.ledger
    opened = open_ledger(url) if isinstance(url, str) else url
    try:
        return ready.check(_source(source, registers, ready), workers=workers, ledger=opened)
    finally:
        if isinstance(url, str) and opened is not None:
            opened.close()


def read(source: str | Path | Sequence[str | Path]) -> Iterator[Item]:
    """Read files: yields `Sourced` encounters with their origins, and whatever could not be read."""
    from prebill.readers import open_inputs

    return open_inputs(_paths(source)).read()


def _source(source: Input, registers: Mapping[str, str | Path] | None, ready: Checker) -> Source:
    from prebill.readers import Encounters, open_inputs

    paths = _paths(source)
    if paths:
        files = {name: (str(path),) for name, path in (registers or {}).items()}
        return open_inputs(paths, registers={**ready.policy.registers, **files}, record_types=ready.record_types())
    if registers:
        message = "registers join files; encounters in memory already hold theirs"
        raise ConfigError(message)
    return source if _is_source(source) else Encounters(cast("Iterable[Encounter]", source))


def _paths(source: Input) -> tuple[Path, ...]:
    """Return the paths that a source names; none for encounters, or for what is a source already."""
    if isinstance(source, (str, Path)):
        return (Path(source),)
    if isinstance(source, Sequence) and all(isinstance(each, (str, Path)) for each in source):
        return tuple(Path(cast("str | Path", each)) for each in source)
    return ()


def _is_source(source: Input) -> TypeGuard[Source]:
    return hasattr(source, "shares")


def _version() -> str:
    from prebill import __version__

    return __version__
