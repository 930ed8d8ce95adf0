"""Anesthesia for endoscopy: screening or not, treated or not, one end or both."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs

from prebill import Encounter, Outcomes, Payer, ServiceLine, Table, codes, hit, known, rule
from prebill_anesthesia.records import AnesthesiaRecord
from prebill_anesthesia.tables.payers import PayerTerms, has_own_terms, terms_of
from prebill_anesthesia.vocabulary import is_medicare, lines_in, named

_UPPER, _LOWER, _BOTH = codes("00731 00732"), codes("00811 00812"), codes("00813")
_SCREENING = codes("Z12.11* Z12.12* Z80.0* Z83.71* Z85.03* Z85.04* Z86.010*")
_SCREENING_PROCEDURES = codes("G0105 G0121")
_COLONOSCOPIES = codes("45378-45398")


@attrs.frozen(kw_only=True)
class _Visit:
    """What was done, and how sure that is: stated by a record or an endoscopist's code, or told by a diagnosis."""

    screening: bool
    stated: bool
    treated: bool | None
    mode: str
    severity: str


@rule(
    "ANE116",
    severity="stop",
    owner="coding",
    prevents=("CO-4", "PR-1", "PR-2", "CO-50"),
    sources=(
        "MLN Matters MM10181 and MM12656",
        "NGS Medicare, Modifier 33 versus PT",
        "42 CFR 410.152(l)(5): coinsurance of a screening colonoscopy that becomes diagnostic",
    ),
    procedures=_UPPER | _LOWER | _BOTH,
    fails=[
        {
            "payer": "medicare",
            "lines": ["00812-QZ-QS 22min @22 [Z12.11,K63.5]"],
            "documentation": {"anesthesia": {"screening_intent": True, "endoscopy_findings_treated": True}},
        }
    ],
    passes=[
        {
            "payer": "medicare",
            "lines": ["00811-AA-QS-PT 22min @22 [Z12.11,K63.5]"],
            "documentation": {"anesthesia": {"screening_intent": True, "endoscopy_findings_treated": True}},
        }
    ],
)
def screening_colonoscopy_anesthesia(
    encounter: Encounter,
    payer: Payer,
    terms: Table[PayerTerms],
    records: tuple[AnesthesiaRecord, ...] | None,
) -> Outcomes:
    """The code for colonoscopy anesthesia does not fit the intent, the finding and the payer.

    Medicare pays a screening as 00812, and as 00811 with PT once something was treated; payers that follow CPT
    pay 00812 for every screening, whatever was found. The wrong one is denied, or charges the patient wrongly.
    Upper and lower endoscopy in one session is 00813.
    """
    claim = encounter.claim
    upper, lower = lines_in(claim, _UPPER), lines_in(claim, _LOWER)
    record = _record(records, [*lower, *lines_in(claim, _BOTH), *upper])
    together = record is not None and record.upper_and_lower_same_session
    if upper and lower and (together or not any(line.has("59", "XE", "76", "77", "78") for line in (*upper, *lower))):
        yield hit(
            [*upper, *lower],
            f"{named(upper[0])} and {named(lower[0])} are one session of upper and lower endoscopy: bill 00813.",
            fix="Bill 00813 alone with the minutes of both.",
            at="procedure",
            subject="both ends",
        )
        return
    if together and (upper or lower):
        yield hit(
            [*upper, *lower],
            f"{named((*upper, *lower)[0])}: upper and lower endoscopy in one session is 00813.",
            fix="Bill 00813 alone with the minutes of both.",
            at="procedure",
            subject="both ends",
        )
        return
    for line in lines_in(claim, _BOTH):
        if _screening_stated(encounter, record):
            yield hit(
                line,
                f"{named(line)} for a screening: 00813 waives no share of the patient by itself.",
                fix="Ask the payer how it wants the screening part of a combined endoscopy.",
                at="procedure",
                severity="review",
            )
    if lower:
        visit = _visit(encounter, record, payer, terms)
        for line in lower:
            judged = _medicare(line, visit) if visit.mode == "medicare" else _by_cpt(line, visit, payer, terms)
            yield from judged
            first = next(iter(claim.diagnoses_of(line)), None)
            if visit.screening and first is not None and first not in _SCREENING:
                yield hit(
                    line,
                    f"{named(line)}: a screening, but the first diagnosis is {first}.",
                    fix="List Z12.11 (or Z86.010- for surveillance) first.",
                    at="pointers",
                    severity="review",
                    subject="diagnosis",
                )


