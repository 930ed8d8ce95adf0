"""The modifiers of a line among themselves: whether they exist, agree, stand in order, and suit the payer."""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations
from typing import Any

from prebill.codes import codes
from prebill.general.code_families import ANATOMIC, EVERY_CODE
from prebill.general.put_off import PutOff
from prebill.general.tables.modifier_catalog import ModifierEntry
from prebill.general.tables.mpfs import FeeScheduleRow
from prebill.general.tables.payer_modifier import PayerModifier
from prebill.lookup import Table
from prebill.model import Claim, Payer, ServiceLine
from prebill.rules import Outcomes, hit, known, rule

_MOST = 4  # SV101-3 to SV101-6


def _pairs(text: str) -> frozenset[frozenset[str]]:
    return frozenset(frozenset(pair.split("+")) for pair in text.split())


# 50 with RT or LT is MOD109's.
_EXCLUSIVE = _pairs(
    "26+TC 59+XE 59+XP 59+XS 59+XU XE+XP XE+XS XE+XU XP+XS XP+XU XS+XU 58+78 58+79 78+79 76+77 54+55 62+80 62+AS"
    " 80+82 52+53 GA+GZ GY+GZ GX+GA GX+GZ 22+52"
)
_EXCLUSIVE_FOR_MEDICARE = _EXCLUSIVE | _pairs("50+78")


@rule(
    "MOD110",
    severity="stop",
    owner="coding",
    prevents=("CO-4/N519", "CO-4/N823", "CO-16/N56"),
    sources=("005010X222A1 loop 2400 SV101-3 to SV101-6", "Pub. 100-04 ch. 12, ch. 30 §50", "RARC N519"),
    modifiers=EVERY_CODE,
    supersedes=("NEC112",),
    fails=["20610-59-XS"],
    passes=["99213-24-25"],
)
def modifier_invalid_or_conflicting(
    line: ServiceLine,
    payer: Payer,
    catalog: Table[ModifierEntry] | None,
    *,
    local_modifiers: tuple[str, ...] = (),
) -> Outcomes:
    """The modifiers of a line contradict each other, or one of them does not exist.

    The payer rejects a line whose modifiers exclude each other, repeat, are more than four, or are not valid on
    the day. Keep the one that the record supports.
    """
    exclusive = _EXCLUSIVE_FOR_MEDICARE if payer.line_of_business == "medicare_ffs" else _EXCLUSIVE
    present = line.modifiers if len(line.modifiers) == 1 else tuple(dict.fromkeys(line.modifiers))
    for one, other in combinations(present, 2):
        if {one, other} in exclusive:
            separate = " For Medicare bill a line 78-RT and a line 78-LT." if {one, other} == {"50", "78"} else ""
            yield hit(
                line,
                f"{one} and {other} cannot be on one line ({line.procedure}, line {line.number}).",
                fix=f"Keep the one that is documented.{separate}",
                at="modifiers",
                subject=f"{one}+{other}",
                upon=(),
            )
    if len(present) < len(line.modifiers):
        twice = next(each for each in present if line.modifiers.count(each) > 1)
        message = f"{twice} is twice on {line.procedure} (line {line.number})."
        yield hit(line, message, fix=f"Remove one {twice}.", at="modifiers", subject="twice", upon=())
    if len(line.modifiers) > _MOST:
        yield hit(
            line,
            f"{line.procedure} (line {line.number}) has {len(line.modifiers)} modifiers; a line takes {_MOST}.",
            fix="Keep those that decide the payment and put the rest in the note, or use 99 where it is taken.",
            at="modifiers",
            subject="many",
            upon=(),
        )
    listed = known(catalog, "no edition of the table modifier-catalog covers the day", of_run=True)
    put_off = PutOff()
    entries_of = listed.of_rows(_entries)
    for modifier in present:
        rows = entries_of(modifier)
        if rows or modifier in local_modifiers:
            continue
        if rows is None:
            put_off.left_out(listed)
            continue
        yield hit(
            line,
            f"{modifier} not valid on {line.from_date} ({line.procedure}, line {line.number}).",
            fix=f"Replace {modifier} by the modifier in force, or remove it.",
            at="modifiers",
            subject=modifier,
            upon=listed,
        )
    put_off.say()


def _entries(catalog: Table[ModifierEntry], modifier: str) -> tuple[ModifierEntry, ...] | None:
    return catalog.find(modifier)


_RANKS = (
    codes("AA AD QK QX QY QZ 26 TC 50 52 53 54 55 56 62 66 78 80 81 82 AS 22 51 73 74 JW JZ"),
    codes("24 25 57 58 79 59 XE XP XS XU 76 77 91"),
    ANATOMIC,
)


