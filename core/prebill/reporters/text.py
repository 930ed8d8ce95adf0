"""The report for people: claim by claim, then what went unchecked, then the work by owner and dollars."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from textwrap import wrap
from typing import Any, TextIO

import attrs
import click

from prebill.findings import Disposition, Finding, NotChecked, Severity, SharedFinding
from prebill.report import ClaimVerdict, Report
from prebill.reporters.accounting import accounting, lines
from prebill.reporters.options import Options
from prebill.reporters.phrases import facts_of_claim, facts_of_finding, other_claims, timeline
from prebill.reporters.sections import Totals, by_rule, by_unchecked, earlier, failures, problems, unread, worklist

_INDENT = 10
_COLORS = {
    Severity.STOP: "red",
    Severity.REVIEW: "yellow",
    Severity.INFO: "cyan",
    Disposition.HOLD: "red",
    Disposition.REVIEW: "yellow",
    Disposition.RELEASE: "green",
}


def write_text(report: Report, stream: TextIO, options: Options) -> None:
    """Write the claims with their findings, and the sections that follow."""
    page = _Page(stream, options)
    totals = Totals()
    for item in report:
        totals.add(item)
        if isinstance(item, ClaimVerdict) and not options.statistics:
            page.claim(item)
    if options.statistics:
        page.section("FINDINGS BY RULE", by_rule(totals))
    page.section("NOT CHECKED", by_unchecked(totals))
    page.section("PROBLEMS OF THE INPUT", problems(totals))
    page.section("COULD NOT BE READ", unread(report))
    page.section("RULES AND PACKS THAT FAILED", failures(report))
    page.section("CHANGED ON EARLIER CLAIMS", earlier(report))
    page.section("WORKLIST", worklist(totals, report.summary))
    page.section("SUMMARY", accounting(report))


@attrs.frozen
class _Page:
    """Writes claims and sections, wrapped and coloured as the options say."""

    stream: TextIO
    options: Options

    def section(self, title: str, entries: Iterable[str]) -> None:
        """Write a title and its entries; nothing where there are none."""
        rest = iter(entries)
        first = next(rest, None)
        if first is None:
            return
        self._write(self._styled(title, bold=True))
        for entry in chain([first], rest):
            self._wrapped(entry, 2)
        self._write()

    def claim(self, claim: ClaimVerdict) -> None:
        """Write a claim with its findings, if it has any."""
        missing = claim.not_checked if self.options.verbose else ()
        if not (claim.findings or claim.shared or missing):
            return
        self._heading(claim)
        for finding in claim.findings:
            self._finding(finding)
        for shared in claim.shared:
            self._shared(shared)
        for each in missing:
            self._missing(each)
        self._write()

    def _heading(self, claim: ClaimVerdict) -> None:
        number, verdict = f"Claim {_printable(claim.claim_id)}", claim.disposition.upper()
        rest = "".join(f" · {fact}" for fact in facts_of_claim(claim))
        where = _printable(str(claim.place or ""))
        gap = self.options.width - len(f"{number} · {verdict}{rest}") - len(where)
        verdict = self._styled(verdict, fg=_COLORS[claim.disposition], bold=True)
        between = " " * gap if gap > 1 else "\n  "
        heading = f"{self._styled(number, bold=True)} · {verdict}{rest}"
        self._write(f"{heading}{between}{self._styled(where, dim=True)}" if where else heading)

    def _finding(self, finding: Finding) -> None:
        self._entry(finding.severity, " · ".join([f"{finding.rule} {finding.name}", *facts_of_finding(finding)]))
        self._wrapped(finding.message, _INDENT)
        if others := other_claims(finding):
            self._wrapped(f"Also on {others}.", _INDENT)
        for drawn in timeline(finding):
            self._write(" " * (_INDENT + 2) + _printable(drawn))
        self._wrapped(f"Fix: {finding.fix}", _INDENT)

    def _shared(self, shared: SharedFinding) -> None:
        self._entry(
            shared.severity, f"{shared.rule} · {lines(shared.lines)} · told under claim {shared.reported_under}"
        )

    def _missing(self, missing: NotChecked) -> None:
        self._entry(None, f"{missing.rule} {missing.name} · {lines(missing.lines)} · not checked")
        self._wrapped(missing.reason, _INDENT)

    def _entry(self, severity: Severity | None, text: str) -> None:
        first, *rest = wrap(_printable(text), self.options.width - _INDENT)
        label = f"{severity or '-':<{_INDENT - 2}}"
        self._write(f"  {self._styled(label, fg=_COLORS[severity]) if severity else label}{first}")
        for line in rest:
            self._write(" " * (_INDENT + 2) + line)

    def _wrapped(self, text: str, indent: int) -> None:
        """Write a text with an indent; a text with an indent of its own keeps it."""
        own = " " * (indent + len(text) - len(text.lstrip()))
        hanging = own if indent == _INDENT else f"{own}    "
        for line in wrap(_printable(text.strip()), self.options.width, initial_indent=own, subsequent_indent=hanging):
            self._write(line)

    def _styled(self, text: str, **style: Any) -> str:
        return click.style(text, **style) if self.options.color and text else text

    def _write(self, text: str = "") -> None:
        self.stream.write(f"{text}\n")


def _printable(text: str) -> str:
    """Replace what would command a terminal instead of showing on it."""
    return (
        text if text.isprintable() else "".join(each if each.isprintable() or each.isspace() else "?" for each in text)
    )
