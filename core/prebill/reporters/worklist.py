"""The work, one row per owner and claim: the owner with the most dollars first, then the claims by dollars (CSV)."""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import TextIO

import msgspec

from prebill.findings import Finding, summed
from prebill.report import ClaimVerdict, Report
from prebill.reporters.csv import disarmed
from prebill.reporters.options import Options
from prebill.reporters.phrases import other_claims
from prebill.reporters.records import dollars

COLUMNS = (
    "owner", "owner_at_risk", "claim_id", "disposition", "today", "severity", "at_risk", "rules", "what", "fix",
    "other_claims", "place",
)  # fmt: skip


def write_worklist(report: Report, stream: TextIO, _options: Options) -> None:
    """Write a header and one row per owner and claim. Nothing that a spreadsheet would take for a formula gets in."""
    rows = csv.writer(stream)
    rows.writerow(COLUMNS)
    for row in _sorted(report):
        rows.writerow([disarmed(cell) for cell in row])


def _sorted(report: Report) -> Iterator[tuple[str, ...]]:
    """Yield the rows in their order. They are sorted on disk: a batch may be large."""
    totals = report.summary.at_risk_by_owner
    rank = {owner: number for number, owner in enumerate(sorted(totals, key=lambda each: (-totals[each], each)))}
    with closing(sqlite3.connect("")) as database:
        database.execute("CREATE TABLE work (rank INTEGER, cents INTEGER, position INTEGER, row BLOB)")
        database.executemany(
            "INSERT INTO work VALUES (?, ?, ?, ?)",
            (
                (rank.get(owner, len(rank)), int(summed(own) * 100), position, msgspec.json.encode(row))
                for position, (owner, own, row) in enumerate(_rows(report))
            ),
        )
        for (row,) in database.execute("SELECT row FROM work ORDER BY rank, cents DESC, position"):
            yield tuple(msgspec.json.decode(row))


def _rows(report: Report) -> Iterator[tuple[str, list[Finding], tuple[str, ...]]]:
    for claim in report.claims:
        for owner in dict.fromkeys(finding.owner for finding in claim.findings):
            own = [finding for finding in claim.findings if finding.owner is owner]
            total = dollars(report.summary.at_risk_by_owner[owner])
            yield owner, own, (owner, total, *_cells(claim, own))


def _cells(claim: ClaimVerdict, own: list[Finding]) -> tuple[str, ...]:
    return (
        claim.claim_id,
        claim.disposition,
        "yes" if claim.escalate else "",
        max(own, key=lambda finding: finding.severity.rank).severity,
        dollars(summed(own)),
        " ".join(dict.fromkeys(finding.rule for finding in own)),
        " ".join(dict.fromkeys(finding.message for finding in own)),
        " ".join(dict.fromkeys(finding.fix for finding in own)),
        "; ".join(filter(None, map(other_claims, own))),
        "" if claim.place is None else str(claim.place),
    )
