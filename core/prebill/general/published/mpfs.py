"""The relative value files of the Medicare physician fee schedule (PPRRVU), as spreadsheet and as text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from prebill.errors import TableError
from prebill.general.published.editions import (
    is_excerpt,
    of_length,
    only,
    quarter,
    quarter_from,
    told,
    year_of,
)
from prebill.general.published.layouts import Record, Sheet
from prebill.general.published.values import amount, code, one_of
from prebill.general.tables.mpfs import FeeScheduleRow
from prebill.published import Heading, Importer, PublishedFile, Rejected

_SHEET = Sheet(
    (
        "HCPCS",
        "MOD",
        "STATUS CODE",
        "WORK RVU",
        "MP RVU",
        "NON-FACILITY TOTAL",
        "FACILITY TOTAL",
        "PCTC IND",
        "GLOB DAYS",
        "PRE OP",
        "INTRA OP",
        "POST OP",
        "MULT PROC",
        "BILAT SURG",
        "ASST SURG",
        "CO- SURG",
        "TEAM SURG",
        "ENDO BASE",
        "CONV FACTOR",
    ),
    wrapped=4,
)
_RECORD = Record(
    (
        (1, 5),
        (6, 7),
        (58, 58),
        (60, 65),
        (84, 89),
        (90, 96),
        (97, 102),
        (103, 103),
        (104, 106),
        (107, 109),
        (110, 112),
        (113, 115),
        (116, 116),
        (117, 117),
        (118, 118),
        (119, 119),
        (120, 120),
        (125, 132),
        (134, 140),
    ),
    shortest=171,
)
_TEXT = "HDR"
_TITLE = re.compile(r"(?P<year>20\d\d) National Physician Fee Schedule Relative Value File (?P<month>[A-Z][a-z]+) Rel")
_RELEASED = re.compile(r"RELEASED (?P<month>\d\d)/(?P<day>\d\d)/(?P<year>\d{4})")
_NAME = re.compile(r"(?i)pprrvu(?P<year>\d{4}|\d\d)[-_ ]?(?P<month>jan|apr|jul|oct)")
_QUALIFYING = re.compile(r"(?i)(?<!non)qpp")
_LEAST = 10_000

# The values of CMS's record layout of the file (PF24PA and its successors).
_STATUS = frozenset("ABCDEFGHIJMNPQRTX")
_PC_TC = frozenset("0123456789")
_GLOBAL = frozenset({"000", "010", "090", "MMM", "XXX", "YYY", "ZZZ"})
_MULTIPLE = frozenset("0123456789")
_BILATERAL = frozenset("01239")
_SURGEONS = frozenset("0129")
_MODIFIERS = frozenset({"", "26", "TC", "53"})


def _recognises(file: PublishedFile) -> bool:
    return _is_text(file) or _SHEET.recognises(file)


def _is_text(file: PublishedFile) -> bool:
    lines = [line for line in file.beginning().splitlines()[:-1] if not line.startswith(_TEXT)]
    return file.beginning().startswith(_TEXT) and all(map(_RECORD.fits, lines))


def _heading(files: Sequence[PublishedFile]) -> Heading:
    file = only(files)
    beginning = file.beginning()
    named = _NAME.search(file.name)
    title = _TITLE.search(beginning) or named or told(files, _NAME, "the quarter", "PPRRVU2025_Oct.csv")
    year, number = year_of(title["year"]), quarter_from(title["month"])
    if named and (year_of(named["year"]), quarter_from(named["month"])) != (year, number):
        message = f"{file.name}: its title tells another quarter: {title.group()}"
        raise TableError(message)
    released = _RELEASED.search(beginning)
    window = quarter(year, number)
    return Heading(
        edition=f"RVU{year % 100:02}{'ABCD'[number - 1]}{' QPP' if _QUALIFYING.search(file.name) else ''}",
        source=f"CMS physician fee schedule relative value file {file.name}"
        + (f", released {released['year']}-{released['month']}-{released['day']}" if released else ""),
        complete=not is_excerpt(files),
        effective_from=window[0],
        effective_to=window[1],
        carried_forward=True,
    )


def _rows(files: Sequence[PublishedFile]) -> Iterator[FeeScheduleRow | Rejected]:
    file = only(files)
    rows = _RECORD.rows(file, _row, skip=_TEXT) if _is_text(file) else _SHEET.rows(file, _row)
    return of_length(files, rows, _LEAST)


def _row(
    procedure: str,
    modifier: str,
    status: str,
    work: str,
    malpractice: str,
    nonfacility: str,
    facility: str,
    pc_tc: str,
    global_days: str,
    pre: str,
    intra: str,
    post: str,
    multiple: str,
    bilateral: str,
    assistant: str,
    cosurgeon: str,
    team: str,
    endoscopic_base: str,
    conversion_factor: str,
) -> FeeScheduleRow:
    return FeeScheduleRow(
        procedure=code(procedure, "HCPCS"),
        modifier=one_of(modifier, "MOD", _MODIFIERS),
        status=one_of(status, "STATUS CODE", _STATUS),
        pc_tc=one_of(pc_tc, "PCTC IND", _PC_TC),
        global_days=one_of(global_days, "GLOB DAYS", _GLOBAL),
        pre_operative=_share(pre, "PRE OP"),
        intra_operative=_share(intra, "INTRA OP"),
        post_operative=_share(post, "POST OP"),
        multiple=one_of(multiple, "MULT PROC", _MULTIPLE),
        bilateral=one_of(bilateral, "BILAT SURG", _BILATERAL),
        assistant=one_of(assistant, "ASST SURG", _SURGEONS),
        cosurgeon=one_of(cosurgeon, "CO-SURG", _SURGEONS),
        team=one_of(team, "TEAM SURG", _SURGEONS),
        endoscopic_base=code(endoscopic_base, "ENDO BASE") if endoscopic_base else None,
        work_rvu=amount(work, "WORK RVU"),
        malpractice_rvu=amount(malpractice, "MP RVU"),
        nonfacility_rvu=amount(nonfacility, "NON-FACILITY TOTAL"),
        facility_rvu=amount(facility, "FACILITY TOTAL"),
        conversion_factor=amount(conversion_factor, "CONV FACTOR"),
    )


def _share(text: str, column: str) -> Decimal:
    share = amount(text, column)
    if share <= 1:
        return share
    message = f"{column}: {text} is more than the whole"
    raise ValueError(message)


RELATIVE_VALUES = Importer(
    name="mpfs",
    publisher="CMS, physician fee schedule, relative value file PPRRVU: a CSV and a text file every quarter",
    row_type=FeeScheduleRow,
    recognises=_recognises,
    heading=_heading,
    rows=_rows,
    unique=("procedure", "modifier"),
)
