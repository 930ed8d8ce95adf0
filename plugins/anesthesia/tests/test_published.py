"""The anesthesia files of CMS, from the folder that `PREBILL_SHARED_DATA` names, and copies that are spoilt."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from prebill import Importer, PublishedFile, Rejected, TableError
from prebill.tables import shipped_edition
from prebill_anesthesia.published.base_units import BASE_UNITS
from prebill_anesthesia.published.conversion_factors import FACTORS

ROOT = Path(__file__).parents[3]
DATA = Path(os.environ.get("PREBILL_SHARED_DATA") or ROOT.parent / "shared" / "data") / "cms"
UNITS_FILE, FACTORS_FILE = "CY_2022_Anesthesia_Base_Units_110921.txt", "ANES2025.csv"

needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"no shared reference files: {DATA} is not there")

UNITS = "CODE\t2022\r\n\tBASE\r\n\tUNIT\r\n" + "".join(f"{number:05}\t{number % 9}\r\n" for number in range(100, 400))
LOCALITIES = (
    "Contractor,Locality,Locality Name,National Anes CF of 20.3178\r\n"
    + "".join(f"10112 ,{number:02} ,ANYWHERE*,19.{number:02} \r\n" for number in range(100))
    + ",,,\r\n"
)


def facts() -> Any:
    return json.loads((DATA / "expected_counts.json").read_text())["facts"]


def read(importer: Importer[Any], path: Path) -> list[Any]:
    return list(importer.rows([PublishedFile(path)]))


@needs_data
def test_the_published_base_units_are_what_ships() -> None:
    rows = {(row.code,): (row,) for row in read(BASE_UNITS, DATA / UNITS_FILE)}
    shipped = shipped_edition(BASE_UNITS.row_type)
    assert shipped is not None
    assert rows == dict(shipped.rows)
    assert {code: rows[code,][0].base_units for code in facts()["anesthesia_base_units"]} == facts()[
        "anesthesia_base_units"
    ]
    heading = BASE_UNITS.heading([PublishedFile(DATA / UNITS_FILE)])
    assert (heading.edition, heading.complete, heading.effective_from) == ("CY2022", True, date(2022, 1, 1))


@needs_data
def test_the_published_conversion_factors() -> None:
    rows = {(row.payer, row.locality): row.factor for row in read(FACTORS, DATA / FACTORS_FILE)}
    assert len(rows) == 2 * (1 + 109)
    for locality, factor in facts()["anesthesia_cf_2025"].items():
        assert rows["medicare_ffs", locality] == rows["medicare_advantage", locality] == Decimal(factor)
    heading = FACTORS.heading([PublishedFile(DATA / FACTORS_FILE)])
    assert (heading.edition, heading.effective_to) == ("CY2025", date(2025, 12, 31))


@pytest.mark.parametrize(
    ("importer", "text", "before", "after", "line", "reason"),
    [
        (BASE_UNITS, UNITS, "00105\t", "105\t", 9, "CODE: '105'"),
        (BASE_UNITS, UNITS, "00105\t6", "00105\tsix", 9, "BASE UNIT: 'six'"),
        (BASE_UNITS, UNITS, "00399\t3", "00399", 303, "1 columns"),
        (FACTORS, LOCALITIES, "10112 ,05", "1012 ,05", 7, "Contractor: '1012'"),
        (FACTORS, LOCALITIES, ",05 ,", ",5 ,", 7, "Locality: '5'"),
        (FACTORS, LOCALITIES, "19.05", "19.0.5", 7, "CF: '19.0.5'"),
        (FACTORS, LOCALITIES, ",19.99 \r\n,,,", "", 101, "3 columns"),
    ],
)
def test_a_wrong_value_is_refused_with_its_line_and_column(
    tmp_path: Path, importer: Importer[Any], text: str, before: str, after: str, line: int, reason: str
) -> None:
    assert before in text
    path = tmp_path / "ANES2025.csv"
    path.write_text(text.replace(before, after, 1), newline="")
    (refused,) = [row for row in read(importer, path) if isinstance(row, Rejected)]
    assert refused.line == line
    assert refused.reason.startswith(reason)


@pytest.mark.parametrize("importer", [BASE_UNITS, FACTORS], ids=lambda importer: importer.name)
@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text.splitlines(keepends=True)[1] * 300,
        lambda text: "".join(text.splitlines(keepends=True)[:50]),
        lambda text: text.replace("CODE", "KODE").replace(",Locality Name", ""),
        lambda text: text.replace("\t2022", "\t22").replace("20.3178", "20.31x8"),
        lambda text: "",
        lambda text: gzip.compress(text.encode())[:-40],
    ],
    ids=["no header", "few rows", "a column missing", "a wrong header", "empty", "cut off"],
)
def test_a_file_that_is_not_whole_is_refused(
    tmp_path: Path, importer: Importer[Any], spoil: Callable[[str], str | bytes]
) -> None:
    content = spoil(UNITS if importer is BASE_UNITS else LOCALITIES)
    path = tmp_path / "ANES2025.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(TableError, match=r"ANES2025\.csv: "):
        read(importer, path)


def test_the_two_files_are_told_apart(tmp_path: Path) -> None:
    for importer, other, text in ((BASE_UNITS, FACTORS, UNITS), (FACTORS, BASE_UNITS, LOCALITIES)):
        path = tmp_path / "download.csv"
        path.write_text(text, newline="")
        assert importer.recognises(PublishedFile(path))
        assert not other.recognises(PublishedFile(path))
    with pytest.raises(TableError, match="the name does not tell the year"):
        FACTORS.heading([PublishedFile(path)])
    with pytest.raises(TableError, match="import each by itself"):
        BASE_UNITS.heading([PublishedFile(path), PublishedFile(path)])
