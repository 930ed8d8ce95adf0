"""How long payers take claims."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

import attrs

from prebill.general.workdays import next_workday
from prebill.lookup import NotKnown, Table, table
from prebill.model import Payer

DAYS, YEARS, MONTHS_AFTER, END_OF_NEXT_YEAR = "days", "years", "months_after_month", "end_of_next_year"


@table("timely-filing", key=("payer_id",), file="timely_filing.csv")
@attrs.frozen(kw_only=True)
class FilingLimit:
    """How long a payer, or a line of business, takes claims.

    `limit` counts what `unit` says: `days`, `years`, `months_after_month` (whole months after the month of the
    service), or nothing for `end_of_next_year`. It runs from the date that `basis` names: `from` and `to` of the
    line, or `eob`, the primary payer's decision. `sequence` is `P` for claims as first payer, `S` for claims after
    another. `confirmed` tells that the practice has the limit in its contract: only then does a late claim stop.
    """

    payer_id: str
    limit: int = 0
    unit: str = DAYS
    basis: str = "from"
    sequence: str = "P"
    confirmed: bool = False
    roll_nonworkday: bool = False
    effective_from: date | None = None
    effective_to: date | None = None

    def deadline(self, start: date) -> date:
        """Return the last day on which a claim is on time."""
        last = self._last(start)
        return next_workday(last) if self.roll_nonworkday else last

    @property
    def in_days(self) -> int:
        """The length of the limit in days, about."""
        return {DAYS: 1, YEARS: 365, MONTHS_AFTER: 30}.get(self.unit, 0) * self.limit or 365

    def _last(self, start: date) -> date:
        if self.unit == DAYS:
            return start + timedelta(days=self.limit)
        if self.unit == END_OF_NEXT_YEAR:
            return date(start.year + 1, 12, 31)
        if self.unit == MONTHS_AFTER:
            months = start.year * 12 + start.month - 1 + self.limit
            year, month = divmod(months, 12)
            return date(year, month + 1, monthrange(year, month + 1)[1])
        year = start.year + self.limit
        return date(year, start.month, min(start.day, monthrange(year, start.month)[1]))


# 42 CFR 424.44 and Pub. 100-04 ch. 1 §70: law, not contract, and so known without any table.
MEDICARE = FilingLimit(payer_id="medicare_ffs", limit=1, unit=YEARS, confirmed=True, roll_nonworkday=True)


def limit_of(limits: Table[FilingLimit] | None, payer: Payer, sequence: str = "P") -> FilingLimit:
    """Return the limit of a payer, else of its line of business; raises `NotKnown` without one."""
    found = None if limits is None else limits.of_rows(_limit)(payer, sequence)
    if found is not None:
        return found
    if payer.line_of_business == MEDICARE.payer_id:
        return MEDICARE
    message = f"how long {payer.payer_id} takes claims"
    raise NotKnown(message, of_run=True)


def _limit(limits: Table[FilingLimit], payer: Payer, sequence: str) -> FilingLimit | None:
    names = (payer.payer_id, payer.line_of_business)
    rows = (row for name in names if name is not None for row in limits.find(name) or ())
    return next((row for row in rows if row.sequence == sequence), None)
