"""SARIF 2.1.0, for code hosts and editors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TextIO
from urllib.parse import quote

from prebill.findings import Finding, RuleCrash, Severity
from prebill.reading import Place, Problem, Refused, Unreadable
from prebill.report import ClaimVerdict, Report, ReportItem
from prebill.reporters.options import Options, RuleText
from prebill.reporters.records import dollars, encode

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS = {Severity.STOP: "error", Severity.REVIEW: "warning", Severity.INFO: "note"}


def write_sarif(report: Report, stream: TextIO, options: Options) -> None:
    """Write one run: its rules with help, its findings as results, what went unchecked as notifications."""
    index = {code: position for position, code in enumerate(options.rules)}
    driver = {
        "name": "prebill",
        "semanticVersion": report.provenance.version or "0",
        "rules": [_rule(rule) for rule in options.rules.values()],
    }
    stream.write(f'{{"$schema":"{SCHEMA}","version":"2.1.0","runs":[{{"tool":{encode({"driver": driver})},\n')
    stream.write(f'"invocations":[{encode(_invocation(report))}],\n"results":[')
    separator = "\n"
    for finding in report.findings:
        stream.write(separator + encode(_result(finding, index)))
        separator = ",\n"
    stream.write("\n]}]}\n")


def _rule(rule: RuleText) -> dict[str, Any]:
    sources = "".join(f"\n- {source}" for source in rule.sources)
    help_text = f"{rule.explanation}\n\nSources:{sources}" if sources else rule.explanation
    return {
        "id": rule.code,
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        "shortDescription": {"text": rule.summary},
        "help": {"text": help_text or rule.summary},
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
    }


def _result(finding: Finding, index: dict[str, int]) -> dict[str, Any]:
    return {
        "ruleId": finding.rule,
        **({"ruleIndex": index[finding.rule]} if finding.rule in index else {}),
        "level": LEVELS[finding.severity],
        "message": {"text": f"{finding.message} {finding.fix}".strip()},
        "locations": _locations(finding.place, _names(finding)),
        "partialFingerprints": {"prebill/v1": finding.fingerprint},
        "properties": {
            "claim_id": finding.claim_id,
            "lines": list(finding.lines),
            "owner": finding.owner,
            "at_risk": dollars(finding.at_risk),
            "prevents": list(finding.prevents),
        },
    }


def _names(finding: Finding) -> list[str]:
    """Name every line that the finding concerns."""
    return [
        f"claim {each.claim_id} line {each.line}" if each.line else f"claim {each.claim_id}"
        for each in finding.affected
    ]


def _locations(place: Place | None, names: list[str]) -> list[dict[str, Any]]:
    logical = [{"fullyQualifiedName": name, "kind": "element"} for name in names]
    location: dict[str, Any] = {"logicalLocations": logical} if logical else {}
    if place is not None:
        physical: dict[str, Any] = {"artifactLocation": {"uri": quote(place.source.replace("\\", "/"))}}
        if place.line:
            physical["region"] = {"startLine": place.line}
        location["physicalLocation"] = physical
        location["message"] = {"text": str(place)}
    return [location] if location else []


def _invocation(report: Report) -> dict[str, Any]:
    return {
        "executionSuccessful": not report.incomplete,
        "toolExecutionNotifications": [*_pack_failures(report), *_gaps(report)],
    }


def _pack_failures(report: Report) -> Iterator[dict[str, Any]]:
    for name, failure in report.provenance.failed_packs.items():
        yield {"level": "error", "message": {"text": f"The pack {name} could not be loaded: {failure}"}}


def _gaps(report: Report) -> Iterator[dict[str, Any]]:
    for item in report:
        if isinstance(item, ClaimVerdict):
            yield from map(_crash, item.crashes)
        else:
            yield from _unread(item)


def _crash(crash: RuleCrash) -> dict[str, Any]:
    text = f"Rule {crash.rule} failed on claim {crash.claim_id}: {crash.error}"
    return _notification("error", text, crash.place)


def _unread(item: ReportItem) -> Iterator[dict[str, Any]]:
    if isinstance(item, (Unreadable, Refused)):
        yield _notification("error", item.reason, item.place)
    elif isinstance(item, Problem):
        yield _notification("warning", item.message, item.place)


def _notification(level: str, text: str, place: Place | None) -> dict[str, Any]:
    return {"level": level, "message": {"text": text}, "locations": _locations(place, [])}
