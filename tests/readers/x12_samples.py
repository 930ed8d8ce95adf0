"""837P files for the tests: text by hand, text written from claims, and claims for hypothesis to vary."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import attrs
from hypothesis import strategies as st

from prebill.model import (
    Accident,
    Address,
    Adjustment,
    Attachment,
    Certification,
    Claim,
    Contract,
    Coverage,
    Diagnosis,
    Drug,
    DurableEquipment,
    FormAnswer,
    LineAdjudication,
    Measurement,
    Patient,
    PriorAdjudication,
    Provider,
    QualifiedDate,
    Reference,
    Repricing,
    Segment,
    ServiceLine,
    Submission,
    Subscriber,
)
from prebill.readers.x12 import ProfessionalClaims
from prebill.reading import Item, Problem, Refused, Sourced, Unreadable
from prebill.writers.x12 import Style, write_837p

ENVELOPE = (
    "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260320*0900*^*00501*000000001*0*T*:~",
    "GS*HC*SENDER*RECEIVER*20260320*0900*1*X*005010X222A1~",
    "GE*1*1~",
    "IEA*1*000000001~",
)
HEADER = (
    "ST*837*0001*005010X222A1~",
    "BHT*0019*00*B0001*20260320*0900*CH~",
    "NM1*41*2*ACME MEDICAL GROUP*****46*SUB001~",
    "PER*IC*BILLING*TE*5125550100~",
    "NM1*40*2*CLEARING CO*****46*RCV001~",
)
BILLING = (
    "HL*1**20*1~",
    "PRV*BI*PXC*207X00000X~",
    "NM1*85*2*ACME MEDICAL GROUP*****XX*1234567893~",
    "N3*100 MAIN ST~",
    "N4*AUSTIN*TX*733010001~",
    "REF*EI*741234567~",
)
SUBSCRIBER = (
    "HL*2*1*22*0~",
    "SBR*P*18*GRP100******CI~",
    "NM1*IL*1*SMITH*ROBERT****MI*W123456789~",
    "N3*1 ELM ST~",
    "N4*AUSTIN*TX*733010002~",
    "DMG*D8*19610704*M~",
    "NM1*PR*2*ACME COMMERCIAL*****PI*ACM01~",
)
PATIENT = (
    "HL*3*2*23*0~",
    "PAT*19~",
    "NM1*QC*1*SMITH*KIM~",
    "N3*1 ELM ST~",
    "N4*AUSTIN*TX*733010002~",
    "DMG*D8*20150505*F~",
)
CLAIM = (
    "CLM*C-8812*225***11:B:1*Y*A*Y*Y~",
    "HI*ABK:M1712*ABF:M25511~",
    "NM1*82*1*BAKER*DANA****XX*1523456782~",
    "LX*1~",
    "SV1*HC:99213*150*UN*1***2~",
    "DTP*472*D8*20260316~",
    "REF*6R*C8812-1~",
    "LX*2~",
    "SV1*HC:20610:LT*75*UN*1***1~",
    "DTP*472*D8*20260316~",
    "REF*6R*C8812-2~",
)


def interchange(*segments: str, line_break: str = "\n") -> bytes:
    """One interchange around what stands between ST and SE; the trailer is counted."""
    body = [f"{segment}~" for segment in "".join((*HEADER, *segments)).split("~")[:-1]]
    whole = [*ENVELOPE[:2], *body, f"SE*{len(body) + 1}*0001~", *ENVELOPE[2:]]
    return "".join(f"{segment}{line_break}" for segment in whole).encode()


def file_of(*claim: str) -> bytes:
    """A file with one claim of a subscriber who is the patient."""
    return interchange(*BILLING, *SUBSCRIBER, *(claim or CLAIM))


def changed(old: str, new: str, segments: Iterable[str] = CLAIM) -> tuple[str, ...]:
    """Segments with one of them replaced; without a replacement it is left out."""
    segments = list(segments)
    at = segments.index(old)
    segments[at : at + 1] = [new] if new else []
    return tuple(segments)


def read(data: bytes, **options: Any) -> list[Item]:
    """Everything that a file yields."""
    return list(ProfessionalClaims(io.BytesIO(data), "test.837", **options).read())


def claims_in(items: Iterable[Item]) -> list[Claim]:
    """The claims that could be read."""
    return [item.encounter.claim for item in items if isinstance(item, Sourced)]


def problems_in(items: Iterable[Item]) -> list[Problem]:
    """What was wrong without costing a claim."""
    return [item for item in items if isinstance(item, Problem)]


def unreadable_in(items: Iterable[Item]) -> list[Unreadable]:
    """The claims that could not be read."""
    return [item for item in items if isinstance(item, Unreadable)]


def refused_in(items: Iterable[Item]) -> list[Refused]:
    """What is not for this reader."""
    return [item for item in items if isinstance(item, Refused)]


def accounted(items: Iterable[Item]) -> int:
    """How many claims the items account for."""
    items = list(items)
    return len(claims_in(items)) + len(unreadable_in(items)) + sum(item.claims for item in refused_in(items))


def written(claims: Iterable[Claim], **options: Any) -> bytes:
    """Claims as an 837P."""
    return "".join(write_837p(claims, **options)).encode()


# ------------------------------------------------------------------------------------------------- for hypothesis

WORDS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ '.-0123456789", min_size=1, max_size=20).map(str.strip).filter(bool)
NAMES = WORDS | st.sampled_from(["NUÑEZ", "O'NEIL-LE", "MÜLLER"])
CODES = st.text("ABCDEFGHJKMNPQRSTUVWXYZ0123456789", min_size=2, max_size=12)
DIGITS = st.text("0123456789", min_size=9, max_size=9)
AMOUNTS = st.integers(0, 10**7).map(lambda cents: Decimal(cents) / 100)
COUNTS = st.integers(1, 500).map(lambda halves: Decimal(halves) / 2)
DAYS = st.dates(date(1930, 1, 1), date(2026, 12, 31))
MODIFIERS = st.sampled_from(["25", "59", "LT", "RT", "QK", "AA", "GT", "XU"])
PLACES = st.sampled_from(["11", "21", "22", "24", "10", "02"])
PROCEDURES = st.sampled_from(["99213", "99214", "20610", "93458", "00840", "27447", "90837", "J1100"])


def _maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


def _few(strategy: st.SearchStrategy[Any], most: int = 2) -> st.SearchStrategy[Any]:
    return st.lists(strategy, max_size=most).map(tuple)


def _ids(*qualifiers: str) -> st.SearchStrategy[Any]:
    return _few(st.tuples(st.sampled_from(qualifiers), CODES))


ADDRESSES = st.builds(
    Address,
    line1=WORDS,
    line2=_maybe(WORDS),
    city=WORDS,
    state=st.sampled_from(["TX", "FL"]),
    postal_code=DIGITS,
    country=_maybe(st.just("CAN")),
)


def _providers(*ids: str, address: bool = False, taxonomy: bool = False) -> st.SearchStrategy[Provider]:
    return st.builds(
        Provider,
        npi=_maybe(DIGITS),
        name=_maybe(NAMES),
        first_name=_maybe(NAMES),
        middle_name=_maybe(NAMES),
        suffix=_maybe(st.just("JR")),
        entity_type=st.sampled_from("12"),
        taxonomy=_maybe(st.just("207X00000X")) if taxonomy else st.none(),
        address=_maybe(ADDRESSES) if address else st.none(),
        other_ids=_ids(*ids),
    )


DATED = st.builds(QualifiedDate, qualifier=st.just("431"), from_date=DAYS) | st.builds(
    QualifiedDate, qualifier=st.just("314"), from_date=DAYS, to_date=DAYS
)
REPRICING = st.builds(
    Repricing,
    method=st.just("02"),
    allowed=_maybe(AMOUNTS),
    saving=_maybe(AMOUNTS),
    organization_id=_maybe(CODES),
    reject_reason=_maybe(st.just("T1")),
)
ATTACHMENTS = _few(
    st.builds(
        Attachment,
        report_type=st.just("OZ"),
        transmission=_maybe(st.just("EL")),
        control_number=_maybe(CODES),
    )
)
CERTIFICATIONS = _few(
    st.builds(
        Certification,
        category=st.sampled_from(["07", "75"]),
        certified=_maybe(st.booleans()),
        conditions=_few(st.sampled_from(["01", "IH"]), 3),
    )
)
ADJUSTMENTS = st.lists(
    st.builds(
        Adjustment,
        group=st.sampled_from(["CO", "PR"]),
        reason=st.sampled_from(["45", "97", "2"]),
        amount=AMOUNTS,
        quantity=_maybe(COUNTS),
    ),
    max_size=8,
).map(tuple)
SUBMISSIONS = st.builds(
    Submission,
    interchange=DIGITS,
    group=st.just("17"),
    transaction=st.just("0001"),
    batch=_maybe(CODES),
    created=st.datetimes(datetime(2000, 1, 1), datetime(2030, 1, 1)).map(lambda moment: moment.replace(microsecond=0)),
    capitated=st.booleans(),
    reissue=st.booleans(),
    submitter_id=CODES,
    submitter_name=NAMES,
    receiver_id=CODES,
    receiver_name=NAMES,
)


def _people(kind: type[Any], **more: Any) -> st.SearchStrategy[Any]:
    return st.builds(
        kind,
        last_name=NAMES,
        first_name=_maybe(NAMES),
        middle_name=_maybe(NAMES),
        suffix=_maybe(st.just("III")),
        birth_date=_maybe(DAYS),
        sex=_maybe(st.sampled_from("FMU")),
        address=_maybe(ADDRESSES),
        **more,
    )


def _coverages(*ids: str, **more: Any) -> st.SearchStrategy[Coverage]:
    return st.builds(
        Coverage,
        payer_id=_maybe(CODES),
        payer_name=_maybe(NAMES),
        member_id=_maybe(CODES),
        sequence=st.sampled_from("PST"),
        filing_indicator=_maybe(st.sampled_from(["CI", "MB", "16"])),
        group_number=_maybe(CODES),
        group_name=_maybe(NAMES),
        msp_type=_maybe(st.just("12")),
        payer_address=_maybe(ADDRESSES),
        other_ids=_ids(*ids),
        **more,
    )


PRIOR = st.builds(
    PriorAdjudication,
    coverage=_coverages(
        "2U",
        "FY",
        relationship=_maybe(st.sampled_from(["18", "01"])),
        benefits_assigned=_maybe(st.sampled_from("YN")),
        release=_maybe(st.sampled_from("YI")),
        subscriber=_people(Subscriber, entity_type=st.just("1"), other_ids=_ids("SY")).map(
            lambda subscriber: attrs.evolve(subscriber, birth_date=None, sex=None)
        ),
    ),
    paid=_maybe(AMOUNTS),
    non_covered=_maybe(AMOUNTS),
    remaining_liability=_maybe(AMOUNTS),
    remittance_date=_maybe(DAYS),
    payer_claim_number=_maybe(CODES),
    adjustments=ADJUSTMENTS,
    remark_codes=_few(st.sampled_from(["MA01", "N20"]), 5),
    authorization_numbers=_few(CODES),
    referral_numbers=_few(CODES),
)
LINE_ADJUDICATIONS = _few(
    st.builds(
        LineAdjudication,
        payer_id=CODES,
        paid=AMOUNTS,
        procedure=PROCEDURES,
        modifiers=_few(MODIFIERS, 4),
        units=_maybe(COUNTS),
        bundled_into=_maybe(st.integers(1, 9)),
        remittance_date=_maybe(DAYS),
        remaining_liability=_maybe(AMOUNTS),
        adjustments=ADJUSTMENTS,
    )
)
DRUGS = st.builds(
    Drug,
    ndc=DIGITS,
    qualifier=st.sampled_from(["N4", "UP"]),
    quantity=_maybe(COUNTS),
    unit=_maybe(st.sampled_from(["ML", "UN"])),
    prescription_number=_maybe(CODES),
    link_number=_maybe(CODES),
)
EQUIPMENT = st.builds(
    DurableEquipment, days=COUNTS, rental=_maybe(AMOUNTS), purchase=_maybe(AMOUNTS), frequency=st.just("4")
)


@st.composite
def _lines(draw: st.DrawFn, number: int, diagnoses: int) -> ServiceLine:
    minutes = draw(st.booleans())
    pointers = st.lists(st.integers(1, diagnoses), max_size=4, unique=True) if diagnoses else st.just([])
    rare = draw(st.booleans())
    more: dict[str, Any] = {}
    if rare:
        more = {
            "drug": draw(_maybe(DRUGS)),
            "equipment": draw(_maybe(EQUIPMENT)),
            "ordering": draw(_maybe(_providers("0B", "1G", address=True))),
            "referring": draw(_maybe(_providers("G2"))),
            "supervising": draw(_maybe(_providers("LU"))),
            "facility": draw(_maybe(_providers("G2", address=True))),
            "purchased_service": draw(_maybe(_providers("0B"))),
            "obstetric_units": draw(_maybe(COUNTS)),
            "dates": draw(_few(st.builds(QualifiedDate, qualifier=st.sampled_from(["463", "607"]), from_date=DAYS))),
            "references": draw(
                _few(
                    st.builds(Reference, qualifier=st.sampled_from(["X4", "BT", "G1", "9F"]), value=CODES, payer=CODES)
                    | st.builds(Reference, qualifier=st.sampled_from(["X4", "BT"]), value=CODES)
                )
            ),
            "adjudications": draw(LINE_ADJUDICATIONS),
            "notes": draw(_few(WORDS)),
            "attachments": draw(ATTACHMENTS),
            "certifications": draw(CERTIFICATIONS),
            "measurements": draw(
                _few(st.builds(Measurement, reference=st.just("TR"), kind=st.just("R1"), value=COUNTS))
            ),
            "form_answers": draw(
                _few(
                    st.builds(
                        FormAnswer,
                        form=st.sampled_from(["04.03", "10.02"]),
                        question=st.sampled_from(["1A", "2"]),
                        answer=WORDS,
                    ),
                    4,
                )
            ),
            "repricing": draw(_maybe(REPRICING)),
            "other_segments": draw(
                _few(st.builds(Segment, loop=st.just("2400"), name=st.just("K3"), elements=st.tuples(WORDS)))
            ),
        }
    return ServiceLine(
        number=number,
        procedure=draw(PROCEDURES),
        from_date=draw(DAYS),
        to_date=draw(_maybe(DAYS)),
        charge=draw(AMOUNTS),
        units=draw(COUNTS),
        unit_type="MJ" if minutes else "UN",
        modifiers=draw(_few(MODIFIERS, 4)),
        pointers=tuple(draw(pointers)),
        description=draw(_maybe(WORDS)),
        place_of_service=draw(_maybe(PLACES)),
        emergency=draw(st.booleans()),
        early_screening=draw(st.booleans()),
        family_planning=draw(st.booleans()),
        copay_exempt=draw(st.booleans()),
        control_number=draw(_maybe(CODES)),
        authorization_numbers=draw(_few(CODES)),
        referral_number=draw(_maybe(CODES)),
        rendering=draw(_maybe(_providers("0B", "LU", taxonomy=True))),
        **more,
    )


@st.composite
def claims(draw: st.DrawFn) -> Claim:
    """Any claim that an 837P can hold without a structural fault."""
    qualifiers = st.lists(st.sampled_from(["I10", "M1712", "F411", "E119", "Z0000"]), max_size=5, unique=True)
    codes = draw(qualifiers)
    lines = tuple(draw(_lines(number, len(codes))) for number in range(1, draw(st.integers(1, 3)) + 1))
    dependent = draw(st.booleans())
    subscriber = draw(_people(Subscriber, entity_type=st.just("1"), other_ids=_ids("SY")))
    event: dict[str, Any] = {
        "death_date": draw(_maybe(DAYS)),
        "weight_pounds": draw(_maybe(COUNTS)),
        "pregnant": draw(_maybe(st.booleans())),
        "record_number": draw(_maybe(CODES)),
    }
    if dependent:
        patient = draw(_people(Patient, other_ids=_ids("1W")))
        patient = attrs.evolve(patient, relationship=draw(st.sampled_from(["01", "19"])), **event)
    else:
        names = [field.name for field in attrs.fields(Subscriber) if field.name != "entity_type"]
        shared = {name: getattr(subscriber, name) for name in names}
        patient = Patient(**shared, relationship="18", **event)
    billing = draw(_providers("0B", address=True, taxonomy=True))
    if draw(st.booleans()):
        billing = attrs.evolve(billing, tax_id=draw(DIGITS), tax_id_kind=draw(st.sampled_from(["EI", "SY"])))
    return Claim(
        control_number=draw(CODES),
        lines=lines,
        billing=billing,
        patient=patient,
        coverage=draw(
            _coverages("FY", "G2", subscriber=st.just(subscriber), relationship=st.just(patient.relationship))
        ),
        total_charge=sum((line.charge for line in lines), Decimal(0)),
        place_of_service=draw(PLACES),
        frequency_code=draw(st.sampled_from("178")),
        diagnoses=tuple(Diagnosis(code=code, qualifier="ABF" if index else "ABK") for index, code in enumerate(codes)),
        rendering=draw(_maybe(_providers("0B", "G2", taxonomy=True))),
        referring=draw(_maybe(_providers("1G"))),
        primary_care=draw(_maybe(_providers("G2"))),
        supervising=draw(_maybe(_providers("LU"))),
        facility=draw(_maybe(_providers("LU", address=True))),
        authorization_numbers=draw(_few(CODES)),
        referral_number=draw(_maybe(CODES)),
        original_reference_number=draw(_maybe(CODES)),
        signature_on_file=draw(_maybe(st.booleans())),
        assignment=draw(_maybe(st.sampled_from("ABC"))),
        benefits_assigned=draw(_maybe(st.sampled_from("YNW"))),
        release=draw(_maybe(st.sampled_from("YI"))),
        accident=draw(
            _maybe(
                st.builds(
                    Accident,
                    kinds=st.lists(st.sampled_from(["AA", "EM", "OA"]), min_size=1, max_size=3).map(tuple),
                    state=_maybe(st.just("TX")),
                    country=_maybe(st.just("CAN")),
                    occurred_on=_maybe(DAYS),
                    property_casualty_number=_maybe(CODES),
                )
            )
        ),
        special_program=draw(_maybe(st.just("05"))),
        delay_reason=draw(_maybe(st.just("11"))),
        patient_paid=draw(_maybe(AMOUNTS)),
        anesthesia_procedures=draw(_few(PROCEDURES)),
        condition_codes=draw(_few(st.sampled_from(["A3", "C1"]))),
        dates=draw(_few(DATED)),
        references=draw(_few(st.builds(Reference, qualifier=st.sampled_from(["X4", "P4", "D9"]), value=CODES))),
        notes=draw(_few(WORDS)),
        attachments=draw(ATTACHMENTS),
        certifications=draw(CERTIFICATIONS),
        prior_adjudications=draw(_few(PRIOR)),
        contract=draw(
            _maybe(
                st.builds(
                    Contract,
                    kind=st.just("02"),
                    amount=_maybe(AMOUNTS),
                    percent=_maybe(COUNTS),
                    code=_maybe(CODES),
                )
            )
        ),
        repricing=draw(_maybe(REPRICING)),
        pay_to_address=draw(_maybe(ADDRESSES)),
        submission=draw(SUBMISSIONS),
        other_segments=draw(
            _few(st.builds(Segment, loop=st.just("2300"), name=st.just("K3"), elements=st.tuples(WORDS)))
        ),
    )


STYLES = st.builds(
    Style,
    element=st.sampled_from("*|\x1d"),
    component=st.sampled_from(":>\x1f"),
    repetition=st.sampled_from("^U"),
    terminator=st.sampled_from("~!\x1e\n"),
    line_break=st.sampled_from(["", "\n", "\r\n"]),
)