def _record(records: tuple[AnesthesiaRecord, ...] | None, lines: list[ServiceLine]) -> AnesthesiaRecord | None:
    for line in lines:
        for record in records or ():
            if record.line_number in (None, line.number) and record.procedure in (None, line.procedure):
                return record
    return None


def _screening_stated(encounter: Encounter, record: AnesthesiaRecord | None) -> bool | None:
    if record is not None and record.screening_intent is not None:
        return record.screening_intent
    for line in encounter.claim.lines:
        if line.procedure in _SCREENING_PROCEDURES or (line.procedure in _COLONOSCOPIES and line.has("PT", "33")):
            return True
    return None


def _visit(encounter: Encounter, record: AnesthesiaRecord | None, payer: Payer, terms: Table[PayerTerms]) -> _Visit:
    stated = _screening_stated(encounter, record)
    told = any(each.code in _SCREENING for each in encounter.claim.diagnoses)
    screening = known(stated if stated is not None else told or None, "whether the colonoscopy was a screening")
    own = terms_of(payer, terms).screening_mode
    mode = own or ("medicare" if is_medicare(payer) else "cpt")
    sure = stated is not None and (mode == "medicare" or (own is not None and has_own_terms(payer, terms)))
    return _Visit(
        screening=screening,
        stated=stated is not None,
        treated=None if record is None else record.endoscopy_findings_treated,
        mode=mode,
        severity="stop" if sure else "review",
    )


def _medicare(line: ServiceLine, visit: _Visit) -> Iterator[Any]:
    marked = line.has("PT")
    screening_code = line.procedure == "00812"
    if not visit.screening:
        if screening_code or marked:
            yield _wrong(line, "no screening was ordered", "00811 without PT", visit.severity)
        return
    treated = visit.treated
    if treated is None:
        if not screening_code and not marked:
            yield _wrong(
                line, "a screening is 00812, or 00811-PT once something was treated", "00812 or 00811-PT", "review"
            )
            return
        treated = known(treated, "whether something was treated in the colonoscopy")
    if treated and (screening_code or not marked):
        yield _wrong(
            line,
            "screening colonoscopy with a polyp or biopsy; Medicare requires 00811-PT",
            "00811-PT",
            visit.severity,
        )
    elif not treated and not screening_code:
        yield _wrong(line, "screening colonoscopy without a finding treated is 00812", "00812", visit.severity)
    elif not treated and marked:
        yield _wrong(line, "PT is for a screening that became a treatment", "00812 without PT", "review")


def _by_cpt(line: ServiceLine, visit: _Visit, payer: Payer, terms: Table[PayerTerms]) -> Iterator[Any]:
    screening_code = line.procedure == "00812"
    if visit.screening and not screening_code:
        yield _wrong(line, "a screening is 00812 by CPT, whatever is found", "00812", visit.severity)
    elif not visit.screening and screening_code:
        yield _wrong(line, "no screening was ordered", "00811", visit.severity)
    wanted = terms_of(payer, terms).screening_modifier
    if visit.screening and wanted and not line.has(wanted):
        yield _wrong(
            line,
            f"{payer.payer_id} wants {wanted} on a screening",
            f"{line.procedure}-{wanted}",
            "review",
            subject="modifier",
        )


def _wrong(line: ServiceLine, why: str, instead: str, severity: str, subject: str = "") -> Any:
    return hit(
        line,
        f"{named(line)}: {why}.",
        fix=f"Bill {instead}; list Z12.11 first for a screening.",
        at="procedure",
        severity=severity,
        subject=subject,
        evidence={"suggested": instead},
    )
