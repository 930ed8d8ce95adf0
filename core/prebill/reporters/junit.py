"""JUnit XML, for continuous integration: one test case per claim."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TextIO
from xml.sax.saxutils import escape, quoteattr

from prebill.findings import Finding, Severity
from prebill.reading import Refused, Unreadable
from prebill.report import ClaimVerdict, Report, ReportItem
from prebill.reporters.accounting import accounting, count
from prebill.reporters.options import Options
from prebill.reporters.phrases import facts_of_finding, other_claims, timeline

_CONTROL = {number: "?" for number in (*range(32), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF) if number not in (9, 10)}
"""What XML cannot hold."""

_Case = tuple[str, str, list[str]]


def write_junit(report: Report, stream: TextIO, _options: Options) -> None:
    """Write one suite. A claim with a stop fails; one that could not be read or checked is an error.

    The report names only claims about which there is anything to say; all others are one case that passes.
    """
    failures = errors = cases = 0
    for item in report:
        for _, _, outcomes in _cases(item):
            cases += 1
            failures += any(each.startswith("<failure") for each in outcomes)
            errors += any(each.startswith("<error") for each in outcomes)
    failed_packs = list(_failed_packs(report))
    untold = report.summary.read - sum(isinstance(item, ClaimVerdict) for item in report)
    cases += len(failed_packs) + (untold > 0)
    counts = f'tests="{cases}" failures="{failures}" errors="{errors + len(failed_packs)}" skipped="0"'
    stream.write('<?xml version="1.0" encoding="UTF-8"?>\n')
    stream.write(f'<testsuites name="prebill" {counts}>\n<testsuite name="prebill" {counts}>\n')
    for case in failed_packs:
        stream.write(_written(case))
    for item in report:
        for case in _cases(item):
            stream.write(_written(case))
    if untold > 0:
        stream.write(_written((f"{count(untold, 'other claim')}", "claims", [])))
    stream.write(_element("system-out", list(accounting(report))))
    stream.write("</testsuite>\n</testsuites>\n")


def _cases(item: ReportItem) -> Iterator[_Case]:
    """Yield the test cases of an item: name, class and outcomes."""
    if isinstance(item, ClaimVerdict):
        where = item.place.source if item.place else "claims"
        yield f"claim {item.claim_id}", where, list(_outcomes(item))
    elif isinstance(item, Unreadable):
        name = f"claim {item.claim_id}" if item.claim_id else f"unreadable claim at {item.place}"
        yield name, item.place.source, [_outcome("error", "unreadable", f"{item.place}: {item.reason}", [])]
    elif isinstance(item, Refused):
        held = [f"It holds {count(item.claims, 'claim')}."] if item.claims else []
        yield f"input {item.place}", item.place.source, [_outcome("error", "refused", item.reason, held)]


def _outcomes(claim: ClaimVerdict) -> Iterator[str]:
    for crash in claim.crashes:
        yield _outcome("error", "crash", f"rule {crash.rule} failed: {crash.error}", [])
    stops = [finding for finding in claim.findings if finding.severity is Severity.STOP]
    others = [finding for finding in claim.findings if finding.severity is not Severity.STOP]
    if stops:
        first = f"{stops[0].rule} {stops[0].message}"
        yield _outcome("failure", claim.disposition, first, [line for each in stops for line in _told(each)])
    shared = [f"{each.rule}: told under claim {each.reported_under}" for each in claim.shared]
    told = [line for each in others for line in _told(each)] + shared
    if told:
        yield _element("system-out", told)


def _told(finding: Finding) -> Iterator[str]:
    facts = " · ".join([f"{finding.severity} {finding.rule} {finding.name}", *facts_of_finding(finding)])
    yield facts
    yield f"  {finding.message}"
    if others := other_claims(finding):
        yield f"  Also on {others}."
    yield from (f"    {drawn}" for drawn in timeline(finding))
    yield f"  Fix: {finding.fix}"


def _failed_packs(report: Report) -> Iterator[_Case]:
    for name, failure in report.provenance.failed_packs.items():
        yield f"pack {name}", "packs", [_outcome("error", "pack", f"could not be loaded: {failure}", [])]


def _written(case: _Case) -> str:
    name, where, outcomes = case
    start = f"<testcase name={_attribute(name)} classname={_attribute(where)}"
    return f"{start}>\n{''.join(outcomes)}</testcase>\n" if outcomes else f"{start}/>\n"


def _outcome(element: str, kind: str, message: str, told: Iterable[str]) -> str:
    return f"<{element} type={_attribute(kind)} message={_attribute(message)}>{_text(told)}</{element}>\n"


def _element(name: str, told: Iterable[str]) -> str:
    return f"<{name}>{_text(told)}</{name}>\n"


def _text(told: Iterable[str]) -> str:
    return escape("\n".join(told).translate(_CONTROL))


def _attribute(text: str) -> str:
    return quoteattr(text.translate(_CONTROL))
