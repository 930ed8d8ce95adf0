"""Where each field of the model stands in an 837P (ASC X12N 005010X222A1): the one statement of it.

The reader reads by this map, an origin locates values by it, and `docs/837p-map.md` is printed from it. Loops and
segments stand in the order of the implementation guide. A segment that fills no field is kept as read in
`other_segments`, so that nothing is dropped silently.
"""

from __future__ import annotations

from prebill.model import (
    Adjustment,
    Attachment,
    Certification,
    Diagnosis,
    Drug,
    FormAnswer,
    LineAdjudication,
    Measurement,
    PriorAdjudication,
    Provider,
    QualifiedDate,
    Reference,
    ServiceLine,
)
from prebill.readers.x12.mapping import (
    Append,
    Carry,
    Loop,
    Need,
    Pair,
    Position,
    Records,
    Segment,
    Several,
    Value,
    components,
    elements,
)
from prebill.readers.x12.values import Kind

_PLACES = frozenset(f"{number:02}" for number in range(1, 100))
_SEXES = frozenset({"F", "M", "U"})
_FILING = frozenset(
    [
        "11",
        "12",
        "13",
        "14",
        "15",
        "16",
        "17",
        "AM",
        "BL",
        "CH",
        "CI",
        "DS",
        "FI",
        "HM",
        "LM",
        "MA",
        "MB",
        "MC",
        "OF",
        "TV",
        "VA",
        "WC",
        "ZZ",
    ]  # SBR09
)
_SEQUENCES = frozenset("ABCDEFGHPSTU")
_PROVIDER_IDS = frozenset({"0B", "1G", "G2", "LU"})
_PAYER_IDS = ("2U", "EI", "FY", "NF", "G2", "LU")
_CLAIM_DATES = frozenset(
    [
        "050",
        "090",
        "091",
        "096",
        "296",
        "297",
        "304",
        "314",
        "360",
        "361",
        "431",
        "435",
        "439",
        "444",
        "453",
        "454",
        "455",
        "471",
        "484",
    ]
)
_LINE_DATES = frozenset(["011", "304", "454", "455", "461", "463", "471", "472", "607", "738", "739"])
_CLAIM_REFERENCES = frozenset(["1J", "4N", "9A", "9C", "9F", "D9", "EA", "EW", "F5", "F8", "G1", "LX", "P4", "X4"])
_LINE_REFERENCES = frozenset(["6R", "9B", "9D", "9F", "BT", "EW", "F4", "G1", "X4"])

_CONTACT = Segment("PER")


# ---------------------------------------------------------------------------------------- what several loops share


def _name(*qualifiers: str, person: str = "", identifier: str = "") -> Segment:
    """An NM1 whose names fill the fields of a person, and whose NM109 fills the identifier."""
    identified = (Value(identifier, "09", longest=80),) if identifier else ()
    return Segment(
        "NM1",
        (
            Value(f"{person}last_name", "03", longest=60),
            Value(f"{person}first_name", "04", longest=35),
            Value(f"{person}middle_name", "05", longest=25),
            Value(f"{person}suffix", "07", longest=10),
            *identified,
        ),
        qualifiers=qualifiers,
        varied=True,
    )


def _address(field: str) -> tuple[Segment, Segment]:
    return (
        Segment(
            "N3",
            (Value(f"{field}.line1", "01", longest=55), Value(f"{field}.line2", "02", longest=55)),
            varied=True,
        ),
        Segment(
            "N4",
            (
                Value(f"{field}.city", "01", longest=30),
                Value(f"{field}.state", "02", longest=2),
                Value(f"{field}.postal_code", "03", longest=15),
                Value(f"{field}.country", "04", longest=3),
            ),
            varied=True,
        ),
    )


def _person(prefix: str) -> tuple[Segment, ...]:
    return (
        *_address(f"{prefix}address"),
        Segment(
            "DMG",
            (Value(f"{prefix}birth_date", "02", Kind.DAY), Value(f"{prefix}sex", "03", codes=_SEXES)),
            varied=True,
        ),
    )


