"""Other payers: who they are and what they decided (loops 2320, 2330 and 2430)."""

from __future__ import annotations

from prebill.model import LineAdjudication, PriorAdjudication
from prebill.readers.x12.guide.shared import (
    ADJUSTMENTS,
    CONTACT,
    FILING,
    PAYER_IDS,
    SEQUENCES,
    kept,
    name,
    postal_address,
)
from prebill.readers.x12.mapping import Append, Loop, Need, Pair, Segment, Several, Value, components, elements
from prebill.readers.x12.values import Kind

OTHER_PAYER = Loop(
    "2320",
    (
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
        ADJUSTMENTS,
        Segment("AMT", (Value("paid", "02", Kind.AMOUNT),), qualifiers=("D",)),
        Segment("AMT", (Value("non_covered", "02", Kind.AMOUNT),), qualifiers=("A8",)),
        Segment("AMT", (Value("remaining_liability", "02", Kind.AMOUNT),), qualifiers=("EAF",)),
        Segment("AMT"),
        Segment("DMG"),
        Segment("OI", (Value("coverage.benefits_assigned", "03"), Value("coverage.release", "06"))),
        Segment("MOA", (Append("remark_codes", elements(3, 7), Kind.CODE),)),
        Segment("MIA"),
    ),
    (
        Loop(
            "2330A",
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
                *postal_address("coverage.subscriber.address"),
                Segment("REF", (Pair("coverage.subscriber.other_ids", "01", "02"),), allowed=frozenset({"SY"})),
            ),
        ),
        Loop(
            "2330B",
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
                Segment("DTP", (Value("remittance_date", "03", Kind.DAY),), qualifiers=("573",)),
                Segment("REF", (Append("authorization_numbers", "02"),), qualifiers=("G1",)),
                Segment("REF", (Append("referral_numbers", "02"),), qualifiers=("9F",)),
                Segment("REF", (Value("payer_claim_number", "02"),), qualifiers=("F8",)),
                Segment("REF", qualifiers=("T4",)),
                Segment("REF", (Pair("coverage.other_ids", "01", "02"),), allowed=frozenset(PAYER_IDS)),
                CONTACT,
            ),
        ),
        kept("2330C", "DN", "P3"),
        kept("2330D", "82"),
        kept("2330E", "77"),
        kept("2330F", "DQ"),
        kept("2330G", "85"),
    ),
    field="prior_adjudications",
    record=PriorAdjudication,
    many=True,
)


LINE_ADJUDICATION = Loop(
    "2430",
    (
        Segment(
            "SVD",
            (
                Value("payer_id", "01", need=Need.EXPECTED, longest=80),
                Value("paid", "02", Kind.AMOUNT, need=Need.CLAIM),
                Value("procedure", "03-2", Kind.CODE),
                Several("modifiers", components(3, 3, 6), Kind.CODE),
                Value("units", "05", Kind.COUNT),
                Value("bundled_into", "06", Kind.POSITION),
            ),
        ),
        ADJUSTMENTS,
        Segment("DTP", (Value("remittance_date", "03", Kind.DAY),), qualifiers=("573",)),
        Segment("AMT", (Value("remaining_liability", "02", Kind.AMOUNT),), qualifiers=("EAF",)),
    ),
    field="adjudications",
    record=LineAdjudication,
    many=True,
)
