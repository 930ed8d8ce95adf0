"""The diagnosis codes of a fiscal year (ICD-10-CM)."""

from __future__ import annotations

from datetime import date

import attrs

from prebill.lookup import Table, table

RIGHT, LEFT, BOTH, UNSPECIFIED = "R", "L", "B", "U"


@table("icd10cm", key=("code",), file="icd10cm.csv.gz", large=True)
@attrs.frozen(kw_only=True)
class DiagnosisCode:
    """A code without its dot; `billable` is False for a header, which stands for the codes below it.

    `side` is `R`, `L`, `B` both, `U` a side that the title leaves unspecified, or None. `manifestation` tells that
    the title says "in diseases classified elsewhere", `unspecified` that it is the unspecified one of its kind. A
    code added in April has its own `effective_from`.
    """

    code: str
    billable: bool
    side: str | None = None
    manifestation: bool = False
    unspecified: bool = False
    effective_from: date | None = None
    effective_to: date | None = None


def row_of(table: Table[DiagnosisCode], code: str) -> DiagnosisCode | None:
    """Return the row of a code on the day; raises `NotKnown` where an excerpt leaves it out."""
    row = find_row(table, code)
    return table.get(code) if row is None else row


def find_row(table: Table[DiagnosisCode], code: str) -> DiagnosisCode | None:
    """Return the row of a code on the day if the table has it: every claim asks, and few codes make up most of them."""
    return table.of_rows(_row)(code)


def _row(table: Table[DiagnosisCode], code: str) -> DiagnosisCode | None:
    rows = table.find(code)
    return rows[0] if rows else None
