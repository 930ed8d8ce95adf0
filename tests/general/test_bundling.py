from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prebill import NotKnown, Payer, ServiceLine
from prebill.engine import Checker
from prebill.general.bundling.units import per_day
from prebill.general.global_period import global_period
from prebill.general.ptp import bypass_of, conflicts_within, denied_by, table_for
from prebill.general.put_off import PutOff
from prebill.general.same_provider import same_provider, specialty_of
from prebill.general.tables.mpfs import FeeScheduleRow
from prebill.general.tables.ncci_aoc import AddOnEdit
from prebill.general.tables.ncci_mue import UnitLimit
from prebill.general.tables.ncci_ptp import MedicaidPtpEdit, PtpEdit
from prebill.lookup import Edition, Table, build_edition
from prebill.model import Claim, Provider
from prebill.packs import InstalledPack, find_packs
from prebill.policy import Policy, RuleSet
from prebill.readers import Encounters
from prebill.tables import TableSet, shipped_edition
from prebill.testing import Case, breaches, cases_of, run_case
from prebill.testing.build import encounter_from

GENERAL = find_packs(["general"])[0]
DAY = date(2026, 3, 16)


def of_family(pack: InstalledPack, family: str) -> list[Case]:
    return [case for case in cases_of(pack) if case.rule is not None and case.rule.code.startswith(family)]


@pytest.mark.parametrize("case", of_family(GENERAL, "BND"), ids=str)
def test_case(case: Case) -> None:
    result = run_case(case)
    assert result.passed, result.detail


def test_the_rules_keep_the_contract() -> None:
    assert [breach for breach in breaches(GENERAL) if breach.startswith("BND")] == []


def test_every_rule_of_the_specification_is_there() -> None:
    found = {rule.code for rule in GENERAL.rules if rule.code.startswith("BND")}
    assert found == {f"BND{number}" for number in (101, 102, 103, 104, 105, 107, 108, 110, 111)}


def line(text: str, *modifiers: str, number: int = 1, **fields: Any) -> ServiceLine:
    return ServiceLine(number=number, procedure=text, from_date=DAY, modifiers=modifiers, **fields)


def ptp(*rows: PtpEdit, complete: bool = True) -> Table[PtpEdit]:
    edition = build_edition(PtpEdit, rows, name="e", source="test", complete=complete)
    return Table("ncci-ptp", (edition,), dated_rows=True).on(DAY)


PAIR = PtpEdit(column1="T0001", column2="T0003", modifier_indicator="1")


@pytest.mark.parametrize(
    ("column1", "column2", "by_column", "expected"),
    [
        ((), ("XS",), "either", "XS"),
        (("59",), (), "either", "59"),
        (("59",), (), "column2", None),
        ((), ("59",), "column2", "59"),
        (("RT",), ("RT",), "either", None),
        (("RT",), ("LT",), "either", "LT"),
        (("RT",), (), "either", None),
        ((), ("RT",), "either", "RT"),
        ((), ("91",), "either", "91"),
        (("91",), (), "either", None),
        (("25",), ("25",), "either", None),
        (("51", "22"), ("76", "26"), "either", None),
    ],
)
def test_bypass(column1: tuple[str, ...], column2: tuple[str, ...], by_column: Any, expected: str | None) -> None:
    claim = Claim(control_number="C", lines=(line("T0001", *column1), line("T0003", *column2, number=2)))
    (conflict,) = conflicts_within(claim, ptp(PAIR))
    assert bypass_of(conflict, by_column) == expected


def test_edits_are_found_before_the_excerpt_says_what_it_lacks() -> None:
    claim = Claim(control_number="C", lines=(line("T0003"), line("T0009", number=2), line("T0001", number=3)))
    others = ((claim, each) for each in claim.lines)
    conflicts = denied_by(claim.lines[0], claim, others, ptp(PAIR, complete=False))
    assert next(conflicts).other.procedure == "T0001"
    with pytest.raises(NotKnown, match="leaves out"):
        next(conflicts)


def test_what_is_not_known_is_put_off_and_said_in_the_end() -> None:
    put_off = PutOff()
    for what in ("first", "second"):
        with put_off:
            raise NotKnown(what)
    with pytest.raises(NotKnown, match="first"):
        put_off.say()
    with pytest.raises(ValueError, match="a fault"), PutOff():
        raise ValueError("a fault")
    PutOff().say()


def test_the_payer_decides_which_edits_count() -> None:
    medicare = ptp(PAIR)
    medicaid: Table[MedicaidPtpEdit] = Table("ncci-ptp-medicaid", ())
    assert table_for(Payer(line_of_business="medicare_ffs"), "by_payer", medicare, medicaid) is medicare
    assert table_for(Payer(line_of_business="medicaid_mco"), "by_payer", medicare, medicaid) is medicaid
    assert table_for(Payer(line_of_business="medicaid_ffs"), "cms_practitioner", medicare, None) is medicare
    assert table_for(Payer(), "none", None, None) is None
    with pytest.raises(NotKnown, match="ncci-ptp-medicaid"):
        table_for(Payer(line_of_business="medicaid_ffs"), "by_payer", medicare, None)


