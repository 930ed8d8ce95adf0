"""271: what a payer answers about eligibility becomes eligibility checks."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prebill.errors import InputError
from prebill.model import Benefit, EligibilityCheck, OtherPayer, Referral, ReturnedMember
from prebill.readers.registers.answers import Answer, Person, answers_in
from prebill.reading import Problem
from tests.readers.json_samples import CANARY
from tests.readers.x12_answers import (
    ACTIVE,
    HOLDER,
    PAYER,
    RECEIVER,
    SUBSCRIBER,
    answer_271,
    answers,
    check,
    dependent,
    interchange,
    items,
    said,
    transaction,
)

END = date(2026, 4, 30)
REMEDY = "the answer is not used; ask the payer again (270)"


def test_an_active_plan() -> None:
    assert check(*ACTIVE) == EligibilityCheck(
        checked_at=datetime(2026, 3, 14, 9),
        payer_id="ACM01",
        member_id="W123456789",
        status="active",
        service_date=date(2026, 3, 16),
        channel="edi",
        plan_begin=date(2026, 1, 1),
        plan_name="GOLD PLAN",
        plan_type="PPO",
        returned_member=ReturnedMember(
            member_id="W123456789",
            last_name="SAMPLE",
            first_name="PAT",
            birth_date=date(1961, 7, 4),
            sex="M",
            group_number="GRP100",
            relationship="18",
        ),
    )


@pytest.mark.parametrize(
    ("segments", "status", "end"),
    [
        (["EB*6**30", "DTP*347*D8*20260228"], "inactive", date(2026, 2, 28)),
        (["EB*7"], "inactive", None),
        (["EB*1**30", "DTP*291*RD8*20250101-20251231"], "inactive", date(2025, 12, 31)),
        (["EB*6**30", "DTP*291*RD8*20250101-20251231", "EB*1**30", "DTP*346*D8*20260101"], "active", None),
        (["EB*1**30", "EB*6**35"], "active", None),
        (["EB*6**35"], "unknown", None),
        (["EB*1**98"], "active", None),
        (["EB*1**98^30^MH"], "active", None),
        (["EB*1**30*MA", "EB*6**30*MB", "DTP*357*D8*20260131"], "inactive", date(2026, 1, 31)),
        (["EB*6**30*MA", "EB*1**30*MB"], "active", None),
        (["EB*V"], "unknown", None),
    ],
)
def test_the_status_is_that_of_the_plan_on_the_day_asked_about(
    segments: list[str], status: str, end: date | None
) -> None:
    assert (check(*segments).status, check(*segments).plan_end) == (status, end)


@pytest.mark.parametrize(
    ("reason", "status"),
    [(code, "rejected") for code in ("58", "64", "65", "67", "71", "72", "73", "75")]
    + [(code, "unknown") for code in ("42", "79", "80")],
)
def test_a_rejection_says_why_and_nothing_of_the_member(reason: str, status: str) -> None:
    found = check(f"AAA*N**{reason}*C")
    assert (found.status, found.reject_reason, found.returned_member) == (status, reason, None)
    assert found.member_id == "W123456789"


def test_a_rejection_of_the_payer_as_a_whole_is_that_of_each_member() -> None:
    content = interchange(transaction(*PAYER, "AAA*Y**42*R", *RECEIVER, *SUBSCRIBER))
    (answer,) = answers(content)
    assert (answer.record.status, answer.record.reject_reason) == ("unknown", "42")
    nobody = interchange(transaction(*PAYER, "AAA*Y**42*R"))
    assert said(nobody) == [
        "answers.x12:segment 4 AAA03 the answer names no member (AAA 42); ask the payer again (270)"
    ]


def test_a_rejected_kind_of_service_leaves_the_plan_alone() -> None:
    found = check(*ACTIVE, "EB*1**MH", "AAA*N**70*C")
    assert (found.status, found.reject_reason) == ("active", None)


@pytest.mark.parametrize(
    ("dates", "asked", "plan"),
    [
        (["DTP*472*D8*20260401"], (date(2026, 4, 1), None), (None, None)),
        (["DTP*307*RD8*20260101-20260630"], (date(2026, 1, 1), date(2026, 6, 30)), (None, None)),
        (["DTP*291*RD8*20260101-20261231"], (date(2026, 3, 14), None), (date(2026, 1, 1), date(2026, 12, 31))),
        (["DTP*356*D8*20260101", "DTP*357*D8*20260430"], (date(2026, 3, 14), None), (date(2026, 1, 1), END)),
        ([], (date(2026, 3, 14), None), (None, None)),
    ],
)  # fmt: skip
def test_dates_of_the_member_are_the_days_asked_about_or_those_of_the_plan(
    dates: list[str], asked: tuple[date, date | None], plan: tuple[date | None, date | None]
) -> None:
    content = interchange(transaction(*PAYER, *RECEIVER, *SUBSCRIBER[:-1], *dates, "EB*1**30"))
    found = answers(content)[0].record
    assert ((found.service_date, found.service_date_to), (found.plan_begin, found.plan_end)) == (asked, plan)


def test_a_day_that_repeats_the_question_is_no_begin_of_the_plan() -> None:
    assert check("EB*1**30", "DTP*307*D8*20260316").plan_begin is None


def test_benefits_with_limits_copay_and_authorization() -> None:
    found = check(
        *ACTIVE,
        "EB*F**PT***23***VS*20",
        "EB*F**PT***29***VS*8",
        "EB*B**PT***27*25*****Y",
        "EB*F**MH",
        "HSD*VS*30***22*1",
        "EB*F**35***32*1500",
        "EB*I**AL",
        "EB*1*IND*4********Y*Y*HC:70553",
        "EB*1**33********N*W",
        "EB*F**A4***27***VS*1",
        "EB*C*IND*30***23*500",
    )
    assert found.benefits == (
        Benefit(service_type="33", auth_required=False),
        Benefit(service_type="35", limit=Decimal(1500), unit="dollars"),
        Benefit(service_type="4", procedure="70553", auth_required=True, in_network=True),
        Benefit(service_type="A4"),
        Benefit(service_type="AL", covered=False),
        Benefit(service_type="MH", limit=Decimal(30)),
        Benefit(service_type="PT", copay=Decimal(25), in_network=True),
        Benefit(service_type="PT", limit=Decimal(20), remaining=Decimal(8)),
    )


def test_limits_of_different_periods_and_units_are_not_mixed() -> None:
    found = check(
        *ACTIVE,
        "EB*F**33***23***VS*12",
        "DTP*292*RD8*20260101-20261231",
        "EB*F**33***29***VS*3",
        "EB*F**33***23*600",
        "EB*F**33******99*9",
    )
    year = {"period_begin": date(2026, 1, 1), "period_end": date(2026, 12, 31)}
    assert found.benefits == (
        Benefit(service_type="33", unit="dollars", limit=Decimal(600), used=Decimal(9)),
        Benefit(service_type="33", limit=Decimal(12), used=Decimal(9), remaining=Decimal(3), **year),  # type: ignore[arg-type]
    )


def test_a_plan_without_a_word_on_benefits_has_none_known() -> None:
    assert check(*ACTIVE).benefits is None


def test_medicare_with_an_advantage_plan_and_its_periods() -> None:
    found = check(
        "EB*1**30*MA",
        "DTP*291*D8*20260701",
        "EB*1**30*MB",
        "DTP*291*D8*20050401",
        "EB*R**30*HN*OLD ADVANTAGE",
        "REF*18*H9999 001",
        "DTP*290*RD8*20240101-20251231",
        "LS*2120",
        "NM1*PRP*2*OLD HEALTH PLAN",
        "LE*2120",
        "EB*R**30*HN",
        "REF*18*H1234-001",
        "DTP*290*D8*20260101",
        "LS*2120",
        "NM1*PRP*2*SAMPLE ADVANTAGE*****PI*65001",
        "LE*2120",
        "EB*X**45*MA",
        "DTP*292*RD8*20250201-20250430",
        "EB*X**45*MA",
        "DTP*292*D8*20260301",
        "EB*X**42*MA",
        "DTP*193*D8*20260110",
        "DTP*194*D8*20260309",
        "EB*X**AG*MA",
        "DTP*435*RD8*20260105-20260120",
        "EB*1**30*QM",
    )
    assert (found.status, found.plan_begin) == ("active", date(2005, 4, 1))
    assert (found.managed_care_plan, found.managed_care_name) == ("H1234-001", "SAMPLE ADVANTAGE")
    assert (found.managed_care_kind, found.managed_care_begin, found.managed_care_end) == ("ma", date(2026, 1, 1), None)
    assert (found.hospice_begin, found.hospice_end) == (date(2026, 3, 1), None)
    assert (found.home_health_begin, found.home_health_end) == (date(2026, 1, 10), date(2026, 3, 9))
    assert (found.snf_begin, found.snf_end) == (date(2026, 1, 5), date(2026, 1, 20))
    assert found.qualified_medicare_beneficiary is True


def test_a_cost_plan_and_a_medicaid_plan_are_told_apart() -> None:
    plan = ("EB*R**30*HM", "REF*18*H0001-001", "MSG*MA BILL OPTION CODE - 1", "NM1*PRP*2*SAMPLE COST PLAN")
    assert check("EB*1**30*MB", *plan).managed_care_kind == "cost"
    assert check("EB*1**30*MC", *plan).managed_care_kind == "mco"
    commercial = check(*ACTIVE, *plan)
    assert commercial.managed_care_kind is None
    assert [each.name for each in commercial.other_payers or ()] == ["SAMPLE COST PLAN"]


def test_an_insurer_before_medicare_and_another_payer() -> None:
    found = check(
        "EB*1**30*MB",
        "EB*R**30*14",
        "DTP*290*D8*20250601",
        "NM1*PRP*2*SAMPLE AUTO",
        "EB*R**30*12",
        "DTP*290*D8*20250101",
        "NM1*PRP*2*BIGCO",
        "EB*R**30",
        "DTP*290*RD8*20260101-20261231",
        "NM1*SEP*2*SECOND PLAN*****PI*SEC01",
        "NM1*IL*1*SAMPLE*PAT****MI*S-77",
        "EB*R**MH",
        "NM1*VN*2*MIND CARE*****PI*MND01",
    )
    assert (found.msp_type, found.msp_payer, found.msp_begin) == ("12", "BIGCO", date(2025, 1, 1))
    assert found.other_payers == (
        OtherPayer(name="MIND CARE", payer_id="MND01", service_type="MH"),
        OtherPayer(name="SAMPLE AUTO", kind="primary", begin=date(2025, 6, 1)),
        OtherPayer(
            name="SECOND PLAN",
            payer_id="SEC01",
            member_id="S-77",
            kind="secondary",
            begin=date(2026, 1, 1),
            end=date(2026, 12, 31),
        ),
    )


def test_the_primary_care_doctor() -> None:
    assert check(*ACTIVE, "EB*L", "NM1*P3*1*DOCTOR****XX*1*XX*1523456782").primary_care_npi is None
    assert check(*ACTIVE, "EB*L", "NM1*P3*1*DOCTOR*A****XX*1523456782").primary_care_npi == "1523456782"


def test_old_numbers_of_the_member_join_too() -> None:
    content = interchange(
        transaction(*PAYER, *RECEIVER, *SUBSCRIBER[:4], "REF*Q4*W000000001", "REF*EJ*P-1", "EB*1**30")
    )
    (answer,) = answers(content)
    assert answer.members == ("W123456789", "W000000001")
    assert answer.patient == "P-1"


def test_a_dependent_has_the_number_of_the_subscriber() -> None:
    content = interchange(
        transaction(*PAYER, *RECEIVER, *HOLDER, *dependent("KIM", "20150505", "DTP*291*D8*20260402", *ACTIVE))
    )
    (answer,) = answers(content)
    assert answer.members == ("W123456789",)
    assert answer.person == Person("KIM", date(2015, 5, 5))
    assert answer.record.service_date == date(2026, 4, 2)
    assert answer.record.returned_member == ReturnedMember(
        member_id="W123456789",
        last_name="SAMPLE",
        first_name="KIM",
        birth_date=date(2015, 5, 5),
        sex="F",
        group_number="GRP100",
        relationship="19",
    )


def test_a_subscriber_and_dependents_each_have_their_answer() -> None:
    content = interchange(
        transaction(
            *PAYER,
            *RECEIVER,
            *HOLDER,
            *ACTIVE,
            *dependent("KIM", "20150505", "EB*6**30"),
            *dependent("LEE", "20170606", "AAA*N**67*C", number=5),
            *dependent("ANN", "20180707", number=6),
        )
    )
    assert [each.record.status for each in answers(content)] == ["active", "inactive", "rejected"]
    assert said(content) == [
        "answers.x12:segment 29 2000D/HL the payer says nothing about this member; ask again (270)"
    ]


@pytest.mark.parametrize("marks", ["*^:~", "|^>~", "*|:\n", "!~>^", "\x1d\x1f\x1e\x1c"])
def test_separators_are_those_of_the_header(marks: str) -> None:
    segments = ("EB*1**30^98^MH*PR*GOLD PLAN", "EB*I*******Y*****HC:70553")
    content = answer_271(*segments, marks=marks, end="" if "\n" in marks else "\r\n")
    assert answers(content)[0].record == check(*segments)


@pytest.mark.parametrize(
    ("segment", "message"),
    [
        ("DTP*346*D8*20261301", "2110C/DTP03 expected a calendar date"),
        ("DTP*291*RD8*20260101-2026", "2110C/DTP03 expected a date CCYYMMDD"),
        ("EB*F**PT***23***VS*MANY", "2110C/EB10 expected a number"),
        ("EB*B**98***27*A LOT", "2110C/EB07 expected a number"),
    ],
)
def test_a_fault_has_its_place_and_costs_only_its_answer(segment: str, message: str) -> None:
    others = transaction(*PAYER, *RECEIVER, *SUBSCRIBER, *ACTIVE, number="0002")
    content = interchange(transaction(*PAYER, *RECEIVER, *SUBSCRIBER, "EB*1**30", segment), others)
    bad, good = answers(content)
    assert bad.record is None
    assert bad.members == ("W123456789",)
    assert good.record == check(*ACTIVE)
    assert said(content) == [f"answers.x12:segment 18 {message}; {REMEDY}"]


def test_a_date_that_nothing_needs_costs_nothing() -> None:
    assert check(*ACTIVE, "DTP*304*D8*NEVER").status == "active"


def test_an_answer_that_is_cut_off_is_not_used() -> None:
    content = answer_271(*ACTIVE)
    cut = content[: content.index(b"DTP*346")]
    assert answers(cut)[0].record is None
    assert said(cut)[-1].endswith(f"2100C/EB the input ends within the answer; {REMEDY}")


def test_envelopes_are_compared() -> None:
    content = answer_271(*ACTIVE).replace(b"SE*17", b"SE*99").replace(b"IEA*1*000000001", b"IEA*1*000000002")
    assert said(content) == [
        "answers.x12:segment 19 SE01 SE01 says 99, there are 17 segments",
        "answers.x12:segment 21 IEA02 IEA02 does not repeat the control number of ISA13",
    ]
    assert len(answers(content)) == 1


def test_several_interchanges_are_read_and_others_passed_over() -> None:
    acknowledged = (
        answer_271().partition(b"GS*")[0]
        + b"GS*FA*A*B*20260314*0901*1*X*005010X231A1~ST*999*0001*005010X231A1~SE*2*0001~GE*1*1~IEA*1*000000001~"
    )
    content = answer_271(*ACTIVE) + acknowledged + answer_271("EB*6", control="000000002")
    found = answers(content)
    assert [each.record.status for each in found] == ["active", "inactive"]
    assert [each.place.interchange for each in found] == [1, 3]
    assert said(content) == [
        "answers.x12:interchange 2 segment 2 this holds an implementation acknowledgement (999) of guide 005010X231A1;"
        " it is passed over"
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (answer_271().replace(b"GS*HB", b"GS*HS").replace(b"ST*271", b"ST*270"), "eligibility inquiries (270)"),
        (answer_271().replace(b"GS*HB", b"GS*HP").replace(b"X279A1", b"X221A1"), "a remittance advice (835)"),
        (answer_271()[:107], "this holds no transaction"),
    ],
)
def test_a_file_of_something_else_is_refused(content: bytes, message: str) -> None:
    with pytest.raises(InputError, match=r"the register takes eligibility responses \(271\)") as error:
        items(content)
    assert message in str(error.value)


def test_x12_makes_no_other_registers() -> None:
    with pytest.raises(InputError, match="give this register as CSV or NDJSON"):
        list(answers_in(answer_271(*ACTIVE), "answers.x12", Referral))


def test_no_message_repeats_what_stands_there() -> None:
    segments = [f"{segment}*{CANARY}" for segment in ("EB*F**PT***23", "DTP*346*D8", "EB*1**30*MB", "AAA*N*", "HL*9*9")]
    content = answer_271(*segments, f"EB*F**PT***23*{CANARY}", f"DTP*291*D8*{CANARY}").replace(
        b"DMG*D8*19610704", b"DMG*D8*" + CANARY.encode()
    )
    assert len(said(content)) > 3
    assert CANARY not in " ".join(said(content))


# ------------------------------------------------------------------------------------------------------------ laws

STATEMENTS = st.sampled_from(
    [
        ACTIVE,
        ("EB*6**30",),
        ("EB*F**PT***23***VS*20",),
        ("EB*F**PT***29***VS*8",),
        ("EB*F**PT***23***VS*12",),
        ("EB*B**PT***27*25*****Y",),
        ("EB*I**AL",),
        ("EB*R**30", "NM1*PRP*2*SECOND PLAN*****PI*SEC01"),
        ("EB*R**30*12", "DTP*290*D8*20250101", "NM1*PRP*2*BIGCO"),
        ("EB*R**30*43", "DTP*290*D8*20250101", "NM1*PRP*2*OTHERCO"),
        ("EB*X**45", "DTP*292*D8*20260301"),
        ("EB*F**PT***23***VS*x",),
        ("DTP*346*D8*x",),
    ]
)
MEMBERS = st.lists(st.tuples(st.lists(STATEMENTS, max_size=4), st.booleans()), max_size=6)


@settings(max_examples=60, deadline=None)
@given(st.lists(MEMBERS, max_size=3))
def test_every_loop_with_a_statement_is_one_answer(families: list[list[tuple[list[tuple[str, ...]], bool]]]) -> None:
    sent, expected = [], 0
    for number, members in enumerate(families, 1):
        levels = [*PAYER, *RECEIVER, *HOLDER]
        for position, (statements, rejected) in enumerate(members, 4):
            segments = [*(["AAA*N**72*C"] if rejected else []), *(each for group in statements for each in group)]
            expected += rejected or any(segment.startswith("EB") for segment in segments)
            levels += dependent("KIM", "20150505", *segments, number=position)
        sent.append(transaction(*levels, number=f"{number:04}"))
    found = items(interchange(*sent)) if sent else []
    told = [each for each in found if isinstance(each, Answer)]
    assert len(told) == expected
    assert all((each.record is None) == bool(each.faults) for each in told)


@settings(max_examples=60, deadline=None)
@given(st.lists(STATEMENTS.filter(lambda each: "*x" not in each[-1]), max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_statements_does_not_matter(statements: list[tuple[str, ...]], random: Random) -> None:
    shuffled = random.sample(statements, len(statements))
    one, other = (
        check(*ACTIVE, *(segment for group in groups for segment in group)) for groups in (statements, shuffled)
    )
    assert one == other


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_nothing_in_a_file_raises_anything_but_an_input_error(data: st.DataObject) -> None:
    content = bytearray(
        interchange(transaction(*PAYER, *RECEIVER, *HOLDER, *ACTIVE, *dependent("KIM", "20150505", *ACTIVE)))
    )
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(content) - 1))
        length = data.draw(st.integers(0, 20))
        content[place : place + length] = data.draw(
            st.binary(max_size=6) | st.sampled_from([b"~", b"*", b"~EB*", b"~HL*"])
        )
    try:
        found = items(bytes(content))
    except InputError:
        return
    assert all(isinstance(each, (Answer, Problem)) for each in found)
