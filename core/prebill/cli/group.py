"""The command group: loads a command when it is asked for, and turns errors into one line and an exit code."""

from __future__ import annotations

import importlib
import os
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import click

from prebill.cli.exits import ExitCode
from prebill.errors import PackError, PrebillError, did_you_mean
from prebill.packs import Command, find_commands


class LazyGroup(click.Group):
    """A group whose commands are dotted paths with their help beside them; packs add further ones."""

    def __init__(self, *args: Any, own: Mapping[str, Command], **options: Any) -> None:
        super().__init__(*args, **options)
        self._own = own

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands, without importing any of them."""
        return [*self._own, *sorted(set(find_commands()) - set(self._own))]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command; packs are only asked for one that prebill itself does not have."""
        found = self._own.get(cmd_name) or find_commands().get(cmd_name)
        return None if found is None else _load(found)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command of the arguments; an unknown one is answered with the nearest."""
        name = args[0]
        command = self.get_command(ctx, name)
        if command is None and not name.startswith("-"):
            message = f"There is no command {name!r}.{did_you_mean(name, self.list_commands(ctx))}"
            ctx.fail(message)
        return (name, command, args[1:]) if command else super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands with the help that is stated beside their paths."""
        added = {name: each for name, each in find_commands().items() if name not in self._own}
        for title, commands in (("Commands", self._own), ("Commands of packs", added)):
            if commands:
                with formatter.section(title):
                    formatter.write_dl([(name, each.help) for name, each in commands.items()])

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; whatever goes wrong ends as a line on stderr and an exit code."""
        code = ExitCode.OK
        try:
            with until_pipe_breaks():
                return super().invoke(ctx)
        except PrebillError as error:
            complain(str(error))
            code = ExitCode.USAGE
        except OSError as error:
            complain(f"{error.filename}: {error.strerror}" if error.filename else str(error.strerror or error))
            code = ExitCode.USAGE
        except KeyboardInterrupt:
            click.echo(err=True)
            code = ExitCode.INTERRUPTED
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            # Its text could hold patient data: say only what it is and where.
            if os.environ.get("PREBILL_TRACEBACK"):
                raise
            complain(f"internal error: {_where(error)}. Please report it; PREBILL_TRACEBACK=1 shows more.")
            code = ExitCode.INCOMPLETE
        raise click.exceptions.Exit(code)


def complain(message: str) -> None:
    """Write each line of an error to stderr."""
    for line in message.splitlines():
        click.echo(f"prebill: {line}", err=True)


@contextmanager
def until_pipe_breaks() -> Iterator[None]:
    """Go on quietly when whoever reads stdout has stopped reading."""
    try:
        try:
            yield
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        # What is still buffered has nowhere to go; the interpreter must not complain about it on its way out.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _load(command: Command) -> click.Command:
    module, _, name = command.path.partition(":")
    try:
        found = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError) as error:
        message = f"the command at {command.path} cannot be loaded: {error}"
        raise PackError(message) from error
    if not isinstance(found, click.Command):
        message = f"{command.path} is not a command"
        raise PackError(message)
    return found


def _where(error: Exception) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {last.name} line {last.lineno}"
