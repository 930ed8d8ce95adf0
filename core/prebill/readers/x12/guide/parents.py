"""What stands above a claim: billing provider, subscriber and payer, patient (loops 2000A to 2010CA)."""

from __future__ import annotations

from prebill.readers.x12.guide.shared import (
    CONTACT,
    FILING,
    PAYER_IDS,
    SEQUENCES,
    kept,
    name,
    person,
    postal_address,
    provider_name,
)
from prebill.readers.x12.mapping import Loop, Pair, Segment, Value
from prebill.readers.x12.values import Kind

BILLING = Loop(
    "2000A",
    (
        Segment("HL", structural=True, varied=True),
        Segment("PRV", (Value("billing.taxonomy", "03", longest=50),)),
        Segment("CUR"),
    ),
    (
        Loop(
            "2010AA",
            (
                provider_name("85", "billing."),
                *postal_address("billing.address"),
                Segment(
                    "REF",
                    (Value("billing.tax_id_kind", "01"), Value("billing.tax_id", "02", longest=50)),
                    qualifiers=("EI", "SY"),
                ),
                Segment("REF", (Pair("billing.other_ids", "01", "02"),), allowed=frozenset({"0B", "1G"})),
                CONTACT,
            ),
        ),
        Loop(
            "2010AB",
            (Segment("NM1", qualifiers=("87",), structural=True), *postal_address("pay_to_address")),
        ),
        kept("2010AC", "PE"),
        kept("2010"),
    ),
    required=(("2010AA", "NM1*85"),),
)

_PATIENT_EVENT = Segment(
    "PAT",
    (
        Value("patient.relationship", "01"),
        Value("patient.death_date", "06", Kind.DAY),
        Value("patient.weight_pounds", "08", Kind.COUNT),
        Value("patient.pregnant", "09", Kind.ANSWER),
    ),
)

SUBSCRIBER = Loop(
    "2000B",
    (
        Segment("HL", structural=True, varied=True),
        Segment(
            "SBR",
            (
                Value("coverage.sequence", "01", codes=SEQUENCES),
                Value("coverage.relationship", "02"),
                Value("coverage.group_number", "03", longest=50),
                Value("coverage.group_name", "04", longest=60),
                Value("coverage.msp_type", "05"),
                Value("coverage.filing_indicator", "09", codes=FILING),
            ),
        ),
        _PATIENT_EVENT,
    ),
    (
        Loop(
            "2010BA",
            (
                Segment(
                    "NM1",
                    (
                        Value("coverage.subscriber.entity_type", "02", codes=frozenset("12")),
                        *name(person="coverage.subscriber.", identifier="coverage.member_id").fills,
                    ),
                    qualifiers=("IL",),
                    varied=True,
                ),
                *person("coverage.subscriber."),
                Segment("REF", (Value("accident.property_casualty_number", "02"),), qualifiers=("Y4",)),
                Segment("REF", (Pair("coverage.subscriber.other_ids", "01", "02"),), allowed=frozenset({"SY"})),
                CONTACT,
            ),
        ),
        Loop(
            "2010BB",
            (
                Segment(
                    "NM1",
                    (
                        Value("coverage.payer_name", "03", longest=60),
                        Value("coverage.payer_id", "09", longest=80),
                    ),
                    qualifiers=("PR",),
                ),
                *postal_address("coverage.payer_address"),
                Segment("REF", (Pair("coverage.other_ids", "01", "02"),), allowed=frozenset(PAYER_IDS)),
                CONTACT,
            ),
        ),
        kept("2010"),
    ),
    required=(("coverage.sequence", "SBR01"), ("2010BA", "NM1*IL"), ("2010BB", "NM1*PR")),
)

PATIENT = Loop(
    "2000C",
    (Segment("HL", structural=True, varied=True), _PATIENT_EVENT),
    (
        Loop(
            "2010CA",
            (
                name("QC", person="patient."),
                *person("patient."),
                Segment("REF", (Value("accident.property_casualty_number", "02"),), qualifiers=("Y4",)),
                Segment("REF", (Pair("patient.other_ids", "01", "02"),), allowed=frozenset({"1W", "SY"})),
                CONTACT,
            ),
        ),
        kept("2010"),
    ),
    required=(("patient.relationship", "PAT01"), ("2010CA", "NM1*QC")),
)
