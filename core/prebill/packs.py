"""Packs: what a distribution adds to prebill, and how the installed ones are found."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib.metadata import EntryPoint, entry_points
from typing import Any, TypeVar

import attrs
import pluggy

from prebill.errors import PackError, did_you_mean
from prebill.lookup import table_spec
from prebill.published import Importer
from prebill.rules import Rule, record_name

T = TypeVar("T")

GROUP = "prebill"
API = 1

hookspec = pluggy.HookspecMarker("prebill")
hookimpl = pluggy.HookimplMarker("prebill")


@attrs.frozen(kw_only=True)
class Command:
    """A command that a pack adds: `module:name` of a click command, and its one-line help."""

    path: str
    help: str


@attrs.frozen(kw_only=True)
class Pack:
    """Everything that a pack offers, by dotted paths, so that knowing a pack imports none of its rules.

    Args:
        name: The name of the pack in selections and reports.
        rules: Modules that declare rules.
        records: Modules that declare record types.
        tables: Modules that declare row types of reference tables.
        importers: Modules that declare how published files are read into tables.
        cases: A package whose files `<CODE>.yaml` hold the cases of the rules.
        commands: Commands that the pack adds, by name.
        api: The version of this interface that the pack was written for.
    """

    name: str
    rules: tuple[str, ...] = ()
    records: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    importers: tuple[str, ...] = ()
    cases: str | None = None
    commands: Mapping[str, Command] = attrs.field(factory=dict)
    api: int = API

    def load_rules(self) -> tuple[Rule, ...]:
        """Import the rule modules and return their rules by code; raises `PackError` for a code used twice."""
        found: dict[str, Rule] = {}
        for path in self.rules:
            for value in vars(importlib.import_module(path)).values():
                if not isinstance(value, Rule) or value.module != path or value.part_of is not None:
                    continue
                if found.get(value.code, value) is not value:
                    message = f"pack {self.name}: the code {value.code} is used twice"
                    raise PackError(message)
                found[value.code] = value
        return tuple(found[code] for code in sorted(found))

    def load_records(self) -> Mapping[str, type]:
        """Import the record modules and return their types by name."""
        return {name: cls for path in self.records for name, cls in _declared(path, record_name)}

    def load_tables(self) -> Mapping[str, type]:
        """Import the table modules and return their row types by table; raises `PackError` for a table named twice."""
        found: dict[str, type] = {}
        for path in self.tables:
            for spec, cls in _declared(path, table_spec):
                if spec.name in found:
                    message = f"pack {self.name}: the table {spec.name} has two row types"
                    raise PackError(message)
                found[spec.name] = cls
        return found

    def load_importers(self) -> Mapping[str, Importer[Any]]:
        """Import the modules that read published files and return what they declare by name."""
        return {
            value.name: value
            for path in self.importers
            for value in vars(importlib.import_module(path)).values()
            if isinstance(value, Importer)
        }


def _declared(path: str, told_by: Callable[[object], T | None]) -> Iterator[tuple[T, type]]:
    """Yield what the classes that a module itself defines are declared as, with the class."""
    for value in vars(importlib.import_module(path)).values():
        if isinstance(value, type) and value.__module__ == path:
            declared = told_by(value)
            if declared is not None:
                yield declared, value


class Hooks:
    """The hooks that a plugin can implement."""

    @hookspec
    def prebill_pack(self) -> Pack:
        """Return the pack of this distribution."""
        raise NotImplementedError


@attrs.frozen(kw_only=True)
class InstalledPack:
    """A pack as found: its distribution and version, its rules, or the reason why it could not be loaded."""

    name: str
    distribution: str
    version: str
    pack: Pack | None = None
    rules: tuple[Rule, ...] = attrs.field(default=(), repr=False)
    failure: str | None = None


def installed_names() -> tuple[str, ...]:
    """Return the names of the installed packs without importing any of them."""
    return tuple(sorted({point.name for point in entry_points(group=GROUP)}))


def find_packs(names: Iterable[str] | None = None) -> tuple[InstalledPack, ...]:
    """Load the installed packs one by one, all or those named, in the order of their names.

    A pack that fails is returned with its failure and costs the others nothing. Raises `PackError` for a name
    that is not installed.
    """
    points = {point.name: point for point in entry_points(group=GROUP)}
    wanted = sorted(points) if names is None else sorted(set(names))
    for name in wanted:
        if name not in points:
            message = f"no pack {name!r} is installed.{did_you_mean(name, points)}"
            raise PackError(message)
    return tuple(_load(points[name]) for name in wanted)


def find_commands() -> Mapping[str, Command]:
    """Return the commands that packs add, by name, without importing a rule; a pack that fails adds none."""
    found: dict[str, Command] = {}
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        try:
            commands = declared_pack(point.name, point.load()).commands
        except Exception:  # noqa: BLE001, S112 - whoever loads the packs in earnest reports the failure
            continue
        found = {**commands, **found}
    return found


def load_pack(name: str, plugin: object) -> tuple[Pack, tuple[Rule, ...]]:
    """Ask a plugin object for its pack and load the rules; raises `PackError` when it does not fit."""
    pack = declared_pack(name, plugin)
    return pack, pack.load_rules()


def declared_pack(name: str, plugin: object) -> Pack:
    """Ask a plugin object for its pack through the hook; raises `PackError` when it does not fit."""
    manager = pluggy.PluginManager("prebill")
    manager.add_hookspecs(Hooks)
    manager.register(plugin, name)
    try:
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        raise PackError(str(error)) from error
    answers = manager.hook.prebill_pack()
    if len(answers) != 1 or not isinstance(answers[0], Pack):
        message = f"{name}: implement the hook prebill_pack() to return one prebill.Pack"
        raise PackError(message)
    pack: Pack = answers[0]
    if pack.api != API:
        message = f"{name}: written for interface {pack.api} of prebill; this is interface {API}"
        raise PackError(message)
    return pack


def _load(point: EntryPoint) -> InstalledPack:
    distribution = point.dist.name if point.dist else "unknown"
    version = point.dist.version if point.dist else "unknown"
    try:
        pack, rules = load_pack(point.name, point.load())
    except Exception as error:  # noqa: BLE001 - whatever a pack raises, the others go on
        failure = str(error) if isinstance(error, PackError) else f"{type(error).__name__}: {error}"
        return InstalledPack(name=point.name, distribution=distribution, version=version, failure=failure)
    return InstalledPack(name=point.name, distribution=distribution, version=version, pack=pack, rules=rules)
