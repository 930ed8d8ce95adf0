from __future__ import annotations

import gzip
import pickle
from datetime import date
from functools import partial
from pathlib import Path

import attrs
import pytest

from prebill.errors import TableError
from prebill.lookup import Table, table
from prebill.sorted_rows import SortedRows
from prebill.tables import read_edition

TEXT = """\
# edition: FY2026
# source: made up
# complete: yes
# effective_from: 2025-10-01
code,billable,effective_from
B20,1
A00,0
A000,1
A009,1,2026-04-01
"""


@table("made-up-codes", key=("code",), large=True)
@attrs.frozen(kw_only=True)
class MadeUpCode:
    code: str
    billable: bool
    effective_from: date | None = None
    effective_to: date | None = None


@pytest.mark.parametrize("zipped", [False, True])
def test_a_large_table_is_read_at_the_first_look_up(tmp_path: Path, *, zipped: bool) -> None:
    file = tmp_path / "codes.csv"
    file.write_bytes(gzip.compress(TEXT.encode()) if zipped else TEXT.encode())
    edition = read_edition(MadeUpCode, file)
    assert isinstance(edition.rows, SortedRows)
    assert (edition.name, edition.complete, edition.effective_from) == ("FY2026", True, date(2025, 10, 1))
    assert not edition.rows._lines
    assert edition.rows["A00",] == (MadeUpCode(code="A00", billable=False),)
    assert ("A0",) not in edition.rows
    assert [*edition.rows] == [("A00",), ("A000",), ("A009",), ("B20",)]
    assert len(edition.rows) == edition.rows.row_count == 4


def test_rows_by_the_beginning_of_their_key(tmp_path: Path) -> None:
    file = tmp_path / "codes.csv"
    file.write_text(TEXT)
    found = Table("made-up-codes", (read_edition(MadeUpCode, file),), dated_rows=True)
    assert [row.code for row in found.on(date(2026, 3, 31)).starting_with("A")] == ["A00", "A000"]
    assert [row.code for row in found.on(date(2026, 4, 1)).starting_with("A")] == ["A00", "A000", "A009"]
    assert found.on(date(2026, 3, 31)).get("A009") is None


def test_a_large_table_goes_to_another_process_unread(tmp_path: Path) -> None:
    file = tmp_path / "codes.csv"
    file.write_text(TEXT)
    rows = SortedRows(MadeUpCode, partial(Path.read_bytes, file), "codes.csv")
    assert rows["B20",]
    copy = pickle.loads(pickle.dumps(rows))
    assert not copy._lines
    assert copy["B20",] == rows["B20",]


def test_a_row_that_does_not_fit_is_named() -> None:
    rows = SortedRows(MadeUpCode, lambda: b"code,billable\nA00,perhaps\n", "codes.csv")
    with pytest.raises(TableError, match="row A00"):
        rows["A00",]