def _provider_name(qualifier: str, prefix: str = "") -> Segment:
    return Segment(
        "NM1",
        (
            Value(f"{prefix}entity_type", "02", codes=frozenset("12")),
            Value(f"{prefix}name", "03", longest=60),
            Value(f"{prefix}first_name", "04", longest=35),
            Value(f"{prefix}middle_name", "05", longest=25),
            Value(f"{prefix}suffix", "07", longest=10),
            Value(f"{prefix}npi", "09", longest=80, only_if=(Position(8), "XX")),
            Pair(f"{prefix}other_ids", "08", "09", "XX"),
        ),
        qualifiers=(qualifier,),
    )


def _provider(loop: str, qualifier: str, field: str, *, address: bool = False, taxonomy: bool = False) -> Loop:
    """A provider of a claim or of a line."""
    return Loop(
        loop,
        (
            _provider_name(qualifier),
            *(_address("address") if address else ()),
            *((Segment("PRV", (Value("taxonomy", "03", longest=50),)),) if taxonomy else ()),
            Segment("REF", (Pair("other_ids", "01", "02"),), allowed=_PROVIDER_IDS, unless=Position(4)),
            Segment("REF"),
            _CONTACT,
        ),
        field=field,
        record=Provider,
    )


def _kept(loop: str, *qualifiers: str) -> Loop:
    """A loop of a name that the model has no field for; without a qualifier: one that the guide does not have."""
    return Loop(
        loop,
        (
            Segment("NM1", qualifiers=qualifiers),
            *(Segment(name) for name in ("N2", "N3", "N4", "DMG", "PRV", "REF", "PER", "DTP")),
        ),
        unknown=not qualifiers,
    )


def _dates(allowed: frozenset[str]) -> Segment:
    return Segment(
        "DTP",
        (
            Records(
                "dates",
                QualifiedDate,
                (
                    Value("qualifier", "01", need=Need.RECORD),
                    Value("from_date", "03", Kind.FIRST_DAY, need=Need.RECORD),
                    Value("to_date", "03", Kind.LAST_DAY),
                ),
            ),
        ),
        allowed=allowed,
    )


def _references(allowed: frozenset[str]) -> Segment:
    return Segment(
        "REF",
        (
            Records(
                "references",
                Reference,
                (
                    Value("qualifier", "01", need=Need.RECORD),
                    Value("value", "02", need=Need.RECORD, longest=50),
                    Value("payer", "04-2"),
                ),
            ),
        ),
        allowed=allowed,
    )


_ATTACHMENT = Segment(
    "PWK",
    (
        Records(
            "attachments",
            Attachment,
            (
                Value("report_type", "01", need=Need.RECORD),
                Value("transmission", "02"),
                Value("control_number", "06", longest=80),
            ),
        ),
    ),
)
_NOTE = Segment("NTE", (Append("notes", "02"),))
_CERTIFICATION = Segment(
    "CRC",
    (
        Records(
            "certifications",
            Certification,
            (
                Value("category", "01", need=Need.RECORD),
                Value("certified", "02", Kind.ANSWER),
                Several("conditions", elements(3, 7)),
            ),
        ),
    ),
)
_REPRICING = Segment(
    "HCP",
    (
        Value("repricing.method", "01"),
        Value("repricing.allowed", "02", Kind.AMOUNT),
        Value("repricing.saving", "03", Kind.AMOUNT),
        Value("repricing.organization_id", "04"),
        Value("repricing.reject_reason", "13"),
    ),
)
_ADJUSTMENTS = Segment(
    "CAS",
    (
        Records(
            "adjustments",
            Adjustment,
            (
                Value("reason", "02", need=Need.RECORD),
                Value("amount", "03", Kind.AMOUNT, need=Need.CLAIM),
                Value("quantity", "04", Kind.COUNT),
            ),
            (Value("group", "01", need=Need.RECORD, codes=frozenset({"CO", "CR", "OA", "PI", "PR"})),),
            step=3,
            groups=6,
        ),
    ),
)


# ------------------------------------------------------------------------------------------ envelope and header

