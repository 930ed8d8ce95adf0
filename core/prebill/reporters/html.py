"""One page for a browser, complete in itself: the summary, the work by owner and dollars, then claim by claim."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from html import escape
from importlib.resources import files
from typing import Any, TextIO

import msgspec

from prebill.findings import Finding, NotChecked, SharedFinding
from prebill.report import ClaimVerdict, Report
from prebill.reporters.accounting import accounting, count, lines, money
from prebill.reporters.options import Options, RuleText
from prebill.reporters.phrases import facts_of_claim, facts_of_finding, other_claims, timeline
from prebill.reporters.sections import Totals, by_unchecked, earlier, failures, problems, unread, work

_HEAD = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Claims checked before billing</title>
<style>
"""
_TIMELINE = "timeline"


def write_html(report: Report, stream: TextIO, options: Options) -> None:
    """Write the page. It needs nothing from elsewhere and runs no script; what rules say is text, never markup."""
    totals = Totals()
    for item in report:
        totals.add(item)
    stream.write(_HEAD + files("prebill.reporters").joinpath("html.css").read_text(encoding="utf-8"))
    stream.write("</style>\n</head>\n<body>\n")
    stream.write(f"<h1>Claims checked before billing</h1>\n{_paragraphs(accounting(report))}")
    stream.write(_worklist(totals, report))
    stream.writelines(_section("Could not be read", unread(report)))
    stream.writelines(_section("Rules and packs that failed", failures(report)))
    stream.writelines(_section("Problems of the input", problems(totals)))
    for number, claim in enumerate(_told(report)):
        stream.write("" if number else "<h2>Claims</h2>\n")
        stream.writelines(_claim(claim, options))
    stream.writelines(_section("Changed on earlier claims", earlier(report)))
    stream.write(_unchecked(totals))
    stream.write(_origin(report))
    stream.write("</body>\n</html>\n")


def _told(report: Report) -> Iterator[ClaimVerdict]:
    return (claim for claim in report.claims if claim.findings or claim.shared)


def _worklist(totals: Totals, report: Report) -> str:
    rows = "".join(
        f"<tr><td>{_(each.title)}</td><td class=number>{_(money(each.at_risk))}</td>"
        f"<td class=number>{each.findings:,}</td><td>{_(each.named_rules)}</td></tr>\n"
        for each in work(totals, report.summary)
    )
    if not rows:
        return ""
    return (
        "<h2>Worklist</h2>\n<table>\n<thead><tr><th>Owner</th><th class=number>At risk</th>"
        f"<th class=number>Findings</th><th>Rules</th></tr></thead>\n<tbody>\n{rows}</tbody>\n"
        f"<tfoot><tr><th>All, each line once</th><td class=number>{_(money(report.summary.at_risk))}</td>"
        f"<td class=number>{report.summary.findings:,}</td><td></td></tr></tfoot>\n</table>\n"
    )


def _claim(claim: ClaimVerdict, options: Options) -> Iterator[str]:
    facts = " · ".join([claim.disposition.upper(), *facts_of_claim(claim)])
    yield f'<article class="{_(claim.disposition)}">\n<h3>Claim {_(claim.claim_id)} <span>{_(facts)}</span></h3>\n'
    if claim.place is not None:
        yield f"<p class=place>{_(str(claim.place))}</p>\n"
    for finding in claim.findings:
        yield _finding(finding, options.rules)
    for shared in claim.shared:
        yield _shared(shared)
    for missing in claim.not_checked if options.verbose else ():
        yield _missing(missing)
    yield "</article>\n"


def _finding(finding: Finding, rules: Mapping[str, RuleText]) -> str:
    rule = rules.get(finding.rule)
    summary = f' title="{_(rule.summary)}"' if rule else ""
    facts = " · ".join(facts_of_finding(finding))
    others = other_claims(finding)
    drawn = timeline(finding)
    evidence = "".join(
        f"<dt>{_(name.replace('_', ' '))}</dt><dd>{_(_value(value))}</dd>"
        for name, value in finding.evidence.items()
        if name != _TIMELINE and value is not None
    )
    return (
        f'<section class="{_(finding.severity)}">\n<h4><b>{_(finding.severity)}</b>'
        f" <span{summary}>{_(finding.rule)} {_(finding.name)}</span> <small>{_(facts)}</small></h4>\n"
        f"<p>{_(finding.message)}</p>\n"
        + (f"<p>Also on {_(others)}.</p>\n" if others else "")
        + (f"<pre>{_(chr(10).join(drawn))}</pre>\n" if drawn else "")
        + f"<p class=fix><b>Fix:</b> {_(finding.fix)}</p>\n"
        + (f"<dl>{evidence}</dl>\n" if evidence else "")
        + "</section>\n"
    )


def _shared(shared: SharedFinding) -> str:
    told = f"{shared.rule} · {lines(shared.lines)} · told under claim {shared.reported_under}"
    return (
        f'<section class="{_(shared.severity)}">\n<h4><b>{_(shared.severity)}</b> <span>{_(told)}</span></h4>\n'
        "</section>\n"
    )


def _missing(missing: NotChecked) -> str:
    told = f"{missing.rule} {missing.name} · {lines(missing.lines)} · not checked"
    return f"<section>\n<h4><span>{_(told)}</span></h4>\n<p>{_(missing.reason)}</p>\n</section>\n"


def _unchecked(totals: Totals) -> str:
    told = list(by_unchecked(totals))
    return f"<h2>Not checked</h2>\n<pre>{_(chr(10).join(told))}</pre>\n" if told else ""


def _section(title: str, entries: Iterable[str]) -> Iterator[str]:
    items = "".join(f"<li>{_(entry)}</li>\n" for entry in entries)
    if items:
        yield f"<h2>{_(title)}</h2>\n<ul>\n{items}</ul>\n"


def _origin(report: Report) -> str:
    """Say what produced the report."""
    source = report.provenance
    told = [
        f"prebill {source.version}, as of {source.as_of}, configuration {source.config or 'none'}.",
        "Packs: " + ", ".join(f"{name} {version}" for name, version in source.packs.items()) + ".",
        *(f"Table {name}: {', '.join(editions)}." for name, editions in source.tables.items()),
    ]
    tables = count(len(source.tables), "table")
    packs = count(len(source.packs), "pack")
    return f"<details>\n<summary>Made with {packs} and {tables}</summary>\n{_paragraphs(told)}</details>\n"


def _paragraphs(entries: Iterable[str]) -> str:
    return "".join(f"<p>{_(entry)}</p>\n" for entry in entries)


def _value(value: Any) -> str:
    """Return a value of the evidence as people read it."""
    if isinstance(value, (list, tuple)) and all(isinstance(each, (str, int)) for each in value):
        return ", ".join(map(str, value))
    if isinstance(value, (Mapping, list, tuple)):
        return msgspec.json.encode(value, enc_hook=str).decode()
    return str(value)


def _(text: str) -> str:
    """Return text as it may stand in the page and in its attributes."""
    return escape("".join(each if each.isprintable() or each == "\n" else "?" for each in text))
