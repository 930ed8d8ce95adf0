"""Relief: several providers, one anesthetic, one claim."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from prebill import Cohort, Outcomes, codes, hit, rule
from prebill_anesthesia.anesthetics import Anesthetic, Line, anesthetics, spans_of
from prebill_anesthesia.records import AnesthesiaRecord
from prebill_anesthesia.spans import clock, total, without
from prebill_anesthesia.vocabulary import TIMED, named, role_of


def _example(npi: int, minutes: int) -> dict[str, object]:
    return {
        "lines": [f"00790-QZ {minutes}min @22"],
        "npi": npi,
        "documentation": {
            "anesthesia": {
                "anes_case_id": "C-17",
                "intervals": [
                    {"start": "T07:00", "stop": "T07:15", "provider_npi": "1992000008"},
                    {"start": "T07:15", "stop": "T08:00", "provider_npi": "1992000016"},
                ],
            }
        },
    }


@rule(
    "ANE132",
    severity="stop",
    owner="coding",
    prevents=("CO-18", "CO-B20", "CO-54"),
    sources=(
        "Medicare contractor guide on relief (15 + 45 minutes: 60 under the second provider)",
        "42 CFR 414.46(a)(3)",
    ),
    procedures=TIMED,
    modifiers=codes("AA QK QX QY QZ"),
    key=("practice", "patient"),
    fails=[{"claims": [_example(1992000008, 15), _example(1992000016, 45)]}],
    passes=[_example(1992000016, 60)],
)
def relief_handoff(
    lines: Cohort[AnesthesiaRecord], *, relief_billing: str = "longest", handoff_overlap: int = 5
) -> Outcomes:
    """Providers who relieved one another bill one anesthetic twice, or under the wrong one of them.

    Medicare takes one claim, under the provider with the longest time, with the minutes of all. Merge the
    claims, and keep the hand-off times in the record.
    """
    for case in anesthetics(lines):
        doubled = list(_doubled(case))
        for same in doubled:
            yield _merge(case, same, relief_billing)
        if not doubled:
            for line in case.lines:
                yield from _rendering(case, line, relief_billing)
        for line in case.lines[:1]:
            yield from _handoffs(line, handoff_overlap)
        for line in case.lines:
            yield from _partly_directed(line)


def _doubled(case: Anesthetic) -> list[list[Line]]:
    groups: dict[tuple[str, str | None], list[Line]] = {}
    for line in case.lines:
        groups.setdefault((line.procedure, role_of(line.line)), []).append(line)
    return [group for group in groups.values() if len(group) > 1 and len({id(each.claim) for each in group}) > 1]


def _merge(case: Anesthetic, same: list[Line], relief_billing: str) -> Any:
    spans = next((found for line in same if (found := spans_of(line))), None)
    minutes = total(spans) if spans else sum(line.line.minutes or 0 for line in same)
    shown = " + ".join(str(line.line.minutes) for line in same)
    record = next((line.record for line in same if line.record), None)
    npi = (record and _longest(record, relief_billing)) or max(
        same, key=lambda line: line.line.minutes or 0
    ).rendering_npi
    return hit(
        same,
        f"Case {case.name}: {len(same)} claims with {role_of(same[0].line)} ({shown} min): bill once under NPI"
        f" {npi} with"
        f" {minutes} minutes.",
        fix="Merge the claims; keep the hand-off times in the record.",
        at="units",
        severity="review" if relief_billing == "split" else "stop",
        evidence={"npi": npi, "minutes": minutes},
    )


def _longest(record: AnesthesiaRecord, relief_billing: str) -> str | None:
    """Return whom to bill under: the provider with the longest time (of equals the last), or the first."""
    if len(record.providers) < 2:
        return None
    if relief_billing == "starter":
        return record.providers[0]
    times = {
        npi: total(interval.span for interval in record.intervals if interval.provider_npi == npi)
        for npi in record.providers
    }
    last = {npi: max(each.span.stop for each in record.intervals if each.provider_npi == npi) for npi in times}
    return max(record.providers, key=lambda npi: (times[npi], last[npi]))


def _rendering(case: Anesthetic, line: Line, relief_billing: str) -> Outcomes:
    if line.record is None or relief_billing == "split":
        return
    npi = _longest(line.record, relief_billing)
    if npi is None or line.rendering_npi == npi or line.rendering_npi not in line.record.providers:
        return
    yield hit(
        line,
        f"Case {case.name}: {named(line.line)} billed under NPI {line.rendering_npi}; NPI {npi} had the"
        f" {'start' if relief_billing == 'starter' else 'longest time'}.",
        fix=f"Bill under NPI {npi} with the minutes of all.",
        at="rendering",
        severity="review",
        subject="rendering",
    )


def _handoffs(line: Line, allowed: int) -> Outcomes:
    if line.record is None:
        return
    ordered = sorted(line.record.intervals, key=lambda interval: interval.span)
    for before, after in pairwise(ordered):
        minutes = before.span.overlap(after.span)
        if before.provider_npi != after.provider_npi and minutes > allowed:
            yield hit(
                line,
                f"{named(line.line)}: two providers overlap {minutes} min at"
                f" {clock(after.span.start, line.record.utc_offset)}; a hand-off takes {allowed} at most.",
                fix="Correct the relief times.",
                at="units",
                severity="review",
                owner="clinical_documentation",
                subject="overlap",
            )


def _partly_directed(line: Line) -> Outcomes:
    role = role_of(line.line)
    if line.record is None or role not in {"QX", "QK", "QY"} or not line.record.direction_intervals:
        return
    undirected = total(without(line.record.spans or (), [each.span for each in line.record.direction_intervals]))
    if undirected:
        yield hit(
            line,
            f"{named(line.line)}: {undirected} minutes of the case were not directed; {role} is for all of it.",
            fix="Bill the whole case under one role: QZ unless direction covered all of it.",
            at="modifiers",
            severity="review",
            subject="direction",
        )
