"""Minutes: how they are sent, and whether they are those of the anesthesia record."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs

from prebill import Claim, Outcomes, Payer, ServiceLine, Table, codes, hit, not_checked, rule
from prebill_anesthesia.payment import minutes_of, time_units
from prebill_anesthesia.records import AnesthesiaRecord, Block
from prebill_anesthesia.spans import Span, clock, clock_range, minute_of, shared, total, without
from prebill_anesthesia.stakes import dollars_between
from prebill_anesthesia.tables.codes import BaseUnits
from prebill_anesthesia.tables.payers import ConversionFactor, PayerTerms, terms_of
from prebill_anesthesia.vocabulary import (
    ANESTHESIA_RANGE,
    BURN_ADD_ON,
    DAILY_MANAGEMENT,
    DELETED,
    LABOR,
    QUALIFYING_CIRCUMSTANCES,
    TIMED,
    named,
)

_LONG = codes("00560-00580 00796 00882 01967")


@rule(
    "ANE105",
    severity="stop",
    owner="billing",
    prevents=("CO-16/N203", "CO-16/M53"),
    sources=(
        "005010X222A1 loop 2400 SV103 and SV104",
        "NUCC 1500 Claim Form Reference Instruction Manual, item 24G",
        "Medicare Claims Processing Manual, Pub. 100-04 ch. 12 §50.G",
    ),
    procedures=(ANESTHESIA_RANGE | QUALIFYING_CIRCUMSTANCES) - DELETED,
    supersedes=("INF115",),
    fails=["00840-AA x8 @22"],
    passes=["00840-AA 120min @22"],
)
def time_qualifier(line: ServiceLine, *, qualifier_timed: str = "MJ") -> Outcomes:
    """Anesthesia time is not sent as minutes, or a service without time is.

    Payers count units themselves: time goes out as actual minutes with qualifier MJ, and whatever is paid per
    service or per day as UN. The wrong qualifier is rejected, or paid as so many minutes.
    """
    label = f"{named(line)} sent as {line.unit_type} {line.units:f}"
    if line.procedure in QUALIFYING_CIRCUMSTANCES or line.procedure in {BURN_ADD_ON, DAILY_MANAGEMENT}:
        if line.unit_type == "MJ":
            yield hit(
                line,
                f"{label}. {line.procedure} is not paid by time.",
                fix="Send it with qualifier UN and a count.",
                at="unit_type",
                prevents="CO-16/M53",
            )
        elif line.procedure != BURN_ADD_ON and line.units != 1 and line.last_date == line.from_date:
            yield hit(
                line,
                f"{label} on one day; it is reported once a day.",
                fix="Send one unit.",
                at="units",
                prevents="CO-16/M53",
            )
        return
    if line.unit_type != qualifier_timed:
        yield hit(
            line,
            f"{label}. Anesthesia time must be sent as minutes: SV103={qualifier_timed} with the actual minutes"
            f"{_as_minutes(line)}.",
            fix=f"Send the minutes of the anesthesia record with qualifier {qualifier_timed}.",
            at="unit_type",
        )
    elif line.unit_type == "MJ" and (line.units <= 0 or line.units != int(line.units)):
        yield hit(
            line,
            f"{label}. Minutes are a whole number above zero.",
            fix="Send the minutes of the anesthesia record.",
            at="units",
        )


def _as_minutes(line: ServiceLine) -> str:
    if line.units <= 0 or line.units != int(line.units) or line.units > 96:
        return ""
    minutes = minutes_of(int(line.units), "ceil")
    return f" ({line.units:f} units of 15 minutes are {minutes.start} to {minutes.stop - 1} minutes)"


@rule(
    "ANE106",
    severity="stop",
    owner="clinical_documentation",
    prevents=("CO-16/N203", "CO-152", "CO-151"),
    sources=(
        "42 CFR 414.46(a)(3)",
        "Medicare Claims Processing Manual, Pub. 100-04 ch. 12 §50.G",
        "UnitedHealthcare Anesthesia Policy: block time before induction or after emergence is excluded",
    ),
    procedures=TIMED - codes(LABOR),
    fails=[
        {
            "lines": ["00790-AA 105min @22"],
            "documentation": {"anesthesia": {"anes_start": "2026-03-16T07:15:00", "anes_stop": "2026-03-16T08:50:00"}},
        }
    ],
    passes=[
        {
            "lines": ["00790-AA 95min @22"],
            "documentation": {"anesthesia": {"anes_start": "2026-03-16T23:40:00", "anes_stop": "2026-03-17T01:15:00"}},
        }
    ],
)
def minutes_differ_from_record(
    line: ServiceLine,
    claim: Claim,
    payer: Payer,
    record: AnesthesiaRecord | None,
    base_units: Table[BaseUnits] | None,
    factors: Table[ConversionFactor] | None,
    terms: Table[PayerTerms],
    *,
    tolerance_minutes: int = 1,
    requires_record: bool = False,
) -> Outcomes:
    """The minutes billed are not those of the anesthesia record.

    Time above the record is recouped, time below it is lost. Anesthesia time is continuous presence: blocks of
    time around an interruption are added up, the gap is not, and a postoperative block before induction or after
    emergence is not anesthesia time. Bill the sum of the record; document stop and restart of every gap.
    """
    if line.minutes is None:
        return
    spans = None if record is None else record.spans_for(line)
    if record is None or spans is None:
        if requires_record:
            yield hit(
                line,
                f"{named(line)}: {line.minutes} minutes billed, but the record has no anesthesia start and stop.",
                fix="Complete the anesthesia record before billing.",
                at="units",
            )
        else:
            yield not_checked("no anesthesia start and stop on file")
        return
    backwards = [span for span in spans if span.minutes <= 0]
    if backwards:
        yield hit(
            line,
            f"{named(line)}: the record stops before it starts ({clock_range(backwards[0], record.utc_offset)}).",
            fix="Correct the times of the anesthesia record.",
            at="units",
        )
        return
    doubled = _overlap_of_one_provider(record)
    if doubled:
        yield hit(
            line,
            f"{named(line)}: two intervals of the same provider overlap at {clock(doubled, record.utc_offset)}.",
            fix="Correct the start and stop times of the intervals.",
            at="units",
            subject="overlap",
        )
    outside, unknown = _block_time_outside(record, spans)
    documented = total(spans) - outside
    difference = line.minutes - documented
    if abs(difference) <= tolerance_minutes:
        if unknown:
            yield not_checked(f"{unknown}, so whether block time was counted")
        return
    blocks = f", {outside} min of postoperative block left out" if outside else ""
    shown = " and ".join(clock_range(span, record.utc_offset) for span in spans)
    yield hit(
        line,
        f"{named(line)} billed {line.minutes} min; the record {shown}{blocks} = {documented} min"
        f" ({difference:+d})."
        f"{_probable_cause(record, difference)}",
        fix=f"Bill {documented} minutes; document gaps with explicit stop and restart times.",
        at="units",
        severity="review" if difference < 0 or unknown else "stop",
        owner="charge_capture" if len(spans) > 1 else None,
        at_risk=dollars_between(line.minutes, documented, line, claim, payer, record, base_units, factors, terms),
        evidence={"billed": line.minutes, "documented": documented, "difference": difference},
    )
    if unknown:
        yield not_checked(f"{unknown}, so how much block time is to be left out")


def _overlap_of_one_provider(record: AnesthesiaRecord) -> int | None:
    ordered = sorted(record.intervals, key=lambda interval: interval.span)
    last: dict[str | None, Span] = {}
    for interval in ordered:
        before = last.get(interval.provider_npi)
        if before is not None and before.overlap(interval.span):
            return interval.span.start
        last[interval.provider_npi] = interval.span
    return None


def _block_time_outside(record: AnesthesiaRecord, spans: tuple[Span, ...]) -> tuple[int, str]:
    """Return the minutes of postoperative blocks while the patient was awake, and what is unknown of them."""
    blocks = [block for block in record.blocks or () if block.purpose == "postop_pain"]
    awake = _before_induction_and_after_emergence(record, spans)
    taken: list[Span] = []
    unknown = ""
    for block in blocks:
        if block.span is None:
            unknown = unknown or _unless_elsewhere(block, spans)
        elif not shared([block.span], spans):
            continue
        elif awake is None:
            unknown = "induction and emergence are not on file"
        else:
            taken.append(block.span)
    return shared(taken, awake or ()), unknown


def _unless_elsewhere(block: Block, spans: tuple[Span, ...]) -> str:
    if block.placed_at is not None:
        placed = minute_of(block.placed_at)
        if all(placed >= span.stop for span in spans):
            return ""
    return f"when the block {block.cpt} was placed is not on file"


def _before_induction_and_after_emergence(record: AnesthesiaRecord, spans: tuple[Span, ...]) -> tuple[Span, ...] | None:
    if record.induction_at is None or record.emergence_at is None:
        return None
    return without(spans, [Span(minute_of(record.induction_at), minute_of(record.emergence_at))])


def _probable_cause(record: AnesthesiaRecord, difference: int) -> str:
    for block in record.blocks or ():
        if block.span is not None and abs(block.span.minutes - difference) <= 1:
            start = clock_range(block.span, record.utc_offset)
            return f" The {block.span.minutes}-minute block {block.cpt} at {start} was probably counted."
    spans = record.spans or ()
    gaps = spans[-1].stop - spans[0].start - total(spans)
    if len(spans) > 1 and gaps == difference:
        return " The gap between the intervals was counted."
    return ""


@rule(
    "ANE107",
    severity="stop",
    owner="charge_capture",
    prevents=("CO-16/N203", "CO-151/N362"),
    sources=("Medicare Claims Processing Manual, Pub. 100-04 ch. 12 §50.G; thresholds are defaults of this pack",),
    procedures=TIMED,
    fails=["00840-AA 1440min @22"],
    passes=["00840-AA 120min @22"],
)
def implausible_minutes(
    line: ServiceLine,
    claim: Claim,
    payer: Payer,
    terms: Table[PayerTerms],
    base_units: Table[BaseUnits],
    factors: Table[ConversionFactor] | None,
    record: AnesthesiaRecord | None,
    *,
    max_minutes: int = 720,
    max_minutes_long_cases: int = 1200,
) -> Outcomes:
    """The minutes billed cannot be, or are probably units.

    A line keyed as units is paid as so many minutes; one that is far too long is refused or audited. Send the
    minutes of the anesthesia record.
    """
    minutes = line.minutes
    row = base_units.get(line.procedure)
    if minutes is None or minutes <= 0 or row is None:
        return
    limit = max_minutes_long_cases if line.procedure in _LONG else max_minutes
    if minutes >= 1440:
        yield _implausible(line, f"{minutes} minutes are a whole day or more")
    elif minutes > limit:
        yield _implausible(line, f"{minutes} minutes are more than {limit}", "review")
    documented = total((None if record is None else record.spans) or ())
    for each in _against_record(line, minutes, row.base_units, documented):
        worth = dollars_between(minutes, documented, line, claim, payer, record, base_units, factors, terms)
        yield attrs.evolve(each, at_risk=worth if documented else None)
    theirs = terms_of(payer, terms)
    labor_limit = theirs.attach_record_from_labor_minutes if line.procedure == LABOR else None
    over = theirs.attach_record_over_minutes
    attached = line.attachments or claim.attachments
    if not attached and ((labor_limit and minutes >= labor_limit) or (over and minutes > over)):
        yield hit(
            line,
            f"{named(line)}: {payer.payer_id} wants the anesthesia record with {minutes} minutes; none is attached.",
            fix="Attach the anesthesia record and name it in PWK.",
            at="units",
            severity="review",
            subject="attachment",
        )


def _against_record(line: ServiceLine, minutes: int, base: int, documented: int) -> Iterator[Any]:
    units = _units_keyed(minutes, base, documented) if minutes <= 40 and minutes < documented else None
    if units is not None:
        shown = f"{minutes} = {base} base + {units} time units" if minutes != units else f"{minutes} time units"
        yield hit(
            line,
            f"{named(line)} billed {minutes} minutes; the record is {documented} min. {shown}: units were keyed as"
            " minutes.",
            fix=f"Send {documented} minutes.",
            at="units",
            evidence={"billed": minutes, "documented": documented},
            subject="units",
        )
    elif documented and minutes > 10 * documented:
        yield hit(
            line,
            f"{named(line)} billed {minutes} minutes, more than ten times the record's {documented}.",
            fix=f"Send {documented} minutes.",
            at="units",
            evidence={"billed": minutes, "documented": documented},
            subject="scale",
        )
    elif minutes < 5:
        yield _implausible(line, f"{minutes} minutes are hardly an anesthetic", "review")


def _units_keyed(minutes: int, base: int, documented: int) -> int | None:
    """Return the time units of the documented minutes where they, or all units of the line, were billed as minutes."""
    rounded_up, rounded_down = int(time_units(documented, "ceil")), int(time_units(documented, "floor"))
    return {base + rounded_up: rounded_up, base + rounded_down: rounded_down, rounded_up: rounded_up}.get(minutes)


def _implausible(line: ServiceLine, what: str, severity: str | None = None) -> Any:
    return hit(
        line,
        f"{named(line)}: {what}.",
        fix="Check start and stop on the anesthesia record, and send its minutes.",
        at="units",
        severity=severity,
    )
