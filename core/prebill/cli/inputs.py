"""What is read: files and patterns, and the registers beside them."""

from __future__ import annotations

import glob
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import click


def read_registers(
    _context: click.Context, _parameter: click.Parameter, values: Sequence[str]
) -> Mapping[str, tuple[str, ...]]:
    """Read values `NAME=FILE`; a name given twice has two files."""
    files: dict[str, tuple[str, ...]] = {}
    for value in values:
        name, equals, path = value.partition("=")
        if not (name and equals and path):
            message = f"{value!r} is not NAME=FILE, such as authorizations=auths.csv"
            raise click.BadParameter(message)
        files[name] = (*files.get(name, ()), path)
    return files


register_option = click.option(
    "--register",
    "registers",
    multiple=True,
    callback=read_registers,
    metavar="NAME=FILE",
    help="A companion file, such as authorizations=auths.csv (repeatable).",
)


def keep_inputs(outputs: Iterable[Path], inputs: Iterable[str]) -> None:
    """Refuse to write over what is read."""
    taken = {Path(file).resolve() for path in inputs for file in (path, *glob.glob(path, recursive=True))}  # noqa: PTH207
    for output in outputs:
        if output.resolve() in taken:
            message = f"{output} would overwrite an input"
            raise click.UsageError(message)
