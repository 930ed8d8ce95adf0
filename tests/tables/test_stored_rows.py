"""A stored table answers as a dictionary of the same rows would."""

from __future__ import annotations

import pickle
import sqlite3
import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prebill import TableError, table
from prebill.lookup import Table, build_edition
from prebill.tables import TableSet, TableStore
from prebill.tables.edition_file import RepeatedRowsError, verify, write_edition
from prebill.tables.key_filter import KeyFilter
from prebill.tables.stored_rows import StoredRows
from tests.tables.made_up import HEADING, Fee, stored
from tests.tables.made_up_view import FeeOfProcedure

FIRST_DAY = date(2024, 7, 1)

# Few letters, so that keys are the beginnings of others, and characters that sort, encode or separate oddly.
TEXT = st.text(alphabet='AB0 \t,"é\u4e2d\U0001f600', max_size=3)
DAYS = st.none() | st.integers(0, 5).map(lambda number: FIRST_DAY + timedelta(number))
FEES = st.builds(
    Fee,
    procedure=TEXT,
    modifier=TEXT,
    amount=st.decimals(allow_nan=False, allow_infinity=False),
    note=st.none() | TEXT,
    effective_from=DAYS,
    effective_to=DAYS,
)


def both(rows: list[Fee], folder: str) -> tuple[Table[Fee], Table[Fee]]:
    """The same rows stored and in memory."""
    kept = stored(TableStore(Path(folder)), *rows).of(Fee)
    held = build_edition(Fee, rows, name=kept.name, source=kept.source, complete=True)
    return tuple(TableSet({Fee: (each,)}).find(Fee) for each in (kept, held))  # type: ignore[return-value]


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(FEES, max_size=25), asked=st.lists(st.tuples(TEXT, TEXT), max_size=10), ahead=st.integers(0, 6))
def test_look_ups_by_day_are_those_of_a_dictionary(rows: list[Fee], asked: list[tuple[str, str]], ahead: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        kept, held = (each.on(FIRST_DAY + timedelta(ahead)) for each in both(rows, folder))
        for key in [*asked, *((row.procedure, row.modifier) for row in rows)]:
            assert kept.find(*key) == held.find(*key)
            assert (key in kept.edition.rows) == (key in held.edition.rows)
        assert [*kept.edition.rows] == sorted(held.edition.rows)
        assert dict(kept.edition.rows) == held.edition.rows
        for prefix in ["", *(key[0][:2] for key in asked)]:
            assert kept.starting_with(prefix) == held.starting_with(prefix)


@settings(max_examples=40, deadline=None)
@given(rows=st.lists(FEES, max_size=25))
def test_another_row_type_has_the_rows_by_the_first_columns_of_the_key(rows: list[Fee]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        seen = stored(TableStore(Path(folder)), *rows).of(FeeOfProcedure).rows
        expected: dict[tuple[str, ...], list[FeeOfProcedure]] = {}
        for row in sorted(rows, key=lambda each: (each.procedure, each.modifier)):
            expected.setdefault((row.procedure,), []).append(FeeOfProcedure(procedure=row.procedure, amount=row.amount))
        assert {key: [*found] for key, found in seen.items()} == expected
        assert all(seen[key] == tuple(found) for key, found in expected.items())
        assert seen.get(("absent",)) is None


@given(keys=st.sets(TEXT), absent=TEXT)
def test_the_filter_never_denies_a_key_that_is_there(keys: set[str], absent: str) -> None:
    made = KeyFilter.of(keys, len(keys))
    assert all(made.may_hold(key) for key in keys)
    assert KeyFilter().may_hold(absent)


def test_the_filter_proves_most_absent_keys_absent() -> None:
    made = KeyFilter.of((f"{number:05}" for number in range(10_000)), 10_000)
    assert sum(made.may_hold(f"A{number:04}") for number in range(10_000)) < 10_000 / 50


@pytest.mark.parametrize("key", [(), ("1",), ("1", "", "x"), (1, ""), (None, None), ("1\x01", "")])
def test_a_key_of_another_shape_is_absent(tmp_path: Path, key: tuple[Any, ...]) -> None:
    rows = stored(TableStore(tmp_path), Fee(procedure="1")).of(Fee).rows
    assert rows.get(key, ()) == ()
    assert key not in rows
    with pytest.raises(KeyError):
        rows[key]


def test_threads_and_processes_share_a_file(tmp_path: Path) -> None:
    fees = [Fee(procedure=f"{number:05}", amount=Decimal(number)) for number in range(2000)]
    rows = stored(TableStore(tmp_path), *fees).of(Fee).rows
    assert len(pickle.dumps(rows)) < 1000
    copy = pickle.loads(pickle.dumps(rows))
    keys = [(fee.procedure, "") for fee in fees]
    with ThreadPoolExecutor(4) as pool:
        for each in (rows, copy):
            assert [found for (found,) in pool.map(each.__getitem__, keys)] == fees
    assert copy.row_count == 2000


def test_an_edition_that_is_replaced_during_a_run_is_not_mixed_up(tmp_path: Path) -> None:
    store = TableStore(tmp_path)
    before = stored(store, Fee(procedure="1", amount=Decimal(1))).of(Fee)
    fresh = pickle.loads(pickle.dumps(before.rows))
    assert before.rows["1", ""][0].amount == 1
    stored(store, Fee(procedure="1", amount=Decimal(2)), Fee(procedure="2"))
    assert before.rows.get(("2", "")) is None, "whoever has it open goes on with what it was"
    with pytest.raises(TableError, match="replaced during the run"):
        fresh.get(("1", ""))


def test_rows_may_be_many_and_unsorted_and_are_counted(tmp_path: Path) -> None:
    fees = [Fee(procedure=f"{number * 7919 % 5000:05}", note=str(number)) for number in range(70_000)]
    edition = stored(TableStore(tmp_path), *fees)
    assert edition.description.rows == 70_000
    found = edition.of(Fee).rows["00007", ""]
    assert [*found] == [fee for fee in fees if fee.procedure == "00007"]
    assert verify(edition.path) is None


def test_the_checksum_is_of_the_rows_and_not_of_their_order(tmp_path: Path) -> None:
    fees = [Fee(procedure="1"), Fee(procedure="2", amount=Decimal("1.50")), Fee(procedure="3")]
    sums = {
        stored(TableStore(tmp_path / str(number)), *rows).description.checksum
        for number, rows in enumerate([fees, fees[::-1], fees[:2]])
    }
    assert len(sums) == 2


def test_rows_that_repeat_what_is_unique_are_named(tmp_path: Path) -> None:
    twice = [Fee(procedure="1", note="a"), Fee(procedure="1", note="b"), Fee(procedure="2")]
    with pytest.raises(RepeatedRowsError, match=r"^two rows have procedure 1, modifier $"):
        write_edition(tmp_path / "a", Fee, HEADING, twice)
    described = write_edition(tmp_path / "b", Fee, HEADING, twice, unique=("procedure", "modifier", "note"))
    assert described.rows == 3
    with pytest.raises(RepeatedRowsError, match="note a"):
        write_edition(tmp_path / "c", Fee, HEADING, [twice[0], *twice], unique=("procedure", "modifier", "note"))


def test_a_key_with_a_control_character_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="control character"):
        write_edition(tmp_path / "a", Fee, HEADING, [Fee(procedure="1\x01")])


@table("made-up-fee", key=("modifier",))
@attrs.frozen(kw_only=True)
class FeeByModifier:
    modifier: str


@table("made-up-fee", key=("procedure",))
@attrs.frozen(kw_only=True)
class FeeWithUnits:
    procedure: str
    units: int


@pytest.mark.parametrize(("row_type", "said"), [(FeeByModifier, "kept by procedure"), (FeeWithUnits, "has no units")])
def test_a_row_type_that_the_file_cannot_serve_is_refused_at_once(
    tmp_path: Path, row_type: type[Any], said: str
) -> None:
    edition = stored(TableStore(tmp_path), Fee(procedure="1"))
    with pytest.raises(TableError, match=said):
        edition.of(row_type)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE shared SET content = (SELECT content FROM shared WHERE id = 1) WHERE id = 0",
        "DELETE FROM rows WHERE key LIKE '1%'",
        "UPDATE key_filter SET bitmap = zeroblob(length(bitmap))",
        "DELETE FROM key_filter",
        "DELETE FROM description",
    ],
)
def test_damage_is_noticed(tmp_path: Path, damage: str) -> None:
    edition = stored(TableStore(tmp_path), Fee(procedure="1"), Fee(procedure="2", note="other"))
    assert verify(edition.path) is None
    connection = sqlite3.connect(edition.path)
    with connection:
        connection.execute(damage)
    connection.close()
    said = verify(edition.path)
    assert said is not None
    assert str(edition.path) in said


def test_a_file_that_is_no_edition_is_named(tmp_path: Path) -> None:
    edition = stored(TableStore(tmp_path), Fee(procedure="1"))
    unread = edition.of(Fee).rows
    assert isinstance(unread, StoredRows)
    edition.path.write_bytes(b"something else")
    for attempt in (TableStore(tmp_path).editions, lambda: unread.get(("1", "")), lambda: [*unread]):
        with pytest.raises(TableError, match="import"):
            attempt()
