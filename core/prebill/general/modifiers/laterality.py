"""Modifiers of sides: 50, RT and LT."""

from __future__ import annotations

from typing import Any, Literal

from prebill.general.code_families import CORONARY, EYELIDS_AND_DIGITS
from prebill.general.put_off import PutOff
from prebill.general.tables.mpfs import FeeScheduleRow
from prebill.lookup import Table
from prebill.model import Claim, Payer, ServiceLine
from prebill.rules import Hit, Outcomes, hit, known, rule

_BY_SCHEDULE = ("medicare_ffs", "medicare_advantage", "medicaid_ffs", "medicaid_mco")


def _schedule(bilateral: str) -> dict[str, Any]:
    return {"mpfs": {"complete": True, "rows": [{"procedure": "20610", "bilateral": bilateral}]}}


@rule(
    "MOD109",
    severity="stop",
    owner="coding",
    prevents=("CO-4/N519", "CO-151/N362", "CO-18"),
    sources=("CMS physician fee schedule, bilateral indicator", "Pub. 100-04 ch. 12 §40.7"),
    fails=[{"lines": ["20610-50 x2"], "payer": "medicare", "tables": _schedule("1")}],
    passes=[{"lines": ["20610-50"], "payer": "medicare", "tables": _schedule("1")}],
)
def bilateral_side(
    claim: Claim,
    payer: Payer,
    mpfs: Table[FeeScheduleRow] | None,
    *,
    bilateral_style: Literal["one_line_50", "two_lines_rt_lt"] = "one_line_50",
    side_required: bool = True,
    bilat_source: Literal["by_payer", "mpfs", "payer"] = "by_payer",
) -> Outcomes:
    """The sides of a service are billed in a way that the code or the payer does not allow.

    A bilateral service is one line with 50 and one unit, or for some payers a line with RT and one with LT; codes
    that have no two sides, or that stand for both, take none of them. Correct the modifiers and the units.
    """
    firm = bilat_source == "mpfs" or (bilat_source == "by_payer" and payer.line_of_business in _BY_SCHEDULE)
    put_off = PutOff()
    for line in claim.lines:
        found = _of_the_line_itself(line)
        if found is not None:
            yield _problem(line, *found, upon=())
            continue
        if mpfs is None:
            with put_off:
                known(mpfs, "no edition of the table mpfs covers the day", of_run=True)
            continue
        for row in put_off.find(mpfs, line.from_date, line.procedure, "")[:1]:
            found = _by_indicator(row.bilateral, line, claim, firm=firm)
            if found is None and row.bilateral == "1":
                found = _of_a_sided_code(line, claim, bilateral_style, side_required=side_required)
            if found is not None:
                yield _problem(line, *found, upon=(mpfs.on(line.from_date),))
    put_off.say()


def _problem(
    line: ServiceLine, problem: str, fix: str, severity: str, *, upon: tuple[Table[FeeScheduleRow], ...]
) -> Hit:
    message = f"{line.procedure} (line {line.number}): {problem}."
    return hit(line, message, fix=fix, at="modifiers", severity=severity, upon=upon)


def _of_the_line_itself(line: ServiceLine) -> tuple[str, str, str] | None:
    """What is wrong whatever the code is."""
    if "50" not in line.modifiers:
        return None
    if line.has("RT", "LT"):
        side = "RT" if line.has("RT") else "LT"
        problem = f"50 stands for both sides and {side} for one"
        return problem, "Keep 50 for both sides, or the side alone.", "stop"
    if line.units > 1:
        return f"50 with {line.units} units", "Bill one line with 50 and one unit.", "stop"
    return None


def _by_indicator(indicator: str, line: ServiceLine, claim: Claim, *, firm: bool) -> tuple[str, str, str] | None:
    """What the bilateral indicator of the code forbids; `firm` where the payer follows the fee schedule."""
    if not line.modifiers:
        return None
    severity = "stop" if firm else "review"
    if indicator in {"0", "9"} and line.has("50"):
        return f"bilateral {indicator}, the code has no two sides", "Remove 50.", severity
    if indicator == "2" and (line.has("50") or _other_side(line, claim) is not None):
        return "bilateral 2, the code already stands for both sides", "Bill it once, without a side.", severity
    return None


def _of_a_sided_code(
    line: ServiceLine, claim: Claim, style: str, *, side_required: bool
) -> tuple[str, str, str] | None:
    """What is wrong with a code that is done on one side or the other."""
    if "RT" in line.modifiers and "LT" in line.modifiers:
        return "bilateral 1, RT and LT on one line", "Bill 50 with one unit, or a line for each side.", "review"
    other = _other_side(line, claim)
    if style == "one_line_50" and other is not None:
        if other.number < line.number:
            return None
        fix = "Convert to one line with 50 and one unit."
        return f"bilateral 1, the other side is on line {other.number}", fix, "info"
    if style == "two_lines_rt_lt" and line.has("50"):
        return (
            "bilateral 1, the payer wants each side on its line",
            "Split into a line with RT and one with LT.",
            "info",
        )
    if side_required and not _names_side(line):
        return "bilateral 1, and no side is given", "Add RT, LT or 50 from the note.", "review"
    return None


def _names_side(line: ServiceLine) -> bool:
    return bool(line.modifiers) and (
        line.has("RT", "LT", "50") or any(each in EYELIDS_AND_DIGITS or each in CORONARY for each in line.modifiers)
    )


def _other_side(line: ServiceLine, claim: Claim) -> ServiceLine | None:
    """Return the line of the same code and day with the opposite side."""
    right, left = "RT" in line.modifiers, "LT" in line.modifiers
    if right == left:
        return line if right else None
    opposite = "LT" if right else "RT"
    return next(
        (
            other
            for other in claim.lines
            if other is not line
            and other.procedure == line.procedure
            and other.from_date == line.from_date
            and other.has(opposite)
        ),
        None,
    )
