"""Every reference file of the shared data comes into the store whole, and a spoilt copy of it not at all.

Single facts about what the files hold are in `tests/general/test_published_shared_data.py`.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import re
from collections.abc import Callable
from datetime import date
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

import attrs
import pytest

from prebill.errors import TableError
from prebill.general.tables.ncci_ptp import PtpEdit
from prebill.packs import find_packs
from prebill.published import PublishedFile
from prebill.tables import TableSet, TableStore
from prebill.tables.edition_file import verify
from prebill.tables.importing import Imported, Order, import_edition

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("PREBILL_SHARED_DATA") or ROOT.parent / "shared" / "data") / "cms"
PACKS = find_packs()

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"no published tables: {DATA} is not there")

_HEAD, _LONG_HEAD = 600, 5000


@attrs.frozen(kw_only=True)
class Layout:
    """How the files of an importer are spoilt.

    Args:
        importer: Its name.
        value: A row of the file as a pattern of a line, and what stands in its place with one wrong value.
        reason: How the reason for refusing that value begins.
        again: A row that may not be there twice, where that is another one.
        contradicts: What stands below that row in place of a copy of it.
        without: A column to leave out; a number is a place in every row.
        missing: What is said of a file without it.
        refused: What is said of the row that is there twice.
    """

    importer: str
    value: tuple[str, str]
    reason: str
    again: str | None = None
    contradicts: str = r"\g<0>"
    without: str | int
    missing: str = "no column"
    refused: str = "two rows have"


_PTP = Layout(
    importer="ncci-ptp",
    value=(r"^(\w{5}\t\w{5}\t\*?\t)\d{8}(.*)$", r"\g<1>20231301\g<2>"),
    reason="Effective Date: '20231301'",
    again=r"^(\w{5}\t\w{5}\t\*?\t\d{8}\t\*\t)[01](.*)$",
    contradicts=r"\g<1>9\g<2>",
    without=3,
    missing="columns, where",
    refused="contradicts an active row",
)
_MUE = Layout(
    importer="ncci-mue",
    value=(r"^(\w{5}),\d+,(.*)$", r"\g<1>,none,\g<2>"),
    reason="MUE Values: 'none'",
    without="MUE Rationale",
)
_AOC_TEXT = Layout(
    importer="ncci-aoc",
    value=(r"^(\d\w{5}.{7}\w{5}.{7}).{7}(.*)$", r"\g<1>2023366\g<2>"),
    reason="AOC_Edit_EffDT: '2023366'",
    without=1,
    missing="not a file of ncci-aoc",
)
_AOC_SHEET = Layout(
    importer="ncci-aoc",
    value=(r"^(\d,\w{5},,\w{5},,),(.*)$", r"\g<1>2023366,\g<2>"),
    reason="AOC_Edit_EffDT: '2023366'",
    without="AOC_Edit_DelDT (Julian)",
)
_MPFS_SHEET = Layout(
    importer="mpfs",
    value=(r"^(\w{5},.*),XXX,(.*)$", r"\g<1>,XYZ,\g<2>"),
    reason="GLOB DAYS: 'XYZ'",
    without="FACTOR",
)
_MPFS_TEXT = Layout(
    importer="mpfs",
    value=(r"^(\w{5}.*\d)XXX(.*)$", r"\g<1>XYZ\g<2>"),
    reason="GLOB DAYS: 'XYZ'",
    without=1,
    missing="not a file of mpfs",
)
_HCPCS_TEXT = Layout(
    importer="hcpcs",
    value=(r"^(\w{10}3.{257})\d{8}(.*)$", r"\g<1>20230230\g<2>"),
    reason="ADD DT: '20230230'",
    without=1,
    missing="not a file of hcpcs",
)
_HCPCS_SHEET = Layout(
    importer="hcpcs",
    value=(r"^(\w{5},0010,3,.*?),\d{8},(.*)$", r"\g<1>,20230230,\g<2>"),
    reason="ADD DT: '20230230'",
    without="TERM DT",
)
_CARC = Layout(
    importer="carc",
    value=(r"^(\w+,,)\d\d(/\d\d/\d{4},.*)$", r"\g<1>13\g<2>"),
    reason="Start Date: '13/",
    again=r"^\w+,,[\d/]*,[\d/]*,[\d/]+,$",
    without="Stop Date",
)
_ORDER = Layout(
    importer="icd10cm",
    value=(r"^(\d{5} A000    )1(.*)$", r"\g<1>2\g<2>"),
    reason="header: '2'",
    without=1,
    missing="not a file of icd10cm",
)

LAYOUTS = {
    "ccipra-v302r0-f1.txt.gz": _PTP,
    "ccipra-v302r0-f2.txt.gz": _PTP,
    "ccipra-v302r0-f3.txt.gz": _PTP,
    "ccipra-v302r0-f4.txt.gz": _PTP,
    "ccipra-v302r0-excerpt.txt": _PTP,
    "ccipra-v322r0-f1.excerpt.txt": _PTP,
    "MCR_MUE_PractitionerServices_Eff_07-01-2024.csv": _MUE,
    "MCR_MUE_OutpatientHospitalServices_Eff_07-01-2024.csv": attrs.evolve(_MUE, importer="ncci-mue-outpatient"),
    "MCR_MUE_DMESupplierServices_Eff_07-01-2024.csv": attrs.evolve(_MUE, importer="ncci-mue-dme"),
    "AOC_V2024Q3-MCR.txt": _AOC_TEXT,
    "AOC_V2024Q3-MCR.csv": _AOC_SHEET,
    "PPRRVU2025_Oct.csv.gz": _MPFS_SHEET,
    "PPRRVU2025_Oct.txt.gz": _MPFS_TEXT,
    "PPRRVU24_JUL.csv.gz": _MPFS_SHEET,
    "PPRRVU2026_Jul_nonQPP.excerpt.csv": _MPFS_SHEET,
    "GPCI2025.csv": Layout(
        importer="gpci",
        value=(r"^(\d{5},\w\w,\d\d,.*?),[\d.]+,(.*)$", r"\g<1>,one,\g<2>"),
        reason="PW GPCI: 'one'",
        without="Locality Name",
    ),
    "25LOCCO.csv": Layout(
        importer="medicare-locality",
        value=(r"^(\d{4,5}),\d+,(.*)$", r"\g<1>,100,\g<2>"),
        reason="Locality Number: '100'",
        again=r"^(\d{4,5},\d+),(.*,)[^,\r]*$",
        contradicts=r"\g<1>,\g<2>NOWHERE",
        without="Counties",
        refused="stands here twice",
    ),
    "ANES2025.csv": Layout(
        importer="anesthesia-conversion-factors",
        value=(r"^(\d{5} ,\d\d ,.*,)[\d.]+ $", r"\g<1>20.1.0"),
        reason="CF: '20.1.0'",
        without="Locality Name",
        missing="not a file of anesthesia-conversion-factors",
    ),
    "CY_2022_Anesthesia_Base_Units_110921.txt": Layout(
        importer="anesthesia-base-units",
        value=(r"^(\d{5}\t)\d+$", r"\g<1>five"),
        reason="BASE UNIT: 'five'",
        without=2,
        missing="not a file of anesthesia-base-units",
    ),
    "HCPC2024_JUL_ANWEB_v3.txt.gz": _HCPCS_TEXT,
    "HCPC2024_JUL_ANWEB_v3.csv": _HCPCS_SHEET,
    "HCPC2026_OCT_ANWEB.excerpt.csv": attrs.evolve(
        _HCPCS_SHEET,
        importer="hcpcs-modifiers",
        value=(r"^( {3}\w\w,0010,7,.*?),\d{8},(.*)$", r"\g<1>,20230230,\g<2>"),
    ),
    "carc_codes_2024-06.csv": _CARC,
    "rarc_codes_2024-06.csv": attrs.evolve(_CARC, importer="rarc", again=None),
    "place_of_service_codes_2024-06.csv": Layout(
        importer="place-of-service",
        value=(r"^(\d\d,Office,.*),NF$", r"\g<1>,NX"),
        reason="Payment Rate: 'NX'",
        without="Payment Rate",
    ),
    "icd10cm_order_2026.txt.gz": _ORDER,
    "icd10cm_order_2025.txt.gz": _ORDER,
    "icd10cm_codes_2026.txt.gz": attrs.evolve(
        _ORDER, value=(r"^A001    (.*)$", r"A0-1    \g<1>"), reason="code: 'A0-1'"
    ),
    "icd10cm-tabular-April-1-2026.xml.gz": Layout(
        importer="icd10cm-notes",
        value=(r"^( *<name>)A00(</name>)$", r"\g<1>A0\g<2>"),
        reason="name: 'A0'",
        without="",
        missing="fetch the file again",
        refused="name: A00.0 stands here twice",
    ),
}
PARTS = tuple(f"ccipra-v302r0-f{number}.txt.gz" for number in range(1, 5))
# The rows of a table, where they are not every row of the file.
KEPT = {
    "carc_codes_2024-06.csv": 110,  # those with a stop date
    "place_of_service_codes_2024-06.csv": 52,  # those assigned
    "ANES2025.csv": 2 * (1 + 109),  # national and by locality, for Medicare and Medicare Advantage
    "icd10cm-tabular-April-1-2026.xml.gz": 7268,  # notes
}
# Those of which an edition cannot tell that what it lacks does not exist.
NEVER_COMPLETE = {
    "ANES2025.csv",
    "HCPC2024_JUL_ANWEB_v3.txt.gz",
    "HCPC2024_JUL_ANWEB_v3.csv",
    "icd10cm_codes_2026.txt.gz",
}


@cache
def expected() -> Any:
    return json.loads((DATA / "expected_counts.json").read_text())


def brought(store: TableStore, name: str, *files: Path) -> Imported:
    return import_edition(store, PACKS, Order(name=name, files=tuple(map(PublishedFile, files))))


def bytes_in(store: TableStore) -> dict[str, bytes]:
    return {str(path.relative_to(store.folder)): path.read_bytes() for path in store.folder.rglob("*.sqlite")}


def test_no_file_is_left_out() -> None:
    assert LAYOUTS.keys() == expected()["files"].keys()
    assert {path.name for path in DATA.iterdir()} == {*LAYOUTS, "README.md", "expected_counts.json"}


@pytest.mark.parametrize("name", [name for name in LAYOUTS if name not in PARTS])
def test_every_file_is_imported_whole(tmp_path: Path, name: str) -> None:
    store, known = TableStore(tmp_path / "store"), expected()["files"][name]
    described = brought(store, LAYOUTS[name].importer, DATA / name).description
    assert described.rows == KEPT.get(name, known["data_rows"])
    heading = described.heading
    assert str(heading.effective_from)[: len(known["effective_from"])] == known["effective_from"]
    assert (heading.effective_to and str(heading.effective_to)) == known["effective_to"]
    assert heading.complete == ("excerpt" not in name and name not in NEVER_COMPLETE)
    assert [verify(path) for path in store.files()] == [None]


def test_a_part_of_the_edits_is_imported_whole_and_says_that_it_is_a_part(tmp_path: Path) -> None:
    """The others differ in their rows alone, which tests/general/test_published_shared_data.py reads one by one."""
    part, store = PARTS[-1], TableStore(tmp_path / "store")
    described = brought(store, "ncci-ptp", DATA / part).description
    assert described.rows == expected()["files"][part]["data_rows"]
    assert (described.heading.edition, described.heading.complete) == ("v302r0", False)
    edits = TableSet.load(PACKS, {}, store).find(PtpEdit).on(date(2024, 7, 15))
    windows = expected()["facts"]["ptp_two_windows"]
    assert len(edits.edition.rows[windows["column1"], windows["column2"]]) == len(windows["windows"])


# What a spoilt copy is made of: a file as it was published or, of a long one, its beginning.


def opened(name: str) -> TextIO:
    path, encoding = DATA / name, encoding_of(name)
    if name.endswith(".gz"):
        return gzip.open(path, "rt", encoding=encoding, newline="")
    return path.open(encoding=encoding, newline="")


def encoding_of(name: str) -> str:
    return "utf-8" if ".xml" in name else "latin-1"


@cache
def beginning(name: str) -> tuple[str, str]:
    """Return the text that is spoilt, and the name of the copy: one that is cut says that it is an excerpt."""
    with opened(name) as file:
        text = "".join(islice(file, _LONG_HEAD if ".xml" in name else _HEAD))
        cut = file.read(1) != ""
    named = name.removesuffix(".gz")
    if not cut:
        return text, named
    if ".xml" in name:
        text = text[: text.rindex("</section>")] + "</section></chapter></ICD10CM.tabular>\n"
    stem, _, suffix = named.rpartition(".")
    return text, named if "excerpt" in named else f"{stem}.excerpt.{suffix}"


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / beginning(name)[1]
    path.write_bytes(text.encode(encoding_of(name)))
    return path


def row_in(text: str, pattern: str) -> tuple[re.Match[str], int]:
    """Return the first row of a pattern, the ends of lines apart, and its line."""
    found = re.compile(pattern.replace("$", "(?=\r?$)"), re.MULTILINE).search(text)
    assert found is not None, pattern
    return found, text.count("\n", 0, found.start()) + 1


def wrong_value(layout: Layout, text: str) -> tuple[str, str]:
    before, after = layout.value
    row, line = row_in(text, before)
    where = rf"line {line}: " if layout.importer != "icd10cm-notes" else r"line \d+: "
    return text[: row.start()] + row.expand(after) + text[row.end() :], where + re.escape(layout.reason)


def row_twice(layout: Layout, text: str) -> tuple[str, str]:
    if layout.importer == "icd10cm-notes":
        return text.replace("<name>A00.1<", "<name>A00.0<", 1), layout.refused
    row, _ = row_in(text, layout.again or layout.value[0])
    end = text.index("\n", row.end()) + 1
    return text[:end] + row.expand(layout.contradicts) + text[row.end() : end] + text[end:], layout.refused


def without_column(layout: Layout, text: str) -> tuple[str, str]:
    if layout.importer == "icd10cm-notes":
        return text.replace("</name>", "", 1), layout.missing
    if isinstance(layout.without, int):
        tab = "\t" in text
        spoilt = (_without_cell(line, layout.without) if tab else line[1:] for line in text.splitlines(keepends=True))
        return "".join(spoilt), layout.missing
    rows = list(csv.reader(io.StringIO(text, newline="")))
    place = next(place for row in rows for place, cell in enumerate(row) if cell.strip() == layout.without)
    spoilt_text = io.StringIO(newline="")
    csv.writer(spoilt_text).writerows(row[:place] + row[place + 1 :] for row in rows)
    return spoilt_text.getvalue(), layout.missing


def _without_cell(line: str, place: int) -> str:
    end = "\r\n" if line.endswith("\r\n") else "\n"
    cells = line.rstrip("\r\n").split("\t")
    return "\t".join(cells[: place - 1] + cells[place:]) + end


@pytest.mark.parametrize("spoil", [wrong_value, row_twice, without_column])
@pytest.mark.parametrize("name", LAYOUTS)
def test_a_spoilt_copy_is_refused_with_the_row_and_the_reason(
    tmp_path: Path, name: str, spoil: Callable[[Layout, str], tuple[str, str]]
) -> None:
    layout, (text, copy) = LAYOUTS[name], beginning(name)
    store = TableStore(tmp_path / "store")
    brought(store, layout.importer, written(tmp_path, name, text))
    before = bytes_in(store)
    spoilt, reason = spoil(layout, text)
    assert spoilt != text
    with pytest.raises(TableError, match=reason) as refused:
        brought(store, layout.importer, written(tmp_path, name, spoilt))
    assert copy in str(refused.value) or layout.refused in str(refused.value)
    assert bytes_in(store) == before
    assert store.unfinished() == ()


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_copy_that_is_cut_off_is_refused(tmp_path: Path, name: str) -> None:
    store = TableStore(tmp_path / "store")
    content = (DATA / name).read_bytes()
    packed = content if name.endswith(".gz") else gzip.compress(content)
    path = tmp_path / name
    path.write_bytes(packed[: len(packed) // 10])
    with pytest.raises(TableError, match=f"{re.escape(name)}: the file cannot be read to its end .*; fetch it again"):
        brought(store, LAYOUTS[name].importer, path)
    assert bytes_in(store) == {}
    assert store.unfinished() == ()


@pytest.mark.parametrize("name", LAYOUTS)
def test_another_file_under_its_name_is_refused(tmp_path: Path, name: str) -> None:
    store = TableStore(tmp_path / "store")
    other = "GPCI2025.csv" if name != "GPCI2025.csv" else "ANES2025.csv"
    path = tmp_path / name
    path.write_bytes((DATA / other).read_bytes())
    with pytest.raises(TableError) as refused:
        brought(store, LAYOUTS[name].importer, path)
    assert str(refused.value) == (
        f"{name}: not a file of {LAYOUTS[name].importer}; it looks like {LAYOUTS[other].importer}"
    )
    assert bytes_in(store) == {}
