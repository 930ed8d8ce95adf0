"""Where reports go: stdout in one format, and any number of files."""

from __future__ import annotations

import io
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import attrs
import click

from prebill.cli.group import until_pipe_breaks
from prebill.errors import did_you_mean
from prebill.report import Report
from prebill.reporters import REPORTERS, Options, RuleText
from prebill.rules import Rule

_WIDEST = 100
_NARROWEST = 60
_FORMATS_BY_END = {
    ".txt": "text",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    "worklist.csv": "worklist",
    ".csv": "csv",
    ".sarif": "sarif",
    ".xml": "junit",
    ".html": "html",
    ".htm": "html",
}
"""The format of a file by how its name ends; the first that fits counts."""


@attrs.frozen
class Output:
    """A file that a report is written to, and its format."""

    format: str
    path: Path


def read_outputs(_context: click.Context, _parameter: click.Parameter, values: Sequence[str]) -> tuple[Output, ...]:
    """Read values `FORMAT=FILE`, or `FILE` with the format told by how its name ends."""
    return tuple(_output(value) for value in values)


def _output(value: str) -> Output:
    name, equals, rest = value.partition("=")
    ends = next((format_ for end, format_ in _FORMATS_BY_END.items() if Path(value).name.lower().endswith(end)), None)
    if equals and name in REPORTERS:
        output = Output(name, Path(rest))
    elif ends is not None:
        output = Output(ends, Path(value))
    else:
        hint = did_you_mean(name, REPORTERS) if equals else ""
        message = f"say which format: FORMAT={rest or value} with one of {', '.join(REPORTERS)}.{hint}"
        raise click.BadParameter(message)
    if not output.path.parent.is_dir():
        message = f"there is no folder {output.path.parent}"
        raise click.BadParameter(message)
    return output


def write_report(report: Report, output: Output, options: Options) -> None:
    """Write a report to a file."""
    with output.path.open("w", encoding="utf-8", newline="") as stream:
        REPORTERS[output.format](report, stream, options)


def print_report(report: Report, name: str, options: Options) -> None:
    """Write a report to stdout; a reader that has had enough is no error."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", newline="")
    with until_pipe_breaks():
        REPORTERS[name](report, sys.stdout, options)


def report_options(rules: Sequence[Rule], *, color: bool, verbose: bool, statistics: bool) -> Options:
    """Return the options of the reporters for what stdout is."""
    return Options(
        width=width(),
        color=color,
        verbose=verbose,
        statistics=statistics,
        rules={rule.code: rule_text(rule) for rule in rules},
    )


def rule_text(rule: Rule) -> RuleText:
    """Return what a report says of a rule."""
    return RuleText(
        code=rule.code,
        name=rule.name,
        severity=rule.severity,
        summary=rule.summary,
        explanation=rule.explanation,
        sources=rule.sources,
    )


def width() -> int:
    """Return the columns to write: those of the terminal within reason, or a fixed number elsewhere."""
    if not sys.stdout.isatty():
        return _WIDEST
    return min(max(shutil.get_terminal_size().columns, _NARROWEST), _WIDEST)


def use_color(stream: IO[str], wanted: bool | None) -> bool:
    """Decide on colour: the flag, then NO_COLOR and FORCE_COLOR, then whether it is a terminal."""
    if wanted is not None:
        return wanted
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or stream.isatty()
