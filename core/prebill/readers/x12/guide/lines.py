"""Service lines (loops 2400 to 2440, without the decisions of other payers)."""

from __future__ import annotations

from prebill.model import Drug, FormAnswer, Measurement, ServiceLine
from prebill.readers.x12.guide.payers import LINE_ADJUDICATION
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
from prebill.readers.x12.mapping import (
    Append,
    Carry,
    Loop,
    Need,
    Position,
    Records,
    Segment,
    Several,
    Value,
    components,
    elements,
)
from prebill.readers.x12.values import Kind

_LINE_REFERENCES = frozenset(["6R", "9B", "9D", "9F", "BT", "EW", "F4", "G1", "X4"])

_LINE_DATES = frozenset(["011", "304", "454", "455", "461", "463", "471", "472", "607", "738", "739"])

_DRUG = Loop(
    "2410",
    (
        Segment(
            "LIN",
            (Value("qualifier", "02"), Value("ndc", "03", Kind.CODE, need=Need.EXPECTED, longest=48)),
        ),
        Segment("CTP", (Value("quantity", "04", Kind.COUNT), Value("unit", "05-1"))),
        Segment("REF", (Value("link_number", "02"),), qualifiers=("VY",)),
        Segment("REF", (Value("prescription_number", "02"),), qualifiers=("XZ",)),
    ),
    field="drug",
    record=Drug,
)


_FORM = Loop(
    "2440",
    (
        Segment("LQ", (Carry("form", "02"),)),
        Segment(
            "FRM",
            (
                Records(
                    "form_answers",
                    FormAnswer,
                    (
                        Value("question", "01", need=Need.RECORD),
                        Value("answer", elements(2, 5), need=Need.RECORD),
                    ),
                    carried="form",
                ),
            ),
        ),
    ),
)

SERVICE_LINE = Loop(
    "2400",
    (
        Segment("LX", (Value("number", "01", Kind.POSITION, need=Need.EXPECTED),)),
        Segment(
            "SV1",
            (
                Value("procedure_qualifier", "01-1", codes=frozenset({"ER", "HC", "IV", "WK"})),
                Value("procedure", "01-2", Kind.CODE, need=Need.CLAIM),
                Several("modifiers", components(1, 3, 6), Kind.CODE, longest=2),
                Value("description", "01-7", longest=80),
                Value("charge", "02", Kind.AMOUNT, need=Need.CLAIM),
                Value("unit_type", "03", need=Need.EXPECTED, codes=frozenset({"MJ", "UN"})),
                Value("units", "04", Kind.COUNT, need=Need.CLAIM),
                Value("place_of_service", "05", codes=PLACES, longest=2),
                Several("pointers", components(7, 1, 12), Kind.POSITION),
                Value("emergency", "09", Kind.MARK),
                Value("early_screening", "11", Kind.MARK),
                Value("family_planning", "12", Kind.MARK),
                Value("copay_exempt", "15", Kind.EXEMPT),
            ),
        ),
        Segment(
            "SV5",
            (
                Value("equipment.days", "03", Kind.COUNT),
                Value("equipment.rental", "04", Kind.AMOUNT),
                Value("equipment.purchase", "05", Kind.AMOUNT),
                Value("equipment.frequency", "06"),
            ),
        ),
        ATTACHMENT,
        Segment("CR1"),
        Segment("CR3"),
        CERTIFICATION,
        Segment(
            "DTP",
            (
                Value("from_date", "03", Kind.FIRST_DAY, need=Need.CLAIM),
                Value("to_date", "03", Kind.LAST_DAY, strict=True),
            ),
            qualifiers=("472",),
        ),
        dates(_LINE_DATES),
        Segment("QTY", (Value("obstetric_units", "02", Kind.COUNT),), qualifiers=("FL",)),
        Segment("QTY"),
        Segment(
            "MEA",
            (
                Records(
                    "measurements",
                    Measurement,
                    (
                        Value("reference", "01", need=Need.RECORD),
                        Value("kind", "02", need=Need.RECORD),
                        Value("value", "03", Kind.COUNT, need=Need.RECORD),
                    ),
                ),
            ),
        ),
        Segment("CN1"),
        Segment("REF", (Value("control_number", "02", longest=50),), qualifiers=("6R",), varied=True),
        Segment("REF", (Append("authorization_numbers", "02"),), qualifiers=("G1",), unless=Position(4)),
        Segment("REF", (Value("referral_number", "02"),), qualifiers=("9F",), unless=Position(4)),
        references(_LINE_REFERENCES),
        Segment("AMT"),
        Segment("K3"),
        NOTE,
        Segment("PS1"),
        REPRICING,
    ),
    (
        _DRUG,
        provider("2420A", "82", "rendering", taxonomy=True),
        provider("2420B", "QB", "purchased_service"),
        provider("2420C", "77", "facility", address=True),
        provider("2420D", "DQ", "supervising"),
        provider("2420E", "DK", "ordering", address=True),
        provider("2420F", "DN", "referring"),
        kept("2420F", "P3"),
        kept("2420G", "PW"),
        kept("2420H", "45"),
        kept("2420"),
        LINE_ADJUDICATION,
        _FORM,
    ),
    field="lines",
    record=ServiceLine,
    many=True,
    required=(("procedure", "SV1"), ("from_date", "DTP*472")),
    fatal=True,
    principal="SV1",
    counted="number",
)
