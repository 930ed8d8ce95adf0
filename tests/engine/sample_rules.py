"""Rules of every scope, small enough to judge by eye, for the tests of the engine."""

from __future__ import annotations

from datetime import date
from typing import Any

import attrs

from prebill import (
    Authorization,
    Claim,
    Cohort,
    Encounter,
    Outcomes,
    Payer,
    ServiceLine,
    Table,
    codes,
    hit,
    known,
    not_checked,
    record,
    rule,
    table,
)
from prebill.packs import InstalledPack, Pack

EXAMPLES: Any = {"fails": ["99213"], "passes": ["99213"], "sources": ("made up for a test",)}


@record("note")
@attrs.frozen(kw_only=True)
class Note:
    minutes: int | None = None
    line_number: int | None = None


@table("limit", key=("code",))
@attrs.frozen(kw_only=True)
class Limit:
    code: str
    most: int
    effective_from: date | None = None
    effective_to: date | None = None


@rule("LAW101", procedures=codes("99202-99215"), severity="stop", owner="coding", prevents="CO-4", **EXAMPLES)
def visit_without_modifier(line: ServiceLine, *, modifier: str = "25") -> Outcomes:
    """A visit has no modifier."""
    if not line.has(modifier):
        yield hit(line, f"Line {line.number} has no {modifier}.", fix="Add it.", at="modifiers")


@rule("LAW102", severity="review", owner="billing", prevents="CO-16", **EXAMPLES)
def charge_is_odd(claim: Claim) -> Outcomes:
    """The total charge is odd."""
    if claim.total_charge % 2:
        yield hit(claim, f"{claim.total_charge} is odd.", fix="Even it out.", at="total_charge")


@rule("LAW103", severity="info", owner="authorization", prevents="CO-197", **EXAMPLES)
def unused_authorization(encounter: Encounter, authorizations: tuple[Authorization, ...]) -> Outcomes:
    """An authorization is not named on the claim."""
    for each in authorizations:
        if each.number not in encounter.claim.authorization_numbers:
            yield hit(encounter, f"{each.number} is unused.", fix="Name it.", subject=each.number)


@rule("LAW104", modifiers=codes("59"), severity="stop", owner="coding", prevents="CO-151", **EXAMPLES)
def more_than_limit(line: ServiceLine, limits: Table[Limit], note: Note) -> Outcomes:
    """The units are above the limit of the table, or the note has no minutes."""
    limit = limits.get(line.procedure)
    if limit is not None and line.units > limit.most:
        yield hit(line, f"{line.units} above {limit.most}.", fix="Lower it.", at="units")
    known(note.minutes, "minutes of the note")


@rule(
    "LAW105",
    severity="stop",
    owner="billing",
    prevents="CO-18",
    key=("patient", "rendering_npi", "from_date", "procedure"),
    minimum=2,
    supersedes=("LAW101",),
    **EXAMPLES,
)
def repeated(lines: Cohort[Any]) -> Outcomes:
    """A service is billed twice."""
    first, *others = lines.entries
    for entry in others:
        yield hit(entry, f"{entry.label} repeats {first.label}.", fix="Remove it.")


@rule(
    "LAW106",
    procedures=codes("99213"),
    context=codes("27447"),
    severity="stop",
    owner="coding",
    prevents="CO-97",
    key=("patient",),
    window=90,
    **EXAMPLES,
)
def visit_after_surgery(lines: Cohort[Any]) -> Outcomes:
    """A visit follows a surgery within 90 days."""
    surgeries = [entry for entry in lines if not entry.triggered]
    for entry in lines:
        days = [(entry.from_date - each.from_date).days for each in surgeries]
        if entry.triggered and any(0 < each <= 90 for each in days):
            yield hit(entry, f"{entry.label} is in a global period.", fix="Add 24.")


@rule("LAW107", severity="stop", owner="authorization", prevents="CO-198", key=("patient", "practice"), **EXAMPLES)
def too_many_visits(lines: Cohort[Any], *, most: int = 3) -> Outcomes:
    """More visits than allowed; one root cause for all of them."""
    over = lines.entries[most:]
    if over:
        yield hit(over, f"{len(lines)} visits, {most} allowed.", fix="Ask for more.")
    if len(lines) == most:
        yield not_checked("whether another is planned", lines.entries[-1])


@rule("LAW108", severity="review", owner="coding", prevents="CO-8", payers=("medicare_ffs",), **EXAMPLES)
def medicare_only(line: ServiceLine, payer: Payer, as_of: date) -> Outcomes:
    """A Medicare line is older than a year."""
    if (as_of - line.from_date).days > 365:
        yield hit(line, f"{payer.name} took it a year ago.", fix="Appeal.")


@rule("LAW109", procedures=codes("00001"), severity="stop", owner="coding", prevents="CO-1", **EXAMPLES)
def crashes(claim: Claim) -> Outcomes:
    """It always fails."""
    message = f"patient {claim.patient.last_name}"
    raise ValueError(message)
    yield


@rule("LAW110", severity="stop", owner="coding", prevents="CO-1", key=("patient",), minimum=4, **EXAMPLES)
def crashes_on_cohorts(lines: Cohort[Any]) -> Outcomes:
    """It fails on every large cohort."""
    message = f"patient {lines.key}"
    raise ValueError(message)
    yield


RULES = (
    visit_without_modifier,
    charge_is_odd,
    unused_authorization,
    more_than_limit,
    repeated,
    visit_after_surgery,
    too_many_visits,
    medicare_only,
)
CRASHING = (crashes, crashes_on_cohorts)


def pack_of(*rules: Any, name: str = "law") -> InstalledPack:
    return InstalledPack(name=name, distribution=name, version="1", pack=Pack(name=name), rules=tuple(rules))
