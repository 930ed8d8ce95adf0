"""Bilateral procedures: the form in which a payer takes both sides."""

from __future__ import annotations

from typing import Literal

from prebill import Claim, NotKnown, Outcomes, ServiceLine, Table, codes, hit, rule
from prebill_orthopedics.codes import SURGERY
from prebill_orthopedics.sides import BOTH, LEFT, RIGHT, side_of, sides_of
from prebill_orthopedics.tables.laterality import Laterality
from prebill_orthopedics.tables.relative_values import RelativeValue
from prebill_orthopedics.tables.unit_limits import UnitLimit

AMBULATORY_SURGERY_CENTER = "261QA1903X"
OPERATIVE = {"000", "010", "090"}


@rule(
    "ORT110",
    severity="stop",
    owner="billing",
    prevents=("CO-4/N519", "CO-151/N362", "CO-59/N644"),
    sources=(
        "Medicare Claims Processing Manual, Pub. 100-04 ch. 12 §40.7",
        "NCCI Policy Manual ch. I §V",
        "CMS PFS Relative Value File RVU25D, bilateral indicator",
    ),
    modifiers=codes("RT LT 50"),
    fails=[{"lines": ["20610-50 x2 [M17.0]"], "payer": "medicare"}],
    passes=[{"lines": ["20610-50 x1 [M17.0]"], "payer": "medicare"}],
    supersedes=("MOD109", "ORT136"),
)
def bilateral_billing_form(
    line: ServiceLine,
    claim: Claim,
    values: Table[RelativeValue],
    limits: Table[UnitLimit],
    laterality: Table[Laterality],
    *,
    bilateral_form: Literal["line50", "two_rt_lt", "two_second50"] = "line50",
) -> Outcomes:
    """Both sides are billed in a form that the payer does not take.

    Medicare pays a procedure on both sides as one line with 50 and one unit, at 150 % of the fee; two lines, or
    50 on a code that is already bilateral, are denied. Merge or split the lines to the payer's form.
    """
    group = [each for each in claim.lines if (each.procedure, each.from_date) == (line.procedure, line.from_date)]
    sided = [each for each in group if each.has("RT", "LT", "50")]
    both = {RIGHT, LEFT} <= {side_of(each) for each in sided}
    if line is not sided[0] or not (both or any(each.has("50") or each.units > 1 for each in sided)):
        return
    row = values.get(line.procedure, "")
    if row is None:
        return
    if claim.billing.taxonomy == AMBULATORY_SURGERY_CENTER:
        form = "two lines, RT and LT, or 2 units"
        for each in sided:
            if each.has("50"):
                yield from _wrong(each, "carries 50, which a surgery center's facility claim does not take", form)
        return
    if bilateral_form == "line50":
        yield from _one_line_with_50(sided, claim, row, limits, laterality)
    else:
        yield from _two_lines(sided, group, row, bilateral_form)
    yield from _primary_without_50(line, claim, row, values)


def _one_line_with_50(
    sided: list[ServiceLine],
    claim: Claim,
    row: RelativeValue,
    limits: Table[UnitLimit],
    laterality: Table[Laterality],
) -> Outcomes:
    code = row.procedure
    one_line = f"one line {code}-50 with 1 unit and the charge for both sides (150 to 200 % of one)"
    for line in sided:
        if line.has("50"):
            yield from _line_with_50(line, row, one_line)
        elif row.bilateral == "1" and line.units == 2 and _names_both(claim.diagnoses_of(line), laterality):
            yield from _wrong(line, "bills 2 units on one side for both sides", one_line)
    right = [line for line in sided if side_of(line) == RIGHT]
    left = [line for line in sided if side_of(line) == LEFT]
    if not (right and left) or row.bilateral in {"3", "9"}:
        return
    pair = [*right, *left]
    said = f"Lines {' and '.join(f'{each.number} {code}' for each in pair)} bill the two sides apart"
    if row.bilateral != "1":
        if not any(line.has("59", "XS") for line in pair):
            yield hit(
                pair,
                f"{said}; the bilateral indicator of {code} is {row.bilateral}, so they are paid as one.",
                fix="Bill once, or append 59 or XS where the sites are anatomically distinct.",
                at="modifiers",
                severity="review",
            )
    elif not all(line.has("78") for line in pair):
        limit = _limit(code, limits)
        denied = limit is not None and limit.units == 1 and limit.per_day
        yield hit(
            pair,
            f"{said}."
            + (f" Together they exceed the {limit.units} unit a day of {code}: both deny." if denied and limit else ""),
            fix=f"Bill {one_line}.",
            at="modifiers",
            severity="stop" if denied else "review",
        )


