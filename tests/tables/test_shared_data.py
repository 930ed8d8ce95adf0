"""Real published files in the store, from the folder that `PREBILL_SHARED_DATA` names."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from prebill.general.tables.mpfs import FeeScheduleRow
from prebill.general.tables.ncci_mue import UnitLimit
from prebill.general.tables.ncci_ptp import PtpEdit
from prebill.lookup import build_edition
from prebill.packs import find_packs
from prebill.published import PublishedFile, Rejected
from prebill.tables import TableSet, TableStore
from prebill.tables.edition_file import verify
from prebill.tables.importing import Imported, Order, find_importer, import_edition
from prebill.tables.inventory import row_types_of

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("PREBILL_SHARED_DATA") or ROOT.parent / "shared" / "data") / "cms"
PACKS = find_packs()
DAY = date(2024, 7, 15)

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"no published tables: {DATA} is not there")


def brought(store: TableStore, name: str, file: str) -> Imported:
    return import_edition(store, PACKS, Order(name=name, files=(PublishedFile(DATA / file),)))


def test_unit_limits(tmp_path: Path) -> None:
    store = TableStore(tmp_path)
    done = brought(store, "ncci-mue", "MCR_MUE_PractitionerServices_Eff_07-01-2024.csv")
    assert done.description.rows == 14_677
    limits = TableSet.load(PACKS, {}, store).find(UnitLimit).on(DAY)
    knee, drug = limits.get("27447"), limits.get("J0585")
    assert knee is not None
    assert drug is not None
    assert (knee.units, knee.adjudication, drug.units, drug.adjudication) == (1, 2, 600, 3)
    assert limits.get("00140") is None, "a code that a complete edition leaves out has no limit"
    assert [verify(path) for path in store.files()] == [None]


def test_every_pack_sees_the_fee_schedule_in_its_own_way(tmp_path: Path) -> None:
    store = TableStore(tmp_path)
    assert brought(store, "mpfs", "PPRRVU24_JUL.csv.gz").description.rows == 18_664
    tables = TableSet.load(PACKS, {}, store)
    row_types = row_types_of(PACKS)["mpfs"]
    assert row_types[0] is FeeScheduleRow
    for row_type in row_types:
        rows = tables.find(row_type).on(DAY).all("27447", "")
        assert [type(row) for row in rows] == [row_type]
        assert rows[0].procedure == "27447"


def test_pairs_are_found_as_in_a_dictionary_of_the_rows(tmp_path: Path) -> None:
    store = TableStore(tmp_path)
    file = "ccipra-v302r0-excerpt.txt"
    assert not brought(store, "ncci-ptp", file).description.heading.complete
    order = Order(name="ncci-ptp", files=(PublishedFile(DATA / file),))
    rows = [row for row in find_importer(order, PACKS).rows(order.files) if not isinstance(row, Rejected)]
    held = build_edition(PtpEdit, rows, name="held", source="memory", complete=False)
    kept = store.editions()[0].of(PtpEdit)
    assert kept.rows == held.rows
    assert len(rows) == 5000
    for column1, column2 in held.rows:
        assert kept.rows.get((column2, column1)) == held.rows.get((column2, column1))
    known = TableSet({PtpEdit: (kept,)}).find(PtpEdit).on(DAY)
    (edit,) = known.all("90837", "90834")
    assert (edit.modifier_indicator, edit.effective_to) == ("0", None)
    assert known.find("27447", "99999") is None, "an excerpt does not know"
