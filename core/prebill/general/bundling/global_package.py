"""The global package: visits whose payment is part of an earlier operation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from prebill.general.code_families import EVALUATION, SURGERY
from prebill.general.global_period import LONGEST, Surgery, entries_of, surgeries_before
from prebill.general.tables.mpfs import FeeScheduleRow
from prebill.lookup import NotKnown, Table
from prebill.model import Encounter, ServiceLine
from prebill.rules import Cohort, Entry, Hit, Outcomes, Target, hit, not_checked, rule

_KNEE = {"mpfs": {"complete": True, "rows": [{"procedure": "27447", "global_days": "090"}]}}


@rule(
    "BND110",
    severity="stop",
    owner="coding",
    prevents=("CO-97/M144", "CO-97/N19"),
    sources=("Pub. 100-04 ch. 12 §40.1-40.2",),
    procedures=EVALUATION,
    fails=[{"lines": ["99213 2026-05-31"], "history": [{"lines": ["27447-RT 2026-03-02"]}], "tables": _KNEE}],
    passes=[{"lines": ["99213-24 2026-05-31"], "history": [{"lines": ["27447-RT 2026-03-02"]}], "tables": _KNEE}],
)
def global_package(line: ServiceLine, encounter: Encounter, mpfs: Table[FeeScheduleRow]) -> Outcomes:
    """A visit after an operation is billed within its global period.

    The payment of an operation covers the visits of the surgeon, and of the same specialty in the group, on the 10
    or 90 days after it. Do not bill the visit; add 24 only when the note shows that it was unrelated to the
    operation.
    """
    claim = encounter.claim
    if len(claim.lines) > 1 and claim.from_date < line.from_date and "24" not in line.modifiers:
        entry, entries = entries_of(line, encounter)
        surgery = _surgery_covering(entry, entries, mpfs)
        if surgery is not None:
            yield _covered(line, line, surgery)


@global_package.across_claims(key=("payer_id", "patient"), context=SURGERY, window=LONGEST)
def global_package_across_claims(lines: Cohort[Any], mpfs: Table[FeeScheduleRow]) -> Outcomes:
    """The operation is on another claim."""
    for entry in lines:
        if not entry.triggered or "24" in entry.line.modifiers:
            continue
        try:
            surgery = _surgery_covering(entry, lines, mpfs)
        except NotKnown as missing:
            yield not_checked(missing, entry)
            continue
        if surgery is not None and surgery.entry.encounter is not entry.encounter:
            yield _covered(entry, entry.line, surgery)


def _surgery_covering(entry: Entry[Any], entries: Iterable[Entry[Any]], mpfs: Table[FeeScheduleRow]) -> Surgery | None:
    """Return the latest operation whose payment covers a visit; on one day, one of the visit's own claim."""
    covering = [each for each in surgeries_before(entry, entries, mpfs) if each.covers_after(entry.from_date)]
    return max(covering, key=lambda each: (each.day, each.entry.encounter is entry.encounter), default=None)


def _covered(target: Target, line: ServiceLine, surgery: Surgery) -> Hit:
    return hit(
        target,
        f"{line.procedure} on {line.from_date} is day {surgery.days_to(line.from_date)} of {surgery.name} without"
        " 24: the operation's payment covers it.",
        fix="Do not bill the visit; add 24 only when the note shows that it was unrelated to the operation.",
        at="modifiers",
        evidence=surgery.evidence,
        upon=surgery.table,
    )
