"""A line that equals, or nearly equals, another line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import combinations
from typing import Any

from prebill.codes import codes
from prebill.general.code_families import EVALUATION, EVERY_CODE
from prebill.general.duplicates.again import (
    CHANGES,
    REPEAT,
    billed,
    first_sent_first,
    in_words,
    parts_of,
    says_distinct,
    state_of,
)
from prebill.general.same_provider import same_provider
from prebill.lookup import NotKnown
from prebill.model import Claim, ServiceLine
from prebill.rules import Cohort, Entry, Hit, Missing, Outcomes, hit, not_checked, rule

CROSSED_OVER = frozenset({"MA18", "N89"})
LABORATORY_PANELS = codes("80047-80081")
_ADD_ON_VISITS = codes("99292 99415-99418 G0316-G0318 G2211 G2212")
_SOURCE = "Medicare Claims Processing Manual, Pub. 100-04 ch. 1 §120"


@rule(
    "DUP101",
    severity="stop",
    owner="billing",
    prevents=("OA-18/N522", "CO-18/N522"),
    sources=(_SOURCE,),
    supersedes=("DUP102",),
    fails=[{"claims": [{"lines": ["99213 [I10] $135"]}, {"lines": ["99213 [I10] $135"]}], "history": []}],
    passes=[{"claims": [{"lines": ["20610-RT [M17.11]"]}, {"lines": ["20610-LT [M17.12]"]}], "history": []}],
)
def exact_duplicate(claim: Claim) -> Outcomes:
    """A line equals a line of another claim, or Medicare already sent the claim on to this payer.

    Payers deny a second line that agrees in patient, provider, dates, procedure, modifiers, place of service and
    charge. Remove it, or send a replacement of the first claim if something has to change. A claim that the payer
    rejected never entered its system and is no duplicate.
    """
    for each in claim.prior_adjudications:
        crossed = CROSSED_OVER & {*each.remark_codes}
        if crossed and claim.coverage.sequence != "P":
            yield hit(
                claim,
                f"{each.coverage.payer_name or 'The first payer'} sent this claim on itself (remark"
                f" {', '.join(sorted(crossed))}); a second one is a duplicate.",
                fix="Do not bill the secondary payer; wait for its decision on the claim that crossed over.",
                at="prior_adjudications",
            )


@exact_duplicate.across_claims(key=("payer_id", "patient", "rendering_npi", "from_date", "procedure"), window=365)
def exact_duplicate_of_claims(lines: Cohort[Any]) -> Outcomes:
    """Judge each line beside the equal lines of the claims that were sent before it."""
    seen: dict[tuple[object, ...], list[Entry[Any]]] = {}
    for entry in first_sent_first(lines):
        line = entry.line
        earlier = seen.setdefault(
            (line.last_date, frozenset(line.modifiers), entry.claim.place_of(line), line.charge), []
        )
        first = next((each for each in earlier if _is_doubled(each, entry)), None)
        if state_of(entry) != "rejected":
            earlier.append(entry)
        if first is None:
            continue
        yield hit(
            entry,
            f"Line {line.number} {entry.procedure} {entry.from_date} ${line.charge} equals line"
            f" {first.line.number} of {in_words(first)}.",
            fix="Remove the line; if the first claim was wrong, send a replacement of it instead.",
        )


def _is_doubled(first: Entry[Any], entry: Entry[Any]) -> bool:
    """Tell whether a line, equal to an earlier one, doubles it: after a denial only when nothing was changed."""
    if first.claim is entry.claim or entry.claim.frequency_code in CHANGES:
        return False
    return state_of(first) != "denied" or billed(first.claim) == billed(entry.claim)


@rule(
    "DUP102",
    severity="review",
    owner="billing",
    prevents=("CO-18", "CO-B13", "CO-97"),
    sources=(_SOURCE, "Pub. 100-04 ch. 12 §30.6.5 (same group and specialty)"),
    fails=[
        {"claims": [{"lines": ["99213 [I10] $135"]}, {"lines": ["99213 [I10] $150"]}], "history": []},
        {"lines": ["99213 [I10]", "99214 [I10]"], "history": []},
    ],
    passes=[
        {"claims": [{"lines": ["93000 [I10]"]}, {"lines": ["93000-77 [I10] by=1523456782"]}], "history": []},
        {"lines": ["99396 [Z00.00]", "99213-25 [I10]"], "history": []},
    ],
)
def suspect_duplicate(claim: Claim) -> Outcomes:
    """A line looks like another line of the same practitioner on the same day.

    Payers treat physicians of one group and specialty as one, and deny the second visit or the second service of
    the day that nothing tells apart. Verify that both were given; combine two visits into one.
    """
    for line, other in combinations(claim.lines, 2):
        if line.from_date == other.from_date and line.procedure != other.procedure and _two_visits(line, other):
            try:
                same = same_provider(claim, line, claim, other)
            except NotKnown as unknown:
                yield not_checked(str(unknown), other)
                continue
            if same:
                yield hit(
                    other,
                    f"Lines {line.number} {line.procedure} and {other.number} {other.procedure} are two visits on"
                    f" {line.from_date} with the same practitioner.",
                    fix="Combine them into one visit of the level that both support.",
                    at="procedure",
                )


@suspect_duplicate.across_claims(key=("payer_id", "patient", "practice"), window=31)
def suspect_duplicate_of_claims(lines: Cohort[Any]) -> Outcomes:
    """Judge each line beside the similar lines of the claims that were sent before it."""
    by_day: dict[date, list[Entry[Any]]] = {}
    for entry in first_sent_first(lines):
        if state_of(entry) in {"rejected", "denied"}:
            continue
        days = entry.line.days
        earlier = {id(each): each for day in days for each in by_day.get(day, ())}.values()
        for day in days:
            by_day.setdefault(day, []).append(entry)
        if earlier and entry.claim.frequency_code not in CHANGES:
            yield from _first_similar(entry, earlier)


def _first_similar(entry: Entry[Any], earlier: Iterable[Entry[Any]]) -> Iterator[Hit | Missing]:
    for first in earlier:
        if first.claim is entry.claim or not _alike(first, entry):
            continue
        try:
            same = same_provider(first.claim, first.line, entry.claim, entry.line)
        except NotKnown as unknown:
            yield not_checked(str(unknown), entry)
            return
        differs = _differences(first, entry)
        if same and differs:
            visits = first.procedure != entry.procedure
            yield hit(
                entry,
                f"Line {entry.line.number} {entry.procedure} {entry.from_date} is similar to {first.procedure}"
                f" on line {first.line.number} of {in_words(first)}: same patient and practitioner, differs in"
                f" {', '.join(differs)}.",
                fix="Combine the visits into one." if visits else "Verify that the service was given twice.",
                subject=first.label,
            )
            return


def _alike(first: Entry[Any], entry: Entry[Any]) -> bool:
    """Tell whether two lines could be one service: one procedure that nothing tells apart, or two visits."""
    if first.procedure != entry.procedure:
        return _two_visits(first.line, entry.line)
    return (
        not says_distinct(first.line) and not says_distinct(entry.line) and parts_of(first.line) == parts_of(entry.line)
    )


def _two_visits(one: ServiceLine, other: ServiceLine) -> bool:
    return _is_visit(one.procedure) and _is_visit(other.procedure) and not (_is_separate(one) or _is_separate(other))


def _is_visit(procedure: str) -> bool:
    return procedure in EVALUATION and procedure not in _ADD_ON_VISITS


def _is_separate(visit: ServiceLine) -> bool:
    return visit.has("24", "25", "27", "57")


def _differences(first: Entry[Any], entry: Entry[Any]) -> list[str]:
    one, other = first.line, entry.line
    compared = {
        "procedure": (one.procedure, other.procedure),
        "dates": ((one.from_date, one.last_date), (other.from_date, other.last_date)),
        "charge": (one.charge, other.charge),
        "modifiers": ({*one.modifiers}, {*other.modifiers}),
        "place of service": (first.claim.place_of(one), entry.claim.place_of(other)),
        "rendering provider": (first.rendering_npi, entry.rendering_npi),
    }
    return [name for name, (before, after) in compared.items() if before != after]


@rule(
    "DUP103",
    severity="stop",
    owner="coding",
    prevents=("CO-18", "CO-97"),
    sources=(_SOURCE, "NCCI Policy Manual ch. 1 §E (modifiers 59, X, 76, 77, 91)"),
    supersedes=("DUP101",),
    fails=[{"lines": ["93000 [I10]", "93000 [I10]"]}],
    passes=[{"lines": ["93000 [I10]", "93000-76 [I10]"]}, {"lines": ["20610-RT [M17.0]", "20610-LT [M17.0]"]}],
)
def repeat_in_claim(claim: Claim) -> Outcomes:
    """A procedure is repeated on the claim, and nothing tells the lines apart.

    The payer pays the first line and denies the next as its duplicate. Say what the second one is: a repetition by
    the same (76) or another (77) physician, a repeated laboratory test (91), a separate site, or more units of one
    line.
    """
    if len({line.procedure for line in claim.lines}) == len(claim.lines):
        return
    groups: dict[tuple[object, ...], list[ServiceLine]] = {}
    for line in claim.lines:
        if says_distinct(line):
            continue
        key = (
            line.procedure,
            line.from_date,
            line.last_date,
            claim.rendering_of(line).npi,
            line.drug.ndc if line.drug else None,
            parts_of(line),
        )
        groups.setdefault(key, []).append(line)
    for first, *others in groups.values():
        for line in others:
            same_reason = claim.diagnoses_of(first) == claim.diagnoses_of(line)
            yield hit(
                line,
                f"Line {line.number} {line.procedure} on {line.from_date} repeats line {first.number} without a"
                " modifier that tells them apart.",
                fix="Add units to one line; or say what the second is, as documented: 76 same physician,"
                " 77 another, 91 laboratory, XS or the site for a separate one.",
                at="modifiers",
                severity=None if same_reason else "review",
            )


@rule(
    "DUP104",
    severity="review",
    owner="coding",
    prevents=("CO-18", "CO-4"),
    sources=("NCCI Policy Manual ch. 1 §E; Pub. 100-04 ch. 16 §100.5 (modifier 91)",),
    modifiers=REPEAT,
    context=EVERY_CODE - EVALUATION,
    key=("payer_id", "patient", "practice", "from_date", "procedure"),
    fails=[{"lines": ["93000 [I10] by=1523456782", "93000-76 [I10] by=1456789019"]}],
    passes=[{"lines": ["93000 [I10]", "93000-76 [I10]"]}],
)
def repeat_modifier_misuse(lines: Cohort[Any]) -> Outcomes:
    """Modifier 76, 77 or 91 does not fit what was repeated.

    76 is a repetition by the same physician, 77 one by another, 91 a laboratory test repeated for a second result.
    The payer denies the modifier that does not fit, or the line as a duplicate. Swap it.
    """
    for entry in lines:
        if not entry.triggered:
            continue
        others = [each for each in lines if each is not entry and not {*each.line.modifiers} & {"76", "77", "91"}]
        for modifier, why, instead in _misfits(entry, others):
            yield hit(
                entry,
                f"{modifier} on line {entry.line.number} {entry.procedure} does not fit: {why}.",
                fix=instead,
                at="modifiers",
                subject=modifier,
            )
        if not others and entry.line.has("76") and len(lines) == 1:
            if lines.complete:
                yield hit(
                    entry,
                    f"76 on line {entry.line.number} {entry.procedure} does not fit: the procedure is billed once"
                    f" on {entry.from_date}.",
                    fix="Remove 76, or bill the first performance.",
                    at="modifiers",
                    subject="once",
                )
            else:
                yield not_checked("the first performance: it is not in the batch, which may be partial", entry)


def _misfits(entry: Entry[Any], others: Sequence[Entry[Any]]) -> Iterator[tuple[str, str, str]]:
    npis = {each.rendering_npi for each in others}
    if entry.line.has("76") and others and entry.rendering_npi not in npis:
        yield "76", "another physician gave the first", "Use 77."
    if entry.line.has("77") and others and npis == {entry.rendering_npi}:
        yield "77", "the same physician gave the first", "Use 76."
    if entry.line.has("91") and entry.procedure in LABORATORY_PANELS:
        yield "91", "a panel is not repeated, its tests are", "Bill the tests that were repeated, each with 91."
