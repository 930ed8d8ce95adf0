"""Pairs of services that are not both paid, and the modifiers that say they are distinct after all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Literal

import attrs

from prebill.general.code_families import (
    ANATOMIC,
    DISTINCT_SERVICE,
    EVALUATION,
    OTHER_BYPASS,
    SEPARATE_EVALUATION,
)
from prebill.general.put_off import PutOff
from prebill.general.same_provider import same_provider
from prebill.general.tables.ncci_ptp import MedicaidPtpEdit, PtpEdit
from prebill.lookup import NotKnown, Table
from prebill.model import Claim, Payer, ServiceLine

PtpTable = Table[PtpEdit] | Table[MedicaidPtpEdit]
PtpSource = Literal["by_payer", "cms_practitioner", "medicaid", "none"]
BypassColumn = Literal["either", "column2"]

# CR 11168: from this day on Medicare takes 59 and X{EPSU} on either line of a pair.
_EITHER_COLUMN_SINCE = date(2019, 7, 1)


def table_for(
    payer: Payer, source: PtpSource, medicare: Table[PtpEdit] | None, medicaid: Table[MedicaidPtpEdit] | None
) -> PtpTable | None:
    """Return the table of edits that a payer uses, None for a payer that uses none; raises `NotKnown`."""
    if source == "none":
        return None
    by_medicaid = source == "medicaid" or (source == "by_payer" and is_medicaid(payer))
    table = medicaid if by_medicaid else medicare
    if table is None:
        message = f"no edition of the table {'ncci-ptp-medicaid' if by_medicaid else 'ncci-ptp'} covers the day"
        raise NotKnown(message, of_run=True)
    return table


def is_medicaid(payer: Payer) -> bool:
    """Tell whether the payer is Medicaid, by itself or through a managed care plan."""
    return (payer.line_of_business or "").startswith("medicaid")


@attrs.frozen
class Conflict:
    """An active edit between two lines of a day: `line` is its column 2, the one denied; `other` its column 1."""

    edit: PtpEdit
    claim: Claim
    line: ServiceLine
    other_claim: Claim
    other: ServiceLine
    table: PtpTable

    @property
    def other_name(self) -> str:
        """How to name the line of column 1 in a message."""
        elsewhere = "" if self.other_claim is self.claim else f" of claim {self.other_claim.control_number}"
        return f"{self.other.procedure} (line {self.other.number}{elsewhere})"

    @property
    def source(self) -> str:
        """The edition and the indicator of the edit, for a message."""
        return f"{self.table.edition.name}, indicator {self.edit.modifier_indicator}"

    @property
    def evidence(self) -> dict[str, str]:
        """The values that decided."""
        return {
            "column1": self.edit.column1,
            "column2": self.edit.column2,
            "modifier_indicator": self.edit.modifier_indicator,
            "edition": self.table.edition.name,
        }


def conflicts_within(claim: Claim, ptp: PtpTable) -> Iterator[Conflict]:
    """Yield the edits between the lines of a claim, line by line that they deny.

    In the end raises `NotKnown` if the table has only an excerpt and lacks a pair.
    """
    put_off = PutOff()
    lines = [(claim, line) for line in claim.lines]
    for line in claim.lines:
        of_day = put_off.on(ptp, line.from_date)
        if of_day is not None:
            yield from _denied_by(line, claim, lines, of_day, put_off)
    put_off.say()


def denied_by(
    line: ServiceLine, claim: Claim, others: Iterable[tuple[Claim, ServiceLine]], ptp: PtpTable
) -> Iterator[Conflict]:
    """Yield the edits that deny a line as column 2 of other lines of the day and the same provider; see above."""
    put_off = PutOff()
    yield from _denied_by(line, claim, others, ptp, put_off)
    put_off.say()


def conflicts_of(line: ServiceLine, claim: Claim, ptp: PtpTable) -> Iterator[Conflict]:
    """Yield the edits between a line and the others of its claim, whichever column it is."""
    put_off = PutOff()
    others = [(claim, other) for other in claim.lines if other is not line]
    yield from _denied_by(line, claim, others, ptp, put_off)
    for _, other in others:
        yield from _denied_by(other, claim, ((claim, line),), ptp, put_off)
    put_off.say()


def _denied_by(
    line: ServiceLine, claim: Claim, others: Iterable[tuple[Claim, ServiceLine]], ptp: PtpTable, put_off: PutOff
) -> Iterator[Conflict]:
    edits_of = ptp.of_rows(_edits)
    for other_claim, other in others:
        if other.procedure == line.procedure:
            continue
        edits = edits_of(other.procedure, line.procedure)
        if edits == () or not days_meet(line, other):
            continue
        if edits is None:
            put_off.left_out(ptp)
            continue
        with put_off:
            if same_provider(claim, line, other_claim, other) and not _other_order_is_stricter(edits[0], ptp):
                yield Conflict(edits[0], claim, line, other_claim, other, ptp)


def days_meet(one: ServiceLine, other: ServiceLine) -> bool:
    """Tell whether two lines share a date of service."""
    return one.from_date <= other.last_date and other.from_date <= one.last_date


def bypass_of(conflict: Conflict, column: BypassColumn = "either") -> str | None:
    """Return the modifier that bypasses an edit of indicator 1, or None.

    59 and X{EPSU} count on either line, or for payers that say so on column 2 only; 24, 25 and 57 on the line that
    is the evaluation; anatomic modifiers when the two lines do not name the same sites.
    """
    denied, other = conflict.line, conflict.other
    either = column == "either" and denied.from_date >= _EITHER_COLUMN_SINCE
    candidates = (
        [modifier for modifier in denied.modifiers if modifier in DISTINCT_SERVICE],
        [modifier for modifier in other.modifiers if either and modifier in DISTINCT_SERVICE],
        [
            modifier
            for each in (denied, other)
            if each.procedure in EVALUATION
            for modifier in each.modifiers
            if modifier in SEPARATE_EVALUATION
        ],
        [modifier for modifier in denied.modifiers if modifier in OTHER_BYPASS],
        sorted(sites(denied)) if sites(denied) != sites(other) else [],
    )
    return next((modifier for group in candidates for modifier in group), None)


def sites(line: ServiceLine) -> frozenset[str]:
    """Return the anatomic modifiers of a line."""
    return frozenset(modifier for modifier in line.modifiers if modifier in ANATOMIC)


def _edits(ptp: PtpTable, column1: str, column2: str) -> tuple[PtpEdit, ...] | None:
    """Return the rows of a pair that are edits, the strictest first; None where an excerpt leaves the pair out."""
    rows = ptp.find(column1, column2)
    return None if rows is None else tuple(sorted((row for row in rows if row.speaks), key=_strictness))


def _other_order_is_stricter(edit: PtpEdit, ptp: PtpTable) -> bool:
    """Of a pair that is active in both orders, one alone is reported."""
    reverse = next(iter(ptp.of_rows(_edits)(edit.column2, edit.column1) or ()), None)
    return reverse is not None and (_strictness(reverse), reverse.column1) < (_strictness(edit), edit.column1)


def _strictness(row: PtpEdit) -> tuple[str, str]:
    return row.modifier_indicator, row.rationale or ""
