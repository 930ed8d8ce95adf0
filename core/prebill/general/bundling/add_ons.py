"""Add-on codes: services that are paid only beside the primary one they add to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from prebill.general.code_families import EVERY_CODE
from prebill.general.global_period import refused
from prebill.general.put_off import PutOff
from prebill.general.same_provider import same_provider
from prebill.general.tables.mpfs import FeeScheduleRow, global_days_of
from prebill.general.tables.ncci_aoc import CONTRACTOR_DEFINED, AddOnEdit
from prebill.lookup import NotKnown, Table
from prebill.model import Claim, ServiceLine
from prebill.rules import Cohort, Entry, Hit, Missing, Outcomes, Target, hit, not_checked, rule

_ADD_ON = {
    "ncci-aoc": {"complete": True, "rows": [{"add_on": "T0002", "primary": "T0001"}]},
    "mpfs": {"complete": True, "rows": []},
}


@rule(
    "BND108",
    severity="stop",
    owner="coding",
    prevents=("CO-107/N122", "CO-B15/N674", "CO-97"),
    sources=("NCCI Policy Manual for Medicare Services ch. 1 §R", "CMS NCCI add-on code edits"),
    fails=[{"lines": ["T0002", "T0003"], "history": [], "tables": _ADD_ON}],
    passes=[{"lines": ["T0001", "T0002"], "history": [], "tables": _ADD_ON}],
)
def addon_without_primary(
    claim: Claim,
    add_ons: Table[AddOnEdit],
    mpfs: Table[FeeScheduleRow] | None,
    *,
    aoc_same_claim: bool = False,
    accepted_primaries: tuple[str, ...] = (),
) -> Outcomes:
    """An add-on service is billed without the primary service it adds to.

    The payer pays an add-on only beside one of its primaries, on the same day and by the same practitioner. Bill
    the primary service if it was done and documented, correct the code otherwise.
    """
    put_off = PutOff()
    for line in claim.lines:
        table = add_ons.on(line.from_date)
        edits = table.find(line.procedure)
        if not edits and _is_add_on_by_global_days(line, mpfs):
            edits = (AddOnEdit(add_on=line.procedure, primary=CONTRACTOR_DEFINED, edit_type=2),)
        elif edits and not aoc_same_claim:
            continue
        if edits is None:
            put_off.left_out(table)
        elif edits:
            with put_off:
                beside = _beside(line, claim)
                yield from _judge(line, line, edits, beside, accepted_primaries, table, certain=True)
    put_off.say()


def _is_add_on_by_global_days(line: ServiceLine, mpfs: Table[FeeScheduleRow] | None) -> bool:
    """A few codes have the global days of an add-on (ZZZ) and are not in the table of add-ons."""
    return mpfs is not None and global_days_of(mpfs.on(line.from_date), line.procedure) == "ZZZ"


@addon_without_primary.across_claims(
    key=("payer_id", "patient", "from_date"),
    context=EVERY_CODE,
    minimum=1,
    minimum_claims=1,
    listed=AddOnEdit,
)
def addon_without_primary_across_claims(
    lines: Cohort[Any],
    add_ons: Table[AddOnEdit],
    *,
    aoc_same_claim: bool = False,
    accepted_primaries: tuple[str, ...] = (),
) -> Outcomes:
    """No claim of the day has the primary service."""
    if aoc_same_claim:
        return
    for entry in lines:
        if not entry.triggered:
            continue
        table = add_ons.on(entry.from_date)
        edits = table.find(entry.procedure)
        if not edits:
            continue
        try:
            others = [each for each in lines if each is not entry and _same_provider(entry, each)]
        except NotKnown as missing:
            yield not_checked(missing, entry)
            continue
        not_standing = [each for each in others if refused(each)]
        standing = [each.line for each in others if not refused(each)]
        certain = lines.complete or (lines.known_since is not None and lines.known_since <= entry.from_date)
        yield from _judge(
            entry,
            entry.line,
            edits,
            standing,
            accepted_primaries,
            table,
            certain=certain,
            not_standing=not_standing,
        )


def _judge(
    target: Target,
    line: ServiceLine,
    edits: tuple[AddOnEdit, ...],
    others: Iterable[ServiceLine],
    accepted: tuple[str, ...],
    table: Table[AddOnEdit],
    *,
    certain: bool,
    not_standing: Iterable[Entry[Any]] = (),
) -> Iterable[Hit | Missing]:
    """Say what is wrong with an add-on among the other lines of the day by the same practitioner.

    Only an add-on of type 1 is sure to deny, and only where all lines of the day are known.
    """
    listed = {edit.primary for edit in edits} - {CONTRACTOR_DEFINED}
    procedures = {other.procedure for other in others}
    if procedures & (listed | set(accepted)):
        return
    kind = max(edit.edit_type for edit in edits)
    if kind == 2 and not accepted and any(not table.find(each) for each in procedures):
        yield not_checked(f"the payer's list of primary services for {line.procedure}", target)
        return
    depends = next((each for each in not_standing if each.procedure in listed), None)
    wanted = " or ".join(sorted(listed | set(accepted))[:6]) or "a primary service"
    found = "none found" if depends is None else f"it depends on {depends.label}, which was refused"
    yield hit(
        target,
        f"{line.procedure} (line {line.number}) needs {wanted} on {line.from_date} by the same practitioner; {found}.",
        fix="Bill the primary service if it was done; otherwise remove the add-on or correct the code.",
        at="procedure",
        severity="stop" if kind == 1 and certain else "review",
        evidence={"primaries": sorted(listed), "edit_type": kind, "edition": table.edition.name},
        upon=table,
    )


def _beside(line: ServiceLine, claim: Claim) -> list[ServiceLine]:
    """Return the other lines of the claim, of the day and by the same practitioner."""
    return [
        other
        for other in claim.lines
        if other is not line and other.from_date == line.from_date and same_provider(claim, line, claim, other)
    ]


def _same_provider(entry: Entry[Any], other: Entry[Any]) -> bool:
    return same_provider(entry.claim, entry.line, other.claim, other.line)
