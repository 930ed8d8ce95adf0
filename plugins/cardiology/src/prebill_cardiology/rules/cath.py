"""Catheterization: one code a session, and angiography beside an intervention."""

from __future__ import annotations

from itertools import groupby, pairwise

from prebill import Cohort, Entry, Outcomes, Table, hit, not_checked, rule
from prebill_cardiology.families import (
    ADULT_CATHETERIZATION,
    CONGENITAL_CATHETERIZATION,
    CORONARY_ANGIOGRAPHY,
    DISTINCT_SERVICE,
    INTERVENTION,
    combined,
)
from prebill_cardiology.logic import every, negated, some
from prebill_cardiology.records import CathReport
from prebill_cardiology.tables.bundling import PtpEdit

Study = Entry[CathReport]


@rule(
    "CAR104",
    severity="stop",
    owner="coding",
    prevents=("CO-97", "CO-231", "CO-236"),
    sources=(
        "NCCI procedure-to-procedure edits and unit limits of 93451-93461, July 2024",
        "NCCI Policy Manual ch. XI",
        "CPT, introduction to cardiac catheterization",
    ),
    procedures=ADULT_CATHETERIZATION | CONGENITAL_CATHETERIZATION,
    key=("patient", "rendering_npi", "from_date"),
    supersedes=("BND101", "BND102", "BND105", "BND107"),
    fails=[{"lines": ["93458-26 @22 [I25.119]", "93451-26 @22 [I25.119]"]}],
    passes=["93460-26 @22 [I25.119]"],
)
def cath_family_one_code(studies: Cohort[CathReport]) -> Outcomes:
    """One catheterization session is billed with more than one code of the family.

    Each combination of coronaries, grafts, left and right heart has a code of its own, and one session has one
    code: the others are denied as included. Bill the code for everything done together.
    """
    sessions = _sessions(studies)
    for lines in sessions:
        yield from _one_session(lines)
    for earlier, later in pairwise(sessions):
        one, other = earlier[0], later[0]
        wanted = ("76",) if one.procedure == other.procedure else ("59", "XE")
        if not any(entry.line.has(*wanted) for entry in (*earlier, *later)):
            yield hit(
                [*earlier, *later],
                f"{_named([*earlier, *later])} are of two sessions of {one.from_date}; nothing on the claim says so.",
                fix=f"Append {' or '.join(wanted)} to the line of the later session.",
                at="modifiers",
                subject="sessions",
            )


def _sessions(studies: Cohort[CathReport]) -> list[list[Study]]:
    """Part a day's lines by session; lines are of one session unless every one names its own."""
    named = {entry: entry.record.session_id if entry.record else None for entry in studies}
    if None in named.values():
        return [list(studies)]
    ordered = sorted(studies, key=lambda entry: named[entry] or "")
    return [list(lines) for _, lines in groupby(ordered, key=lambda entry: named[entry])]


def _one_session(lines: list[Study]) -> Outcomes:
    procedures = sorted({entry.procedure for entry in lines})
    adult = [code for code in procedures if code in ADULT_CATHETERIZATION]
    if len(procedures) > 1:
        mixed = adult and len(adult) < len(procedures)
        yield hit(
            lines,
            f"{_named(lines)} describe one session"
            + (", adult and congenital" if mixed else f"; the combined service is {combined(adult)}" if adult else "")
            + ".",
            fix="Bill either the adult or the congenital code, as the report says."
            if mixed
            else f"Bill {combined(adult)} alone, and check that it is the code authorized."
            if adult
            else "Bill the one congenital code for everything done.",
            at="procedure",
            evidence={"combined": combined(adult)} if adult and not mixed else None,
        )
        return
    parts = {modifier for entry in lines for modifier in ("26", "TC") if entry.line.has(modifier)}
    split = len(lines) == len(parts) == 2
    if (len(lines) > 1 and not split) or any(entry.line.units > 1 for entry in lines):
        yield hit(
            lines,
            f"{_named(lines)}: {procedures[0]} is billed more than once for one session.",
            fix="Bill it once, with 1 unit.",
            at="units",
        )


