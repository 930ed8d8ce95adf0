"""The codes of ICD-10-CM with their titles: the order file, which has headers too, and the list of codes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import attrs

from prebill.general.published.editions import is_excerpt, of_length, only, told
from prebill.general.published.layouts import Record
from prebill.general.published.values import one_of, wrong
from prebill.general.tables.icd10cm import BOTH, UNSPECIFIED, DiagnosisCode
from prebill.published import Heading, Importer, PublishedFile, Rejected

_LONGEST = 500
_RECORD = Record(((1, 5), (7, 13), (15, 15), (78, _LONGEST)), shortest=78, longest=_LONGEST)
_FIRST_RECORD = re.compile(r"\d{5} [A-Z][0-9A-Z]{2,6} +[01] \S")
_LISTED = Record(((1, 7), (9, _LONGEST)), shortest=9, longest=_LONGEST)
_FIRST_LISTED = re.compile(r"[A-Z][0-9A-Z]{2,6} *(?<=^.{7}) \S")
_CODE = re.compile(r"[A-Z][0-9A-Z]{2,6}")
_RELEASE = re.compile(r"(?i)icd10cm.*?(?P<april>April[-_ ]?(?:1[-_ ])?)?(?P<year>20\d\d)")
_LEAST = 70_000

_SIDES = re.compile(r"\b(right|left)\b")
_BOTH_SIDES = re.compile(r"\b(bilateral|both)\b")
_MANIFESTATION = re.compile(r"\bin (other )?diseases classified elsewhere")
_UNSPECIFIED = re.compile(r", unspecified$|^unspecified ")
_OPPOSITE = {"right": "left", "left": "right"}


def _recognises(file: PublishedFile) -> bool:
    lines = file.beginning().splitlines()
    return bool(lines) and ((_FIRST_RECORD.match(lines[0]) is not None and _RECORD.fits(lines[0])) or _is_list(file))


def _is_list(file: PublishedFile) -> bool:
    return _FIRST_LISTED.match(file.beginning()) is not None


def fiscal_year_heading(files: Sequence[PublishedFile], *, source: str, example: str) -> Heading:
    """Return the heading of a file of a fiscal year, or of its release in April, by its name."""
    file = only(files)
    release = told(files, _RELEASE, "the fiscal year", example)
    year = int(release["year"])
    return Heading(
        edition=f"FY{year}{' April' if release['april'] else ''}",
        source=f"{source} {file.name} (CMS and NCHS)",
        complete=not is_excerpt(files),
        effective_from=date(year, 4, 1) if release["april"] else date(year - 1, 10, 1),
        effective_to=date(year, 9, 30),
        carried_forward=True,
    )


def _heading(files: Sequence[PublishedFile]) -> Heading:
    heading = fiscal_year_heading(files, source="ICD-10-CM order file", example="icd10cm_order_2026.txt")
    if not _is_list(files[0]):
        return heading
    # Without the headers nothing tells a code that is incomplete from one that does not exist.
    return attrs.evolve(
        heading,
        edition=f"{heading.edition} codes",
        source=f"ICD-10-CM list of codes {files[0].name} (CMS and NCHS)",
        complete=False,
    )


def _rows(files: Sequence[PublishedFile]) -> Iterator[DiagnosisCode | Rejected]:
    file = only(files)
    rows = _LISTED.rows(file, _code) if _is_list(file) else _RECORD.rows(file, _titled)
    listed: list[tuple[DiagnosisCode, str]] = []
    for each in of_length(files, rows, _LEAST):
        if isinstance(each, Rejected):
            yield each
        else:
            listed.append(each)
    sides = _sides_of({row.code: title for row, title in listed})
    for row, title in listed:
        yield attrs.evolve(
            row,
            side=sides.get(row.code),
            manifestation=_MANIFESTATION.search(title) is not None,
            unspecified=_UNSPECIFIED.search(title) is not None,
        )


def _titled(order: str, code: str, billable: str, title: str) -> tuple[DiagnosisCode, str]:
    if not order.isdecimal():
        raise wrong(order, "order number", "a number")
    row, title = _code(code, title)
    return attrs.evolve(row, billable=one_of(billable, "header", ("0", "1")) == "1"), title


def _code(code: str, title: str) -> tuple[DiagnosisCode, str]:
    if not _CODE.fullmatch(code):
        raise wrong(code, "code", "a code of ICD-10-CM without its dot")
    return DiagnosisCode(code=code, billable=True), title.lower()


def _sides_of(titles: Mapping[str, str]) -> dict[str, str]:
    """Return which codes are of the right, left, both, or an unspecified side.

    A code has a side when its title with right and left exchanged is another code's title. A code whose title
    names both (blindness of the right eye, low vision of the left) has none.
    """
    known = set(titles.values())
    sides: dict[str, str] = {}
    without_side: set[str] = set()
    for code, title in titles.items():
        named = set(_SIDES.findall(title))
        if len(named) != 1:
            if _BOTH_SIDES.search(title):
                sides[code] = BOTH
            continue
        (side,) = named
        if _SIDES.sub(_OPPOSITE[side], title) in known:
            sides[code] = side[0].upper()
            without_side.add(_SIDES.sub("unspecified", title))
    return sides | {code: UNSPECIFIED for code, title in titles.items() if title in without_side}


CODES = Importer(
    name="icd10cm",
    publisher="CMS and NCHS, ICD-10-CM, order file (code descriptions in tabular order): every October, and April; the "
    "list of codes is read as an excerpt, since it lacks the headers",
    row_type=DiagnosisCode,
    recognises=_recognises,
    heading=_heading,
    rows=_rows,
)
