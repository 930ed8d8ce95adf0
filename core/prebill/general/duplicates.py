"""Duplicates: the same service billed twice."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from prebill.rules import Cohort, Entry, Outcomes, hit, rule


@rule(
    "DUP101",
    severity="stop",
    owner="billing",
    prevents=("OA-18/N522", "CO-18/N522"),
    sources=("Medicare Claims Processing Manual, Pub. 100-04 ch. 1 §120",),
    key=("payer_id", "patient", "rendering_npi", "from_date", "procedure"),
    window=365,
    minimum=2,
    fails=[{"claims": [{"lines": ["99213 [I10] $135"]}, {"lines": ["99213 [I10] $135"]}], "history": []}],
    passes=[{"claims": [{"lines": ["20610-RT [M17.11]"]}, {"lines": ["20610-LT [M17.12]"]}], "history": []}],
)
def exact_duplicate(lines: Cohort[Any]) -> Outcomes:
    """A line equals a line of another claim.

    Payers deny a second line that agrees in patient, provider, dates, procedure, modifiers, place of service and
    charge. Remove it, or send a replacement of the first claim if something has to change.
    """
    seen: dict[tuple[object, ...], Entry[Any]] = {}
    for entry in lines:
        first = seen.setdefault(_what_payers_compare(entry), entry)
        if first.claim is entry.claim or _rejected(first):
            continue
        yield hit(
            entry,
            f"Line {entry.line.number} {entry.procedure} on {entry.from_date} for ${entry.line.charge} equals"
            f" {first.label}{_status(first)}.",
            fix="Remove the line; if the first claim was wrong, send a replacement of it instead.",
        )


def _what_payers_compare(entry: Entry[Any]) -> tuple[object, ...]:
    line = entry.line
    return (
        line.last_date,
        frozenset(line.modifiers),
        entry.claim.place_of(line),
        Decimal(line.charge),
    )


def _rejected(entry: Entry[Any]) -> bool:
    return entry.encounter.status is not None and entry.encounter.status.state == "rejected"


def _status(entry: Entry[Any]) -> str:
    status = entry.encounter.status
    return (
        ""
        if status is None
        else f", {status.state}" + (f" since {status.accepted_on}" if status.accepted_on else "")
    )
