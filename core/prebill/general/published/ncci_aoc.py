"""The add-on code edits of the National Correct Coding Initiative, as text and as spreadsheet."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from prebill.general.published.editions import is_excerpt, of_length, only, quarter, told
from prebill.general.published.layouts import Record, Sheet
from prebill.general.published.values import code, day_of_year, in_order, one_of
from prebill.general.tables.ncci_aoc import AddOnEdit
from prebill.published import Heading, Importer, PublishedFile, Rejected

_SHEET = Sheet(
    (
        "AOC_Edit_Type",
        "Add-On_Code",
        "AOC_DelDT",
        "Primary_Code",
        "Primary_Code_DelDT",
        "AOC_Edit_EffDT",
        "AOC_Edit_DelDT",
        "Special_Instruction_Notes",
    )
)
_NOTES_END = 2000
_RECORD = Record(
    ((1, 1), (2, 6), (7, 13), (14, 18), (19, 25), (26, 32), (33, 39), (40, _NOTES_END)),
    shortest=39,
    longest=_NOTES_END,
)
_FIRST_RECORD = re.compile(r"[123][0-9A-Z]{5}[\d ]{7}[0-9A-Z]{5}[\d ]{21}")
_VERSION = re.compile(r"(?i)v(?P<year>20\d\d)q(?P<quarter>[1-4])")
_LEAST = 3_000


def _recognises(file: PublishedFile) -> bool:
    return _is_text(file) or _SHEET.recognises(file)


def _is_text(file: PublishedFile) -> bool:
    return _FIRST_RECORD.match(file.beginning()) is not None


def _heading(files: Sequence[PublishedFile]) -> Heading:
    file = only(files)
    version = told(files, _VERSION, "the quarter", "AOC_V2024Q3-MCR.txt")
    window = quarter(int(version["year"]), int(version["quarter"]))
    return Heading(
        edition=f"AOC {version.group().upper()}",
        source=f"CMS NCCI add-on code edits, {file.name}",
        complete=not is_excerpt(files),
        effective_from=window[0],
        effective_to=window[1],
        carried_forward=True,
    )


def _rows(files: Sequence[PublishedFile]) -> Iterator[AddOnEdit | Rejected]:
    file = only(files)
    layout = _RECORD if _is_text(file) else _SHEET
    return of_length(files, layout.rows(file, _edit), _LEAST)


def _edit(
    edit_type: str,
    add_on: str,
    add_on_deleted: str,
    primary: str,
    primary_deleted: str,
    effective: str,
    deleted: str,
    notes: str,
) -> AddOnEdit:
    last_days = (
        _day(add_on_deleted, "AOC_DelDT"),
        _day(primary_deleted, "Primary_Code_DelDT"),
        _day(deleted, "AOC_Edit_DelDT"),
    )
    first, last = _day(effective, "AOC_Edit_EffDT"), min(filter(None, last_days), default=None)
    in_order(first, last, "AOC_Edit_DelDT")
    return AddOnEdit(
        edit_type=int(one_of(edit_type, "AOC_Edit_Type", ("1", "2", "3"))),
        add_on=code(add_on, "Add-On_Code"),
        primary=code(primary, "Primary_Code"),
        notes=notes or None,
        effective_from=first,
        effective_to=last,
    )


def _day(text: str, column: str) -> date | None:
    return day_of_year(text, column) if text else None


ADD_ONS = Importer(
    name="ncci-aoc",
    publisher="CMS, National Correct Coding Initiative, add-on code edits: a text file, or its spreadsheet as CSV",
    row_type=AddOnEdit,
    recognises=_recognises,
    heading=_heading,
    rows=_rows,
    unique=("add_on", "primary", "effective_from"),
)
