"""`prebill check`: check claims before they are billed."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import click

from prebill.cli.exits import EPILOG, ExitCode
from prebill.cli.group import complain
from prebill.cli.inputs import keep_inputs, register_option
from prebill.cli.options import Choice, choice_options, store_option
from prebill.cli.output import Output, print_report, read_outputs, report_options, use_color, write_report
from prebill.cli.progress import Progress
from prebill.cli.timings import timings_table
from prebill.findings import Severity
from prebill.report import Report
from prebill.reporters import REPORTERS
from prebill.reporters.accounting import accounting

if TYPE_CHECKING:
    from prebill.engine import Checker
    from prebill.ledger import Ledger

_NEVER = "never"


@click.command(epilog=EPILOG)
@click.argument("paths", nargs=-1, required=True)
@choice_options
@register_option
@store_option(exists=True)
@click.option("--ledger", envvar="PREBILL_LEDGER", metavar="URL", help="What was billed before: a file or a URL.")
@click.option("--format", "format_", type=click.Choice(list(REPORTERS)), default="text", help="What stdout holds.")
@click.option(
    "-o",
    "--output",
    "outputs",
    multiple=True,
    callback=read_outputs,
    metavar="[FORMAT=]FILE",
    help="Write the report to a file too; the format as stated, or by the suffix (repeatable).",
)
@click.option(
    "--fail-on",
    type=click.Choice([*map(str, reversed(Severity)), _NEVER]),
    help="The severity from which on findings make exit code 1; stop by default.",
)
@click.option("--baseline", type=click.Path(path_type=Path), help="Findings known from before, which do not count.")
@click.option("--write-baseline", type=click.Path(path_type=Path), help="Write the findings to such a file.")
@click.option("--strict", is_flag=True, help="Problems, and checks that lacked data, make it incomplete.")
@click.option("--ignore-failed-packs", is_flag=True, help="Let packs that cannot be loaded pass.")
@click.option("--workers", type=click.IntRange(1), default=1, metavar="N", help="How many processes share the work.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="The date that rules see as today.")
@click.option("--statistics", is_flag=True, help="Count findings by rule instead of listing them (text).")
@click.option("-v", "--verbose", is_flag=True, help="List what was not checked claim by claim (text).")
@click.option("--timings", is_flag=True, help="Say on stderr how long each rule took.")
@click.option("-q", "--quiet", is_flag=True, help="No progress and no summary on stderr.")
@click.option("--color/--no-color", default=None, help="Colours; by default on a terminal.")
def check(choice: Choice, **options: Any) -> None:
    """Check claims before they are billed.

    PATHS are 837P, JSON or NDJSON files, patterns such as 'out/*.837', or - for stdin. Findings go to stdout,
    progress and the summary to stderr.
    """
    run = Run(choice=choice, **options)
    click.get_current_context().exit(run())


@attrs.frozen(kw_only=True)
class Run:
    """One call of the command."""

    choice: Choice
    paths: tuple[str, ...]
    registers: Mapping[str, tuple[str, ...]]
    store: Path | None
    ledger: str | None
    format_: str
    outputs: tuple[Output, ...]
    fail_on: str | None
    baseline: Path | None
    write_baseline: Path | None
    strict: bool
    ignore_failed_packs: bool
    workers: int
    as_of: datetime | None
    statistics: bool
    verbose: bool
    timings: bool
    quiet: bool
    color: bool | None

    def __call__(self) -> ExitCode:
        """Check, write the reports, and return the exit code."""
        keep_inputs([output.path for output in self.outputs], [*self.paths, *chain(*self.registers.values())])
        checker = self._checker()
        with self._checked(checker) as report:
            options = report_options(
                checker.rules,
                color=use_color(sys.stdout, self.color),
                verbose=self.verbose,
                statistics=self.statistics,
            )
            print_report(report, self.format_, options)
            for output in self.outputs:
                write_report(report, output, attrs.evolve(options, color=False, width=100))
            if self.write_baseline:
                _remember(report, self.write_baseline)
            self._summarize(report)
            if self.timings:
                for line in timings_table(report.timings):
                    click.echo(line, err=True)
            return self._exit_code(report, self.fail_on or str(checker.policy.fail_on or _NEVER))

    def _checker(self) -> Checker:
        from prebill.policy import read_baseline

        checker = self.choice.checker(self.as_of.date() if self.as_of else None, self.store)
        return attrs.evolve(checker, baseline=read_baseline(self.baseline)) if self.baseline else checker

    @contextmanager
    def _checked(self, checker: Checker) -> Iterator[Report]:
        from prebill.readers import open_inputs

        source = open_inputs(
            self.paths,
            registers={**checker.policy.registers, **self.registers},
            record_types=checker.record_types(),
            strict=self.strict,
        )
        progress = Progress(quiet=self.quiet)
        with _opened(self.ledger or checker.policy.ledger) as ledger:
            try:
                report = checker.check(
                    source, workers=self.workers, ledger=ledger, progress=progress, timed=self.timings
                )
            finally:
                progress.clear()
        with report:
            yield report

    def _summarize(self, report: Report) -> None:
        for name, failure in report.provenance.failed_packs.items():
            complain(f"the pack {name} could not be loaded: {failure}")
        told_already = self.format_ == "text" and sys.stdout.isatty()
        if not self.quiet and not told_already:
            for line in accounting(report):
                click.echo(line, err=True)

    def _exit_code(self, report: Report, fail_on: str) -> ExitCode:
        if _incomplete(report, strict=self.strict, ignore_failed_packs=self.ignore_failed_packs):
            return ExitCode.INCOMPLETE
        if fail_on == _NEVER:
            return ExitCode.OK
        reached = (
            number
            for severity, number in report.summary.by_severity.items()
            if Severity(severity).rank >= Severity(fail_on).rank
        )
        return ExitCode.FINDINGS if any(reached) else ExitCode.OK


def _remember(report: Report, file: Path) -> None:
    """Write what was found, and what was known from before, to a baseline file."""
    from prebill.policy import write_baseline

    write_baseline(file, (each for claim in report.claims for each in (*claim.findings, *claim.baseline)))


def _incomplete(report: Report, *, strict: bool, ignore_failed_packs: bool) -> bool:
    counts = report.summary
    if strict and (counts.not_checked or counts.problems):
        return True
    if not (ignore_failed_packs and report.provenance.failed_packs):
        return report.incomplete
    provenance = attrs.evolve(report.provenance, failed_packs={})
    return attrs.evolve(report, provenance=provenance).incomplete


@contextmanager
def _opened(url: str | None) -> Iterator[Ledger | None]:
    from prebill.ledger import open_ledger

    ledger = None if url is None else open_ledger(url)
    try:
        yield ledger
    finally:
        if ledger is not None:
            ledger.close()
