"""The lists of adjustment reason codes (CARC), of which those with a stop date are kept, and remark codes (RARC)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date

from prebill.general.published.editions import is_excerpt, of_length, only, told
from prebill.general.published.layouts import Sheet
from prebill.general.published.values import american_day, in_order, wrong
from prebill.general.tables.remark_code import RemarkCode
from prebill.general.tables.retired_adjustment_reason import RetiredReason
from prebill.published import Heading, Importer, PublishedFile, Rejected

_SHEET = Sheet(("Code", "Description", "Start Date", "Last Modified", "Stop Date", "Notes"))
_REASON = re.compile(r"[A-LO-Z]?\d{1,3}")
_REMARK = re.compile(r"(?:M|MA|N)\d{1,4}")
_FIRST_REMARK = re.compile(rf"(?m)^{_REMARK.pattern},")
_MONTH = re.compile(r"(?P<year>20\d\d)[-_](?P<month>0[1-9]|1[0-2])(?:[-_](?P<day>[0-3]\d))?")
_FEWEST_REASONS, _FEWEST_REMARKS = 60, 800


def _recognises_reasons(file: PublishedFile) -> bool:
    return _SHEET.recognises(file) and not _FIRST_REMARK.search(file.beginning())


def _recognises_remarks(file: PublishedFile) -> bool:
    return _SHEET.recognises(file) and _FIRST_REMARK.search(file.beginning()) is not None


def _heading(name: str, number: int) -> Callable[[Sequence[PublishedFile]], Heading]:
    def heading(files: Sequence[PublishedFile]) -> Heading:
        file = only(files)
        month = told(files, _MONTH, "the month of the list", f"{name.lower()}_codes_2024-06.csv")
        return Heading(
            edition=f"{name} {month.group().replace('_', '-')}",
            source=f"X12 external code list {number}, {file.name}",
            complete=not is_excerpt(files),
            effective_from=date(int(month["year"]), int(month["month"]), int(month["day"] or 1)),
        )

    return heading


def _reasons(files: Sequence[PublishedFile]) -> Iterator[RetiredReason | Rejected]:
    return of_length(files, _SHEET.rows(only(files), _reason), _FEWEST_REASONS)


def _remarks(files: Sequence[PublishedFile]) -> Iterator[RemarkCode | Rejected]:
    return of_length(files, _SHEET.rows(only(files), _remark), _FEWEST_REMARKS)


def _reason(reason: str, _text: str, start: str, modified: str, stop: str, _notes: str) -> RetiredReason | None:
    if not _REASON.fullmatch(reason):
        raise wrong(reason, "Code", "an adjustment reason code")
    _, last = _window(start, modified, stop)
    return None if last is None else RetiredReason(reason=reason, retired_on=last)


def _remark(remark: str, _text: str, start: str, modified: str, stop: str, _notes: str) -> RemarkCode:
    if not _REMARK.fullmatch(remark):
        raise wrong(remark, "Code", "a remark code")
    first, last = _window(start, modified, stop)
    return RemarkCode(remark=remark, effective_from=first, effective_to=last)


def _window(start: str, modified: str, stop: str) -> tuple[date, date | None]:
    first = american_day(start, "Start Date")
    if modified:
        american_day(modified, "Last Modified")
    last = american_day(stop, "Stop Date") if stop else None
    in_order(first, last, "Stop Date")
    return first, last


REASONS = Importer(
    name="carc",
    publisher="X12, external code list 139, claim adjustment reason codes, as CSV: March, July and November",
    row_type=RetiredReason,
    recognises=_recognises_reasons,
    heading=_heading("CARC", 139),
    rows=_reasons,
)
REMARKS = Importer(
    name="rarc",
    publisher="X12, external code list 411, remittance advice remark codes, as CSV: March, July and November",
    row_type=RemarkCode,
    recognises=_recognises_remarks,
    heading=_heading("RARC", 411),
    rows=_remarks,
)
