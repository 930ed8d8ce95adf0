"""Anesthesia for injections and spine procedures through the skin."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from prebill import Claim, Encounter, Outcomes, ServiceLine, codes, hit, not_checked, rule
from prebill_anesthesia.records import AnesthesiaRecord
from prebill_anesthesia.vocabulary import INJECTION_ANESTHESIA, lines_in, named

_INJECTIONS = codes("62320-62327 64400-64530 64600-64640 20526 20550-20553 20600-20611 27096")
_CERVICAL = codes("62321 64479 64480 64490-64492")
_LUMBAR = codes("62323 64483 64484 64493-64495")
_NEUROLYTIC = {"64633": "01939", "64634": "01939", "64635": "01940", "64636": "01940"}
_REPLACED_ON = date(2022, 1, 1)
_PRONE, _NOT_PRONE = "01992", "01991"


@rule(
    "ANE134",
    severity="stop",
    owner="coding",
    prevents=("CO-50", "CO-97", "CO-16/N56"),
    sources=(
        "CPT 2022 anesthesia for percutaneous image-guided spine procedures",
        "NCCI Policy Manual ch. II",
        "Cigna, Anesthesia Services for Interventional Pain Management",
    ),
    procedures=INJECTION_ANESTHESIA,
    fails=[{"lines": ["64450 @22", "01991-AA 20min @22"]}],
    passes=[
        {
            "lines": ["01938-QZ-QS 20min @22"],
            "documentation": {
                "anesthesia": {
                    "surgical_cpts": ["62323"],
                    "surgeon_npi": "1043000013",
                    "need_for_anesthesia_documented": True,
                }
            },
        }
    ],
)
def injection_anesthesia(encounter: Encounter, records: tuple[AnesthesiaRecord, ...] | None) -> Outcomes:
    """Anesthesia for an injection is billed by who injected, with an old or unfitting code, or without a reason.

    It takes a second provider; spine injections under imaging have codes of their own since 2022; and payers do
    not cover deep sedation for a routine injection. Recode; document why a separate provider was needed.
    """
    claim = encounter.claim
    for line in lines_in(claim, INJECTION_ANESTHESIA):
        record = next((each for each in records or () if each.is_for(claim, line)), None)
        injections = _injections(claim, line, record)
        if not injections:
            yield not_checked("the injection performed", line)
        yield from _same_provider(claim, line, record, injections)
        yield from _code(line, injections)
        if line.procedure in {_PRONE, _NOT_PRONE}:
            yield from _position(line, record)
        yield from _need(claim, line, record)


def _injections(claim: Claim, line: ServiceLine, record: AnesthesiaRecord | None) -> tuple[str, ...]:
    billed = [each.procedure for each in lines_in(claim, _INJECTIONS) if each.from_date == line.from_date]
    performed = record.surgical_cpts if record is not None else None
    return tuple(dict.fromkeys([*billed, *(performed or ())]))


def _same_provider(
    claim: Claim, line: ServiceLine, record: AnesthesiaRecord | None, injections: Sequence[str]
) -> Outcomes:
    npi = claim.rendering_of(line).npi
    injected = {
        claim.rendering_of(each).npi for each in lines_in(claim, _INJECTIONS) if each.from_date == line.from_date
    }
    if record is not None and record.surgeon_npi:
        injected.add(record.surgeon_npi)
    if npi is not None and npi in injected:
        yield hit(
            line,
            f"{named(line)}: NPI {npi} also did {', '.join(injections) or 'the injection'}; the anesthetic takes"
            " another"
            " provider.",
            fix="Drop the anesthesia line, or correct the rendering NPI.",
            at="rendering",
        )


def _code(line: ServiceLine, injections: Sequence[str]) -> Outcomes:
    for injection in injections:
        if injection in _CERVICAL:
            right = "01937"
        elif injection in _LUMBAR:
            right = "01938"
        else:
            right = _NEUROLYTIC.get(injection, "")
        if right and line.procedure != right and line.from_date >= _REPLACED_ON:
            yield hit(
                line,
                f"{named(line)} billed for {injection}: since {_REPLACED_ON} its anesthesia is {right}.",
                fix=f"Bill {right}.",
                at="procedure",
                severity="review",
                prevents="CO-16/N56",
                subject="code",
                evidence={"suggested": right},
            )
            return


def _position(line: ServiceLine, record: AnesthesiaRecord | None) -> Outcomes:
    position = None if record is None else record.patient_position
    if position is None:
        yield not_checked("the position of the patient", line)
    elif (position.lower() == "prone") != (line.procedure == _PRONE):
        right = _PRONE if position.lower() == "prone" else _NOT_PRONE
        yield hit(
            line,
            f"{named(line)}: the patient was {position}, which is {right}.",
            fix=f"Bill {right}.",
            at="procedure",
            subject="position",
        )


def _need(claim: Claim, line: ServiceLine, record: AnesthesiaRecord | None) -> Outcomes:
    age = claim.patient.age_on(line.from_date)
    if age is not None and age < 18:
        return
    documented = None if record is None else record.need_for_anesthesia_documented
    if documented is None:
        yield not_checked("why an adult needed an anesthesia provider for an injection", line)
    elif not documented:
        yield hit(
            line,
            f"{named(line)}: the record gives no reason for an anesthesia provider at an injection of an adult.",
            fix="Document the reason (severe anxiety, movement disorder, failure before), or expect a denial.",
            at="procedure",
            severity="review",
            owner="clinical_documentation",
            prevents="CO-50",
            subject="need",
        )