INTERCHANGE = Loop("ISA", (Segment("ISA", (Value("submission.interchange", "13"),)),))
GROUP = Loop("GS", (Segment("GS", (Value("submission.group", "06"),)),))
TRANSACTION = Loop(
    "ST",
    (
        Segment("ST", (Value("submission.transaction", "02"),)),
        Segment(
            "BHT",
            (
                Value("submission.reissue", "02", Kind.REISSUE),
                Value("submission.batch", "03", longest=50),
                Value("submission.created", "04", Kind.MOMENT, then=Position(5)),
                Value("submission.capitated", "06", Kind.CAPITATED),
            ),
        ),
        Segment("REF"),
    ),
    (
        Loop(
            "1000A",
            (
                Segment(
                    "NM1",
                    (
                        Value("submission.submitter_name", "03", longest=60),
                        Value("submission.submitter_id", "09", longest=80),
                    ),
                    qualifiers=("41",),
                    expected=("02", "03", "09"),
                ),
                _CONTACT,
            ),
        ),
        Loop(
            "1000B",
            (
                Segment(
                    "NM1",
                    (
                        Value("submission.receiver_name", "03", longest=60),
                        Value("submission.receiver_id", "09", longest=80),
                    ),
                    qualifiers=("40",),
                    expected=("02", "03", "09"),
                ),
                _CONTACT,
            ),
        ),
        _kept("1000"),
    ),
)

# ------------------------------------------------------------------------------------------------ parents of claims

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
                _provider_name("85", "billing."),
                *_address("billing.address"),
                Segment(
                    "REF",
                    (Value("billing.tax_id_kind", "01"), Value("billing.tax_id", "02", longest=50)),
                    qualifiers=("EI", "SY"),
                ),
                Segment("REF", (Pair("billing.other_ids", "01", "02"),), allowed=frozenset({"0B", "1G"})),
                _CONTACT,
            ),
        ),
        Loop(
            "2010AB",
            (Segment("NM1", qualifiers=("87",), structural=True), *_address("pay_to_address")),
        ),
        _kept("2010AC", "PE"),
        _kept("2010"),
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
                Value("coverage.sequence", "01", codes=_SEQUENCES),
                Value("coverage.relationship", "02"),
                Value("coverage.group_number", "03", longest=50),
                Value("coverage.group_name", "04", longest=60),
                Value("coverage.msp_type", "05"),
                Value("coverage.filing_indicator", "09", codes=_FILING),
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
                        *_name(person="coverage.subscriber.", identifier="coverage.member_id").fills,
                    ),
                    qualifiers=("IL",),
                    varied=True,
                ),
                *_person("coverage.subscriber."),
                Segment("REF", (Value("accident.property_casualty_number", "02"),), qualifiers=("Y4",)),
                Segment("REF", (Pair("coverage.subscriber.other_ids", "01", "02"),), allowed=frozenset({"SY"})),
                _CONTACT,
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
                *_address("coverage.payer_address"),
                Segment("REF", (Pair("coverage.other_ids", "01", "02"),), allowed=frozenset(_PAYER_IDS)),
                _CONTACT,
            ),
        ),
        _kept("2010"),
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
                _name("QC", person="patient."),
                *_person("patient."),
                Segment("REF", (Value("accident.property_casualty_number", "02"),), qualifiers=("Y4",)),
                Segment("REF", (Pair("patient.other_ids", "01", "02"),), allowed=frozenset({"1W", "SY"})),
                _CONTACT,
            ),
        ),
        _kept("2010"),
    ),
    required=(("patient.relationship", "PAT01"), ("2010CA", "NM1*QC")),
)

# ------------------------------------------------------------------------------------------------ another payer

