"""How often the payer covers a service."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from prebill.general.tables.coverage_policy import CoverageFrequency
from prebill.lookup import Table
from prebill.model import Payer
from prebill.rules import Cohort, Entry, Hit, Outcomes, hit, not_checked, rule

_YEARLY: dict[str, Any] = {
    "coverage-frequency": {
        "complete": True,
        "rows": [{"procedure": "T0009", "payer_id": "ACM01", "policy": "P-TEST", "min_gap_days": 365}],
    }
}


@rule(
    "NEC110",
    severity="review",
    owner="clinical_documentation",
    prevents=("CO-119", "CO-151/N362", "CO-151/N640", "CO-96/M86"),
    sources=("CMS Medicare Coverage Database, frequency limits", "RARC N640, M86"),
    listed=CoverageFrequency,
    key=("payer_id", "patient"),
    fails=[{"lines": ["T0009"], "history": [{"lines": ["T0009"], "date": "2025-03-17"}], "tables": _YEARLY}],
    passes=[{"lines": ["T0009"], "history": [{"lines": ["T0009"], "date": "2025-03-16"}], "tables": _YEARLY}],
)
def frequency_limit(lines: Cohort[Any], payer: Payer, limits: Table[CoverageFrequency]) -> Outcomes:
    """The service is more frequent than the payer's policy allows.

    The payer counts what it was billed before, denies what exceeds the number of the period, and what comes before
    the least interval has passed. Move the date, or document why it was needed sooner.
    """
    for entry in lines:
        if not (entry.triggered and entry.in_batch):
            continue
        table = limits.on(entry.from_date)
        rows = [
            row for row in table.find(entry.procedure) or () if row.payer_id in (payer.payer_id, payer.line_of_business)
        ]
        undecided = False
        for row in rows:
            earlier = [each for each in lines if _before(each, entry) and _counts(each, row, limits, payer)]
            found = _exceeded(entry, row, earlier, table)
            if found is not None:
                yield found
            undecided = undecided or (found is None and not _reaches_back(lines, entry, row))
        if undecided:
            yield not_checked("billing history that reaches back over the period of the policy", entry)


def _before(each: Entry[Any], entry: Entry[Any]) -> bool:
    return each.from_date < entry.from_date and not _refused(each)


def _refused(entry: Entry[Any]) -> bool:
    """Tell whether the payer did not take or pay the service, so that it counts for nothing."""
    status = entry.encounter.status
    return status is not None and status.state in {"denied", "rejected"}


def _counts(each: Entry[Any], row: CoverageFrequency, limits: Table[CoverageFrequency], payer: Payer) -> bool:
    """Tell whether an entry is of the procedure, or of its family, on the day it was rendered."""
    if each.procedure == row.procedure:
        return True
    return any(
        other.counted_as == row.counted_as and other.payer_id in (payer.payer_id, payer.line_of_business)
        for edition in limits.editions
        for other in edition.rows.get((each.procedure,), ())
    )


def _exceeded(
    entry: Entry[Any], row: CoverageFrequency, earlier: Sequence[Entry[Any]], table: Table[CoverageFrequency]
) -> Hit | None:
    day = entry.from_date
    days = sorted({each.from_date for each in earlier})
    problems = list(_problems(entry, row, days))
    if not problems:
        return None
    return hit(
        entry,
        f"{row.counted_as} ({row.policy}), line {entry.line.number} on {day}: {'; '.join(problems)}.",
        fix="Move the date if the service is not yet rendered, or document why it was needed sooner.",
        at="from_date",
        severity="stop" if row.national else "review",
        evidence={"policy": row.policy, "last": str(days[-1]) if days else None},
        subject=row.policy,
        upon=table,
    )


def _problems(entry: Entry[Any], row: CoverageFrequency, days: Sequence[date]) -> Iterator[str]:
    day = entry.from_date
    within = sum(1 for each in days if row.counts(each, day)) + 1
    if row.max_services is not None and within > row.max_services:
        last = f"; last {days[-1]}" if days else ""
        yield f"{within} in {_in_words(row)}, {row.max_services} allowed{last}"
    if row.min_gap_days is not None and days and (day - days[-1]).days < row.min_gap_days:
        yield f"last {days[-1]} ({(day - days[-1]).days} days before, minimum {row.min_gap_days})"


def _in_words(row: CoverageFrequency) -> str:
    return {"days": f"{row.window_days} days", "calendar_year": "the calendar year", "lifetime": "a lifetime"}[
        row.window
    ]


def _reaches_back(lines: Cohort[Any], entry: Entry[Any], row: CoverageFrequency) -> bool:
    needed = row.first_day(entry.from_date, entry.claim.patient.birth_date)
    return lines.known_since is not None and lines.known_since <= needed
