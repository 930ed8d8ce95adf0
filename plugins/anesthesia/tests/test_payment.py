import math
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prebill import NotKnown
from prebill_anesthesia.payment import expected_payment, expected_units, figure, minutes_of, percent_of, time_units
from prebill_anesthesia.tables.payers import PayerTerms

MINUTES = range(1, 601)
MEDICARE = PayerTerms(payer="medicare_ffs", time_rounding="tenth", p3=0, p4=0, p5=0, circumstances="not_paid")
COMMERCIAL = PayerTerms(
    payer="C", time_rounding="ceil", p3=1, p4=2, p5=3, circumstances="paid", units_99100=1, units_99140=2
)
UHC = PayerTerms(
    payer="U", time_rounding="tenth", p3=0, p4=0, p5=0, circumstances="zero", percent_qz=85, full_qz_states="OH CA"
)


@pytest.mark.parametrize("unit", [10, 12, 15])
def test_tenths_at_every_minute(unit):
    for minutes in MINUTES:
        by_hand = (Decimal(minutes) / unit).quantize(Decimal("0.1"), ROUND_HALF_UP)
        assert time_units(minutes, "tenth", unit_minutes=unit) == Fraction(by_hand)


def test_tenths_of_fifteen_minutes_are_the_formula_of_the_specification():
    for minutes in MINUTES:
        assert time_units(minutes, "tenth") == Fraction((2 * minutes + 1) // 3, 10)


@pytest.mark.parametrize("unit", [10, 15])
def test_whole_and_exact_units_at_every_minute(unit):
    for minutes in MINUTES:
        assert time_units(minutes, "ceil", unit_minutes=unit) == math.ceil(minutes / unit)
        assert time_units(minutes, "floor", unit_minutes=unit) == minutes // unit
        assert time_units(minutes, "exact", unit_minutes=unit) == Fraction(minutes, unit)


def test_eight_minutes_at_every_minute():
    counted = 0
    for minutes in MINUTES:
        counted += minutes % 15 == 8
        assert time_units(minutes, "eight_minute") == counted


@pytest.mark.parametrize(
    ("minutes", "tenth", "exact", "ceil", "floor", "eight_minute"),
    [
        (95, "6.3", "6.33", "7", "6", "6"),
        (98, "6.5", "6.53", "7", "6", "7"),
        (69, "4.6", "4.6", "5", "4", "5"),
        (16, "1.1", "1.07", "2", "1", "1"),
        (23, "1.5", "1.53", "2", "1", "2"),
        (236, "15.7", "15.73", "16", "15", "16"),
    ],
)
def test_published_examples(minutes, tenth, exact, ceil, floor, eight_minute):
    styles = {"tenth": tenth, "exact": exact, "ceil": ceil, "floor": floor, "eight_minute": eight_minute}
    assert {style: figure(time_units(minutes, style)) for style in styles} == styles


def test_units_of_ten_minutes():
    assert figure(time_units(61, "exact", unit_minutes=10)) == "6.1"
    assert figure(time_units(61, "exact")) == "4.07"
    with pytest.raises(ValueError, match="15 minutes"):
        time_units(61, "eight_minute", unit_minutes=10)


@given(st.integers(1, 600), st.integers(1, 300))
def test_a_break_counts_both_parts(minutes, after):
    counted = time_units(minutes, "exact", unit_minutes=15, break_after=after, unit_minutes_after=10)
    assert counted == Fraction(min(minutes, after), 15) + Fraction(max(minutes - after, 0), 10)


@given(st.integers(0, 600), st.sampled_from(["tenth", "exact", "ceil", "floor", "eight_minute"]))
def test_minutes_of_units_is_the_inverse(minutes, style):
    units = time_units(minutes, style)
    found = minutes_of(units, style)
    assert minutes in found
    assert all(time_units(each, style) == units for each in found)
    assert found.start == 0 or time_units(found.start - 1, style) < units
    assert time_units(found.stop, style) > units


@pytest.mark.parametrize(
    ("code", "base", "minutes", "role", "terms", "factor", "status", "circumstances", "units", "dollars"),
    [
        ("01402", 7, 95, "AA", MEDICARE, "20.4976", None, (), "13.3", "272.62"),
        ("01402", 7, 95, "QK", MEDICARE, "20.4976", None, (), "13.3", "136.31"),
        ("01402", 7, 95, "QX", MEDICARE, "20.4976", None, (), "13.3", "136.31"),
        ("00142", 4, 61, "QK", MEDICARE, "20.3178", "P1", (), "8.1", "82.29"),
        ("00562", 20, 180, "AA", MEDICARE, "21.22", "P4", ("99140",), "32", "679.04"),
        ("00812", 3, 20, "QZ", MEDICARE, "20.4976", None, (), "4.3", "88.14"),
        ("00567", 18, 312, "AA", MEDICARE, "20.4976", None, (), "38.8", "795.31"),
        ("00790", 7, 63, "QZ", COMMERCIAL, "70.00", "P3", (), "13", "910.00"),
        ("00811", 4, 22, "AA", MEDICARE, "20.4976", None, (), "5.5", "112.74"),
        ("00790", 7, 63, "AA", COMMERCIAL, "70.00", "P4", ("99100", "99140"), "17", "1190.00"),
    ],
)
def test_worked_payments(code, base, minutes, role, terms, factor, status, circumstances, units, dollars):
    counted = expected_units(
        code, minutes, base_units=base, terms=terms, role=role, physical_status=status, circumstances=circumstances
    )
    assert figure(counted.total) == units
    assert expected_payment(counted, Decimal(factor), role=role, terms=terms) == Decimal(dollars)


@pytest.mark.parametrize(("present", "dollars"), [(False, "61.49"), (True, "81.99")])
def test_supervision_earns_three_units_and_one_for_induction(present, dollars):
    units = expected_units("01402", 95, base_units=7, terms=MEDICARE, role="AD", present_at_induction=present)
    assert expected_payment(units, Decimal("20.4976"), role="AD", terms=MEDICARE) == Decimal(dollars)


def test_supervision_without_knowing_about_induction_is_not_known():
    with pytest.raises(NotKnown):
        expected_units("01402", 95, base_units=7, terms=MEDICARE, role="AD", present_at_induction=None)


def test_eight_minute_contract():
    terms = PayerTerms(payer="C", time_rounding="eight_minute", p3=1, p4=2, p5=3, circumstances="paid")
    units = expected_units("00790", 63, base_units=7, terms=terms, role="QZ", physical_status="P3")
    assert expected_payment(units, Decimal(70), role="QZ", terms=terms) == Decimal("840.00")


@pytest.mark.parametrize(("state", "dollars"), [("TX", "571.20"), ("OH", "672.00")])
def test_a_share_for_crnas_alone_with_states_exempt(state, dollars):
    units = expected_units("00790", 63, base_units=7, terms=UHC, role="QZ", physical_status="P3")
    assert expected_payment(units, Decimal(60), role="QZ", terms=UHC, state=state) == Decimal(dollars)


def test_a_share_that_depends_on_an_unknown_state_is_not_known():
    with pytest.raises(NotKnown, match="state"):
        percent_of("QZ", UHC)
    assert percent_of("QZ", MEDICARE) == 100


def test_services_without_time():
    assert expected_units("01996", None, base_units=3, terms=MEDICARE).total == 3
    assert expected_units("01953", None, base_units=1, terms=MEDICARE, quantity=2).total == 2


def test_labor_is_capped():
    terms = PayerTerms(
        payer="C", time_rounding="tenth", labor_method="capped", labor_cap_minutes=300, p3=0, circumstances="zero"
    )
    assert expected_units("01967", 420, base_units=5, terms=terms).time == 20
    assert expected_units("01961", 420, base_units=7, terms=terms).time == 28


def test_unknown_units_of_physical_status_are_not_known():
    with pytest.raises(NotKnown, match="physical status"):
        expected_units(
            "00790", 60, base_units=7, terms=PayerTerms(payer="C", time_rounding="ceil"), physical_status="P3"
        )
    terms = PayerTerms(payer="C", time_rounding="ceil")
    assert expected_units("00790", 60, base_units=7, terms=terms, physical_status="P2").total == 11


def test_anesthetists_can_have_units_of_their_own():
    terms = PayerTerms(payer="WC", time_rounding="exact", unit_minutes=10, unit_minutes_anesthetist=15)
    assert expected_units("00790", 60, base_units=7, terms=terms, role="QK").time == 6
    assert expected_units("00790", 60, base_units=7, terms=terms, role="QX").time == 4


@given(st.integers(1, 600), st.sampled_from(["AA", "QK", "QX", "QZ"]))
def test_dollars_are_rounded_once(minutes, role):
    units = expected_units("01402", minutes, base_units=7, terms=MEDICARE, role=role)
    by_hand = (
        Decimal(7 * 10 + (2 * minutes + 1) // 3) / 10 * Decimal("20.4976") * (50 if role in {"QK", "QX"} else 100) / 100
    )
    paid = expected_payment(units, Decimal("20.4976"), role=role, terms=MEDICARE)
    assert paid == by_hand.quantize(Decimal("0.01"), ROUND_HALF_UP)
