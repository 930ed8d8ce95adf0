"""Monitored anesthesia care: its modifiers, and the diagnoses that support it."""

from __future__ import annotations

from prebill import Claim, Outcomes, Payer, ServiceLine, Table, codes, hit, not_checked, rule
from prebill_anesthesia.records import AnesthesiaRecord
from prebill_anesthesia.tables.coverage import MonitoredCareCode, MonitoredCareDiagnosis
from prebill_anesthesia.tables.payers import PayerTerms, terms_of
from prebill_anesthesia.vocabulary import MONITORED_CARE, TIMED, is_medicare, named

_DEEP_PROCEDURES = codes("00100 00160 00300 00400 00532 00920")
_HEART_AND_LUNGS = codes("I20* I21* I22* I24* I25* I27* I44* I45* I46* I47* I48* I49* I50* J43* J44* J96*")
_CONTRACTORS_OF_L35049 = frozenset({"Novitas", "First Coast"})


@rule(
    "ANE120",
    severity="review",
    owner="coding",
    prevents=("CO-4/N822", "CO-50"),
    sources=(
        "LCD L35049 and article A57361 (Novitas, First Coast)",
        "Medicare Claims Processing Manual, Pub. 100-04 ch. 12 §50 (monitored anesthesia care)",
    ),
    procedures=TIMED,
    fails=[
        {
            "payer": "medicare",
            "lines": ["00142-AA 30min @22"],
            "documentation": {"anesthesia": {"anesthesia_type": "mac"}},
        }
    ],
    passes=[{"lines": ["00142-QZ-QS 30min @22"], "documentation": {"anesthesia": {"anesthesia_type": "mac"}}}],
)
def monitored_care_modifier_and_necessity(
    line: ServiceLine,
    claim: Claim,
    payer: Payer,
    terms: Table[PayerTerms],
    covered: Table[MonitoredCareCode] | None,
    diagnoses: Table[MonitoredCareDiagnosis] | None,
    record: AnesthesiaRecord | None,
    *,
    contractor: str = "",
) -> Outcomes:
    """Monitored anesthesia care is billed without its modifier, with the wrong one, or without a reason for it.

    Payers want QS on monitored care (G8 or G9 in its place where they apply), and some pay for it only with a
    listed diagnosis. Add QS second; document the indication.
    """
    kind = None if record is None else record.anesthesia_type
    marks = [modifier for modifier in line.modifiers if modifier in MONITORED_CARE]
    if kind is None and not marks:
        return
    wanted = terms_of(payer, terms).mac_modifier_required
    if kind == "mac" and not marks and wanted != "no":
        yield hit(
            line,
            f"{named(line)} is monitored care by the record and has no QS.",
            fix="Add QS behind the role modifier.",
            at="modifiers",
            severity=wanted,
            prevents="CO-4/N822",
        )
    if marks and kind is None:
        yield not_checked("the type of anesthesia")
    elif marks and kind != "mac":
        yield hit(
            line,
            f"{named(line)}: {marks[0]} says monitored care, the record {str(kind).replace('_', ' ')}.",
            fix=f"Remove {marks[0]}, or correct the record.",
            at="modifiers",
            subject="type",
        )
    yield from _g8_and_g9(line, claim, contractor)
    if kind == "mac" and is_medicare(payer) and not line.has("G8", "G9"):
        yield from _necessity(line, claim, covered, diagnoses, contractor)


def _g8_and_g9(line: ServiceLine, claim: Claim, contractor: str) -> Outcomes:
    if line.has("G8") and line.procedure not in _DEEP_PROCEDURES:
        yield hit(
            line,
            f"{named(line)}: G8 is for {_DEEP_PROCEDURES} only.",
            fix="Use QS.",
            at="modifiers",
            severity="stop" if contractor in _CONTRACTORS_OF_L35049 else "review",
            subject="G8",
        )
    if line.has("G8") and line.has("QS"):
        yield hit(
            line,
            f"{named(line)}: G8 replaces QS.",
            fix="Remove QS.",
            at="modifiers",
            severity="review",
            subject="G8 and QS",
        )
    if line.has("G9") and not any(each.code in _HEART_AND_LUNGS for each in claim.diagnoses):
        yield hit(
            line,
            f"{named(line)}: G9 says severe heart or lung disease; no such diagnosis is on the claim.",
            fix="Add the diagnosis, or use QS.",
            at="modifiers",
            severity="review",
            subject="G9",
        )


def _necessity(
    line: ServiceLine,
    claim: Claim,
    covered: Table[MonitoredCareCode] | None,
    diagnoses: Table[MonitoredCareDiagnosis] | None,
    contractor: str,
) -> Outcomes:
    if covered is None or diagnoses is None or not contractor:
        yield not_checked("the coverage tables of the Medicare contractor for monitored care")
        return
    if not covered.all(contractor, line.procedure):
        return
    supporting = {row.diagnosis for row in diagnoses.all(contractor)}
    if supporting & set(claim.diagnoses_of(line)):
        return
    if not diagnoses.edition.complete:
        yield not_checked(f"the full list of diagnoses of {contractor} for monitored care")
        return
    yield hit(
        line,
        f"{named(line)}: no diagnosis of the line supports monitored care for {contractor}.",
        fix="Link the diagnosis that made it necessary, or G8 or G9 where they apply.",
        at="pointers",
        severity="review",
        owner="clinical_documentation",
        prevents="CO-50",
        subject="necessity",
    )
