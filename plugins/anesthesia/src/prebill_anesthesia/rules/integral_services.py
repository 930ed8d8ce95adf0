"""Services that are part of every anesthetic."""

from __future__ import annotations

from datetime import datetime

from prebill import Claim, Encounter, Outcomes, ServiceLine, Table, codes, hit, not_checked, rule
from prebill_anesthesia.records import AnesthesiaRecord
from prebill_anesthesia.spans import Span, minute_of
from prebill_anesthesia.tables.codes import IntegralService
from prebill_anesthesia.vocabulary import TIMED, is_separate, lines_in, named

_INTEGRAL = codes(
    "31500 31505 31515 31527 36000 36010-36015 36400-36440 43752-43754 67500 92511-92520 92537 92538 92950 92953"
    " 92960 93000-93010 93040-93042 93701 93922-93981 94002-94004 94640 94644 94645 94660 94662 94680-94690"
    " 94760-94762 95812-95829 95955 96360-96377 99151-99157"
)
_SEDATION = codes("99151-99157")


@rule(
    "ANE114",
    severity="stop",
    owner="coding",
    prevents=("CO-97/M15", "CO-236"),
    sources=("NCCI Policy Manual ch. II §B (general anesthesia package)",),
    procedures=_INTEGRAL,
    fails=[{"lines": ["00840-AA 120min @22", "31500 x1 @22"]}],
    passes=[{"lines": ["00567-AA 312min @21", "36620 x1 @21"]}],
)
def integral_service_unbundled(
    encounter: Encounter,
    services: Table[IntegralService],
    records: tuple[AnesthesiaRecord, ...] | None,
) -> Outcomes:
    """A service that is part of the anesthetic is billed beside it.

    Airway, monitoring, infusions and the like are included in the base units. Remove the line; a separate event,
    at another time, takes 59 or XE with its time and place on file.
    """
    claim = encounter.claim
    for line in lines_in(claim, _INTEGRAL):
        beside = [each for each in lines_in(claim, TIMED) if _same_provider_and_day(claim, each, line)]
        row = services.get(line.procedure) if beside else None
        if row is None:
            continue
        record = next((each for each in records or () if each.is_for(claim, beside[0])), None)
        happened = _time_of(line, records)
        inside = _inside(happened, record)
        if is_separate(line) and line.procedure not in _SEDATION:
            if inside is None:
                yield not_checked(f"when {line.procedure} was done, and the times of the anesthetic", line)
            if not inside:
                continue
        outside = inside is False and line.procedure not in _SEDATION
        why = "; it was at another time, which 59 or XE says" if outside else ""
        yield hit(
            line,
            f"{named(line)} with {beside[0].procedure}: it is part of the anesthetic{why}.",
            fix="Add 59 or XE, with time and place on file." if outside else "Remove the line.",
            at="modifiers" if outside else "procedure",
            severity="stop" if row.verified else "review",
        )


def _same_provider_and_day(claim: Claim, anesthesia: ServiceLine, line: ServiceLine) -> bool:
    one, other = claim.rendering_of(anesthesia), claim.rendering_of(line)
    same_specialty = bool(one.taxonomy) and (one.taxonomy or "")[:4] == (other.taxonomy or "")[:4]
    return anesthesia.from_date == line.from_date and (one.npi == other.npi or same_specialty)


def _time_of(line: ServiceLine, records: tuple[AnesthesiaRecord, ...] | None) -> datetime | None:
    placed = [each for record in records or () for each in record.lines_placed or ()]
    return next((each.placed_at for each in placed if each.cpt == line.procedure), None)


def _inside(happened: datetime | None, record: AnesthesiaRecord | None) -> bool | None:
    spans = None if record is None else record.spans
    if happened is None or spans is None:
        return None
    minute = minute_of(happened)
    return Span(spans[0].start, spans[-1].stop).overlap(Span(minute, minute + 1)) > 0
