"""The taxonomy codes of health care providers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from prebill.general.published.editions import is_excerpt, of_length, only, told
from prebill.general.published.layouts import Sheet
from prebill.general.published.values import wrong
from prebill.general.tables.taxonomy import Taxonomy
from prebill.published import Heading, Importer, PublishedFile, Rejected

_SHEET = Sheet(("Code", "Grouping", "Classification"))
_CODE = re.compile(r"[0-9A-Z]{9}X")
_VERSION = re.compile(r"(?i)taxonomy[-_ ]?(?P<year>\d\d)\.?(?P<release>[01])")
_LEAST = 700


def _heading(files: Sequence[PublishedFile]) -> Heading:
    version = told(files, _VERSION, "the version", "nucc_taxonomy_251.csv")
    # Version 25.0 takes effect on 2025-04-01, version 25.1 on 2025-10-01.
    first = date(2000 + int(version["year"]), 10 if version["release"] == "1" else 4, 1)
    return Heading(
        edition=f"NUCC {version['year']}.{version['release']}",
        source=f"NUCC Health Care Provider Taxonomy code set, {only(files).name}",
        complete=not is_excerpt(files),
        effective_from=first,
    )


def _rows(files: Sequence[PublishedFile]) -> Iterator[Taxonomy | Rejected]:
    return of_length(files, _SHEET.rows(only(files), _row), _LEAST)


def _row(code: str, _grouping: str, _classification: str) -> Taxonomy:
    if not _CODE.fullmatch(code):
        raise wrong(code, "Code", "a taxonomy code of ten characters that ends in X")
    return Taxonomy(code=code)


TAXONOMY = Importer(
    name="taxonomy",
    publisher="NUCC, Health Care Provider Taxonomy code set, CSV: January and July",
    row_type=Taxonomy,
    recognises=_SHEET.recognises,
    heading=_heading,
    rows=_rows,
)
