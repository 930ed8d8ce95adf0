"""278: what a payer decides about services becomes authorizations."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from prebill.model import Authorization, AuthorizedService
from prebill.readers.registers.answers import Person
from tests.readers.x12_answers import EVENT, KNEE, answer_278, answers, authorizations, interchange, said, transaction


def test_a_certified_service() -> None:
    assert authorizations(answer_278(*EVENT, *KNEE)) == [
        Authorization(
            number="A7781",
            status="approved",
            kind="prior_auth",
            payer_id="ACM01",
            valid_from=date(2026, 3, 1),
            valid_to=date(2026, 5, 30),
            services=(AuthorizedService(code_from="27447", modifiers=("RT",), units=Decimal(1)),),
            servicing_npis=("1523456782",),
            facility_npi="1987654325",
            place_of_service=("22",),
            issued_at=datetime(2026, 3, 14, 9),
            last_checked_at=datetime(2026, 3, 14, 9),
        )
    ]


@pytest.mark.parametrize(
    ("decision", "status"),
    [
        ("A1", "approved"),
        ("A2", "partial"),
        ("A3", "denied"),
        ("A4", "pended"),
        ("A6", "modified"),
        ("C", "cancelled"),
        ("CT", "pended"),
        ("NA", "not_required"),
    ],
)
def test_the_status_is_the_decision(decision: str, status: str) -> None:
    event = [segment.replace("HCR*A1", f"HCR*{decision}") for segment in EVENT]
    assert [each.status for each in authorizations(answer_278(*event, *KNEE))] == [status]


def test_services_that_were_decided_otherwise_are_authorizations_of_their_own() -> None:
    found = authorizations(
        answer_278(
            *EVENT,
            *KNEE,
            "HL*6*4*SS*0",
            "HCR*A3*A7782",
            "DTP*472*D8*20260316",
            "SV1*HC:29881*900*UN*1",
            "HL*7*4*SS*0",
            "SV1*HC:97110*80*UN*12",
            "HSD*VS*12",
        )
    )
    assert [(each.number, each.status, each.valid_from, each.valid_to) for each in found] == [
        ("A7781", "approved", date(2026, 3, 1), date(2026, 5, 30)),
        ("A7782", "denied", date(2026, 3, 16), date(2026, 3, 16)),
    ]
    assert [service.code_from for service in found[0].services] == ["27447", "97110"]
    assert (found[0].services[1].units, found[0].services[1].unit_type) == (Decimal(12), "visits")


def test_a_pended_request_has_the_number_to_ask_after() -> None:
    event = ["HCR*A4" if segment.startswith("HCR") else segment for segment in EVENT]
    assert authorizations(answer_278(*event, *KNEE))[0].number == "T-1"
    assert authorizations(answer_278(*event, "REF*NT*ADM-9", *KNEE))[0].number == "ADM-9"


def test_a_referral_and_a_range_of_codes() -> None:
    event = [segment.replace("UM*HS", "UM*SC") for segment in EVENT]
    (found,) = authorizations(answer_278(*event, "HL*5*4*SS*0", "SV2**HC:99202::::::99215**UN*3"))
    assert found.kind == "referral"
    assert found.services == (AuthorizedService(code_from="99202", code_to="99215", units=Decimal(3)),)


def test_a_dependent_is_named() -> None:
    content = answer_278("HL*4*3*23*1", "NM1*QC*1*SAMPLE*KIM", "DMG*D8*20150505*F", "HL*5*4*EV*0", "HCR*A1*A1")
    (answer,) = answers(content, Authorization)
    assert (answer.members, answer.person) == (("W123456789",), Person("KIM", date(2015, 5, 5)))


@pytest.mark.parametrize(
    ("segments", "message"),
    [
        (["HL*4*3*EV*0", "AAA*N**33*C"], "segment 13 2000E/AAA03 the payer rejected the request (AAA 33); correct it"),
        (["HL*4*3*EV*0", "UM*HS*I"], "segment 12 2000E/HCR the payer decided nothing here; ask again (278)"),
        (["HL*4*3*EV*0", "HCR*A1"], "segment 12 2000E/HL the decision has no number (HCR02); the decision is not used"),
        (["HL*4*3*EV*0", "HCR*ZZ*A1"], "segment 13 2000E/HCR01 expected one of A1, A2, A3, A4, A6, C, CT, NA;"),
        ([*EVENT, "HL*5*4*SS*0", "SV1*HC*1*UN*1"], "segment 20 2000F/SV101 expected a procedure code;"),
        ([], "segment 4 the answer decides nothing; ask the payer again (278)"),
    ],
)
def test_what_is_no_decision_is_said(segments: list[str], message: str) -> None:
    content = answer_278(*segments)
    if not segments:
        content = interchange(transaction(kind="278"))
    (problem,) = said(content, Authorization)
    assert problem.startswith(f"answers.x12:{message}")
    assert [each for each in authorizations(content) if each] == []


def test_a_request_is_no_answer() -> None:
    content = answer_278(*EVENT, *KNEE).replace(b"BHT*0007*11", b"BHT*0007*13")
    assert said(content, Authorization) == [
        "answers.x12:segment 4 BHT02 this is a request, not its answer; give the answer of the payer (278)"
    ]
