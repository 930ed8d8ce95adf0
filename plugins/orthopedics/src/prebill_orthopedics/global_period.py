"""The post-operative global period: when it starts and ends, and which operation a service falls into."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import attrs

from prebill import Entry, NotKnown, ServiceLine, Table
from prebill_orthopedics.codes import SURGERY
from prebill_orthopedics.specialties import same_physician
from prebill_orthopedics.tables.relative_values import RelativeValue

ASSISTANT = ("80", "81", "82", "AS")
OPENS_NO_PERIOD = (*ASSISTANT, "78", "56")
LENGTHS = {"090": 90, "010": 10}
LONGEST = timedelta(days=90)


def last_global_day(surgery: date, global_days: str) -> date:
    """Return the last day of the period of an operation; the day itself where it has no period.

    A period of 90 days counts from the day after the operation, and one of 10 days likewise.
    """
    return surgery + timedelta(days=LENGTHS.get(global_days, 0))


@attrs.frozen(kw_only=True)
class GlobalPeriod:
    """The days after an operation in which its surgeon's further care is included.

    `given_up` is True where the surgeon left the care after the operation to another (modifier 54).
    """

    surgery: Entry[Any]
    global_days: str
    first: date
    last: date
    given_up: bool = False

    def covers(self, day: date) -> bool:
        """Tell whether a day lies in the period."""
        return self.first <= day <= self.last

    def describe(self, day: date) -> str:
        """Say in words where a day lies in the period."""
        surgery = self.surgery
        return (
            f"day {(day - surgery.from_date).days} of the {LENGTHS[self.global_days]}-day global of"
            f" {surgery.line.billed} on {surgery.from_date} (last day {self.last},"
            f" {(self.last - day).days} remaining)"
        )


def period_of(surgery: Entry[Any], values: Table[RelativeValue]) -> GlobalPeriod | None:
    """Return the period that a line opens, or None; raises `NotKnown` where the fee schedule does not tell.

    Assistants, returns to the operating room and care before the operation open none.
    """
    line = surgery.line
    if line.has(*OPENS_NO_PERIOD):
        return None
    row = values.on(line.from_date).get(line.procedure, "")
    if row is None or row.global_days not in {*LENGTHS, "YYY"}:
        return None
    if row.global_days == "YYY":
        message = f"the global days that the contractor sets for {line.procedure}"
        raise NotKnown(message)
    first = line.from_date + timedelta(days=1)
    if line.has("55"):
        first = surgery.claim.date_of("090") or first
    return GlobalPeriod(
        surgery=surgery,
        global_days=row.global_days,
        first=first,
        last=last_global_day(line.from_date, row.global_days),
        given_up=line.has("54"),
    )


def periods_around(
    service: Entry[Any],
    lines: Iterable[Entry[Any]],
    values: Table[RelativeValue],
    *,
    npp_inherits_specialty: bool = True,
) -> tuple[list[GlobalPeriod], list[str]]:
    """Return the periods of the same physician that a service falls into, the latest operation first.

    The second value says what is missing to rule out others.
    """
    found: list[GlobalPeriod] = []
    missing: list[str] = []
    day = service.from_date
    for line in lines:
        if not day - LONGEST <= line.from_date < day or line.procedure not in SURGERY:
            continue
        try:
            period = period_of(line, values)
        except NotKnown as unknown:
            missing.append(str(unknown))
            continue
        if period is None or not period.covers(day):
            continue
        same = same_physician(service, line, npp_inherits_specialty=npp_inherits_specialty)
        if same is None:
            missing.append(f"the specialty of whoever rendered {line.label}")
        elif same:
            found.append(period)
    found.sort(key=lambda period: (period.surgery.from_date, period.surgery.label), reverse=True)
    return found, missing


def operates(line: ServiceLine) -> bool:
    """Tell whether a line is the surgeon's own, not an assistant's."""
    return not line.has(*ASSISTANT)
