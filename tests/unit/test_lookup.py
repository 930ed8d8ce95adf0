from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prebill import NotKnown, TableError
from prebill.lookup import Table, build_edition
from prebill.tables import TableSet, read_edition
from tests.engine.sample_rules import Limit

JANUARY, JUNE, NEXT_YEAR = date(2026, 1, 1), date(2026, 6, 1), date(2027, 1, 1)


def edition(*rows: Limit, name: str = "e", complete: bool = True, **window: date) -> object:
    return build_edition(Limit, rows, name=name, source="test", complete=complete, **window)


def test_a_key_absent_from_a_complete_edition_is_an_answer() -> None:
    table = Table("limit", (edition(Limit(code="1", most=1)),)).on(JUNE)
    assert table.get("1").most == 1
    assert table.get("2") is None
    assert table.all("2") == ()


def test_a_key_absent_from_an_excerpt_is_not_known() -> None:
    table = Table("limit", (edition(Limit(code="1", most=1), complete=False),)).on(JUNE)
    with pytest.raises(NotKnown, match="excerpt"):
        table.get("2")


def test_a_table_of_a_day_is_the_same_one_whenever_it_is_asked_for() -> None:
    table = Table("limit", (edition(Limit(code="1", most=1)),))
    of_day = table.on(JUNE)
    assert table.on(JUNE) is of_day is of_day.on(JUNE)
    assert table.on(JANUARY) is not of_day


def test_what_one_excerpt_leaves_out_another_may_have() -> None:
    own = edition(Limit(code="1", most=1), name="own", complete=False, effective_from=JANUARY)
    shipped = edition(Limit(code="1", most=9), Limit(code="2", most=2), name="shipped", complete=False)
    table = Table("limit", (own, shipped)).on(JUNE)
    assert table.get("1").most == 1
    assert table.get("2").most == 2
    assert [row.most for row in table.starting_with("2")] == [2]
    with pytest.raises(NotKnown, match="own"):
        table.get("3")
    whole = edition(Limit(code="1", most=1), name="whole")
    assert Table("limit", (whole, shipped)).on(JUNE).get("2") is None


def test_what_is_remembered_of_a_table_goes_with_it() -> None:
    asked = []

    def most(table: Table, code: str) -> int:
        asked.append(code)
        return table.get(code).most

    table = Table("limit", (edition(Limit(code="1", most=1)),)).on(JUNE)
    assert [table.remembered(most)("1"), table.remembered(most)("1")] == [1, 1]
    other = Table("limit", (edition(Limit(code="1", most=2)),)).on(JUNE)
    assert other.remembered(most)("1") == 2
    assert asked == ["1", "1"]


FEW_DAYS = st.integers(0, 6).map(lambda days: JUNE + timedelta(days=days))
DATED = st.builds(
    Limit,
    code=st.just("1"),
    most=st.integers(0, 9),
    effective_from=FEW_DAYS | st.none(),
    effective_to=FEW_DAYS | st.none(),
)


def rows_of(table: Table, code: str) -> tuple[Limit, ...]:
    return table.find(code)


@given(rows=st.lists(DATED, max_size=4), turn=FEW_DAYS, days=st.lists(FEW_DAYS, min_size=1))
def test_what_is_remembered_of_the_rows_in_force_is_what_each_day_has(rows, turn, days) -> None:
    earlier = edition(*rows, name="earlier", effective_to=turn)
    later = edition(*rows[:2], name="later", effective_from=turn + timedelta(days=1))
    table = Table("limit", (earlier, later), dated_rows=True)
    for day in days:
        of_day = table.on(day)
        assert of_day.day == day
        assert of_day.of_rows(rows_of)("1") == of_day.find("1")
        assert of_day.on(turn).of_rows(rows_of)("1") == table.on(turn).find("1")


def test_days_with_the_same_rows_in_force_share_what_is_remembered() -> None:
    asked = []

    def most(table: Table, code: str) -> int:
        asked.append(code)
        return table.get(code).most

    rows = (
        Limit(code="1", most=1, effective_to=JUNE),
        Limit(code="1", most=2, effective_from=JUNE + timedelta(days=1)),
    )
    table = Table("limit", (edition(*rows),), dated_rows=True)
    days = (JANUARY, JUNE, JUNE + timedelta(days=1), NEXT_YEAR)
    assert [table.on(day).of_rows(most)("1") for day in days] == [1, 1, 2, 2]
    assert asked == ["1", "1"]


def test_a_day_that_no_edition_covers_is_not_known() -> None:
    table = Table("limit", (edition(effective_from=JANUARY, effective_to=JUNE),))
    with pytest.raises(NotKnown, match="covers 2027"):
        table.on(NEXT_YEAR)
    with pytest.raises(NotKnown, match="no edition"):
        Table("limit", ()).on(JUNE)


def test_editions_and_rows_are_chosen_by_day() -> None:
    table = Table(
        "limit",
        (
            edition(Limit(code="1", most=1), name="excerpt", complete=False),
            edition(
                Limit(code="1", most=2, effective_to=JANUARY),
                Limit(code="1", most=3, effective_from=JUNE),
                name="full",
                effective_to=JUNE,
            ),
        ),
        True,
    )
    assert table.on(JANUARY).get("1").most == 2
    assert table.on(JUNE).get("1").most == 3
    assert table.on(date(2026, 3, 1)).get("1") is None
    assert table.on(NEXT_YEAR).edition.name == "excerpt"


HEADING = "# edition: e1\n# source: test\n# complete: yes\n# effective_from: 2026-01-01\n"


def test_a_file_is_read_with_its_heading(tmp_path) -> None:
    path = tmp_path / "limit.csv"
    path.write_text(HEADING + "code,most,effective_to\n99213,2,\n99214,3,2026-06-01\n")
    found = read_edition(Limit, path)
    assert (found.name, found.complete, found.effective_from) == ("e1", True, JANUARY)
    assert found.rows[("99214",)][0] == Limit(code="99214", most=3, effective_to=JUNE)
    assert found.checksum


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("code,most\n1,2\n", "# edition"),
        (HEADING + "code,most\n99213,two\n", "line 6"),
        (HEADING.replace("2026-01-01", "2026-13-01") + "code,most\n", "limit.csv"),
    ],
)
def test_a_file_that_does_not_fit_is_refused_with_its_place(tmp_path, text: str, said: str) -> None:
    path = tmp_path / "limit.csv"
    path.write_text(text)
    with pytest.raises(TableError, match=said):
        read_edition(Limit, path)


def test_the_set_of_tables_rejects_a_table_that_no_pack_has() -> None:
    with pytest.raises(TableError, match="limti"):
        TableSet.load((), {"limti": ("x.csv",)})
