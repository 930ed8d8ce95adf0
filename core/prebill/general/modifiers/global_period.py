"""Modifiers of global periods: 58, 78, 79 on a later procedure, 24 on a visit, 54 and 55 on shared care."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from prebill.codes import codes
from prebill.general.code_families import LATER_PROCEDURE, MINOR_PROCEDURES, SURGERY
from prebill.general.documentation import PostOperativeVisit
from prebill.general.global_period import LONGEST, Surgery, surgeries_before
from prebill.general.ptp import sites
from prebill.general.same_provider import same_group
from prebill.general.tables.mpfs import FeeScheduleRow
from prebill.lookup import NotKnown, Table
from prebill.rules import Cohort, Entry, Hit, Outcomes, hit, not_checked, rule

_PATIENT = ("payer_id", "patient")
_TABLES: dict[str, Any] = {
    "mpfs": {
        "complete": True,
        "rows": [
            {"procedure": "27447", "global_days": "090"},
            {"procedure": "10060", "global_days": "010"},
            {"procedure": "20610", "global_days": "000"},
        ],
    }
}


@rule(
    "MOD106",
    severity="stop",
    owner="coding",
    prevents=("CO-97/M144", "CO-97/N19"),
    sources=("Pub. 100-04 ch. 12 §40.2",),
    procedures=SURGERY | MINOR_PROCEDURES,
    key=_PATIENT,
    supersedes=("BND110",),
    fails=[{"lines": ["20610-RT"], "history": [{"lines": ["27447-RT 2026-03-02"]}], "tables": _TABLES}],
    passes=[{"lines": ["20610-RT-79"], "history": [{"lines": ["27447-RT 2026-03-02"]}], "tables": _TABLES}],
)
def global_modifier_missing(lines: Cohort[Any], mpfs: Table[FeeScheduleRow]) -> Outcomes:
    """A procedure within the global period of an earlier one has no modifier that says why.

    The payment of an operation covers what the same practitioner does about it in the days after. The operative
    note decides: back to the operating room for a complication is 78, staged, planned or more extensive is 58,
    unrelated is 79; anything else is included.
    """
    for entry in lines:
        if not entry.triggered or any(each in LATER_PROCEDURE for each in entry.line.modifiers):
            continue
        try:
            row = mpfs.on(entry.from_date).get(entry.procedure, "")
            if row is None or not row.is_procedure:
                continue
            surgery = _after_which(entry, lines, mpfs)
        except NotKnown as missing:
            yield not_checked(missing, entry)
            continue
        if surgery is not None:
            yield hit(
                entry,
                f"{entry.procedure} on {entry.from_date} is inside the global period of {surgery.name}, day"
                f" {surgery.days_to(entry.from_date)}, without 58, 78 or 79.",
                fix="By the operative note: 78 for a return to the operating room for a complication, 58 when it"
                " was staged, planned or more extensive, 79 when it was unrelated; otherwise do not bill it, it is"
                " included.",
                at="modifiers",
                evidence=surgery.evidence,
                upon=surgery.table,
            )
        elif not _history_reaches(entry, lines):
            yield not_checked(_no_history(entry), entry, of_run=lines.known_since is None)


def _after_which(entry: Entry[Any], lines: Cohort[Any], mpfs: Table[FeeScheduleRow]) -> Surgery | None:
    found = (each for each in surgeries_before(entry, lines, mpfs) if each.covers_after(entry.from_date))
    return next(found, None)


def _history_reaches(entry: Entry[Any], lines: Cohort[Any]) -> bool:
    needed = entry.from_date - timedelta(days=LONGEST)
    return lines.known_since is not None and lines.known_since <= needed


def _no_history(entry: Entry[Any]) -> str:
    return f"billing history back to {entry.from_date - timedelta(days=LONGEST)}"


@rule(
    "MOD107",
    severity="review",
    owner="coding",
    prevents=("CO-4/N519", "CO-97"),
    sources=("Pub. 100-04 ch. 12 §40.2, §40.4",),
    modifiers=codes("24 54 55 58 78 79"),
    key=_PATIENT,
    context=SURGERY,
    fails=[{"lines": ["99213-24"], "history": [], "tables": _TABLES}],
    passes=[{"lines": ["99213-24"], "history": [{"lines": ["27447-RT 2026-02-14"]}], "tables": _TABLES}],
)
def global_modifier_without_global(lines: Cohort[PostOperativeVisit], mpfs: Table[FeeScheduleRow]) -> Outcomes:
    """A modifier speaks about a global period, and the claims do not fit what it says.

    The payer refuses a modifier that is inconsistent with the history: 24, 58, 78 and 79 need an operation whose
    global period covers the day, 78 an operating room, 79 another problem than the operation's. Remove the
    modifier or correct it by the operative note.
    """
    for entry in lines:
        if entry.triggered:
            try:
                yield from _misfits(entry, lines, mpfs)
            except NotKnown as missing:
                yield not_checked(missing, entry)


def _misfits(
    entry: Entry[PostOperativeVisit], lines: Cohort[PostOperativeVisit], mpfs: Table[FeeScheduleRow]
) -> Outcomes:
    line = entry.line
    shared = _care_shared_within_group(entry, lines)
    if shared is not None:
        yield shared
    modifier = next((each for each in line.modifiers if each in {"24", "58", "78", "79"}), None)
    if modifier is None:
        return
    if modifier == "24" and entry.record is not None and entry.record.related_to_surgery:
        yield _misfit(
            entry,
            modifier,
            "the visit is documented as related to the operation",
            "Do not bill the visit.",
            "stop",
        )
        return
    if modifier == "78" and entry.claim.place_of(line) == "11":
        yield _misfit(
            entry,
            modifier,
            "the place of service is an office (11), and 78 is a return to the operating room",
            "Correct the place of service, or remove 78: what is not done in an operating room is included.",
        )
        return
    surgery = next(
        (each for each in surgeries_before(entry, lines, mpfs) if each.covers(entry.from_date)),
        None,
    )
    if surgery is None:
        if not _history_reaches(entry, lines):
            yield not_checked(_no_history(entry), entry, of_run=lines.known_since is None)
            return
        yield _misfit(
            entry,
            modifier,
            f"no global period covers {entry.from_date}",
            "Remove the modifier, or load the history of the operation.",
        )
    elif modifier == "79" and _same_problem(entry, surgery):
        yield _misfit(
            entry,
            modifier,
            f"diagnosis and site are those of {surgery.name}, and 79 is an unrelated procedure",
            "Use 58 or 78 if the operative note says so; otherwise the procedure is included.",
        )


def _misfit(entry: Entry[Any], modifier: str, why: str, fix: str, severity: str | None = None) -> Hit:
    return hit(
        entry,
        f"{modifier} on {entry.procedure} (line {entry.line.number}), but {why}.",
        fix=fix,
        at="modifiers",
        severity=severity,
        subject=modifier,
    )


def _same_problem(entry: Entry[Any], surgery: Surgery) -> bool:
    diagnoses = set(entry.claim.diagnoses_of(entry.line))
    of_surgery = surgery.entry
    return bool(diagnoses & set(of_surgery.claim.diagnoses_of(of_surgery.line))) and sites(entry.line) == sites(
        of_surgery.line
    )


def _care_shared_within_group(entry: Entry[Any], lines: Cohort[Any]) -> Hit | None:
    """A group bills the whole operation: 54 and 55 by two of its members are for different groups."""
    if not entry.line.has("55"):
        return None
    operation = next(
        (
            other
            for other in lines
            if other.procedure == entry.procedure
            and other.line.has("54")
            and other.from_date == entry.from_date
            and other.rendering_npi != entry.rendering_npi
            and same_group(entry.claim.billing, other.claim.billing)
        ),
        None,
    )
    if operation is None:
        return None
    return hit(
        (entry, operation),
        f"{entry.procedure} on {entry.from_date} is split into 54 and 55 between two members of one group.",
        fix="Bill the whole operation once, without 54 and 55: the group is paid for all of it.",
        at="modifiers",
        subject="54/55",
    )
