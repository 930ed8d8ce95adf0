"""Writing claims as an 837P: synthetic data for tests, examples and benchmarks.

This is not a billing tool. It writes what the model holds and invents nothing else, whether or not a payer would
take it; the segments that a claim keeps as read are written only where they stand in loops 2300 and 2400.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby

import attrs

from prebill.model import (
    Address,
    Adjustment,
    Attachment,
    Certification,
    Claim,
    Coverage,
    Drug,
    LineAdjudication,
    Patient,
    PriorAdjudication,
    Provider,
    Reference,
    Repricing,
    Segment,
    ServiceLine,
    Submission,
    Subscriber,
)

GUIDE = "005010X222A1"

_SUBMISSION = Submission(
    interchange="000000001", group="1", transaction="0001", batch="1", created=datetime(2026, 1, 1)
)

Element = str | int | Decimal | date | bool | tuple["Element", ...] | None
Ids = tuple[tuple[str, str], ...]


@attrs.frozen
class Style:
    """How a file looks: its separators, and what follows each segment terminator."""

    element: str = "*"
    component: str = ":"
    repetition: str = "^"
    terminator: str = "~"
    line_break: str = "\n"

    def segment(self, name: str, *elements: Element) -> str:
        """Write one segment; empty elements and components at its end are left out."""
        texts = [name, *(self._element(element) for element in elements)]
        while not texts[-1]:
            texts.pop()
        return self.element.join(texts)

    def _element(self, value: Element) -> str:
        if isinstance(value, tuple):
            return self.component.join(self._element(part) for part in value).rstrip(self.component)
        text = _text(value)
        if any(separator in text for separator in (self.element, self.component, self.terminator)):
            raise ValueError("a value contains a separator of the file")
        return text


def _text(value: str | int | Decimal | date | bool | None) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "Y" if value else "N"
        case date():
            return f"{value:%Y%m%d}"
        case Decimal():
            return f"{value:f}"
        case _:
            return str(value)


def write_837p(
    claims: Iterable[Claim], *, submission: Submission = _SUBMISSION, style: Style = Style()
) -> Iterator[str]:
    """Yield the segments of an 837P, each with its terminator.

    Claims in a row with the same submission share one interchange, those with the same billing provider,
    subscriber and patient share those levels. `submission` stands in for claims that have none.
    """
    for shared, group in groupby(claims, lambda claim: claim.submission or submission):
        for segment in _Interchange(shared, style).segments(group):
            yield f"{segment}{style.terminator}{style.line_break}"


class _Interchange:
    """One interchange with one group and one transaction."""

    def __init__(self, submission: Submission, style: Style) -> None:
        self._submission = submission
        self._style = style
        self._segment = style.segment
        self._levels = 0

    def segments(self, claims: Iterable[Claim]) -> Iterator[str]:
        """Yield the segments from ISA to IEA, without terminators."""
        submission, segment = self._submission, self._segment
        created = submission.created or datetime(2026, 1, 1)
        yield self._header(created)
        yield segment("GS", "HC", "SENDER", "RECEIVER", created.date(), f"{created:%H%M}", submission.group, "X", GUIDE)
        count = 0
        for written in self._transaction(claims, created):
            count += 1
            yield written
        yield segment("SE", count + 1, submission.transaction)
        yield segment("GE", 1, submission.group)
        yield segment("IEA", 1, submission.interchange)

    def _header(self, created: datetime) -> str:
        style = self._style
        fixed = ("ISA", "00", " " * 10, "00", " " * 10, "ZZ", f"{'SENDER':15}", "ZZ", f"{'RECEIVER':15}")
        moment = (f"{created:%y%m%d}", f"{created:%H%M}", style.repetition, "00501")
        control = f"{self._submission.interchange or '':>9}"
        return style.element.join((*fixed, *moment, control, "0", "T", style.component))

    def _transaction(self, claims: Iterable[Claim], created: datetime) -> Iterator[str]:
        submission, segment = self._submission, self._segment
        yield segment("ST", "837", submission.transaction, GUIDE)
        yield segment(
            "BHT",
            "0019",
            "18" if submission.reissue else "00",
            submission.batch,
            created.date(),
            _time(created),
            "RP" if submission.capitated else "CH",
        )
        yield segment("NM1", "41", "2", submission.submitter_name, *_identified("46", submission.submitter_id))
        yield segment("NM1", "40", "2", submission.receiver_name, *_identified("46", submission.receiver_id))
        for (billing, pay_to), billed in groupby(claims, lambda claim: (claim.billing, claim.pay_to_address)):
            level = self._level()
            yield segment("HL", level, None, "20", "1")
            yield from self._billing(billing, pay_to)
            for _, own in groupby(billed, _who):
                yield from self._patient_level(list(own), level)

    def _level(self) -> int:
        self._levels += 1
        return self._levels

    def _billing(self, billing: Provider, pay_to: Address | None) -> Iterator[str]:
        segment = self._segment
        if billing.taxonomy:
            yield segment("PRV", "BI", "PXC", billing.taxonomy)
        yield self._provider_name("85", billing)
        yield from self._address(billing.address)
        if billing.tax_id:
            yield segment("REF", billing.tax_id_kind, billing.tax_id)
        yield from self._ids(billing.other_ids)
        if pay_to:
            yield segment("NM1", "87", "2")
            yield from self._address(pay_to)

    def _patient_level(self, claims: list[Claim], billing_level: int) -> Iterator[str]:
        """Write a subscriber, the patient where it is somebody else, and their claims."""
        segment, claim = self._segment, claims[0]
        coverage, patient = claim.coverage, claim.patient
        himself = _is_subscriber(claim)
        casualty = claim.accident.property_casualty_number if claim.accident else None
        level = self._level()
        yield segment("HL", level, billing_level, "22", "0" if himself else "1")
        yield self._subscriber_segment(coverage, coverage.relationship if himself else None)
        if himself:
            yield from self._event(patient, None)
        yield from self._subscriber(coverage)
        if himself and casualty:
            yield segment("REF", "Y4", casualty)
        yield from self._payer(coverage)
        yield from self._ids(coverage.other_ids)
        if not himself:
            yield segment("HL", self._level(), level, "23", "0")
            yield from self._event(patient, patient.relationship)
            yield self._person_name("QC", "1", patient)
            yield from self._person(patient)
            yield from self._ids(patient.other_ids)
            if casualty:
                yield segment("REF", "Y4", casualty)
        for each in claims:
            yield from self._claim(each)

    def _subscriber_segment(self, coverage: Coverage, relationship: str | None) -> str:
        return self._segment(
            "SBR",
            coverage.sequence,
            relationship,
            coverage.group_number,
            coverage.group_name,
            coverage.msp_type,
            None,
            None,
            None,
            coverage.filing_indicator,
        )

    def _event(self, patient: Patient, relationship: str | None) -> Iterator[str]:
        facts = (patient.death_date, patient.weight_pounds, patient.pregnant)
        if relationship is None and all(fact is None for fact in facts):
            return
        yield self._segment(
            "PAT",
            relationship,
            None,
            None,
            None,
            "D8" if patient.death_date else None,
            patient.death_date,
            "01" if patient.weight_pounds is not None else None,
            patient.weight_pounds,
            patient.pregnant,
        )

    def _subscriber(self, coverage: Coverage) -> Iterator[str]:
        subscriber = coverage.subscriber or Subscriber()
        yield self._person_name("IL", subscriber.entity_type, subscriber, *_identified("MI", coverage.member_id))
        yield from self._person(subscriber)
        yield from self._ids(subscriber.other_ids)

    def _payer(self, coverage: Coverage) -> Iterator[str]:
        yield self._segment("NM1", "PR", "2", coverage.payer_name, *_identified("PI", coverage.payer_id))
        yield from self._address(coverage.payer_address)

    def _person_name(
        self, role: str, entity_type: str | None, person: Patient | Subscriber, *identifier: Element
    ) -> str:
        names = (person.last_name, person.first_name, person.middle_name, None, person.suffix)
        return self._segment("NM1", role, entity_type, *names, *identifier[4:])

    def _person(self, person: Patient | Subscriber) -> Iterator[str]:
        yield from self._address(person.address)
        if person.birth_date or person.sex:
            yield self._segment("DMG", "D8" if person.birth_date else None, person.birth_date, person.sex)

    def _provider_name(self, role: str, provider: Provider) -> str:
        names = (provider.name, provider.first_name, provider.middle_name, None, provider.suffix)
        qualifier = "XX" if provider.npi else None
        return self._segment("NM1", role, provider.entity_type, *names, qualifier, provider.npi)

    def _provider(self, role: str, provider: Provider | None) -> Iterator[str]:
        if provider is None:
            return
        yield self._provider_name(role, provider)
        yield from self._address(provider.address)
        if provider.taxonomy:
            yield self._segment("PRV", "PE", "PXC", provider.taxonomy)
        yield from self._ids(provider.other_ids)

    def _address(self, address: Address | None) -> Iterator[str]:
        if address is None:
            return
        if address.line1 or address.line2:
            yield self._segment("N3", address.line1, address.line2)
        if address.city or address.state or address.postal_code or address.country:
            yield self._segment("N4", address.city, address.state, address.postal_code, address.country)

    def _ids(self, ids: Ids) -> Iterator[str]:
        for qualifier, value in ids:
            yield self._segment("REF", qualifier, value)

    # ------------------------------------------------------------------------------------------------ claim

    def _claim(self, claim: Claim) -> Iterator[str]:
        segment, accident = self._segment, claim.accident
        kinds = (*accident.kinds, None, None, None)[:3] if accident else (None, None, None)
        yield segment(
            "CLM",
            claim.control_number,
            claim.total_charge,
            None,
            None,
            (claim.place_of_service, "B", claim.frequency_code),
            claim.signature_on_file,
            claim.assignment,
            claim.benefits_assigned,
            claim.release,
            None,
            (*kinds, accident.state, accident.country) if accident else None,
            claim.special_program,
            *(None,) * 7,
            claim.delay_reason,
        )
        if accident and accident.occurred_on:
            yield self._date("439", accident.occurred_on)
        for each in claim.dates:
            yield self._date(each.qualifier, each.from_date, each.to_date)
        yield from self._attachments(claim.attachments)
        if claim.contract:
            terms = claim.contract
            yield segment("CN1", terms.kind, terms.amount, terms.percent, terms.code)
        yield from self._amount("F5", claim.patient_paid)
        yield from self._numbers("G1", claim.authorization_numbers)
        for qualifier, value in (
            ("9F", claim.referral_number),
            ("F8", claim.original_reference_number),
            ("EA", claim.patient.record_number),
        ):
            yield from self._numbers(qualifier, (value,) if value else ())
        yield from self._references(claim.references)
        yield from self._notes(claim.notes)
        yield from self._kept(claim.other_segments, "2300")
        yield from self._certifications(claim.certifications)
        if claim.diagnoses:
            yield segment("HI", *((each.qualifier, each.code) for each in claim.diagnoses))
        if claim.anesthesia_procedures:
            yield segment("HI", *self._codes("BP", "BO", claim.anesthesia_procedures))
        if claim.condition_codes:
            yield segment("HI", *self._codes("BG", "BG", claim.condition_codes))
        yield from self._repricing(claim.repricing)
        yield from self._provider("DN", claim.referring)
        yield from self._provider("P3", claim.primary_care)
        yield from self._provider("82", claim.rendering)
        yield from self._provider("77", claim.facility)
        yield from self._provider("DQ", claim.supervising)
        for prior in claim.prior_adjudications:
            yield from self._prior(prior)
        for line in claim.lines:
            yield from self._line(line)

    @staticmethod
    def _codes(first: str, further: str, codes: tuple[str, ...]) -> Iterator[Element]:
        for index, code in enumerate(codes):
            yield (further if index else first, code)

    def _date(self, qualifier: str, first: date, last: date | None = None) -> str:
        if last is None:
            return self._segment("DTP", qualifier, "D8", first)
        return self._segment("DTP", qualifier, "RD8", f"{first:%Y%m%d}-{last:%Y%m%d}")

    def _amount(self, qualifier: str, amount: Decimal | None) -> Iterator[str]:
        if amount is not None:
            yield self._segment("AMT", qualifier, amount)

    def _numbers(self, qualifier: str, numbers: tuple[str, ...]) -> Iterator[str]:
        for number in numbers:
            yield self._segment("REF", qualifier, number)

    def _references(self, references: tuple[Reference, ...]) -> Iterator[str]:
        for each in references:
            payer: Element = ("2U", each.payer) if each.payer else None
            yield self._segment("REF", each.qualifier, each.value, None, payer)

    def _notes(self, notes: tuple[str, ...]) -> Iterator[str]:
        for note in notes:
            yield self._segment("NTE", "ADD", note)

    def _attachments(self, attachments: tuple[Attachment, ...]) -> Iterator[str]:
        for each in attachments:
            identified: tuple[Element, ...] = ("AC", each.control_number) if each.control_number else ()
            yield self._segment("PWK", each.report_type, each.transmission, None, None, *identified)

    def _certifications(self, certifications: tuple[Certification, ...]) -> Iterator[str]:
        for each in certifications:
            yield self._segment("CRC", each.category, each.certified, *each.conditions)

    def _repricing(self, repricing: Repricing | None) -> Iterator[str]:
        if repricing:
            yield self._segment(
                "HCP",
                repricing.method,
                repricing.allowed,
                repricing.saving,
                repricing.organization_id,
                *(None,) * 8,
                repricing.reject_reason,
            )

    def _kept(self, segments: tuple[Segment, ...], loop: str) -> Iterator[str]:
        for each in segments:
            if each.loop == loop:
                yield self._segment(each.name, *each.elements)

    def _adjustments(self, adjustments: tuple[Adjustment, ...]) -> Iterator[str]:
        for group, members in groupby(adjustments, lambda each: each.group):
            remaining = list(members)
            while remaining:
                triplets = [(each.reason, each.amount, each.quantity) for each in remaining[:6]]
                yield self._segment("CAS", group, *(element for triplet in triplets for element in triplet))
                del remaining[:6]

    def _prior(self, prior: PriorAdjudication) -> Iterator[str]:
        segment, coverage = self._segment, prior.coverage
        yield self._subscriber_segment(coverage, coverage.relationship)
        yield from self._adjustments(prior.adjustments)
        yield from self._amount("D", prior.paid)
        yield from self._amount("A8", prior.non_covered)
        yield from self._amount("EAF", prior.remaining_liability)
        if coverage.benefits_assigned or coverage.release:
            yield segment("OI", None, None, coverage.benefits_assigned, None, None, coverage.release)
        for start in range(0, len(prior.remark_codes), 5):
            yield segment("MOA", None, None, *prior.remark_codes[start : start + 5])
        yield from self._subscriber(coverage)
        yield from self._payer(coverage)
        if prior.remittance_date:
            yield self._date("573", prior.remittance_date)
        yield from self._ids(coverage.other_ids)
        yield from self._numbers("G1", prior.authorization_numbers)
        yield from self._numbers("9F", prior.referral_numbers)
        yield from self._numbers("F8", (prior.payer_claim_number,) if prior.payer_claim_number else ())

    # ------------------------------------------------------------------------------------------- service line

    def _line(self, line: ServiceLine) -> Iterator[str]:
        segment = self._segment
        modifiers = (*line.modifiers, None, None, None, None)[:4]
        yield segment("LX", line.number)
        yield segment(
            "SV1",
            (line.procedure_qualifier, line.procedure, *modifiers, line.description),
            line.charge,
            line.unit_type,
            line.units,
            line.place_of_service,
            None,
            tuple(line.pointers),
            None,
            line.emergency or None,
            None,
            line.early_screening or None,
            line.family_planning or None,
            None,
            None,
            "0" if line.copay_exempt else None,
        )
        if line.equipment:
            terms = line.equipment
            yield segment(
                "SV5",
                (line.procedure_qualifier, line.procedure),
                "DA",
                terms.days,
                terms.rental,
                terms.purchase,
                terms.frequency,
            )
        yield from self._attachments(line.attachments)
        yield from self._certifications(line.certifications)
        yield self._date("472", line.from_date, line.to_date)
        for each in line.dates:
            yield self._date(each.qualifier, each.from_date, each.to_date)
        if line.obstetric_units is not None:
            yield segment("QTY", "FL", line.obstetric_units)
        for measured in line.measurements:
            yield segment("MEA", measured.reference, measured.kind, measured.value)
        yield from self._numbers("6R", (line.control_number,) if line.control_number else ())
        yield from self._numbers("G1", line.authorization_numbers)
        yield from self._numbers("9F", (line.referral_number,) if line.referral_number else ())
        yield from self._references(line.references)
        yield from self._notes(line.notes)
        yield from self._kept(line.other_segments, "2400")
        yield from self._repricing(line.repricing)
        if line.drug:
            yield from self._drug(line.drug)
        for role, provider in (
            ("82", line.rendering),
            ("QB", line.purchased_service),
            ("77", line.facility),
            ("DQ", line.supervising),
            ("DK", line.ordering),
            ("DN", line.referring),
        ):
            yield from self._provider(role, provider)
        for adjudication in line.adjudications:
            yield from self._adjudication(adjudication)
        for form, answers in groupby(line.form_answers, lambda answer: answer.form):
            yield segment("LQ", "UT", form)
            for answer in answers:
                yield segment("FRM", answer.question, None, answer.answer)

    def _drug(self, drug: Drug) -> Iterator[str]:
        yield self._segment("LIN", None, drug.qualifier, drug.ndc)
        if drug.quantity is not None or drug.unit:
            yield self._segment("CTP", None, None, None, drug.quantity, (drug.unit,))
        for qualifier, number in (("VY", drug.link_number), ("XZ", drug.prescription_number)):
            yield from self._numbers(qualifier, (number,) if number else ())

    def _adjudication(self, adjudication: LineAdjudication) -> Iterator[str]:
        procedure: Element = None
        if adjudication.procedure:
            procedure = ("HC", adjudication.procedure, *adjudication.modifiers)
        yield self._segment(
            "SVD",
            adjudication.payer_id,
            adjudication.paid,
            procedure,
            None,
            adjudication.units,
            adjudication.bundled_into,
        )
        yield from self._adjustments(adjudication.adjustments)
        if adjudication.remittance_date:
            yield self._date("573", adjudication.remittance_date)
        yield from self._amount("EAF", adjudication.remaining_liability)


def _identified(qualifier: str, identifier: str | None) -> tuple[Element, ...]:
    """Return NM104 to NM109 of a name that has no first name."""
    return (None, None, None, None, qualifier if identifier else None, identifier)


def _time(moment: datetime) -> str:
    return f"{moment:%H%M%S}" if moment.second else f"{moment:%H%M}"


def _is_subscriber(claim: Claim) -> bool:
    """Tell whether the patient is the subscriber of the coverage billed."""
    subscriber, patient = claim.coverage.subscriber or Subscriber(), claim.patient
    same = ("last_name", "first_name", "middle_name", "suffix", "birth_date", "sex", "address", "other_ids")
    return claim.coverage.relationship == patient.relationship and all(
        getattr(subscriber, name) == getattr(patient, name) for name in same
    )


def _who(claim: Claim) -> tuple[Coverage, Patient, str | None]:
    """Return what claims under the same level of the hierarchy have in common."""
    casualty = claim.accident.property_casualty_number if claim.accident else None
    return claim.coverage, attrs.evolve(claim.patient, record_number=None), casualty
