"""One anesthetic, one code: several codes in a session, and add-on codes that need a primary."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import combinations
from typing import Any

from prebill import (
    Claim,
    CodeSet,
    Cohort,
    Encounter,
    Entry,
    Outcomes,
    ServiceLine,
    Table,
    codes,
    hit,
    not_checked,
    rule,
)
from prebill_anesthesia.records import AnesthesiaRecord
from prebill_anesthesia.spans import shared
from prebill_anesthesia.tables.codes import BaseUnits
from prebill_anesthesia.vocabulary import (
    ANESTHETIST_ROLES,
    BURN_ADD_ON,
    CESAREAN_AFTER_LABOR,
    HYSTERECTOMY_AFTER_LABOR,
    LABOR,
    QUALIFYING_CIRCUMSTANCES,
    TIMED,
    lines_in,
    named,
    role_of,
)

_ONE_PER_SESSION = TIMED - codes(LABOR, CESAREAN_AFTER_LABOR, HYSTERECTOMY_AFTER_LABOR)
_ANOTHER_SESSION = ("59", "XE", "76", "77", "78")
_UPPER, _LOWER = codes("00731 00732"), codes("00811 00812")


@rule(
    "ANE111",
    severity="stop",
    owner="coding",
    prevents=("CO-59", "CO-97", "CO-18"),
    sources=(
        "Medicare Claims Processing Manual, Pub. 100-04 ch. 12 §50.E",
        "Noridian anesthesia guide, 2021-04: highest base, total time, one line",
    ),
    procedures=_ONE_PER_SESSION,
    fails=[{"lines": ["00790-AA 80min @22", "00840-AA 61min @22"]}],
    passes=[{"lines": ["01952-AA 90min @22", "01953-AA x2 @22"]}],
)
def multiple_anesthesia_codes_one_session(
    encounter: Encounter, base_units: Table[BaseUnits], records: tuple[AnesthesiaRecord, ...] | None
) -> Outcomes:
    """Several anesthesia codes are billed for one anesthetic, or a second anesthetic is not marked as one.

    Payers pay one code a session, the one with the highest base units, with the total time; the other is denied
    as included or duplicate. Merge the lines; for a true second anesthetic add 59 or XE (76 to 78 where the code
    repeats).
    """
    claim = encounter.claim
    for lines in _by_provider_and_day(claim, base_units):
        sessions: list[list[ServiceLine]] = []
        for line in lines:
            same = [session for session in sessions if _one_anesthetic(claim, session[0], line, records or ())]
            if same:
                same[0].append(line)
            else:
                sessions.append([line])
        for session in sessions:
            if len(session) > 1:
                yield _merge(session, base_units)
        for first, second in combinations([session[0] for session in sessions], 2):
            yield from _mark(claim, first, second, records or ())


def _by_provider_and_day(claim: Claim, base_units: Table[BaseUnits]) -> Iterable[Sequence[ServiceLine]]:
    groups: dict[tuple[str | None, date], list[ServiceLine]] = {}
    for line in lines_in(claim, _ONE_PER_SESSION):
        if base_units.get(line.procedure) is not None:
            groups.setdefault((claim.rendering_of(line).npi, line.from_date), []).append(line)
    for lines in groups.values():
        both_ends = {line.procedure in _UPPER for line in lines if line.procedure in _UPPER | _LOWER}
        if len(lines) > 1 and len(both_ends) < 2:
            yield lines


def _one_anesthetic(claim: Claim, first: ServiceLine, second: ServiceLine, records: Sequence[AnesthesiaRecord]) -> bool:
    """Tell whether two lines are one anesthetic: no record tells them apart, and no modifier claims to."""
    one, other = _record(claim, first, records), _record(claim, second, records)
    if one is not None and one is other:
        return True
    if one is None or other is None or one.spans is None or other.spans is None:
        return not (first.has(*_ANOTHER_SESSION) or second.has(*_ANOTHER_SESSION))
    if shared(one.spans, other.spans):
        return True
    apart = max(one.spans[0].start, other.spans[0].start) - min(one.spans[-1].stop, other.spans[-1].stop)
    return apart < 1 and not (one.returned_to_or or other.returned_to_or)


def _record(claim: Claim, line: ServiceLine, records: Sequence[AnesthesiaRecord]) -> AnesthesiaRecord | None:
    fitting = [record for record in records if record.is_for(claim, line)]
    return next((each for each in fitting if each.line_number == line.number), next(iter(fitting), None))


def _merge(session: Sequence[ServiceLine], base_units: Table[BaseUnits]) -> Any:
    def base(line: ServiceLine) -> int:
        row = base_units.get(line.procedure)
        return 0 if row is None else row.base_units

    kept = max(session, key=lambda line: (base(line), -line.number))
    dropped = [line for line in session if line is not kept]
    minutes = sum(line.minutes or 0 for line in session)
    shown = ", ".join(f"{line.number} ({line.procedure}, base {base(line)})" for line in session)
    return hit(
        dropped,
        f"Lines {shown} are one anesthetic: report {kept.procedure} with {minutes} minutes, drop"
        f" {', '.join(line.procedure for line in dropped)}.",
        fix=f"Merge to line {kept.number} with {minutes} minutes; for a true second anesthetic add 59 or XE with"
        " its"
        " own times.",
        at="procedure",
        evidence={"keep": kept.procedure, "minutes": minutes},
    )


def _mark(claim: Claim, first: ServiceLine, second: ServiceLine, records: Sequence[AnesthesiaRecord]) -> Outcomes:
    if first.has(*_ANOTHER_SESSION) or second.has(*_ANOTHER_SESSION):
        one, other = _record(claim, first, records), _record(claim, second, records)
        if one is None or other is None or one.spans is None or other.spans is None:
            yield not_checked("the times that would prove two anesthetics", first, second)
        return
    repeated = first.procedure == second.procedure
    yield hit(
        second,
        f"{named(second)} is a second anesthetic of the day without a modifier that says so; it will be denied as"
        " a"
        f" duplicate of line {first.number}.",
        fix="Add 76 or 77 (or 78 where the payer takes it)." if repeated else "Add 59 or XE.",
        at="modifiers",
        prevents="CO-18",
        subject="second session",
    )


_PRIMARIES: dict[str, CodeSet] = {
    BURN_ADD_ON: codes("01952"),
    CESAREAN_AFTER_LABOR: codes(LABOR),
    HYSTERECTOMY_AFTER_LABOR: codes(LABOR),
    **dict.fromkeys(["99100", "99116", "99135", "99140"], TIMED),
}
_ADD_ONS = codes(BURN_ADD_ON, CESAREAN_AFTER_LABOR, HYSTERECTOMY_AFTER_LABOR)


@rule(
    "ANE118",
    severity="stop",
    owner="coding",
    prevents=("CO-107/N122", "CO-16/N122"),
    sources=("CPT add-on codes of anesthesia", "Highmark West Virginia policy A-5", "TMPPM, labor and delivery"),
    procedures=_ADD_ONS | QUALIFYING_CIRCUMSTANCES,
    context=TIMED,
    key=("practice", "patient"),
    fails=[{"lines": ["01968-AA 58min @21"], "complete": True}],
    passes=[{"lines": ["01967-AA 240min @21", "01968-QK 58min @21"], "complete": True}],
)
def anesthesia_addon_without_primary(lines: Cohort[Any]) -> Outcomes:
    """An add-on anesthesia code is billed without its primary.

    An add-on is denied when its primary is not on the claim. Add the primary (01967 with the labor minutes), or
    use the code that stands alone (01961 when there was no labor epidural).
    """
    for entry in lines:
        if not entry.triggered:
            continue
        primaries = [each for each in lines if each is not entry and _is_primary_of(each, entry)]
        if any(each.claim is entry.claim or _other_side(each, entry) for each in primaries):
            continue
        if not primaries and not lines.complete and role_of(entry.line) == "QX":
            yield not_checked("the physician's claim is not in the batch, which may be partial", entry)
            continue
        wanted = _PRIMARIES[entry.procedure]
        name = "an anesthesia code" if wanted is TIMED else str(wanted)
        if primaries:
            yield hit(
                entry,
                f"{named(entry.line)} is on another claim than its primary ({primaries[0].label}).",
                fix="Bill the add-on on the claim of its primary.",
                at="procedure",
                severity="review",
            )
        else:
            seen = "" if lines.complete else " on this claim; the batch may not hold the others"
            yield hit(
                entry,
                f"{named(entry.line)} billed without {name}{seen}.",
                fix=f"Add {name} for the same patient and day, or bill the code that stands alone.",
                at="procedure",
                severity="stop" if lines.complete else "review",
            )
    yield from _both_cesarean_add_ons(lines)


def _is_primary_of(other: Entry[Any], add_on: Entry[Any]) -> bool:
    earliest = add_on.from_date - timedelta(days=other.procedure == LABOR)
    return other.procedure in _PRIMARIES[add_on.procedure] and earliest <= other.from_date <= add_on.from_date


def _other_side(primary: Entry[Any], add_on: Entry[Any]) -> bool:
    """Tell whether the add-on is the anesthetist's, and the primary that of another provider of the case."""
    return role_of(add_on.line) in ANESTHETIST_ROLES and primary.rendering_npi != add_on.rendering_npi


def _both_cesarean_add_ons(lines: Cohort[Any]) -> Outcomes:
    cesareans = [entry for entry in lines if entry.procedure == CESAREAN_AFTER_LABOR]
    for entry in lines:
        if entry.procedure == HYSTERECTOMY_AFTER_LABOR and any(
            each.from_date == entry.from_date and each.claim is entry.claim for each in cesareans
        ):
            yield hit(
                entry,
                f"{named(entry.line)} and {CESAREAN_AFTER_LABOR} are billed for one delivery; 01969 includes it.",
                fix="Bill 01969 for a cesarean hysterectomy, 01968 for a cesarean alone.",
                at="procedure",
                subject="both",
            )
