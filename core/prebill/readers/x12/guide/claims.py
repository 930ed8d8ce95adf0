"""A claim (loops 2300 and 2310)."""

from __future__ import annotations

from prebill.model import Diagnosis
from prebill.readers.x12.guide.lines import SERVICE_LINE
from prebill.readers.x12.guide.payers import OTHER_PAYER
from prebill.readers.x12.guide.shared import (
    ATTACHMENT,
    CERTIFICATION,
    NOTE,
    PLACES,
    REPRICING,
    dates,
    kept,
    provider,
    references,
)
from prebill.readers.x12.mapping import Append, Loop, Need, Records, Segment, Several, Value, components, elements
from prebill.readers.x12.values import Kind

_CLAIM_REFERENCES = frozenset(["1J", "4N", "9A", "9C", "9F", "D9", "EA", "EW", "F5", "F8", "G1", "LX", "P4", "X4"])

_CLAIM_DATES = frozenset({"050", "090", "091", "096", "296", "297", "304", "314", "360", "361"}) | frozenset(
    {"431", "435", "439", "444", "453", "454", "455", "471", "484"}
)

CLAIM = Loop(
    "2300",
    (
        Segment(
            "CLM",
            (
                Value("control_number", "01", need=Need.CLAIM, longest=38),
                Value("total_charge", "02", Kind.AMOUNT, need=Need.CLAIM),
                Value("place_of_service", "05-1", need=Need.EXPECTED, codes=PLACES, longest=2),
                Value("frequency_code", "05-3", need=Need.EXPECTED, longest=1),
                Value("signature_on_file", "06", Kind.ANSWER),
                Value("assignment", "07", codes=frozenset("ABC")),
                Value("benefits_assigned", "08", codes=frozenset("NWY")),
                Value("release", "09", codes=frozenset("IY")),
                Several("accident.kinds", components(11, 1, 3)),
                Value("accident.state", "11-4", longest=2),
                Value("accident.country", "11-5", longest=3),
                Value("special_program", "12"),
                Value("delay_reason", "20"),
            ),
            varied=True,
        ),
        Segment("DTP", (Value("accident.occurred_on", "03", Kind.DAY),), qualifiers=("439",)),
        dates(_CLAIM_DATES),
        ATTACHMENT,
        Segment(
            "CN1",
            (
                Value("contract.kind", "01", need=Need.RECORD),
                Value("contract.amount", "02", Kind.AMOUNT),
                Value("contract.percent", "03", Kind.COUNT),
                Value("contract.code", "04"),
            ),
        ),
        Segment("AMT", (Value("patient_paid", "02", Kind.AMOUNT),), qualifiers=("F5",)),
        Segment("REF", (Value("referral_number", "02", longest=50),), qualifiers=("9F",)),
        Segment("REF", (Append("authorization_numbers", "02"),), qualifiers=("G1",)),
        Segment("REF", (Value("original_reference_number", "02", longest=50),), qualifiers=("F8",)),
        Segment("REF", (Value("patient.record_number", "02", longest=50),), qualifiers=("EA",)),
        references(_CLAIM_REFERENCES),
        Segment("K3"),
        NOTE,
        Segment("CR1"),
        Segment("CR2"),
        CERTIFICATION,
        Segment(
            "HI",
            (
                Records(
                    "diagnoses",
                    Diagnosis,
                    (
                        Value("qualifier", "01-1", need=Need.EXPECTED),
                        Value("code", "01-2", Kind.DIAGNOSIS, need=Need.EXPECTED, longest=30),
                    ),
                    step=1,
                    groups=12,
                    keep_order=True,
                ),
            ),
            qualifiers=("ABK", "ABF", "BK", "BF"),
            varied=True,
        ),
        Segment(
            "HI",
            (Append("anesthesia_procedures", elements(1, 12, component=2), Kind.CODE),),
            qualifiers=("BP", "BO"),
        ),
        Segment("HI", (Append("condition_codes", elements(1, 12, component=2), Kind.CODE),), qualifiers=("BG",)),
        REPRICING,
    ),
    (
        provider("2310A", "DN", "referring"),
        provider("2310A", "P3", "primary_care"),
        provider("2310B", "82", "rendering", taxonomy=True),
        provider("2310C", "77", "facility", address=True),
        provider("2310D", "DQ", "supervising"),
        kept("2310E", "PW"),
        kept("2310F", "45"),
        kept("2310"),
        OTHER_PAYER,
        SERVICE_LINE,
    ),
    required=(("2400", "a service line (LX, SV1)"),),
    fatal=True,
)
