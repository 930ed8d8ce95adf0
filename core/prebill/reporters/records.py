"""The records of the JSON formats, one plain mapping each; `docs/schemas/report.json` describes them.

Dollars are text with two decimals, dates are ISO text. Nothing here depends on the clock or on temporary files.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import msgspec

from prebill.findings import Finding, NotChecked, RuleCrash
from prebill.reading import Place, Problem, Refused, Unreadable
from prebill.report import ClaimVerdict, EarlierVerdict, Report, ReportItem, WaivedFinding

SCHEMA_VERSION = 1

Record = dict[str, Any]

_encode = msgspec.json.Encoder(enc_hook=str).encode


def encode(record: Record) -> str:
    """Return a record as one line of JSON."""
    return _encode(record).decode()


def records(report: Report) -> Iterator[Record]:
    """Yield everything that a report holds: the run first, then the input in its order, the summary last."""
    yield run_record(report)
    for item in report:
        yield from item_records(item)
    yield summary_record(report)


def run_record(report: Report) -> Record:
    """Return what produced the report."""
    source = report.provenance
    return {
        "kind": "run",
        "schema_version": SCHEMA_VERSION,
        "version": source.version,
        "as_of": source.as_of,
        "config": source.config,
        "packs": dict(source.packs),
        "failed_packs": dict(source.failed_packs),
        "tables": {name: list(editions) for name, editions in source.tables.items()},
    }


def summary_record(report: Report) -> Record:
    """Return the counts of the run."""
    counts = report.summary
    return {
        "kind": "summary",
        "incomplete": report.incomplete,
        "read": counts.read,
        "unreadable": counts.unreadable,
        "refused": counts.refused,
        "refusals": counts.refusals,
        "clean": counts.clean,
        "review": counts.review,
        "held": counts.held,
        "findings": counts.findings,
        "not_checked": counts.not_checked,
        "crashes": counts.crashes,
        "problems": counts.problems,
        "changed_earlier": counts.changed_earlier,
        "waived": counts.waived,
        "baseline": counts.baseline,
        "released_by_capacity": counts.released_by_capacity,
        "review_minutes": f"{counts.review_minutes:f}",
        "at_risk": dollars(counts.at_risk),
        "by_severity": dict(counts.by_severity),
        "by_rule": dict(counts.by_rule),
        "at_risk_by_owner": {name: dollars(amount) for name, amount in counts.at_risk_by_owner.items()},
    }


def item_records(item: ReportItem) -> Iterator[Record]:
    """Yield the records of one item of a report."""
    if isinstance(item, ClaimVerdict):
        yield _claim_record(item)
        yield from map(finding_record, item.findings)
        yield from map(_not_checked_record, item.not_checked)
        yield from map(_crash_record, item.crashes)
        yield from (_waived_record(item, each) for each in item.waived)
        yield from (
            {"kind": "baseline", "claim_id": item.claim_id, "finding": finding_record(each)} for each in item.baseline
        )
    elif isinstance(item, NotChecked):
        yield _not_checked_record(item)
    elif isinstance(item, EarlierVerdict):
        yield {
            "kind": "earlier",
            "claim_id": item.claim_id,
            "withdrawn": item.withdrawn,
            "finding": finding_record(item.finding),
        }
    elif isinstance(item, Unreadable):
        yield {
            "kind": "unreadable",
            "claim_id": item.claim_id,
            "place": place(item.place),
            "reason": item.reason,
        }
    elif isinstance(item, Problem):
        yield {
            "kind": "problem",
            "claim_id": item.claim_id,
            "place": place(item.place),
            "message": item.message,
        }
    elif isinstance(item, Refused):
        yield {"kind": "refused", "place": place(item.place), "reason": item.reason, "claims": item.claims}


def dollars(amount: Decimal) -> str:
    """Return an amount as text with two decimals."""
    return f"{amount:.2f}"


def place(value: Place | None) -> Record | None:
    """Return a place without what it does not say."""
    if value is None:
        return None
    parts = {
        "source": value.source,
        "line": value.line,
        "interchange": value.interchange,
        "segment": value.segment,
        "element": value.element,
    }
    return {name: part for name, part in parts.items() if part is not None}


def _claim_record(claim: ClaimVerdict) -> Record:
    return {
        "kind": "claim",
        "claim_id": claim.claim_id,
        "disposition": claim.disposition,
        "reason": claim.reason,
        "escalate": claim.escalate,
        "expected_value": None if claim.expected_value is None else dollars(claim.expected_value),
        "review_minutes": f"{claim.review_minutes:f}",
        "place": place(claim.place),
        "shared": [
            {
                "rule": each.rule,
                "severity": each.severity,
                "owner": each.owner,
                "reported_under": each.reported_under,
                "lines": list(each.lines),
                "at_risk": dollars(each.at_risk),
                "fingerprint": each.fingerprint,
            }
            for each in claim.shared
        ],
    }


def finding_record(finding: Finding) -> Record:
    """Return one finding."""
    return {
        "kind": "finding",
        "rule": finding.rule,
        "name": finding.name,
        "severity": finding.severity,
        "claim_id": finding.claim_id,
        "lines": list(finding.lines),
        "message": finding.message,
        "fix": finding.fix,
        "owner": finding.owner,
        "at_risk": dollars(finding.at_risk),
        "prevents": list(finding.prevents),
        "fingerprint": finding.fingerprint,
        "place": place(finding.place),
        "affected": [
            {"claim_id": each.claim_id, "line": each.line, "at_risk": dollars(each.at_risk)}
            for each in finding.affected
        ],
        "evidence": dict(finding.evidence),
    }


def _waived_record(claim: ClaimVerdict, waived: WaivedFinding) -> Record:
    return {
        "kind": "waived",
        "claim_id": claim.claim_id,
        "reason": waived.reason,
        "expires": waived.expires.isoformat(),
        "finding": finding_record(waived.finding),
    }


def _not_checked_record(missing: NotChecked) -> Record:
    return {
        "kind": "not_checked",
        "rule": missing.rule,
        "name": missing.name,
        "claim_id": missing.claim_id,
        "lines": list(missing.lines),
        "reason": missing.reason,
        "count": missing.count,
    }


def _crash_record(crash: RuleCrash) -> Record:
    return {
        "kind": "crash",
        "rule": crash.rule,
        "claim_id": crash.claim_id,
        "error": crash.error,
        "place": place(crash.place),
    }