@rule(
    "CAR103",
    severity="stop",
    owner="coding",
    prevents=("CO-97/N20", "CO-236"),
    sources=(
        "NCCI procedure-to-procedure edits of coronary intervention, July 2024",
        "NCCI Policy Manual ch. I and XI",
        "CPT, introduction to coronary therapeutic services",
    ),
    procedures=CORONARY_ANGIOGRAPHY,
    context=INTERVENTION,
    key=("patient", "practice", "from_date"),
    minimum=2,
    supersedes=("BND102", "BND103"),
    fails=[{"lines": ["92928-LD @22 [I25.119]", "93458-26 @22 [I25.119]"]}],
    passes=[
        {
            "lines": ["92928-LD @22 [I25.119]", "93458-26-59 @22 [I25.119]"],
            "documentation": {
                "cath_report": {
                    "prior_study": "none",
                    "full_diagnostic_study": True,
                    "decision_from_this_study": True,
                }
            },
        }
    ],
)
def diagnostic_cath_same_session_as_pci(
    services: Cohort[CathReport],
    edits: Table[PtpEdit],
    *,
    preferred_modifier: str = "59 or XU",
    ct_counts_as_prior_study: bool = True,
) -> Outcomes:
    """Coronary angiography is billed with an intervention without its modifier, or without a reason for it.

    Angiography is included in an intervention unless it decided on it: no earlier catheter study, a change since
    then, or an inadequate one. Append XU or 59 where the report states that reason; otherwise delete the line.
    """
    interventions = [entry for entry in services if entry.procedure in INTERVENTION]
    for study in services:
        if not study.triggered:
            continue
        paired = [each for each in interventions if _edit(edits, each, study).modifier_indicator != "9"]
        if paired:
            yield from _study_with_intervention(
                study, paired, edits, preferred_modifier, ct_counts=ct_counts_as_prior_study
            )


def _edit(edits: Table[PtpEdit], intervention: Study, study: Study) -> PtpEdit:
    pair = (intervention.procedure, study.procedure)
    found = edits.on(study.from_date).all(*pair)
    none = PtpEdit(column1=pair[0], column2=pair[1], modifier_indicator="9")
    return next((edit for edit in found if edit.modifier_indicator != "9"), none)


def _study_with_intervention(
    study: Study, paired: list[Study], edits: Table[PtpEdit], preferred: str, *, ct_counts: bool
) -> Outcomes:
    report = study.record or CathReport()
    first = min(paired, key=lambda each: (each.rendering_npi != study.rendering_npi, each.label))
    reason = _another_session(study, paired) or _reason(report, ct_counts=ct_counts)
    upon = edits.on(study.from_date)
    certain = first.rendering_npi == study.rendering_npi and _edit(edits, first, study).verified
    only_ct = report.prior_study == "ct" and ct_counts
    severity = "stop" if certain and not only_ct else "review"
    billed = f"Line {study.line.number} {study.line.billed} with {first.line.billed}"
    marked_on_intervention = any(each.line.has(*DISTINCT_SERVICE) for each in paired)

    if reason is False:
        marked = study.line.has(*DISTINCT_SERVICE) or marked_on_intervention
        yield hit(
            study,
            f"{billed}: the report shows {_prior(report)} and no change, so the angiography is included in the"
            f" intervention{'; 59 or XU is not supported' if marked else ''}.",
            fix="Delete the angiography line, unless the report states a reason for it.",
            at="modifiers" if marked else "procedure",
            severity=severity,
            owner="clinical_documentation" if marked else "coding",
            upon=upon,
        )
        return
    if not study.line.has(*DISTINCT_SERVICE):
        if not marked_on_intervention:
            yield hit(
                study,
                f"{billed} needs {preferred} and one documented reason why the angiography was diagnostic.",
                fix=f"Append {preferred} if the report states the reason; otherwise delete the line.",
                at="modifiers",
                severity=severity,
                upon=upon,
            )
            return
        yield hit(
            study,
            f"{billed}: the modifier stands on the intervention; it belongs on the angiography.",
            fix=f"Move {preferred} to line {study.line.number}.",
            at="modifiers",
            severity="info",
        )
    if reason is None:
        yield not_checked("why the angiography was diagnostic (earlier study, change, or decision from it)", study)
    elif report.partial_repeat and not study.line.has("52"):
        yield hit(
            study,
            f"{billed}: only a part of the coronaries was studied again.",
            fix="Append 52.",
            at="modifiers",
            severity="review",
            subject="partial",
        )


def _another_session(study: Study, paired: list[Study]) -> bool:
    """Tell whether the reports prove that no intervention was done in the session of the angiography."""
    sessions = [entry.record.session_id if entry.record else None for entry in (study, *paired)]
    return None not in sessions and sessions[0] not in sessions[1:]


def _reason(report: CathReport, *, ct_counts: bool) -> bool | None:
    """Tell whether one of the four reasons holds that make angiography beside an intervention diagnostic."""
    known_none = None if report.prior_study is None else report.prior_study == "none"
    if report.prior_study == "ct" and not ct_counts:
        known_none = True
    no_prior = every(
        some(known_none, negated(report.prior_study_available)),
        report.full_diagnostic_study,
        report.decision_from_this_study,
    )
    return some(
        no_prior,
        report.condition_changed_since_prior,
        negated(report.prior_study_adequate),
        report.change_outside_target_during_procedure,
    )


def _prior(report: CathReport) -> str:
    day = f" of {report.prior_study_date}" if report.prior_study_date else ""
    kind = {"ct": "an adequate CT angiogram", "none": "no earlier study"}.get(
        report.prior_study or "", "an adequate earlier angiogram"
    )
    return f"{kind}{day}"


def _named(lines: list[Study]) -> str:
    plural = "s" if len(lines) > 1 else ""
    return f"Line{plural} " + " and ".join(f"{entry.line.number} {entry.line.billed}" for entry in lines)