@rule(
    "MOD111",
    severity="info",
    owner="billing",
    prevents="CO-4",
    sources=("Guidance of the Medicare contractors on the order of modifiers (varies)",),
    modifiers=EVERY_CODE,
    fails=["20610-RT-59-22"],
    passes=["71046-26-59"],
)
def modifier_order(line: ServiceLine) -> Outcomes:
    """The modifiers of a line are not in the order in which payers read them.

    What sets the price comes first, then what decides whether the line is paid, then the site, then information.
    Some payers read only the first modifiers and deny what they miss; put them in order.
    """
    if len(line.modifiers) < 2:
        return
    ordered = in_order(line.modifiers)
    if ordered != line.modifiers:
        yield hit(
            line,
            f"Order {' '.join(line.modifiers)} -> {' '.join(ordered)} ({line.procedure}, line {line.number}).",
            fix=f"Enter the modifiers as {' '.join(ordered)}.",
            at="modifiers",
        )


def in_order(modifiers: tuple[str, ...]) -> tuple[str, ...]:
    """Return modifiers by their rank; of equal rank in the order entered."""
    return tuple(sorted(modifiers, key=_rank))


@lru_cache(maxsize=4096)
def _rank(modifier: str) -> int:
    return next((rank for rank, group in enumerate(_RANKS) if modifier in group), len(_RANKS))


_SINGLE_DOSE: dict[str, Any] = {
    "payer-modifier": {
        "complete": True,
        "rows": [{"payer_id": "medicare_ffs", "code_from": "J9999", "action": "require", "modifiers": "JW JZ"}],
    }
}


@rule(
    "MOD112",
    severity="review",
    owner="billing",
    prevents=("CO-4/N822", "CO-5", "CO-58"),
    sources=("Payer manuals", "Pub. 100-04 ch. 17 §40 (JW and JZ)"),
    fails=[{"lines": ["J9999"], "payer": "medicare", "tables": _SINGLE_DOSE}],
    passes=[{"lines": ["J9999-JZ"], "payer": "medicare", "tables": _SINGLE_DOSE}],
)
def payer_specific_modifier(line: ServiceLine, claim: Claim, payer: Payer, wishes: Table[PayerModifier]) -> Outcomes:
    """The payer wants another modifier than the one billed.

    Payers deny lines that miss a modifier of their own list, or carry one that they do not take. Apply what the
    payer asks for.
    """
    rows = wishes.of_rows(_wishes_of)(payer)
    if not rows:
        if not wishes.edition.complete:
            wishes.all(payer.payer_id)
        return
    place = claim.place_of(line)
    who = payer.name or payer.payer_id or "The payer"
    for row in rows:
        if not row.speaks_for(line.procedure, place):
            continue
        named = tuple(row.modifiers.split())
        when = f" for {row.condition}" if row.condition else ""
        if row.action == "require" and not line.has(*named):
            wanted, fix = " or ".join(named), f"Add {' or '.join(named)}."
        elif row.action == "forbid" and line.has(*named):
            wanted, fix = f"no {' or '.join(named)}", f"Remove {' or '.join(named)}."
        elif row.action == "replace" and line.has(*named) and row.instead:
            wanted, fix = row.instead, f"Replace {' or '.join(named)} by {row.instead}."
        else:
            continue
        yield hit(
            line,
            f"{who} wants {wanted} on {line.procedure} (line {line.number}){when}.",
            fix=fix,
            at="modifiers",
            subject=f"{row.action} {row.modifiers}",
        )


def _wishes_of(wishes: Table[PayerModifier], payer: Payer) -> tuple[PayerModifier, ...]:
    names = (payer.payer_id, payer.line_of_business)
    return tuple(row for name in names if name is not None for row in wishes.find(name) or ())


@rule(
    "MOD114",
    severity="info",
    owner="billing",
    prevents="OA-59",
    sources=("Pub. 100-04 ch. 12 §40.6",),
    fails=[{"lines": ["20610-51"], "payer": "medicare"}],
    passes=[{"lines": ["20610"], "payer": "medicare"}],
)
def multiple_surgery_51(
    claim: Claim, payer: Payer, mpfs: Table[FeeScheduleRow] | None, *, use_51: bool = False
) -> Outcomes:
    """Modifier 51 is billed to a payer that applies it itself, or left off for one that wants it.

    Several procedures of one session are reduced, not denied. Medicare finds them without 51; payers that want it
    take it on all but the dearest.
    """
    if not use_51:
        if payer.line_of_business == "medicare_ffs":
            for line in claim.lines:
                if "51" in line.modifiers:
                    message = f"51 on {line.procedure} (line {line.number}): Medicare applies the reduction itself."
                    yield hit(line, message, fix="Remove 51.", at="modifiers")
        return
    if len(claim.lines) == 1:
        return
    schedule = known(mpfs, "no edition of the table mpfs covers the day", of_run=True)
    reduced = []
    for line in claim.lines:
        row = schedule.get(line.procedure, "")
        if row is not None and row.multiple == "2":
            reduced.append((line, known(row.facility_rvu, f"the relative value of {line.procedure}")))
    for day in sorted({line.from_date for line, _ in reduced}):
        of_day = [(line, value) for line, value in reduced if line.from_date == day]
        dearest = max(of_day, key=lambda each: each[1])[0]
        for line, _ in of_day:
            if line is not dearest and not line.has("51"):
                message = f"{line.procedure} (line {line.number}) lacks 51 beside {dearest.procedure}."
                yield hit(line, message, fix="Add 51.", at="modifiers")