GROUP = Provider(npi="1234567893", tax_id="741234567")
DR_A = Provider(npi="1456789019", taxonomy="207RC0000X")
DR_B = Provider(npi="1523456782", taxonomy="207X00000X")


def same(one: Provider, other: Provider, other_group: Provider = GROUP) -> bool:
    first = Claim(control_number="1", lines=(line("T0001"),), billing=GROUP, rendering=one)
    second = Claim(control_number="2", lines=(line("T0001"),), billing=other_group, rendering=other)
    return same_provider(first, first.lines[0], second, second.lines[0])


def test_same_provider() -> None:
    assert same(DR_A, DR_A, Provider(npi="1000000004"))
    assert not same(DR_A, DR_B)
    assert same(DR_A, Provider(npi="1000000012", taxonomy="207RC0000X"))
    assert same(DR_A, Provider(npi="1000000012", taxonomy="207RC0000X"), Provider(tax_id="741234567"))
    assert not same(DR_A, Provider(npi="1000000012", taxonomy="207RC0000X"), Provider(npi="1000000004"))
    with pytest.raises(NotKnown, match="1000000012"):
        same(DR_A, Provider(npi="1000000012"))


def test_subspecialties_of_orthopedics_are_one_specialty_but_hand_surgery_is_another() -> None:
    assert specialty_of("207XS0114X") == specialty_of("207X00000X") == "20"
    assert specialty_of("207XS0106X") == "40"
    assert specialty_of("207RC0000X") != specialty_of("207RI0011X")
    assert specialty_of("363LF0000X") == "50"


@pytest.mark.parametrize(
    ("day", "global_days", "first", "last"),
    [
        (date(2025, 1, 6), "090", date(2025, 1, 5), date(2025, 4, 6)),
        (date(2023, 12, 20), "090", date(2023, 12, 19), date(2024, 3, 19)),
        (date(2025, 3, 3), "010", date(2025, 3, 3), date(2025, 3, 13)),
    ],
)
def test_global_periods_of_the_manual(day: date, global_days: str, first: date, last: date) -> None:
    assert global_period(day, global_days) == (first, last)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_global_periods_are_of_11_and_92_days(day: date) -> None:
    for global_days, length in (("010", 11), ("090", 92)):
        first, last = global_period(day, global_days)
        assert (last - first).days + 1 == length
        assert first <= day <= last


@given(st.integers(1, 31), st.integers(0, 400))
def test_units_of_a_day(days: int, units: int) -> None:
    billed = line("T0001", units=Decimal(units), to_date=DAY + timedelta(days=days - 1))
    assert abs(per_day(billed) * days - units) * 2 <= days


@given(st.integers(1, 31), st.integers(0, 400))
def test_a_range_that_ends_before_it_begins_is_one_day(days: int, units: int) -> None:
    assert per_day(line("T0001", units=Decimal(units), to_date=DAY - timedelta(days=days))) == units


class OnlyLookedUp(Mapping[Any, Any]):
    """Rows as a store on disk answers them: by key, never all."""

    def __init__(self, rows: Mapping[Any, Any]) -> None:
        self._rows = rows

    def __getitem__(self, key: Any) -> Any:
        return self._rows[key]

    def __iter__(self) -> Iterator[Any]:
        raise AssertionError

    def __len__(self) -> int:
        raise AssertionError


def looked_up(row_type: Any, rows: list[Any]) -> Edition[Any]:
    made = build_edition(row_type, rows, name="e", source="test", complete=True)
    return Edition(name="e", source="test", complete=True, checksum="", rows=OnlyLookedUp(made.rows))


def test_rules_look_tables_up_and_never_go_through_them() -> None:
    tables = TableSet(
        {
            "ncci-ptp": (looked_up(PtpEdit, [PAIR]),),
            "ncci-mue": (looked_up(UnitLimit, [UnitLimit(procedure="T0001", units=1, adjudication=2)]),),
            "ncci-aoc": (looked_up(AddOnEdit, [AddOnEdit(add_on="T0003", primary="T0005")]),),
            "mpfs": (looked_up(FeeScheduleRow, [FeeScheduleRow(procedure="20610", global_days="000")]),),
        }
    )
    policy = Policy(select=("BND", "MOD"))
    checker = Checker(rule_set=RuleSet((GENERAL,)), policy=policy, tables=tables, as_of=DAY)
    claims = [{"lines": ["T0001 x2", "T0003", "99213", "20610-RT-59"]}, {"lines": ["T0001", "T0003-54"]}]
    with checker.check(Encounters([encounter_from(each, number) for number, each in enumerate(claims, 1)])) as report:
        assert report.summary.crashes == 0
        assert {"BND102", "BND107", "BND108", "MOD101"} <= {each.rule for each in report.findings}


def test_the_shipped_excerpts_are_excerpts() -> None:
    for row_type in (PtpEdit, UnitLimit, AddOnEdit, FeeScheduleRow):
        edition = shipped_edition(row_type)
        assert edition is not None
        assert not edition.complete
        assert edition.name.endswith("-excerpt")
