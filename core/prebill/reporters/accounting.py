"""The sentences that account for a run: every claim of the input is in exactly one of the counts."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from prebill.report import Report


def accounting(report: Report) -> Iterator[str]:
    """Yield where the claims went, what was found, and what went unchecked."""
    counts = report.summary
    parts = [
        f"{counts.clean:,} released",
        f"{counts.review:,} to review",
        f"{counts.held:,} to hold",
        *([f"{counts.unreadable:,} unreadable"] if counts.unreadable else []),
        *([f"{counts.refused:,} refused"] if counts.refused else []),
    ]
    total = counts.read + counts.unreadable + counts.refused
    yield f"{count(total, 'claim')} in the input = {' + '.join(parts)}."
    if counts.findings:
        severities = ", ".join(
            f"{counts.by_severity.get(severity, 0):,} {severity}" for severity in ("stop", "review", "info")
        )
        yield f"{count(counts.findings, 'finding')} ({severities}), {money(counts.at_risk)} at risk."
    if counts.review_minutes:
        yield f"The reviews are {counts.review_minutes:,.0f} minutes of work."
    if counts.released_by_capacity:
        yield f"{count(counts.released_by_capacity, 'claim')} worth a review went out for want of time."
    if counts.waived or counts.baseline:
        yield f"{count(counts.waived, 'finding')} waived, {counts.baseline:,} known from the baseline."
    if counts.not_checked:
        yield f"{count(counts.not_checked, 'check')} could not be made for want of data."
    if counts.changed_earlier:
        yield f"{count(counts.changed_earlier, 'verdict')} changed on claims of earlier runs."
    if report.incomplete:
        yield f"INCOMPLETE: {', '.join(_gaps(report))}."


def _gaps(report: Report) -> Iterator[str]:
    counts = report.summary
    if counts.unreadable:
        yield f"{count(counts.unreadable, 'claim')} could not be read"
    if counts.refusals:
        held = f" with {count(counts.refused, 'claim')}" if counts.refused else ""
        yield f"{count(counts.refusals, 'input')} refused{held}"
    if counts.crashes:
        yield f"a rule failed {count(counts.crashes, 'time')}"
    if report.provenance.failed_packs:
        yield f"without the packs that could not be loaded: {', '.join(report.provenance.failed_packs)}"


def count(number: int, noun: str) -> str:
    """Return a number with its noun, in the plural where it belongs."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def money(amount: Decimal) -> str:
    """Return dollars as people write them."""
    return f"${amount:,.2f}"


def lines(numbers: tuple[int, ...]) -> str:
    """Return line numbers in words; no number stands for the claim as a whole."""
    if not numbers:
        return "whole claim"
    return f"line{'s' if len(numbers) > 1 else ''} {', '.join(map(str, numbers))}"
