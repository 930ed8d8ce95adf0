"""Loops 2400, 2410 and 2430: a service line, its drug, and what prior payers decided about it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from prebill.model import Drug, LineAdjudication, ServiceLine
from prebill.writers.x12 import parties, shared
from prebill.writers.x12.style import Element, Style


def line_loop(style: Style, line: ServiceLine) -> Iterator[str]:
    """Yield the segments of a service line, from LX on."""
    segment = style.segment
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
    yield from shared.attachments(style, line.attachments)
    yield from shared.certifications(style, line.certifications)
    yield shared.on_date(style, "472", line.from_date, line.to_date)
    for each in line.dates:
        yield shared.on_date(style, each.qualifier, each.from_date, each.to_date)
    if line.obstetric_units is not None:
        yield segment("QTY", "FL", line.obstetric_units)
    for measured in line.measurements:
        yield segment("MEA", measured.reference, measured.kind, measured.value)
    yield from shared.numbers(style, "6R", (line.control_number,) if line.control_number else ())
    yield from shared.numbers(style, "G1", line.authorization_numbers)
    yield from shared.numbers(style, "9F", (line.referral_number,) if line.referral_number else ())
    yield from shared.references(style, line.references)
    yield from shared.notes(style, line.notes)
    yield from shared.kept(style, line.other_segments, "2400")
    yield from shared.repricing(style, line.repricing)
    if line.drug:
        yield from _drug(style, line.drug)
    for role, provider in (
        ("82", line.rendering),
        ("QB", line.purchased_service),
        ("77", line.facility),
        ("DQ", line.supervising),
        ("DK", line.ordering),
        ("DN", line.referring),
    ):
        yield from parties.provider(style, role, provider)
    for adjudication in line.adjudications:
        yield from _adjudication(style, adjudication)
    for form, answers in groupby(line.form_answers, lambda answer: answer.form):
        yield segment("LQ", "UT", form)
        for answer in answers:
            yield segment("FRM", answer.question, None, answer.answer)


def _drug(style: Style, drug: Drug) -> Iterator[str]:
    yield style.segment("LIN", None, drug.qualifier, drug.ndc)
    if drug.quantity is not None or drug.unit:
        yield style.segment("CTP", None, None, None, drug.quantity, (drug.unit,))
    for qualifier, number in (("VY", drug.link_number), ("XZ", drug.prescription_number)):
        yield from shared.numbers(style, qualifier, (number,) if number else ())


def _adjudication(style: Style, adjudication: LineAdjudication) -> Iterator[str]:
    procedure: Element = None
    if adjudication.procedure:
        procedure = ("HC", adjudication.procedure, *adjudication.modifiers)
    yield style.segment(
        "SVD",
        adjudication.payer_id,
        adjudication.paid,
        procedure,
        None,
        adjudication.units,
        adjudication.bundled_into,
    )
    yield from shared.adjustments(style, adjudication.adjustments)
    if adjudication.remittance_date:
        yield shared.on_date(style, "573", adjudication.remittance_date)
    yield from shared.amount(style, "EAF", adjudication.remaining_liability)
