"""Global periods: the days around a procedure that its payment already covers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

import attrs

from prebill.general.put_off import PutOff
from prebill.general.same_provider import same_provider
from prebill.general.tables.mpfs import FeeScheduleRow, global_days_of
from prebill.lookup import Table
from prebill.model import Claim, Encounter, ServiceLine
from prebill.rules import Entry

DAYS_AFTER = {"010": 10, "090": 90}
LONGEST = max(DAYS_AFTER.values())
ASSUMED_CARE = "090"
_MAYBE_SURGERY = frozenset({*DAYS_AFTER, None})


@attrs.frozen
class Surgery:
    """A procedure with a global period of 10 or 90 days, as one of its lines bills it.

    `first_day` and `last_day` bound the days that the line's payment covers; `first_day_after` is the first
    post-operative one. All are inclusive; a line that bills the operation alone (54) has no days after it.
    """

    entry: Entry[Any]
    global_days: str
    first_day: date
    first_day_after: date
    last_day: date
    table: Table[FeeScheduleRow]

    @property
    def day(self) -> date:
        """The day of the procedure."""
        return self.entry.from_date

    @property
    def name(self) -> str:
        """How to name it in a message: `27447 (2026-03-02, 090)`."""
        return f"{self.entry.procedure} ({self.day}, {self.global_days})"

    @property
    def evidence(self) -> dict[str, str]:
        """The values that decided."""
        return {
            "surgery": self.entry.procedure,
            "surgery_date": str(self.day),
            "surgery_claim": self.entry.claim.control_number,
            "global_days": self.global_days,
        }

    def days_to(self, day: date) -> int:
        """Count the days from the procedure to a day."""
        return (day - self.day).days

    def covers(self, day: date) -> bool:
        """Tell whether a day lies in the global period."""
        return self.first_day <= day <= self.last_day

    def covers_after(self, day: date) -> bool:
        """Tell whether a day lies in the post-operative part of the global period."""
        return self.first_day_after <= day <= self.last_day


def global_period(day: date, global_days: str) -> tuple[date, date]:
    """Return the first and the last day of a global period: 090 begins the day before the procedure."""
    before = 1 if global_days == "090" else 0
    return day - timedelta(days=before), day + timedelta(days=DAYS_AFTER[global_days])


def _surgery(entry: Entry[Any], global_days: str, table: Table[FeeScheduleRow]) -> Surgery:
    line = entry.line
    first, last = global_period(line.from_date, global_days)
    after = line.from_date + timedelta(days=1)
    if line.has("55"):
        after = max(after, assumed_care(entry.claim, line) or after)
        first = after
    if line.has("54", "56"):
        last = line.from_date
    return Surgery(entry, global_days, first, after, last, table)


def assumed_care(claim: Claim, line: ServiceLine) -> date | None:
    """Return the day on which another practitioner took over the post-operative care (DTP*090)."""
    own = (each.from_date for each in line.dates if each.qualifier == ASSUMED_CARE)
    return next(own, None) or claim.date_of(ASSUMED_CARE)


def surely_no_surgery_beside(line: ServiceLine, claim: Claim, mpfs: Table[FeeScheduleRow]) -> bool:
    """Tell at a glance that a claim of one day and one practitioner has no surgery beside a line.

    The fee schedule is that of the line's day. Where this does not tell so, look closer: `surgeries_before`.
    """
    for each in claim.lines:
        if each is not line and (
            each.from_date != line.from_date
            or each.rendering is not line.rendering
            or global_days_of(mpfs, each.procedure) in _MAYBE_SURGERY
        ):
            return False
    return True


def entries_of(line: ServiceLine, encounter: Encounter) -> tuple[Entry[Any], list[Entry[Any]]]:
    """Return a line and all lines of its claim as members of a cohort of one claim."""
    entries: list[Entry[Any]] = [Entry(encounter=encounter, line=each) for each in encounter.claim.lines]
    return next(entry for entry in entries if entry.line is line), entries


def surgeries_before(
    entry: Entry[Any], lines: Iterable[Entry[Any]], mpfs: Table[FeeScheduleRow], *, days_ahead: int = 0
) -> Iterator[Surgery]:
    """Yield the surgeries by the same practitioner whose global period could reach a line, the latest first.

    In the end raises `NotKnown` if a line could be one and the tables or the claims do not tell.
    """
    day = entry.line.from_date
    candidates = [
        each
        for each in lines
        if each is not entry and -days_ahead <= (day - each.line.from_date).days <= LONGEST and not refused(each)
    ]
    if not candidates:
        return
    put_off = PutOff()
    for other in sorted(candidates, key=lambda each: each.line.from_date, reverse=True):
        with put_off:
            if not same_provider(entry.claim, entry.line, other.claim, other.line) or _starts_no_period(other.line):
                continue
            table = mpfs.on(other.line.from_date)
            global_days = global_days_of(table, other.line.procedure)
            if global_days is None:
                put_off.left_out(table)
            elif global_days in DAYS_AFTER:
                yield _surgery(other, global_days, table)
    put_off.say()


def _starts_no_period(line: ServiceLine) -> bool:
    """Tell whether a line is a return to the operating room (78) or an assistant's: those start no global period."""
    return bool(line.modifiers) and line.has("78", "80", "81", "82", "AS")


def refused(entry: Entry[Any]) -> bool:
    """Tell whether the payer refused the claim of a line: it does not stand."""
    status = entry.encounter.status
    return status is not None and status.state in {"denied", "rejected"}
