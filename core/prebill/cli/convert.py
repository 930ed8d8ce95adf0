"""`prebill convert`: claims of any format as prebill's own NDJSON."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import click

from prebill.cli.exits import ExitCode
from prebill.cli.group import complain
from prebill.cli.inputs import keep_inputs, register_option
from prebill.reading import Problem, Refused, Sourced, Unreadable


@click.command()
@click.argument("paths", nargs=-1, required=True)
@register_option
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The file to write; stdout by default.")
def convert(paths: tuple[str, ...], registers: Mapping[str, tuple[str, ...]], output: Path | None) -> None:
    """Turn claims into prebill's own NDJSON, one encounter on each line, with the registers joined in.

    What could not be read is named on stderr; the exit code is then 3.
    """
    from prebill.cli.schema import records_of_packs
    from prebill.readers import open_inputs
    from prebill.writers.ndjson import encounter_line

    keep_inputs([output] if output else [], [*paths, *(file for files in registers.values() for file in files)])
    source = open_inputs(paths, registers=registers, record_types=records_of_packs() if registers else {})
    counts: Counter[type] = Counter()
    with _opened(output) as stream:
        for item in source.read():
            counts[type(item)] += 1
            if isinstance(item, Sourced):
                stream.write(encounter_line(item.encounter))
            elif isinstance(item, (Unreadable, Refused)):
                complain(f"{item.place}: {item.reason}")
    click.echo(
        f"{counts[Sourced]:,} claims converted, {counts[Unreadable]:,} unreadable, {counts[Problem]:,} problems",
        err=True,
    )
    incomplete = counts[Unreadable] or counts[Refused]
    click.get_current_context().exit(ExitCode.INCOMPLETE if incomplete else ExitCode.OK)


@contextmanager
def _opened(output: Path | None) -> Iterator[BinaryIO]:
    if output is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    else:
        with output.open("wb") as stream:
            yield stream
