"""Options that several commands share: the configuration, the packs, and which rules."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import click
from click.core import ParameterSource

from prebill.cli.complete import complete_pack, complete_rule

if TYPE_CHECKING:
    from prebill.api import Setup
    from prebill.engine import Checker

Function = Callable[..., Any]


@attrs.frozen(kw_only=True)
class Choice:
    """What the command line says of configuration, packs and rules.

    Without a configuration the tables are in the current folder, unless the command is `isolated`.
    """

    config: Path | None = None
    isolated: bool = False
    packs: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()

    def setup(self, store: Path | None = None) -> Setup:
        """Load packs and configuration; raises `ConfigError` or `PackError` when they are wrong."""
        from prebill.api import setup

        return setup(
            config=self.config,
            packs=self.packs or None,
            select=self.select,
            ignore=self.ignore,
            table_store=store,
            beside=None if self.isolated else Path(),
        )

    def checker(self, as_of: date | None = None, store: Path | None = None) -> Checker:
        """Return a checker of these rules; raises as `prebill.checker` does."""
        return self.setup(store).checker(as_of)


def choice_options(command: Function) -> Function:
    """Add the options that make a `Choice`, which the command receives as `choice`."""
    return _with_choice(command, (*_PRACTICE, *_RULES))


def practice_options(command: Function) -> Function:
    """Add those of the options that say whose configuration and which packs, and not which rules."""
    return _with_choice(command, _PRACTICE)


def _with_choice(command: Function, options: Sequence[Function]) -> Function:
    @functools.wraps(command)
    def with_choice(
        config: Path | None,
        isolated: bool,
        pack: tuple[str, ...],
        select: tuple[str, ...] = (),
        ignore: tuple[str, ...] = (),
        **options: Any,
    ) -> Any:
        named = click.get_current_context().get_parameter_source("config") is ParameterSource.COMMANDLINE
        if named and isolated:
            message = "--config and --isolated exclude each other"
            raise click.UsageError(message)
        found = None if isolated else config or find_config()
        choice = Choice(config=found, isolated=isolated, packs=pack, select=select, ignore=ignore)
        return command(choice=choice, **options)

    for option in reversed(options):
        with_choice = option(with_choice)
    return with_choice


def store_option(*, exists: bool) -> Function:
    """Return the option that names the folder of imported tables, which the command receives as `store`."""
    return click.option(
        "--store",
        type=click.Path(exists=exists, file_okay=False, path_type=Path),
        metavar="DIR",
        help="The folder of imported tables; by default .prebill/tables beside the configuration.",
    )


def find_config() -> Path | None:
    """Return ./prebill.toml, else a ./pyproject.toml that has a table `tool.prebill`, else None."""
    if Path("prebill.toml").is_file():
        return Path("prebill.toml")
    project = Path("pyproject.toml")
    try:
        content = tomllib.loads(project.read_text(encoding="utf-8")) if project.is_file() else {}
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        return None
    return project if "prebill" in content.get("tool", {}) else None


def separated(_context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """Split each value at its commas."""
    return tuple(part.strip() for value in values for part in value.split(",") if part.strip())


_PRACTICE = (
    click.option(
        "--config",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        envvar="PREBILL_CONFIG",
        help="The configuration; by default ./prebill.toml, or [tool.prebill] of ./pyproject.toml.",
    ),
    click.option("--isolated", is_flag=True, help="Read no configuration."),
    click.option(
        "--pack",
        multiple=True,
        callback=separated,
        envvar="PREBILL_PACKS",
        shell_complete=complete_pack,
        metavar="NAME",
        help="Load only these packs (repeatable, or separated by commas).",
    ),
)
_RULES = (
    click.option(
        "--select",
        multiple=True,
        callback=separated,
        shell_complete=complete_rule,
        metavar="RULE",
        help="Only these rules: codes, families (ANE), names of rules or packs.",
    ),
    click.option(
        "--ignore",
        multiple=True,
        callback=separated,
        shell_complete=complete_rule,
        metavar="RULE",
        help="Leave these rules out.",
    ),
)
