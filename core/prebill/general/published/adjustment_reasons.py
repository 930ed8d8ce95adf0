"""The list of claim adjustment reason codes (CARC), of which those with a stop date are kept."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from prebill.general.published.editions import is_excerpt, of_length, only, told
from prebill.general.published.layouts import Sheet
from prebill.general.published.values import american_day, in_order, wrong
from prebill.general.tables.retired_adjustment_reason import RetiredReason
from prebill.published import Heading, Importer, PublishedFile, Rejected

_SHEET = Sheet(("Code", "Description", "Start Date", "Last Modified", "Stop Date", "Notes"))
_REASON = re.compile(r"[A-Z]?\d{1,3}")
_REMARK = re.compile(r"(?m)^(M|MA|N)\d+,")
_MONTH = re.compile(r"(?P<year>20\d\d)[-_](?P<month>0[1-9]|1[0-2])(?:[-_](?P<day>[0-3]\d))?")
_LEAST = 60


def _recognises(file: PublishedFile) -> bool:
    # The list of remark codes has the same columns.
    return _SHEET.recognises(file) and not _REMARK.search(file.beginning())


def _heading(files: Sequence[PublishedFile]) -> Heading:
    file = only(files)
    month = told(files, _MONTH, "the month of the list", "carc_codes_2024-06.csv")
    return Heading(
        edition=f"CARC {month.group().replace('_', '-')}",
        source=f"X12 external code list 139, {file.name}",
        complete=not is_excerpt(files),
        effective_from=date(int(month["year"]), int(month["month"]), int(month["day"] or 1)),
    )


def _rows(files: Sequence[PublishedFile]) -> Iterator[RetiredReason | Rejected]:
    return of_length(files, _SHEET.rows(only(files), _row), _LEAST)


def _row(reason: str, _text: str, start: str, modified: str, stop: str, _notes: str) -> RetiredReason | None:
    if not _REASON.fullmatch(reason):
        raise wrong(reason, "Code", "an adjustment reason code")
    first = american_day(start, "Start Date")
    if modified:
        american_day(modified, "Last Modified")
    if not stop:
        return None
    last = american_day(stop, "Stop Date")
    in_order(first, last, "Stop Date")
    return RetiredReason(reason=reason, retired_on=last)


REASONS = Importer(
    name="carc",
    publisher="X12, external code list 139, claim adjustment reason codes, as CSV: March, July and November",
    row_type=RetiredReason,
    recognises=_recognises,
    heading=_heading,
    rows=_rows,
)
