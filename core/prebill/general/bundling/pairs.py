"""Procedure-to-procedure edits: two services of one day, of which one is denied."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from typing import Any

from prebill.general.code_families import ANATOMIC, DISTINCT_SERVICE, EVALUATION
from prebill.general.documentation import DistinctService, about
from prebill.general.ptp import (
    BypassColumn,
    Conflict,
    PtpSource,
    PtpTable,
    bypass_of,
    conflicts_of,
    conflicts_within,
    denied_by,
    sites,
    table_for,
)
from prebill.general.tables.ncci_ptp import MedicaidPtpEdit, PtpEdit
from prebill.lookup import NotKnown, Table
from prebill.model import Claim, Payer, ServiceLine
from prebill.rules import Cohort, Hit, Missing, Outcomes, Target, hit, not_checked, rule

_SOURCES = (
    "NCCI Policy Manual for Medicare Services ch. 1",
    "CMS NCCI procedure-to-procedure edits for practitioners",
)
_DAY = ("payer_id", "patient", "from_date")
_NEVER = {"complete": True, "rows": [{"column1": "T0001", "column2": "T0002", "modifier_indicator": "0"}]}
_UNLESS = {"complete": True, "rows": [{"column1": "T0001", "column2": "T0003", "modifier_indicator": "1"}]}


@rule(
    "BND101",
    severity="stop",
    owner="coding",
    prevents=("CO-97/M15", "CO-97/N20", "CO-236", "CO-231"),
    sources=_SOURCES,
    supersedes=("BND102", "BND103", "BND104"),
    fails=[{"lines": ["T0001", "T0002"], "tables": {"ncci-ptp": _NEVER}}],
    passes=[{"lines": ["T0001", "T0003"], "tables": {"ncci-ptp": _NEVER}}],
)
def ptp_never_together(
    claim: Claim,
    payer: Payer,
    medicare: Table[PtpEdit] | None,
    medicaid: Table[MedicaidPtpEdit] | None,
    *,
    ptp_source: PtpSource = "by_payer",
    cross_claim: bool = True,
) -> Outcomes:
    """Two services of one day are never payable together.

    The payer denies the column 2 code of the pair whatever modifiers it has, even when it is the dearer one.
    Delete that line, or correct the code; no modifier helps.
    """
    if len(claim.lines) > 1:
        for conflict in _first_of_each_line(claim, table_for(payer, ptp_source, medicare, medicaid), _is_absolute):
            yield _never_together(conflict, conflict.line)


@ptp_never_together.across_claims(key=_DAY)
def ptp_never_together_across_claims(
    lines: Cohort[Any],
    payer: Payer,
    medicare: Table[PtpEdit] | None,
    medicaid: Table[MedicaidPtpEdit] | None,
    *,
    ptp_source: PtpSource = "by_payer",
    cross_claim: bool = True,
) -> Outcomes:
    """The two services are on two claims of the day."""
    if cross_claim:
        for conflict in _across_claims(lines, payer, ptp_source, medicare, medicaid):
            if isinstance(conflict, Missing):
                yield conflict
            elif _is_absolute(conflict[0]):
                yield _never_together(*conflict)


def _never_together(conflict: Conflict, target: Target) -> Hit:
    line = conflict.line
    evaluation = f" The evaluation is included in {conflict.other.procedure}." if line.procedure in EVALUATION else ""
    return hit(
        target,
        f"{line.procedure} (line {line.number}) is column 2 of {conflict.other_name} ({conflict.source}): never"
        f" payable together on {line.from_date}.{evaluation}",
        fix=f"Delete line {line.number}, or correct the code; no modifier helps.",
        at="procedure",
        evidence=conflict.evidence,
        subject=conflict.edit.column1,
        upon=conflict.table,
    )


@rule(
    "BND102",
    severity="stop",
    owner="coding",
    prevents=("CO-97", "CO-236", "CO-97/N519", "CO-97/N822"),
    sources=(*_SOURCES, "CMS CR 11168 (59 and X{EPSU} on either line from 2019-07-01)"),
    fails=[{"lines": ["T0001", "T0003"], "tables": {"ncci-ptp": _UNLESS}}],
    passes=[{"lines": ["T0001", "T0003-XS"], "tables": {"ncci-ptp": _UNLESS}}],
)
def ptp_modifier_missing(
    claim: Claim,
    payer: Payer,
    medicare: Table[PtpEdit] | None,
    medicaid: Table[MedicaidPtpEdit] | None,
    *,
    ptp_source: PtpSource = "by_payer",
    ptp_59_column: BypassColumn = "either",
    cross_claim: bool = True,
) -> Outcomes:
    """Two services of one day are paid together only when they are distinct, and nothing on the claim says so.

    The payer denies the column 2 code of the pair. First choice is to remove that line. Only where the record
    shows a separate encounter, site or practitioner is a modifier right; 51, 76, 22 and 26 never bypass an edit.
    """
    if len(claim.lines) > 1:
        unbypassed = partial(_is_unbypassed, column=ptp_59_column)
        for conflict in _first_of_each_line(claim, table_for(payer, ptp_source, medicare, medicaid), unbypassed):
            yield _modifier_missing(conflict, conflict.line)


@ptp_modifier_missing.across_claims(key=_DAY)
def ptp_modifier_missing_across_claims(
    lines: Cohort[Any],
    payer: Payer,
    medicare: Table[PtpEdit] | None,
    medicaid: Table[MedicaidPtpEdit] | None,
    *,
    ptp_source: PtpSource = "by_payer",
    ptp_59_column: BypassColumn = "either",
    cross_claim: bool = True,
) -> Outcomes:
    """The two services are on two claims of the day."""
    if cross_claim:
        for conflict in _across_claims(lines, payer, ptp_source, medicare, medicaid):
            if isinstance(conflict, Missing):
                yield conflict
            elif _is_unbypassed(conflict[0], ptp_59_column):
                yield _modifier_missing(*conflict)


def _modifier_missing(conflict: Conflict, target: Target) -> Hit:
    line = conflict.line
    same_sites = sites(line)
    found = (
        f"names the same site as it ({', '.join(sorted(same_sites))})"
        if same_sites
        else "carries no modifier that says it was distinct"
    )
    return hit(
        target,
        f"{line.procedure} (line {line.number}) is column 2 of {conflict.other_name} ({conflict.source}) on"
        f" {line.from_date} and {found}.",
        fix=f"Remove line {line.number}; or, where the record shows a separate encounter, site or practitioner,"
        " document it as a distinct service and then add XE, XS or XP (59 only if the payer wants it).",
        at="modifiers",
        severity="review" if same_sites else None,
        evidence=conflict.evidence,
        subject=conflict.edit.column1,
        upon=conflict.table,
    )


def _is_absolute(conflict: Conflict) -> bool:
    return conflict.edit.modifier_indicator == "0"


def _is_unbypassed(conflict: Conflict, column: BypassColumn) -> bool:
    return conflict.edit.modifier_indicator == "1" and bypass_of(conflict, column) is None


def _first_of_each_line(claim: Claim, ptp: PtpTable | None, counts: Callable[[Conflict], bool]) -> Iterator[Conflict]:
    """Yield one conflict for each line of a claim that is denied: one reason is enough."""
    denied: set[int] = set()
    for conflict in conflicts_within(claim, ptp) if ptp is not None else ():
        if id(conflict.line) not in denied and counts(conflict):
            denied.add(id(conflict.line))
            yield conflict


def _across_claims(
    lines: Cohort[Any],
    payer: Payer,
    source: PtpSource,
    medicare: Table[PtpEdit] | None,
    medicaid: Table[MedicaidPtpEdit] | None,
) -> Iterator[tuple[Conflict, Target] | Missing]:
    """Yield the edits between lines of different claims, with the entry that is denied, and what is not known."""
    for entry in lines:
        others = ((other.claim, other.line) for other in lines if other.encounter is not entry.encounter)
        try:
            ptp = _on(entry.from_date, payer, source, medicare, medicaid)
            if ptp is not None:
                for conflict in denied_by(entry.line, entry.claim, others, ptp):
                    yield conflict, entry
        except NotKnown as missing:
            yield not_checked(missing, entry)


def _on(
    day: date,
    payer: Payer,
    source: PtpSource,
    medicare: Table[PtpEdit] | None,
    medicaid: Table[MedicaidPtpEdit] | None,
) -> PtpTable | None:
    table = table_for(payer, source, medicare, medicaid)
    return None if table is None else table.on(day)


_REASONS = {
    "XE": ("separate_encounter", "two times of day", "times"),
    "XS": ("separate_structure", "two different sites", "sites"),
    "XP": ("separate_practitioner", "another practitioner", "performers"),
    "XU": ("non_overlapping", "why the services do not overlap", None),
}


@rule(
    "BND103",
    severity="review",
    owner="clinical_documentation",
    prevents=("CO-97", "CO-50"),
    sources=("CMS MLN1783722 Proper use of modifiers 59, XE, XP, XS and XU", "NCCI Policy Manual ch. 1 §E"),
    modifiers=DISTINCT_SERVICE | ANATOMIC,
    fails=[
        {
            "lines": ["T0001", "T0003-59"],
            "documentation": {"distinct_service_reason": []},
            "tables": {"ncci-ptp": _UNLESS},
        }
    ],
    passes=[
        {
            "lines": ["T0001", "T0003-XS"],
            "documentation": {
                "distinct_service_reason": [
                    {"line_number": 2, "reason": "separate_structure", "sites": ["right knee", "left shoulder"]}
                ]
            },
            "tables": {"ncci-ptp": _UNLESS},
        }
    ],
)
def ptp_bypass_needs_proof(
    line: ServiceLine,
    claim: Claim,
    payer: Payer,
    medicare: Table[PtpEdit] | None,
    medicaid: Table[MedicaidPtpEdit] | None,
    reasons: tuple[DistinctService, ...] | None,
    *,
    ptp_source: PtpSource = "by_payer",
    ptp_59_column: BypassColumn = "either",
    ptp_evidence_required: bool = False,
    prefer_x: bool = False,
) -> Outcomes:
    """A modifier claims that two services of a pair were distinct, and the record does not show it.

    Payers ask for the record of such lines, and take the money back where it shows one service. Complete the
    reason that the service was distinct, with times or sites, or remove the modifier and the line.
    """
    ptp = table_for(payer, ptp_source, medicare, medicaid) if len(claim.lines) > 1 else None
    if ptp is None:
        return
    for conflict in conflicts_of(line, claim, ptp):
        modifier = bypass_of(conflict, ptp_59_column) if conflict.edit.modifier_indicator == "1" else None
        if modifier is None or (modifier not in DISTINCT_SERVICE and modifier not in ANATOMIC):
            continue
        if not line.has(modifier) or (conflict.line is not line and conflict.line.has(modifier)):
            continue
        if reasons is None and not ptp_evidence_required:
            yield not_checked("no register of reasons for distinct services (distinct_service_reason)", of_run=True)
            return
        reason = about(reasons or (), line) or about(reasons or (), conflict.line)
        missing = _evidence_missing(modifier, reason)
        if missing is not None:
            yield hit(
                line,
                f"{modifier} on line {line.number} bypasses {conflict.edit.column1}/{conflict.edit.column2};"
                f" evidence missing: {missing}.",
                fix="Complete the reason that the service was distinct from the record, or remove the modifier.",
                at="modifiers",
                evidence=conflict.evidence,
            )
        elif modifier == "59" and prefer_x and reason is not None and (better := _x_for(reason)) is not None:
            yield hit(
                line,
                f"59 on line {line.number}: the payer prefers {better}, which says {_words(reason.reason)}.",
                fix=f"Replace 59 by {better}.",
                at="modifiers",
                severity="info",
            )
        return


def _evidence_missing(modifier: str, reason: DistinctService | None) -> str | None:
    if reason is None or not reason.reason:
        return "the reason that the service was distinct"
    wanted = _REASONS.get(modifier)
    if wanted is not None and reason.reason != wanted[0]:
        return f"{modifier} means {_words(wanted[0])}, documented is {_words(reason.reason)}"
    _, what, field = wanted or next(
        (each for each in _REASONS.values() if each[0] == reason.reason), (reason.reason, "", None)
    )
    return what if field is not None and len(set(getattr(reason, field))) < 2 else None


def _words(reason: str | None) -> str:
    return (reason or "").replace("_", " ")


def _x_for(reason: DistinctService) -> str | None:
    return next((modifier for modifier, each in _REASONS.items() if each[0] == reason.reason), None)


@rule(
    "BND104",
    severity="review",
    owner="coding",
    prevents=("CO-4/N519",),
    sources=("NCCI Policy Manual ch. 1 §E",),
    modifiers=DISTINCT_SERVICE,
    fails=[{"lines": ["29881-59"], "payer": "medicare", "tables": {"ncci-ptp": _UNLESS}}],
    passes=[{"lines": ["T0001", "T0003-59"], "payer": "medicare", "tables": {"ncci-ptp": _UNLESS}}],
)
def modifier_59_without_edit(
    line: ServiceLine,
    claim: Claim,
    payer: Payer,
    medicare: Table[PtpEdit] | None,
    medicaid: Table[MedicaidPtpEdit] | None,
    *,
    ptp_source: PtpSource = "by_payer",
) -> Outcomes:
    """A modifier says that a service is distinct, and there is no edit for it to bypass.

    Payers audit 59 and X{EPSU} where they have no purpose, and may deny the line as inconsistent with its
    modifier. Remove the modifier.
    """
    ptp = table_for(payer, ptp_source, medicare, medicaid)
    if ptp is None:
        return
    repeated = any(
        other is not line and other.procedure == line.procedure and other.from_date == line.from_date
        for other in claim.lines
    )
    if repeated or next(conflicts_of(line, claim, ptp), None) is not None:
        return
    modifier = next(each for each in line.modifiers if each in DISTINCT_SERVICE)
    governed = (payer.line_of_business or "").startswith(("medicare", "medicaid"))
    yield hit(
        line,
        f"{modifier} on {line.procedure} (line {line.number}) has no edit to bypass: no other line of the day"
        f" forms an active pair with it ({ptp.edition.name}).",
        fix=f"Remove {modifier}.",
        at="modifiers",
        severity=None if governed else "info",
    )