def _line_with_50(line: ServiceLine, row: RelativeValue, one_line: str) -> Outcomes:
    code = row.procedure
    if line.has("78"):
        yield from _wrong(line, "carries 50 with 78", f"two lines, {code}-78-RT and {code}-78-LT")
    elif row.bilateral in {"0", "2", "9"}:
        why = "it is already bilateral" if row.bilateral == "2" else "the bilateral adjustment does not apply"
        yield from _wrong(line, f"carries 50, but {why} (indicator {row.bilateral})", f"{code} without 50")
    elif line.has("RT", "LT"):
        yield from _wrong(line, "carries 50 with RT or LT", one_line)
    elif line.units != 1:
        yield from _wrong(line, f"carries 50 with {line.units} units", one_line)


def _two_lines(sided: list[ServiceLine], group: list[ServiceLine], row: RelativeValue, form: str) -> Outcomes:
    """Payers that want one line a side: RT and LT, or the second with 50."""
    code = row.procedure
    wanted = f"two lines, {code}-RT and {code}-LT" if form == "two_rt_lt" else f"two lines, {code} and {code}-50"
    for line in sided:
        if line.has("50") and row.bilateral in {"0", "2", "9"}:
            yield from _wrong(line, f"carries 50, but its indicator is {row.bilateral}", f"{code} without 50")
        elif line.has("50") and (form == "two_rt_lt" or len(group) == 1):
            yield from _wrong(line, "bills both sides on one line", wanted)
    without_50 = not any(line.has("50") for line in sided)
    if form == "two_second50" and without_50 and {side_of(line) for line in sided} == {RIGHT, LEFT}:
        yield from _wrong(sided[-1], "bills the second side without 50", wanted)


def _primary_without_50(line: ServiceLine, claim: Claim, row: RelativeValue, values: Table[RelativeValue]) -> Outcomes:
    """An add-on follows its primary: it cannot be bilateral alone."""
    if row.global_days != "ZZZ" or not line.has("50"):
        return
    primaries = [
        each
        for each in claim.lines
        if each.from_date == line.from_date and each.procedure in SURGERY and _operative(each, values)
    ]
    if primaries and not any(each.has("50") for each in primaries):
        yield hit(
            line,
            f"Line {line.number} {line.procedure}-50 adds to a procedure that is not billed on both sides.",
            fix="Bill the primary procedure with 50 too, or the add-on without it.",
            at="modifiers",
            severity="review",
            subject="add-on",
        )


def _wrong(line: ServiceLine, what: str, form: str) -> Outcomes:
    yield hit(
        line,
        f"Line {line.number} {line.billed} {what}.",
        fix=f"Bill {form}.",
        at="modifiers",
    )


def _operative(line: ServiceLine, values: Table[RelativeValue]) -> bool:
    row = values.get(line.procedure, "")
    return row is not None and row.global_days in OPERATIVE


def _limit(code: str, limits: Table[UnitLimit]) -> UnitLimit | None:
    try:
        return limits.get(code)
    except NotKnown:
        return None


def _names_both(diagnoses: tuple[str, ...], laterality: Table[Laterality]) -> bool:
    try:
        found = sides_of(diagnoses, laterality)
    except NotKnown:
        return False
    return BOTH in found or {RIGHT, LEFT} <= set(found)
