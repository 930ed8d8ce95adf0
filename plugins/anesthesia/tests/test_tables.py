from datetime import date
from decimal import Decimal

import pytest

from prebill import NotKnown, Payer, Table
from prebill.tables import shipped_edition
from prebill_anesthesia.tables import codes, coverage, payers
from prebill_anesthesia.vocabulary import BLOCKS, DELETED, TIMED

DAY = date(2026, 3, 10)


def table(row_type, day=DAY):
    edition = shipped_edition(row_type)
    dated = {"effective_from", "effective_to"} <= set(row_type.__annotations__)
    return Table(row_type.__name__, (edition,), dated).on(day)


def rows(row_type):
    return [row for group in shipped_edition(row_type).rows.values() for row in group]


def test_base_units_are_the_complete_file_of_cms():
    units = {row.code: row.base_units for row in rows(codes.BaseUnits)}
    assert len(units) == 276
    assert sum(units.values()) == 1832
    anchors = {
        "00140": 5, "00142": 4, "00145": 6, "00560": 15, "00562": 20, "00566": 25, "00567": 18, "00670": 13,
        "00790": 7, "00811": 4, "00812": 3, "00813": 5, "00940": 3, "01214": 8, "01402": 7, "01953": 1, "01967": 5,
        "01968": 2, "01969": 5, "01991": 3, "01992": 5, "01996": 3, "01999": 0,
    }  # fmt: skip
    assert {code: units[code] for code in anchors} == anchors
    assert shipped_edition(codes.BaseUnits).complete


def test_timed_codes_are_those_of_the_table_that_are_paid_by_time():
    for row in rows(codes.BaseUnits):
        assert (row.code in TIMED) == row.timed
        assert row.code not in DELETED


def test_deleted_codes_are_not_in_force():
    in_force = {row.code for row in rows(codes.BaseUnits)}
    deleted = {row.code for row in rows(codes.DeletedCode)}
    assert not deleted & in_force
    assert all(code in DELETED for code in deleted)


def test_the_trigger_of_blocks_is_the_table():
    assert all(row.code in BLOCKS for row in rows(codes.BlockCode))
    numbers = [f"{number:05d}" for number in (*range(62320, 62328), *range(64400, 64531))]
    assert {number for number in numbers if number in BLOCKS} == {row.code for row in rows(codes.BlockCode)}


def test_age_and_sex_are_of_codes_in_force():
    in_force = {row.code for row in rows(codes.BaseUnits)}
    assert {row.code for row in rows(codes.AgeSex)} <= in_force


def test_crosswalk_leads_to_codes_in_force():
    in_force = {row.code for row in rows(codes.BaseUnits)}
    assert {row.anesthesia for row in rows(coverage.Crosswalk)} <= in_force


@pytest.mark.parametrize(
    ("day", "locality", "qualifying", "factor"),
    [
        (date(2025, 6, 1), "", False, "20.3178"),
        (date(2025, 6, 1), "10112/00", False, "19.31"),
        (date(2025, 6, 1), "02102/01", False, "27.86"),
        (date(2025, 6, 1), "01182/18", False, "21.22"),
        (date(2026, 1, 1), "", False, "20.4976"),
        (date(2026, 1, 1), "", True, "20.5998"),
        (date(2026, 1, 1), "01182/18", False, "20.4976"),
    ],
)
def test_conversion_factors(day, locality, qualifying, factor):
    medicare = Payer(payer_id="MCR01", line_of_business="medicare_ffs")
    factors = table(payers.ConversionFactor, day)
    assert payers.factor_of(medicare, factors, locality, qualifying=qualifying)[0] == Decimal(factor)


def test_a_contract_that_is_not_on_file_is_not_known():
    with pytest.raises(NotKnown, match="ACM01"):
        payers.factor_of(Payer(payer_id="ACM01", line_of_business="commercial"), table(payers.ConversionFactor))


def test_terms_come_from_the_payer_then_its_line_of_business_then_the_defaults():
    terms = table(payers.PayerTerms)
    assert payers.terms_of(Payer(payer_id="TX_MEDICAID"), terms).state_modifiers == "U1 U2"
    assert (
        payers.terms_of(Payer(payer_id="X", line_of_business="medicare_advantage"), terms).circumstances == "not_paid"
    )
    assert payers.terms_of(Payer(payer_id="X"), terms).time_rounding is None


def test_terms_are_dated():
    uhc = Payer(payer_id="UHC_COMM", line_of_business="commercial")
    assert payers.terms_of(uhc, table(payers.PayerTerms, date(2025, 9, 30))).p3 == 1
    assert payers.terms_of(uhc, table(payers.PayerTerms, date(2025, 10, 1))).p3 == 0
