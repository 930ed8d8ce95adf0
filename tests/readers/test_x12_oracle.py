"""Field by field against x12sdk, an independent generator and parser of 837P files."""

from __future__ import annotations

import warnings
from typing import Any

import pytest

from prebill.model import Address, Claim, Provider
from tests.readers.x12_samples import claims_in, problems_in, read

FILES, EACH = 10, 50


@pytest.fixture(scope="module")
def sdk() -> Any:
    """The generator and the reader of x12sdk, which loads a `.env` file and warns when it is imported."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pytest.importorskip("x12sdk", reason="x12sdk, the independent parser, is not installed")
        from x12sdk import generate, io
    return generate, io


@pytest.mark.parametrize("seed", range(FILES))
def test_every_field_that_both_know_agrees(sdk: Any, seed: int) -> None:
    generate, io = sdk
    text = generate.generate_837p(seed=seed, claims=EACH, dependent_rate=0.4)
    items = read(text.encode())
    assert problems_in(items) == []
    ours = claims_in(items)
    with io.X12ModelReader(text) as reader:
        (transaction,) = list(reader.models())
    theirs = list(claims_of(transaction))
    assert len(ours) == len(theirs) == EACH
    for our, (their, billing, subscriber, patient) in zip(ours, theirs, strict=True):
        assert facts(our) == {
            **header(transaction),
            **provider(billing),
            **coverage(subscriber, patient),
            **person(patient, subscriber),
            **claim(their),
        }


def facts(our: Claim) -> dict[str, Any]:
    """The fields that x12sdk generates, of a claim that was read."""
    assert our.submission is not None
    assert our.submission.created is not None
    holder = our.coverage.subscriber
    assert holder is not None
    return {
        "transaction": our.submission.transaction,
        "batch": our.submission.batch,
        "created": our.submission.created.date(),
        "capitated": our.submission.capitated,
        "submitter": (our.submission.submitter_name, our.submission.submitter_id),
        "receiver": (our.submission.receiver_name, our.submission.receiver_id),
        "billing": our.billing,
        "payer": (our.coverage.payer_name, our.coverage.payer_id, our.coverage.payer_address),
        "coverage": (our.coverage.sequence, our.coverage.filing_indicator, our.coverage.member_id),
        "relationship": (our.coverage.relationship, our.patient.relationship),
        "subscriber": (holder.last_name, holder.first_name, holder.birth_date, holder.sex, holder.address),
        "patient": (
            our.patient.last_name,
            our.patient.first_name,
            our.patient.birth_date,
            our.patient.sex,
            our.patient.address,
        ),
        "number": our.control_number,
        "charge": our.total_charge,
        "place": (our.place_of_service, our.frequency_code),
        "answers": (our.signature_on_file, our.assignment, our.benefits_assigned, our.release),
        "dates": [(each.qualifier, each.from_date) for each in our.dates],
        "diagnoses": [(each.qualifier, each.code) for each in our.diagnoses],
        "lines": [
            (
                line.number,
                line.procedure_qualifier,
                line.procedure,
                line.charge,
                line.unit_type,
                line.units,
                line.pointers,
                line.from_date,
            )
            for line in our.lines
        ],
    }


def claims_of(transaction: Any) -> Any:
    for billing in transaction.loop_2000a:
        for subscriber in billing.loop_2000b:
            for their in subscriber.loop_2300 or ():
                yield their, billing, subscriber, None
            for patient in subscriber.loop_2000c or ():
                for their in patient.loop_2300:
                    yield their, billing, subscriber, patient


def header(transaction: Any) -> dict[str, Any]:
    start = transaction.header.bht_segment
    submitter, receiver = transaction.loop_1000a.nm1_segment, transaction.loop_1000b.nm1_segment
    return {
        "transaction": transaction.header.st_segment.transaction_set_control_number,
        "batch": start.submitter_transactional_identifier,
        "created": start.transaction_set_creation_date,
        "capitated": start.transaction_type_code == "RP",
        "submitter": (submitter.name_last_or_organization_name, submitter.identification_code),
        "receiver": (receiver.name_last_or_organization_name, receiver.identification_code),
    }


def provider(billing: Any) -> dict[str, Any]:
    loop = billing.loop_2010aa
    (number,) = loop.ref_segment
    return {
        "billing": Provider(
            npi=loop.nm1_segment.identification_code,
            name=loop.nm1_segment.name_last_or_organization_name,
            entity_type=loop.nm1_segment.entity_type_qualifier,
            tax_id=number.reference_identification,
            tax_id_kind=number.reference_identification_qualifier,
            address=address(loop),
        )
    }


def coverage(subscriber: Any, patient: Any) -> dict[str, Any]:
    terms, payer = subscriber.sbr_segment, subscriber.loop_2010bb
    relationship = terms.individual_relationship_code
    if patient is not None:
        relationship = patient.pat_segment.individual_relationship_code
    return {
        "payer": (
            payer.nm1_segment.name_last_or_organization_name,
            payer.nm1_segment.identification_code,
            address(payer),
        ),
        "coverage": (
            terms.payer_responsibility_code,
            terms.claim_filing_indicator_code,
            subscriber.loop_2010ba.nm1_segment.identification_code,
        ),
        "relationship": (relationship, relationship),
    }


def person(patient: Any, subscriber: Any) -> dict[str, Any]:
    holder = subscriber.loop_2010ba
    return {"subscriber": names(holder), "patient": names(holder if patient is None else patient.loop_2010ca)}


def names(loop: Any) -> tuple[Any, ...]:
    return (
        loop.nm1_segment.name_last_or_organization_name,
        loop.nm1_segment.name_first,
        loop.dmg_segment.date_time_period,
        loop.dmg_segment.gender_code,
        address(loop),
    )


def address(loop: Any) -> Address:
    return Address(
        line1=loop.n3_segment.address_information_1,
        line2=loop.n3_segment.address_information_2,
        city=loop.n4_segment.city_name,
        state=loop.n4_segment.state_province_code,
        postal_code=loop.n4_segment.postal_code,
        country=loop.n4_segment.country_code,
    )


def claim(their: Any) -> dict[str, Any]:
    head = their.clm_segment
    place, _, frequency = head.health_care_service_location_information.split(":")
    return {
        "number": head.patient_control_number,
        "charge": head.total_claim_charge_amount,
        "place": (place, frequency),
        "answers": (
            head.provider_or_supplier_signature_indicator == "Y",
            head.provider_accept_assignment_code,
            head.benefit_assignment_certification_indicator,
            head.release_of_information_code,
        ),
        "dates": [(each.date_time_qualifier, each.date_time_period) for each in their.dtp_segment],
        "diagnoses": [tuple(each.health_care_code_1) for each in their.hi_segment],
        "lines": [line(each) for each in their.loop_2400],
    }


def line(their: Any) -> tuple[Any, ...]:
    service = their.sv1_segment
    qualifier, procedure = service.product_service_id_qualifier.split(":")
    (served,) = their.dtp_segment
    return (
        int(their.lx_segment.assigned_number),
        qualifier,
        procedure,
        service.line_item_charge_amount,
        service.unit_basis_measurement_code,
        service.service_unit_count,
        tuple(int(pointer) for pointer in service.composite_diagnosis_code_pointer.split(":")),
        served.date_time_period,
    )
