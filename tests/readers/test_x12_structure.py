"""What is wrong with the structure of a file is reported with its place, and costs as few claims as it can."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest

from prebill.model import Segment
from prebill.readers.x12 import Kind, ProfessionalClaims, kind_of
from prebill.reading import Problem, Sourced, Unreadable
from tests.readers.x12_samples import (
    BILLING,
    CLAIM,
    ENVELOPE,
    HEADER,
    PATIENT,
    SUBSCRIBER,
    accounted,
    changed,
    claims_in,
    file_of,
    interchange,
    problems_in,
    read,
    refused_in,
    unreadable_in,
)


def test_the_example_of_the_specification_is_read_without_a_word() -> None:
    (item,) = read(file_of())
    assert isinstance(item, Sourced)
    claim = item.encounter.claim
    assert claim.control_number == "C-8812"
    assert claim.total_charge == 225
    assert [(line.procedure, line.modifiers, line.charge, line.pointers) for line in claim.lines] == [
        ("99213", (), 150, (2,)),
        ("20610", ("LT",), 75, (1,)),
    ]
    assert [diagnosis.code for diagnosis in claim.diagnoses] == ["M1712", "M25511"]
    assert (claim.billing.npi, claim.billing.taxonomy, claim.billing.tax_id) == (
        "1234567893",
        "207X00000X",
        "741234567",
    )
    assert claim.rendering is not None
    assert claim.rendering.npi == "1523456782"
    assert (claim.patient.last_name, claim.patient.relationship) == ("SMITH", "18")
    assert (claim.coverage.member_id, claim.coverage.payer_id) == ("W123456789", "ACM01")
    assert claim.submission is not None
    assert claim.submission.submitter_id == "SUB001"


def test_a_dependent_is_the_patient_and_the_relationship_is_his() -> None:
    (claim,) = claims_in(read(interchange(*BILLING, *SUBSCRIBER, *PATIENT, *CLAIM)))
    assert (claim.patient.first_name, claim.patient.relationship) == ("KIM", "19")
    assert claim.coverage.relationship == "19"
    assert claim.coverage.subscriber is not None
    assert claim.coverage.subscriber.first_name == "ROBERT"


def test_codes_are_read_in_upper_case_and_diagnoses_without_their_dot() -> None:
    segments = changed(CLAIM[1], "HI*ABK:m17.12*ABF:M25511~")
    segments = changed("SV1*HC:20610:LT*75*UN*1***1~", "SV1*HC:20610:lt*75*UN*1***1~", segments)
    (claim,) = claims_in(read(file_of(*segments)))
    assert claim.diagnoses[0].code == "M1712"
    assert claim.lines[1].modifiers == ("LT",)


CLM, HI, NM1, LX, SV1, DTP = CLAIM[:6]


@pytest.mark.parametrize(
    ("old", "new", "place", "message"),
    [
        (CLM, "CLM*C-8812*226***11:B:1*Y*A*Y*Y~", "2300/CLM02", "sum of the line charges"),
        (CLM, "CLM*C-8812*225***111:B:1*Y*A*Y*Y~", "2300/CLM05-1", "code list"),
        (CLM, "CLM*C-8812*225***111:B:1*Y*A*Y*Y~", "2300/CLM05-1", "longer than 2"),
        (CLM, "CLM*C-8812*225****Y*A*Y*Y~", "2300/CLM05-1", "missing"),
        (CLM, "CLM*C-8812*225***11:B:1*1*A*Y*Y~", "2300/CLM06", "Y or N"),
        (CLM, f"CLM*{'C' * 39}*225***11:B:1*Y*A*Y*Y~", "2300/CLM01", "longer than 38"),
        (HI, "HI*ABK:M1712*ABK:M25511~", "2300/HI02-1", "first-listed"),
        (HI, "HI*ABK:M1712~", "2400/SV107-1", "the claim lacks"),
        (HI, "HI*BK*8901*BF:M25511~", "2300/HI01-2", "missing"),
        (HI, f"{HI}DTP*434*D8*20260316~", "2300/DTP01", "not one of the loop"),
        (HI, f"{HI}DTP*435*D8*20260230~", "2300/DTP03", "calendar date"),
        (HI, f"{HI}DTP*435*TM*2337~", "2300/DTP03", "date CCYYMMDD"),
        (HI, f"{HI}REF*ZZ*1~", "2300/REF01", "not one of the loop"),
        (HI, f"{HI}QQQ*1~", "2300/QQQ", "not allowed"),
        (HI, f"{HI}~", "2300", "empty segment"),
        (HI, f"{HI}AMT*F5*1~AMT*F5*2~", "2300/AMT", "repeats"),
        (NM1, f"{NM1}REF*EI*1~", "2310B/REF01", "not one of the loop"),
        (NM1, "NM1*DN*1*WHO*A~N3*1 ELM~", "2310A/N3", "not allowed"),
        (NM1, f"{NM1}{NM1}", "2310B", "second loop"),
        (NM1, f"{NM1}NTE*ADD*LATE~", "2300/NTE", "stands after loop 2310B"),
        (NM1, "NM1*XQ*1*BAKER*DANA~", "2310/NM101", "XQ is not expected"),
        (LX, "", "2400", "LX is missing"),
        (LX, "LX~", "2400/LX01", "missing"),
        (SV1, "SV1*HC:992139*150*UN*1***2~", "2400/SV101-2", "five characters"),
        (SV1, "SV1*HC:99213:TOO*150*UN*1***2~", "2400/SV101-3", "longer than 2"),
        (SV1, "SV1*HC:99213*150*XX*1***2~", "2400/SV103", "code list"),
        (SV1, "SV1*HC:99213*150*UN*1***7~", "2400/SV107-1", "the claim lacks"),
        (DTP, f"{DTP}DTP*472*D8*20260317~", "2400/DTP", "repeats"),
        (DTP, f"{DTP}SVD*PAY*1~CAS*XX*45*1~", "2430/CAS01", "code list"),
    ],
)
def test_a_structural_fault_is_a_problem_of_its_claim_which_is_read(
    old: str, new: str, place: str, message: str
) -> None:
    items = read(file_of(*changed(old, new)))
    found = [item for item in problems_in(items) if item.place.element == place and message in item.message]
    assert len(found) == 1, items
    assert found[0].place.segment
    assert (found[0].claim_id or "").startswith("C")
    assert len(claims_in(items)) == 1


@pytest.mark.parametrize(
    ("old", "new", "place", "reason"),
    [
        (CLM, "CLM**225***11:B:1*Y*A*Y*Y~", "2300/CLM01", "missing"),
        (CLM, "CLM*C-8812****11:B:1*Y*A*Y*Y~", "2300/CLM02", "missing"),
        (CLM, "CLM*C-8812*1,225***11:B:1*Y*A*Y*Y~", "2300/CLM02", "number"),
        (CLM, "CLM*C-8812*NaN***11:B:1*Y*A*Y*Y~", "2300/CLM02", "number"),
        (CLM, "CLM*C-8812*1E3***11:B:1*Y*A*Y*Y~", "2300/CLM02", "number"),
        (HI, f"{HI}AMT*F5*TEN~", "2300/AMT02", "number"),
        (SV1, "SV1**150*UN*1***2~", "2400/SV101-2", "missing"),
        (SV1, "SV1*HC*150*UN*1***2~", "2400/SV101-2", "missing"),
        (SV1, "SV1*HC:99213*x*UN*1***2~", "2400/SV102", "number"),
        (SV1, "SV1*HC:99213*150*UN****2~", "2400/SV104", "missing"),
        (SV1, "SV1*HC:99213*150*UN*1***A~", "2400/SV107-1", "number"),
        (SV1, "SV1*HC:99213*150*UN*1***1.5~", "2400/SV107-1", "whole"),
        (SV1, "", "2400", "SV1 is missing"),
        (DTP, "DTP*472*D8*20260230~", "2400/DTP03", "calendar date"),
        (DTP, "DTP*472*D8~", "2400/DTP03", "missing"),
        (DTP, "DTP*472*RD8*20260316-2026~", "2400/DTP03", "date"),
        (DTP, f"{DTP}SVD*PAY*ONE~", "2430/SVD02", "number"),
    ],
)
def test_a_claim_that_cannot_be_represented_is_unreadable_and_costs_no_other(
    old: str, new: str, place: str, reason: str
) -> None:
    good = tuple(segment.replace("C-8812", "GOOD") for segment in CLAIM)
    items = read(file_of(*changed(old, new), *good))
    (lost,) = unreadable_in(items)
    assert (lost.place.element, reason in lost.reason) == (place, True), lost
    assert [claim.control_number for claim in claims_in(items)] == ["GOOD"]


def test_a_claim_without_lines_or_service_dates_is_unreadable() -> None:
    (lost,) = unreadable_in(read(file_of(*CLAIM[:3])))
    assert "service line" in lost.reason
    (lost,) = unreadable_in(read(file_of(*(segment for segment in CLAIM if not segment.startswith("DTP")))))
    assert "DTP*472 is missing" in lost.reason
    assert lost.claim_id == "C-8812"


def test_a_whole_pointer_may_be_written_with_decimals() -> None:
    (claim,) = claims_in(read(file_of(*changed(SV1, "SV1*HC:99213*150*UN*1***2.00~"))))
    assert claim.lines[0].pointers == (2,)


def test_what_has_no_field_is_kept() -> None:
    segments = changed(HI, f"K3*FIXED*2~{HI}DTP*435*D8*20260230~")
    segments = changed(DTP, f"{DTP}CR3*I*MO*12~", segments)
    (claim,) = claims_in(read(file_of(*segments)))
    assert claim.other_segments == (
        Segment(loop="1000A", name="PER", elements=("IC", "BILLING", "TE", "5125550100")),
        Segment(loop="2300", name="K3", elements=("FIXED", "2")),
        Segment(loop="2300", name="DTP", elements=("435", "D8", "20260230")),
    )
    assert claim.lines[0].other_segments == (Segment(loop="2400", name="CR3", elements=("I", "MO", "12")),)


def test_patient_data_is_not_repeated_in_any_message() -> None:
    secret = "SECRET"
    broken = [
        *changed("DMG*D8*19610704*M~", f"DMG*D8*{secret}*M~", SUBSCRIBER),
        f"{secret}*1~",
        f"CLM*C-1*{secret}***{secret}:B:1*{secret}*A*Y*Y~",
        f"HI*ABK:{secret * 9}~",
        f"NM1*{secret}*1*{secret}~",
        f"{secret}~",
        "LX*1~",
        f"SV1*{secret}:{secret}:{secret}*{secret}*{secret}*1***{secret}~",
        f"DTP*472*D8*{secret}~",
    ]
    items = read(interchange(*BILLING, *broken))
    assert len(items) > 9
    for item in items:
        assert isinstance(item, Problem | Unreadable)
        assert secret not in f"{item.place}{getattr(item, 'message', '')}{getattr(item, 'reason', '')}"


# ------------------------------------------------------------------------------------------------ levels, envelope


def test_faults_above_a_claim_are_reported_once() -> None:
    levels = (*BILLING, *changed("DMG*D8*19610704*M~", "DMG*D8*19619999*X~", SUBSCRIBER))
    second = tuple(segment.replace("C-8812", "C-8813") for segment in CLAIM)
    items = read(interchange(*levels, *CLAIM, *second))
    assert [(item.place.element, item.claim_id) for item in problems_in(items)] == [
        ("2010BA/DMG02", None),
        ("2010BA/DMG03", None),
    ]
    assert [claim.patient.birth_date for claim in claims_in(items)] == [None, None]


@pytest.mark.parametrize(
    ("levels", "message"),
    [
        ((*changed("NM1*85*2*ACME MEDICAL GROUP*****XX*1234567893~", "", BILLING), *SUBSCRIBER), "NM1*85"),
        ((*BILLING, *changed("NM1*PR*2*ACME COMMERCIAL*****PI*ACM01~", "", SUBSCRIBER)), "NM1*PR"),
        ((*BILLING, *changed("SBR*P*18*GRP100******CI~", "", SUBSCRIBER)), "SBR01"),
        ((*BILLING,), "under no level 22"),
        ((*SUBSCRIBER,), "under no level 20"),
        ((*BILLING, *changed("HL*2*1*22*0~", "HL*2*9*22*0~", SUBSCRIBER)), "nearest level 20"),
        ((*BILLING, *changed("HL*2*1*22*0~", "HL*2*1*24*0~", SUBSCRIBER)), "not 20, 22 or 23"),
    ],
)
def test_a_faulty_hierarchy_is_reported_and_its_claims_are_read(levels: tuple[str, ...], message: str) -> None:
    items = read(interchange(*levels, *CLAIM))
    assert any(message in item.message for item in problems_in(items)), items
    assert len(claims_in(items)) == 1


def test_an_amount_above_a_claim_that_is_no_number_makes_its_claims_unreadable() -> None:
    event = "PAT*****D8*20260101*01*HEAVY~"
    levels = changed("SBR*P*18*GRP100******CI~", f"SBR*P*18*GRP100******CI~{event}", SUBSCRIBER)
    (lost,) = unreadable_in(read(interchange(*BILLING, *levels, *CLAIM)))
    assert lost.place.element == "2000B/PAT08"


@pytest.mark.parametrize(
    ("old", "new", "element", "message"),
    [
        (b"SE*30*", b"SE*31*", "SE01", "says 31, there are 30"),
        (b"SE*30*", b"SE*x*", "SE01", "no count"),
        (b"SE*30*0001", b"SE*30*0002", "SE02", "ST02"),
        (b"GE*1*1", b"GE*2*1", "GE01", "there are 1"),
        (b"GE*1*1", b"GE*1*2", "GE02", "GS06"),
        (b"IEA*1*", b"IEA*7*", "IEA01", "there are 1"),
        (b"IEA*1*000000001", b"IEA*1*000000002", "IEA02", "ISA13"),
        (b"SE*30*0001~\n", b"", "ST", "before the SE"),
        (b"GE*1*1~\n", b"", "GS", "before the GE"),
        (b"IEA*1*000000001~\n", b"", "ISA", "before the IEA"),
        (b"IEA*1*000000001~\n", b"IEA*1*000000001", None, "without a segment terminator"),
        (b"*005010X222A1~\nBHT", b"*005010X223A2~\nBHT", "ST03", "GS08"),
        (b"*ZZ*SENDER         *", b"*ZZ*SENDER        *", "ISA", "105 characters"),
        (b"ISA*", b"\xef\xbb\xbfISA*", None, "byte order mark"),
        (b"ISA*", b"\n\nISA*", None, "blank lines"),
        (b"ISA*", b"Content-Type: text\n\nISA*", None, "text before"),
        (b"IEA*1*000000001~", b"IEA*1*000000001~\nGARBAGE*1~", None, "outside"),
    ],
)
def test_a_faulty_envelope_is_reported_and_costs_no_claim(
    old: bytes, new: bytes, element: str | None, message: str
) -> None:
    data = file_of()
    assert old in data
    items = read(data.replace(old, new))
    (problem,) = problems_in(items)
    assert (problem.place.element, message in problem.message) == (element, True), problem
    assert len(claims_in(items)) == 1


def test_several_interchanges_groups_and_transactions() -> None:
    one = file_of().decode()
    two = one.replace("C-8812", "C-2").replace("*", "|").replace(":", ">").replace("~", "'").encode()
    three = one.replace("C-8812", "C-3")
    body = three[three.index("ST*837") : three.index("GE*1")]
    more = body.replace("C-3", "C-4").replace("0001", "0002")
    three = three.replace("GE*1*", more + "GE*2*")
    items = read(one.encode() + two + b"\r\n\r\n" + three.encode())
    assert [claim.control_number for claim in claims_in(items)] == ["C-8812", "C-2", "C-3", "C-4"]
    assert problems_in(items) == []
    places = [item.origin.locate("") for item in items if isinstance(item, Sourced)]
    assert [(place.interchange, place.segment) for place in places] == [(1, 21), (2, 21), (3, 21), (3, 51)]
    assert str(places[1]) == "test.837:interchange 2 segment 21 2300/CLM"


def test_two_claims_with_one_number_are_reported_wherever_they_stand() -> None:
    items = read(file_of() + file_of())
    (problem,) = problems_in(items)
    assert (problem.claim_id, problem.place.interchange, problem.place.element) == ("C-8812", 2, "2300/CLM01")
    assert len(claims_in(items)) == 2


def test_composites_split_on_another_character_are_one_problem_and_unreadable_claims() -> None:
    second = tuple(segment.replace("C-8812", "C-2") for segment in CLAIM)
    data = file_of(*CLAIM, *second)
    head, body = data[:106], data[106:]
    items = read(head + body.replace(b":", b">"))
    (problem,) = problems_in(items)
    assert problem.place.element == "ISA16"
    assert [lost.claim_id for lost in unreadable_in(items)] == ["C-8812", "C-2"]


def test_text_that_is_not_utf8_is_taken_for_latin1() -> None:
    data = file_of().replace(b"SMITH", "NUÑEZ".encode("latin-1")).replace(b"BAKER", "MÜLLER".encode())
    (claim,) = claims_in(read(data))
    assert claim.patient.last_name == "NUÑEZ"
    assert claim.rendering is not None
    assert claim.rendering.name == "MÜLLER"


def test_blanks_around_elements_and_lower_blocks_do_not_matter() -> None:
    data = file_of().replace(b"NM1*IL*1*SMITH*", b" NM1*IL*1*SMITH   *")
    (claim,) = claims_in(read(data))
    assert claim.patient.last_name == "SMITH"


# ------------------------------------------------------------------------------------ what is not for this reader


def test_what_is_not_x12_is_refused_in_plain_words() -> None:
    assert [item.reason.split(";")[0] for item in read(b"")] == ["this holds nothing"]
    assert [item.reason.split(";")[0] for item in read(b" \r\n")] == ["this holds nothing"]
    assert [item.reason.split(":")[0] for item in read(b'{"claim": {}}')] == ["this holds no X12"]


@pytest.mark.parametrize(
    ("guide", "kind"),
    [
        ("005010X222A1", Kind.PROFESSIONAL),
        ("005010X222", Kind.PROFESSIONAL),
        ("005010X222A2", Kind.PROFESSIONAL),
        ("005010X223A2", Kind.INSTITUTIONAL),
        ("005010X223A3", Kind.INSTITUTIONAL),
        ("005010X224A2", Kind.DENTAL),
        ("004010X098A1", Kind.VERSION_4010),
        ("008020X323", Kind.OTHER_X12),
    ],
)
def test_the_guide_of_the_group_decides(guide: str, kind: Kind) -> None:
    data = file_of().replace(b"005010X222A1", guide.encode())
    assert kind_of(data[:300]) is kind
    items = read(data)
    if kind is Kind.PROFESSIONAL:
        assert len(claims_in(items)) == 1
        assert len(items) == 1
    else:
        (refused,) = items
        assert refused in refused_in(items)
        assert refused.claims == 1
        assert "1 claim not checked" in refused.reason
        assert kind.description in refused.reason


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"", Kind.EMPTY),
        (b"\xef\xbb\xbf \r\n", Kind.EMPTY),
        (b"control_number,line\n1,2\n", Kind.NOT_X12),
        (b"ISABELLA*SMITH", Kind.NOT_X12),
        ((ENVELOPE[0] + "TA1*000000001*260320*0900*A*000~").encode(), Kind.INTERCHANGE_ACKNOWLEDGEMENT),
        ((ENVELOPE[0] + "GS*HS*S*R*20260320*0900*1*X*005010X279A1~").encode(), Kind.ELIGIBILITY_INQUIRY),
        ((ENVELOPE[0] + "GS*HB*S*R*20260320*0900*1*X*005010X279A1~").encode(), Kind.ELIGIBILITY_RESPONSE),
        ((ENVELOPE[0] + "GS*HN*S*R*20260320*0900*1*X*005010X212~").encode(), Kind.STATUS_RESPONSE),
        ((ENVELOPE[0] + "GS*FA*S*R*20260320*0900*1*X*005010~").encode(), Kind.FUNCTIONAL_ACKNOWLEDGEMENT),
        ((ENVELOPE[0] + "GS*HP*S*R*20260320*0900*1*X*005010X221A1~").encode(), Kind.REMITTANCE),
    ],
)
def test_a_file_is_recognised_by_its_first_bytes(head: bytes, kind: Kind) -> None:
    assert kind_of(head) is kind


def test_an_interchange_acknowledgement_is_refused_once() -> None:
    data = (ENVELOPE[0] + "TA1*000000001*260320*0900*A*000~IEA*0*000000001~").encode()
    (item,) = refused_in(read(data))
    assert "TA1" in item.reason


def test_groups_of_another_kind_are_refused_and_the_others_read() -> None:
    one = file_of().decode()
    foreign = one[one.index("GS*") : one.index("IEA")].replace("X222A1", "X223A2").replace("C-8812", "I-1")
    mixed = one.replace("IEA*1*", foreign + "IEA*2*").encode()
    items = read(mixed)
    assert len(claims_in(items)) == 1
    (refused,) = refused_in(items)
    assert refused.claims == 1
    assert problems_in(items) == []
    assert accounted(items) == 2


def test_a_transaction_that_is_no_837_is_refused() -> None:
    items = read(file_of().replace(b"ST*837*", b"ST*276*"))
    assert accounted(items) == 1
    assert len(refused_in(items)) == 1


def test_claims_outside_of_a_transaction_are_accounted_for() -> None:
    data = "".join((*ENVELOPE[:2], *CLAIM, *ENVELOPE[2:])).encode()
    items = read(data)
    assert accounted(items) == 1
    assert "outside of any 837P transaction" in unreadable_in(items)[0].reason


def test_a_stream_is_read_like_a_file() -> None:
    source = ProfessionalClaims(io.BytesIO(file_of()), "stdin")
    assert source.shares(4) == (source,)
    assert len(list(source.read())) == 1


def test_secondary_claims_carry_what_the_primary_decided() -> None:
    primary = (
        "SBR*P*18*******CI~",
        "CAS*PR*1*21.89**2*15~",
        "AMT*D*39.15~",
        "AMT*EAF*36.89~",
        "OI***Y*P**Y~",
        "MOA***MA01*N20~",
        "NM1*IL*1*SMITH*ROBERT****MI*JS001~",
        "NM1*PR*2*KEY INSURANCE*****PI*99999~",
        "DTP*573*D8*20260401~",
        "REF*F8*ICN77~",
    )
    line = (
        "SVD*99999*40*HC:99213**1~",
        "CAS*CO*42*3~",
        "DTP*573*D8*20260401~",
        "AMT*EAF*12.5~",
    )
    segments = changed(NM1, NM1 + "".join(primary))
    segments = changed("REF*6R*C8812-1~", "REF*6R*C8812-1~" + "".join(line), segments)
    items = read(file_of(*segments))
    assert problems_in(items) == []
    (claim,) = claims_in(items)
    (prior,) = claim.prior_adjudications
    assert (prior.coverage.payer_id, prior.coverage.member_id, prior.paid) == ("99999", "JS001", Decimal("39.15"))
    assert [(each.group, each.reason, each.amount) for each in prior.adjustments] == [
        ("PR", "1", Decimal("21.89")),
        ("PR", "2", Decimal(15)),
    ]
    assert (prior.remark_codes, prior.payer_claim_number) == (("MA01", "N20"), "ICN77")
    (adjudication,) = claim.lines[0].adjudications
    assert (adjudication.payer_id, adjudication.paid, adjudication.procedure) == ("99999", 40, "99213")
    assert adjudication.remaining_liability == Decimal("12.5")
    assert adjudication.adjustments[0].reason == "42"


def test_a_drug_is_read_onto_its_line() -> None:
    drug = "LIN**N4*00026063512~CTP****10*ML~REF*XZ*RX1~"
    (claim,) = claims_in(read(file_of(*changed("REF*6R*C8812-1~", f"REF*6R*C8812-1~{drug}"))))
    assert claim.lines[0].drug is not None
    assert (claim.lines[0].drug.ndc, claim.lines[0].drug.quantity, claim.lines[0].drug.unit) == (
        "00026063512",
        10,
        "ML",
    )
    assert claim.lines[0].drug.prescription_number == "RX1"


def test_header_without_claims_is_no_fault() -> None:
    assert read(interchange()) == []
    assert len(HEADER) == 5