_OTHER_PAYER = Loop(
    "2320",
    (
        Segment(
            "SBR",
            (
                Value("coverage.sequence", "01", codes=_SEQUENCES),
                Value("coverage.relationship", "02"),
                Value("coverage.group_number", "03", longest=50),
                Value("coverage.group_name", "04", longest=60),
                Value("coverage.msp_type", "05"),
                Value("coverage.filing_indicator", "09", codes=_FILING),
            ),
        ),
        _ADJUSTMENTS,
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
                        *_name(person="coverage.subscriber.", identifier="coverage.member_id").fills,
                    ),
                    qualifiers=("IL",),
                    varied=True,
                ),
                *_address("coverage.subscriber.address"),
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
                *_address("coverage.payer_address"),
                Segment("DTP", (Value("remittance_date", "03", Kind.DAY),), qualifiers=("573",)),
                Segment("REF", (Append("authorization_numbers", "02"),), qualifiers=("G1",)),
                Segment("REF", (Append("referral_numbers", "02"),), qualifiers=("9F",)),
                Segment("REF", (Value("payer_claim_number", "02"),), qualifiers=("F8",)),
                Segment("REF", qualifiers=("T4",)),
                Segment("REF", (Pair("coverage.other_ids", "01", "02"),), allowed=frozenset(_PAYER_IDS)),
                _CONTACT,
            ),
        ),
        _kept("2330C", "DN", "P3"),
        _kept("2330D", "82"),
        _kept("2330E", "77"),
        _kept("2330F", "DQ"),
        _kept("2330G", "85"),
    ),
    field="prior_adjudications",
    record=PriorAdjudication,
    many=True,
)

# --------------------------------------------------------------------------------------------------- service line

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

_LINE_ADJUDICATION = Loop(
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
        _ADJUSTMENTS,
        Segment("DTP", (Value("remittance_date", "03", Kind.DAY),), qualifiers=("573",)),
        Segment("AMT", (Value("remaining_liability", "02", Kind.AMOUNT),), qualifiers=("EAF",)),
    ),
    field="adjudications",
    record=LineAdjudication,
    many=True,
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

_SERVICE_LINE = Loop(
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
                Value("place_of_service", "05", codes=_PLACES, longest=2),
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
        _ATTACHMENT,
        Segment("CR1"),
        Segment("CR3"),
        _CERTIFICATION,
        Segment(
            "DTP",
            (
                Value("from_date", "03", Kind.FIRST_DAY, need=Need.CLAIM),
                Value("to_date", "03", Kind.LAST_DAY, strict=True),
            ),
            qualifiers=("472",),
        ),
        _dates(_LINE_DATES),
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
        _references(_LINE_REFERENCES),
        Segment("AMT"),
        Segment("K3"),
        _NOTE,
        Segment("PS1"),
        _REPRICING,
    ),
    (
        _DRUG,
        _provider("2420A", "82", "rendering", taxonomy=True),
        _provider("2420B", "QB", "purchased_service"),
        _provider("2420C", "77", "facility", address=True),
        _provider("2420D", "DQ", "supervising"),
        _provider("2420E", "DK", "ordering", address=True),
        _provider("2420F", "DN", "referring"),
        _kept("2420F", "P3"),
        _kept("2420G", "PW"),
        _kept("2420H", "45"),
        _kept("2420"),
        _LINE_ADJUDICATION,
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

# ---------------------------------------------------------------------------------------------------------- claim

CLAIM = Loop(
    "2300",
    (
        Segment(
            "CLM",
            (
                Value("control_number", "01", need=Need.CLAIM, longest=38),
                Value("total_charge", "02", Kind.AMOUNT, need=Need.CLAIM),
                Value("place_of_service", "05-1", need=Need.EXPECTED, codes=_PLACES, longest=2),
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
        _dates(_CLAIM_DATES),
        _ATTACHMENT,
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
        _references(_CLAIM_REFERENCES),
        Segment("K3"),
        _NOTE,
        Segment("CR1"),
        Segment("CR2"),
        _CERTIFICATION,
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
        _REPRICING,
    ),
    (
        _provider("2310A", "DN", "referring"),
        _provider("2310A", "P3", "primary_care"),
        _provider("2310B", "82", "rendering", taxonomy=True),
        _provider("2310C", "77", "facility", address=True),
        _provider("2310D", "DQ", "supervising"),
        _kept("2310E", "PW"),
        _kept("2310F", "45"),
        _kept("2310"),
        _OTHER_PAYER,
        _SERVICE_LINE,
    ),
    required=(("2400", "a service line (LX, SV1)"),),
    fatal=True,
)
