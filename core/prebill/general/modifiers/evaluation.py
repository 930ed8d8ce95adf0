"""Modifiers of evaluations: 25 beside a procedure, 57 before surgery."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from prebill.codes import codes
from prebill.general.code_families import EVALUATION, SURGERY
from prebill.general.documentation import EvaluationNote, about
from prebill.general.global_period import Surgery, entries_of, surely_no_surgery_beside, surgeries_before
from prebill.general.ptp import PtpTable, table_for
from prebill.general.same_provider import same_provider
from prebill.general.separate_evaluation import services_beside
from prebill.general.tables.mpfs import FeeScheduleRow
from prebill.general.tables.ncci_ptp import MedicaidPtpEdit, PtpEdit
from prebill.lookup import NotKnown, Table
from prebill.model import Claim, Encounter, Payer, ServiceLine
from prebill.rules import Cohort, Entry, Hit, Outcomes, Target, hit, not_checked, rule

_TABLES: dict[str, Any] = {
    "mpfs": {
        "complete": True,
        "rows": [{"procedure": "20610", "global_days": "000"}, {"procedure": "27447", "global_days": "090"}],
    },
    "ncci-ptp": {"complete": True, "rows": []},
}


@rule(
    "MOD101",
    severity="stop",
    owner="coding",
    prevents=("CO-97/M15", "CO-236", "CO-4/N822"),
    sources=("NCCI Policy Manual for Medicare Services ch. 1 §D", "Pub. 100-04 ch. 12 §30.5, §30.6.6, §40.1"),
    procedures=EVALUATION,
    supersedes=("BND102", "BND110"),
    fails=[{"lines": ["99213", "20610"], "tables": _TABLES}],
    passes=[{"lines": ["99213-25", "20610"], "tables": _TABLES}],
)
def em_same_day_needs_25(
    line: ServiceLine,
    claim: Claim,
    payer: Payer,
    mpfs: Table[FeeScheduleRow],
    medicare: Table[PtpEdit] | None,
    medicaid: Table[MedicaidPtpEdit] | None,
) -> Outcomes:
    """An evaluation beside a procedure of the day lacks modifier 25.

    The payment of a procedure covers the evaluation that led to it; without 25 the payer counts the visit as part
    of it, for new patients too. Add 25 only when the note shows a problem beyond the procedure, otherwise remove
    the visit.
    """
    if len(claim.lines) == 1 or "24" in line.modifiers or "57" in line.modifiers:
        return
    for beside in services_beside(line, claim, mpfs, _edits(payer, medicare, medicaid)):
        other = beside.line
        if beside.excluded:
            yield hit(
                line,
                f"{line.procedure} (line {line.number}) with {other.procedure} ({beside.why}) the same day: never"
                " paid together, whatever the modifier.",
                fix=f"Remove line {line.number}.",
                at="procedure",
                evidence={"beside": other.procedure},
                upon=(),
            )
            return
        if not line.has("25"):
            yield hit(
                line,
                f"{line.procedure} (line {line.number}) with {other.procedure} ({beside.why}) the same day lacks 25.",
                fix="Add 25 if the note shows a problem beyond the procedure; otherwise remove the evaluation.",
                at="modifiers",
                evidence={"beside": other.procedure, "why": beside.why},
                upon=beside.upon,
            )
            return


@rule(
    "MOD103",
    severity="review",
    owner="clinical_documentation",
    prevents=("CO-97", "CO-50", "CO-150"),
    sources=("NCCI Policy Manual for Medicare Services ch. 1 §D",),
    procedures=EVALUATION,
    modifiers=codes("25"),
    fails=[{"lines": ["99213-25", "20610"], "documentation": {"em_documentation": [{}]}, "tables": _TABLES}],
    passes=[
        {
            "lines": ["99213-25", "20610"],
            "documentation": {
                "em_documentation": [
                    {
                        "separate_note": True,
                        "problem_beyond_procedure": True,
                        "note_signed_at": "2026-03-16T17:00:00",
                    }
                ]
            },
            "tables": _TABLES,
        }
    ],
)
def em25_documentation(
    line: ServiceLine,
    claim: Claim,
    payer: Payer,
    as_of: date,
    mpfs: Table[FeeScheduleRow],
    medicare: Table[PtpEdit] | None,
    medicaid: Table[MedicaidPtpEdit] | None,
    notes: tuple[EvaluationNote, ...] | None,
    *,
    em25_review: bool = True,
    em25_evidence_required: bool = False,
) -> Outcomes:
    """Modifier 25 says that the evaluation was separate, and the note does not show it.

    Payers ask for the note of these visits, and take the money back when it shows nothing beyond the procedure.
    Ask the provider to complete the note; otherwise remove the evaluation. A different diagnosis is not needed.
    """
    if not em25_review or len(claim.lines) == 1:
        return
    edits = _edits(payer, medicare, medicaid)
    beside = next((each for each in services_beside(line, claim, mpfs, edits) if not each.excluded), None)
    if beside is None:
        return
    note = about(notes or (), line)
    if note is None and not em25_evidence_required:
        yield not_checked("no visit note (em_documentation) for the evaluation", of_run=notes is None)
        return
    missing = ["a visit note"] if note is None else list(_missing_in(note, as_of))
    if missing:
        yield hit(
            line,
            f"25 on {line.procedure} (line {line.number}) beside {beside.line.procedure}: not evidenced -"
            f" {', '.join(missing)}.",
            fix="Ask the provider to complete the note of the visit; if it covers only the procedure, remove the"
            " evaluation.",
            at="modifiers",
            evidence={"missing": missing},
            upon=(),
        )


def _missing_in(note: EvaluationNote, as_of: date) -> Iterator[str]:
    if not note.separate_note:
        yield "a note or section of its own"
    if not note.problem_beyond_procedure:
        yield "a problem beyond the procedure"
    if note.note_signed_at is None or note.note_signed_at.date() > as_of:
        yield "a signature before billing"


def _edits(payer: Payer, medicare: Table[PtpEdit] | None, medicaid: Table[MedicaidPtpEdit] | None) -> PtpTable | None:
    try:
        return table_for(payer, "by_payer", medicare, medicaid)
    except NotKnown:
        return None


@rule(
    "MOD104",
    severity="stop",
    owner="coding",
    prevents=("CO-97", "CO-4"),
    sources=("Pub. 100-04 ch. 12 §30.6.6, §40.2",),
    procedures=EVALUATION,
    supersedes=("BND102", "BND110"),
    fails=[{"lines": ["99214 2026-03-15", "27447-RT 2026-03-16"], "tables": _TABLES}],
    passes=[{"lines": ["99214-57 2026-03-15", "27447-RT 2026-03-16"], "tables": _TABLES}],
)
def decision_for_surgery(
    line: ServiceLine,
    encounter: Encounter,
    mpfs: Table[FeeScheduleRow],
    notes: tuple[EvaluationNote, ...] | None,
    *,
    accepts_57: bool = True,
) -> Outcomes:
    """An evaluation on the day of major surgery or the day before has not the modifier that says why it is paid.

    The payment of an operation with a global period of 90 days covers the visits of its day and of the day before,
    but not the one that decided on it: that visit has 57. Beside procedures of 0 or 10 days 25 is the right one.
    Where the visit decided nothing, do not bill it.
    """
    claim = encounter.claim
    if len(claim.lines) == 1 or ("57" not in line.modifiers and surely_no_surgery_beside(line, claim, mpfs)):
        return
    entry, entries = entries_of(line, encounter)
    surgery = _major_surgery(entry, entries, mpfs)
    if surgery is not None:
        yield from _undecided(line, line, surgery, about(notes or (), line), accepts_57=accepts_57)
    elif line.has("57"):
        yield from _minor_procedures_only(line, claim, mpfs)


@decision_for_surgery.across_claims(key=("payer_id", "patient"), context=SURGERY)
def decision_for_surgery_across_claims(
    lines: Cohort[EvaluationNote], mpfs: Table[FeeScheduleRow], *, accepts_57: bool = True
) -> Outcomes:
    """The operation is on another claim."""
    for entry in lines:
        if entry.triggered:
            try:
                surgery = _major_surgery(entry, lines, mpfs)
            except NotKnown as missing:
                yield not_checked(missing, entry)
                continue
            if surgery is not None and surgery.entry.encounter is not entry.encounter:
                yield from _undecided(entry, entry.line, surgery, entry.record, accepts_57=accepts_57)


def _major_surgery(entry: Entry[Any], entries: Iterable[Entry[Any]], mpfs: Table[FeeScheduleRow]) -> Surgery | None:
    """Return an operation of 90 days on the day of a visit or the next; one of the same claim comes first."""
    near = [
        each
        for each in surgeries_before(entry, entries, mpfs, days_ahead=1)
        if each.global_days == "090" and each.first_day <= entry.from_date <= each.day
    ]
    return max(near, key=lambda each: each.entry.encounter is entry.encounter, default=None)


def _undecided(
    target: Target, line: ServiceLine, surgery: Surgery, note: EvaluationNote | None, *, accepts_57: bool
) -> Iterator[Hit]:
    fix = "Add 57 if this visit decided on the operation; otherwise its payment covers the visit: do not bill it."
    if line.has("57"):
        if note is None or note.decision_for_surgery is not False:
            return
        problem, severity = "has 57, and its note says that it did not decide on the operation", "review"
        fix = "Remove 57; unless the visit was unrelated to the operation, do not bill it."
    elif line.has("25") and not accepts_57:
        return
    elif line.has("24", "25"):
        problem, severity = f"has {'25' if line.has('25') else '24'} and not 57", "review"
    else:
        problem, severity = "lacks 57", "stop"
    when = "the day of" if surgery.day == line.from_date else "the day before"
    yield hit(
        target,
        f"{line.procedure} on {line.from_date}, {when} {surgery.name}, {problem}.",
        fix=fix,
        at="modifiers",
        severity=severity,
        evidence=surgery.evidence,
        upon=surgery.table,
    )


def _minor_procedures_only(line: ServiceLine, claim: Claim, mpfs: Table[FeeScheduleRow]) -> Iterator[Hit]:
    """57 beside nothing but procedures with a global period of 0 or 10 days."""
    for other in claim.lines:
        if other is line or other.from_date != line.from_date or not same_provider(claim, line, claim, other):
            continue
        row = mpfs.get(other.procedure, "")
        if row is not None and row.global_days in {"000", "010"}:
            yield hit(
                line,
                f"{line.procedure} (line {line.number}) has 57, and {other.procedure} beside it has a global"
                f" period of {row.global_days} only.",
                fix="Use 25 instead of 57 if the evaluation was separate; otherwise remove it.",
                at="modifiers",
                severity="review",
            )
            return
