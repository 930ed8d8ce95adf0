"""Modifiers on services that cannot carry them, and components without the modifier they need."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from prebill.codes import codes
from prebill.general.code_families import (
    ANESTHESIA,
    DISTINCT_SERVICE,
    EVALUATION,
    EVALUATION_WIDE,
    LABORATORY,
    SEPARATE_EVALUATION,
    SURGERY,
)
from prebill.general.put_off import PutOff
from prebill.general.tables.mpfs import FeeScheduleRow
from prebill.lookup import Table
from prebill.model import Claim, Payer, ServiceLine
from prebill.rules import Cohort, Outcomes, hit, rule

_CARE_SPLIT = codes("54-56")
_REPEATED = codes("76 77")
_LABORATORY_ONLY = codes("90 91")
_ANESTHESIA_ONLY = codes("AA AD QK QX QY QZ P1-P6")


def _schedule(*rows: dict[str, str]) -> dict[str, Any]:
    return {"mpfs": {"complete": True, "rows": list(rows)}}


@rule(
    "MOD105",
    severity="stop",
    owner="coding",
    prevents=("CO-4/N519", "CO-4/N823"),
    sources=("NCCI Policy Manual for Medicare Services ch. 1", "Pub. 100-04 ch. 12 §30.6, §40.2"),
    modifiers=SEPARATE_EVALUATION
    | DISTINCT_SERVICE
    | _CARE_SPLIT
    | _REPEATED
    | _LABORATORY_ONLY
    | _ANESTHESIA_ONLY
    | codes("51"),
    fails=[{"lines": ["20610-25"], "tables": _schedule({"procedure": "20610", "global_days": "000"})}],
    passes=[{"lines": ["99213-25"], "tables": _schedule({"procedure": "99213"})}],
)
def modifier_on_wrong_service(line: ServiceLine, mpfs: Table[FeeScheduleRow] | None) -> Outcomes:
    """A modifier is on a service that cannot carry it.

    The payer denies a line whose modifier is inconsistent with its code. Move the modifier to the line it belongs
    to, or remove it.
    """
    rows = None if mpfs is None else mpfs.find(line.procedure, "")
    row = rows[0] if rows else None
    for modifier in line.modifiers:
        problem = _problem(modifier, line.procedure, row)
        if problem is not None:
            why, severity = problem
            yield hit(
                line,
                f"{modifier} is not valid on {line.procedure} (line {line.number}): {why}.",
                fix=f"Remove {modifier}, or move it to the line it belongs to.",
                at="modifiers",
                severity=severity,
                subject=modifier,
                upon=(),
            )
    if rows is None and mpfs is not None and any(each in _CARE_SPLIT or each == "51" for each in line.modifiers):
        raise mpfs.left_out()


def _problem(modifier: str, procedure: str, row: FeeScheduleRow | None) -> tuple[str, str] | None:
    """Return why a modifier does not fit a code, and how sure that is."""
    if modifier in SEPARATE_EVALUATION and procedure not in EVALUATION_WIDE:
        certain = procedure.startswith("8") or (
            row is not None and (row.is_procedure or row.pc_tc in {"1", "2", "3", "4"})
        )
        return "it belongs on an evaluation", "stop" if certain else "review"
    if procedure in EVALUATION and modifier in DISTINCT_SERVICE:
        return "on an evaluation 25 says that it was separate", "stop"
    if procedure in EVALUATION and modifier in _REPEATED:
        return "an evaluation is not repeated as a procedure is", "stop"
    if modifier in _CARE_SPLIT and row is not None and row.global_days in {"000", "XXX", "ZZZ"}:
        return f"its global period ({row.global_days}) has no care to share", "stop"
    if modifier == "51" and row is not None and row.global_days == "ZZZ":
        return "an add-on code is never reduced as a further procedure", "review"
    if modifier in _LABORATORY_ONLY and procedure[:1].isdigit() and procedure not in LABORATORY:
        return "it belongs on a laboratory test", "stop"
    if modifier in _ANESTHESIA_ONLY and procedure not in ANESTHESIA:
        return "it belongs on anesthesia", "review"
    return None


_NO_COMPONENTS = frozenset("0234579")


@rule(
    "MOD108",
    severity="stop",
    owner="coding",
    prevents=("CO-4/N519", "CO-4/N822", "CO-5", "CO-58/N430"),
    sources=("CMS physician fee schedule, PC/TC indicator", "Pub. 100-04 ch. 13 §20"),
    fails=[{"lines": ["71046 @22"], "payer": "medicare", "tables": _schedule({"procedure": "71046", "pc_tc": "1"})}],
    passes=[
        {"lines": ["71046-26 @22"], "payer": "medicare", "tables": _schedule({"procedure": "71046", "pc_tc": "1"})}
    ],
)
def professional_and_technical(
    claim: Claim,
    payer: Payer,
    mpfs: Table[FeeScheduleRow],
    *,
    tc_facility_pos: tuple[str, ...] = ("19", "21", "22", "23", "24", "31", "51", "61"),
    other_facility_pos: tuple[str, ...] = ("26", "34", "41", "42", "52", "53", "56"),
) -> Outcomes:
    """The component that is billed does not exist for the code, or is not the practice's at this place.

    In a facility the technical component is the facility's: the reading alone is paid, with 26. Codes without two
    components take neither 26 nor TC. Add 26 for the reading, or remove the modifier.
    """
    put_off = PutOff()
    for line in claim.lines:
        place = line.place_of_service or claim.place_of_service or ""
        component = next((each for each in line.modifiers if each in {"26", "TC"}), None) if line.modifiers else None
        facility = place in tc_facility_pos
        if component is None and not facility and place not in other_facility_pos:
            continue
        if "26" in line.modifiers and "TC" in line.modifiers:
            continue
        for row in put_off.find(mpfs, line.from_date, line.procedure, "")[:1]:
            problem = _component_problem(row.pc_tc, component, place, facility=facility)
            if problem is not None:
                why, fix, severity = problem
                table = mpfs.on(line.from_date)
                yield hit(
                    line,
                    f"{line.procedure} (line {line.number}) PC/TC {row.pc_tc}: {why}.",
                    fix=fix,
                    at="modifiers",
                    severity=severity if payer.line_of_business == "medicare_ffs" else "review",
                    evidence={"pc_tc": row.pc_tc, "place_of_service": place, "edition": table.edition.name},
                    upon=table,
                )
    put_off.say()


def _component_problem(
    indicator: str, component: str | None, place: str, *, facility: bool
) -> tuple[str, str, str] | None:
    if component is None:
        if indicator != "1":
            return None
        return (
            f"26 required at place of service {place}, where the technical component is the facility's",
            "Add 26 for the reading.",
            "stop" if facility else "review",
        )
    if (
        indicator in _NO_COMPONENTS
        or (indicator == "6" and component == "TC")
        or (indicator == "8" and component == "26")
    ):
        return (
            f"{component} not allowed",
            f"Remove {component}; where the code stands for the whole, bill the code of the component.",
            "stop",
        )
    if component == "TC" and facility:
        return (
            f"TC not allowed at place of service {place}, where the technical component is the facility's",
            "Remove the line, or bill the reading with 26.",
            "stop",
        )
    return None


@rule(
    "MOD113",
    severity="stop",
    owner="coding",
    prevents=("CO-54/N646", "CO-54/N20", "CO-B20"),
    sources=("Pub. 100-04 ch. 12 §20.4.3, §40.8", "CMS physician fee schedule, surgery indicators"),
    modifiers=codes("80 82 AS 62 66"),
    fails=[{"lines": ["11042-80"], "tables": _schedule({"procedure": "11042", "assistant": "1"})}],
    passes=[{"lines": ["27447-80"], "tables": _schedule({"procedure": "27447", "assistant": "2"})}],
)
def several_surgeons(line: ServiceLine, claim: Claim, mpfs: Table[FeeScheduleRow]) -> Outcomes:
    """An assistant, co-surgeon or team is billed for a service that does not allow one.

    The fee schedule says for each operation whether an assistant (80, 82, AS), two surgeons (62) or a team (66)
    are paid: not at all, with documentation, or always. Remove the line, or send the documentation; nurse
    practitioners and physician assistants use AS.
    """
    row = mpfs.get(line.procedure, "")
    if row is not None:
        for modifier in line.modifiers:
            for why, fix, severity in _not_paid(modifier, row, line, claim):
                yield hit(
                    line,
                    f"{line.procedure} (line {line.number}), {modifier}: {why}.",
                    fix=fix,
                    at="modifiers",
                    severity=severity,
                    subject=f"{modifier} {why[:9]}",
                    evidence={"assistant": row.assistant, "cosurgeon": row.cosurgeon, "team": row.team},
                )


def _not_paid(modifier: str, row: FeeScheduleRow, line: ServiceLine, claim: Claim) -> Iterator[tuple[str, str, str]]:
    """Yield why a further surgeon is not paid, how to mend it, and how sure that is."""
    if modifier in {"80", "82", "AS"}:
        if row.assistant in {"1", "9"}:
            yield f"assistant indicator {row.assistant}, an assistant is not paid", "Remove the line.", "stop"
        elif row.assistant == "0":
            yield (
                "assistant indicator 0, paid only with documentation",
                "Send why an assistant was needed.",
                "review",
            )
        if modifier != "AS" and (claim.rendering_of(line).taxonomy or "").startswith("363"):
            yield "a nurse practitioner or physician assistant uses AS", f"Use AS instead of {modifier}.", "stop"
        if modifier == "82" and not (line.notes or claim.notes):
            yield (
                "the statement that no qualified resident was available is not on the claim",
                "Add the statement as a note to the claim.",
                "review",
            )
    elif modifier == "62":
        if row.cosurgeon == "0":
            yield "co-surgeon indicator 0, two surgeons are not paid", "Bill it as one surgeon's.", "stop"
        elif row.cosurgeon == "1":
            yield "co-surgeon indicator 1, paid only with documentation", "Send why two were needed.", "review"
    elif modifier == "66":
        if row.team == "0":
            yield "team indicator 0, a team is not paid", "Bill each surgeon's own part.", "stop"
        elif row.team in {"1", "2"}:
            yield f"team indicator {row.team}, paid by report", "Send the operative notes.", "review"


@several_surgeons.across_claims(
    key=("payer_id", "patient", "from_date", "procedure"), context=SURGERY, minimum=2, minimum_claims=1
)
def second_surgeon_without_62(lines: Cohort[Any], mpfs: Table[FeeScheduleRow]) -> Outcomes:
    """Both surgeons bill the same code, and one of them without 62."""
    with_62 = next((entry for entry in lines if entry.line.has("62")), None)
    if with_62 is None:
        return
    for entry in lines:
        if not entry.line.has("62", "66", "80", "81", "82", "AS") and entry.rendering_npi != with_62.rendering_npi:
            yield hit(
                entry,
                f"{entry.procedure} (line {entry.line.number}) on {entry.from_date} lacks 62, and {with_62.label}"
                " bills the same operation as co-surgeon.",
                fix="Add 62 to both lines if they shared the operation; otherwise remove it from the other.",
                at="modifiers",
                subject="62",
            )
