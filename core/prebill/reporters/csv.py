"""One row per finding, for spreadsheets (RFC 4180)."""

from __future__ import annotations

import csv
import re
from typing import TextIO

from prebill.findings import Finding
from prebill.report import ClaimVerdict, Report
from prebill.reporters.options import Options
from prebill.reporters.records import dollars

COLUMNS = (
    "claim_id", "disposition", "lines", "rule", "name", "severity", "owner", "at_risk", "message", "fix",
    "prevents", "other_claims", "fingerprint", "place",
)  # fmt: skip

# What a spreadsheet would run as a formula; plain numbers are left alone.
_FORMULA = re.compile(r"\s*[=+\-@]|[\t\r]")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


def write_csv(report: Report, stream: TextIO, _options: Options) -> None:
    """Write a header and one row per finding. Nothing that a spreadsheet would take for a formula gets in."""
    rows = csv.writer(stream)
    rows.writerow(COLUMNS)
    for claim in report.claims:
        for finding in claim.findings:
            rows.writerow([disarmed(cell) for cell in _row(claim, finding)])


def _row(claim: ClaimVerdict, finding: Finding) -> tuple[str, ...]:
    others = dict.fromkeys(each.claim_id for each in finding.affected if each.claim_id != finding.claim_id)
    return (
        finding.claim_id,
        claim.disposition,
        " ".join(map(str, finding.lines)),
        finding.rule,
        finding.name,
        finding.severity,
        finding.owner,
        dollars(finding.at_risk),
        finding.message,
        finding.fix,
        " ".join(finding.prevents),
        " ".join(others),
        finding.fingerprint,
        "" if finding.place is None else str(finding.place),
    )


def disarmed(cell: str) -> str:
    """Return a cell with an apostrophe before what a spreadsheet would take for a formula."""
    return f"'{cell}" if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else cell
