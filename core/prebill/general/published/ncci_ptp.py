"""The procedure-to-procedure edits of the National Correct Coding Initiative, for practitioners."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import dropwhile
from typing import TypeVar

from prebill.errors import TableError
from prebill.general.published.editions import is_excerpt, quarter, told
from prebill.general.published.values import code, day, in_order, one_of
from prebill.general.tables.ncci_ptp import MedicaidPtpEdit, PtpEdit
from prebill.published import Heading, Importer, PublishedFile, Rejected, parsed

Edit = TypeVar("Edit", bound=PtpEdit)

_HEADER = "Column 1\tColumn 2\t"
_COLUMNS = 7
_PARTS = ("1", "2", "3", "4")
_VERSION = re.compile(r"(?i)v(?P<year>\d\d)(?P<quarter>[0-3])r\d")
_QUARTER = re.compile(r"(?i)(?P<year>20\d\d)[-_ ]?q(?P<quarter>[1-4])")
_PART = re.compile(r"(?i)[-_]f([1-9])(?!\d)")
_ACTIVE = "*"
_INDICATORS = frozenset("019")


def _recognises(file: PublishedFile) -> bool:
    return f"\n{_HEADER}" in file.beginning() or file.beginning().startswith(_HEADER)


def _medicare(files: Sequence[PublishedFile]) -> Heading:
    version = told(files, _VERSION, "the version", "ccipra-v302r0-f1.txt")
    # Version 30.2 is the third quarter of 2024.
    window = quarter(1994 + int(version["year"]), int(version["quarter"]) + 1)
    return Heading(
        edition=version.group().lower(),
        source=f"CMS NCCI procedure-to-procedure edits for practitioners, {_names(files)}",
        complete=_all_parts(files),
        effective_from=window[0],
        effective_to=window[1],
        carried_forward=True,
    )


def _medicaid(files: Sequence[PublishedFile]) -> Heading:
    named = told(files, _QUARTER, "the quarter", "MCD-PTP-PRA-v2024q3-F1.txt")
    window = quarter(int(named["year"]), int(named["quarter"]))
    return Heading(
        edition=f"{named['year']}Q{named['quarter']}",
        source=f"CMS Medicaid NCCI procedure-to-procedure edits for practitioners, {_names(files)}",
        complete=_all_parts(files),
        effective_from=window[0],
        effective_to=window[1],
        carried_forward=True,
    )


def _names(files: Sequence[PublishedFile]) -> str:
    return ", ".join(file.name for file in files)


def _all_parts(files: Sequence[PublishedFile]) -> bool:
    """Tell whether the four parts of an edition are given; raises `TableError` for a part that is given twice."""
    parts = [found[1] for file in files if (found := _PART.search(file.name))]
    if len(set(parts)) < len(parts) or (len(files) > 1 and len(parts) < len(files)):
        message = f"{_names(files)}: give each of the parts f1 to f4 once"
        raise TableError(message)
    return sorted(parts) == [*_PARTS] and not is_excerpt(files)


def _rows(row_type: type[Edit]) -> Callable[[Sequence[PublishedFile]], Iterator[Edit | Rejected]]:
    def rows(files: Sequence[PublishedFile]) -> Iterator[Edit | Rejected]:
        active: dict[str, dict[str, str]] = defaultdict(dict)

        def edit(cells: list[str]) -> Edit:
            if len(cells) != _COLUMNS:
                message = f"{len(cells)} columns, where an edit has {_COLUMNS}"
                raise ValueError(message)
            column1, column2, before_1996, effective, deleted, indicator, rationale = cells
            # The text of a code is kept once for all its pairs.
            column1, column2 = code(column1, "Column 1"), code(column2, "Column 2")
            one_of(before_1996, "*=in existence prior to 1996", ("", _ACTIVE))
            one_of(indicator, "Modifier", _INDICATORS)
            first, last = day(effective, "Effective Date"), None
            if deleted != _ACTIVE:
                last = day(deleted, "Deletion Date")
                in_order(first, last, "Deletion Date")
            elif active[column1].setdefault(column2, indicator) != indicator:
                message = f"Modifier: {indicator!r} contradicts an active row of {column1} and {column2} before it"
                raise ValueError(message)
            return row_type(
                column1=column1,
                column2=column2,
                modifier_indicator=indicator,
                rationale=rationale,
                effective_from=first,
                effective_to=last,
            )

        for file in files:
            yield from parsed(file, _below_header(file), edit)

    return rows


def _below_header(file: PublishedFile) -> Iterator[tuple[int, list[str]]]:
    lines = file.lines()
    if not any(line.startswith(_HEADER) for _, line in lines):
        message = f"{file.name}: no line begins with the columns `Column 1` and `Column 2`"
        raise TableError(message)
    edits = dropwhile(lambda numbered: numbered[1].startswith("\t"), lines)
    return ((number, line.split("\t")) for number, line in edits if line)


# No two rows are refused for one key: pairs have several windows, and one pair was published twice.
MEDICARE = Importer(
    name="ncci-ptp",
    publisher="CMS, National Correct Coding Initiative, PTP edits for practitioners: four text files every quarter",
    row_type=PtpEdit,
    recognises=_recognises,
    heading=_medicare,
    rows=_rows(PtpEdit),
    unique=(),
)
MEDICAID = Importer(
    name="ncci-ptp-medicaid",
    publisher="CMS, Medicaid NCCI edit files, PTP edits for practitioners: text files every quarter",
    row_type=MedicaidPtpEdit,
    recognises=_recognises,
    heading=_medicaid,
    rows=_rows(MedicaidPtpEdit),
    unique=(),
)
