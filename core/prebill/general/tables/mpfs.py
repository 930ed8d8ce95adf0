"""The indicators and relative values of the Medicare physician fee schedule (PPRRVU)."""

from __future__ import annotations

from decimal import Decimal

import attrs

from prebill.lookup import Table, table


@table("mpfs", key=("procedure", "modifier"), file="mpfs.csv")
@attrs.frozen(kw_only=True)
class FeeScheduleRow:
    """A procedure in the fee schedule, without a modifier or with `26`, `TC` or `53`.

    `global_days` is `000`, `010`, `090`, `MMM`, `XXX`, `YYY` or `ZZZ`; `pre_operative`, `intra_operative` and
    `post_operative` are fractions of 1. `multiple`, `bilateral`, `assistant`, `cosurgeon` and `team` are the
    indicators of the surgical columns, `pc_tc` that of professional and technical component. `nonfacility_rvu` and
    `facility_rvu` are totals of work, practice expense and malpractice.
    """

    procedure: str
    modifier: str = ""
    status: str = "A"
    pc_tc: str = "0"
    global_days: str = "XXX"
    pre_operative: Decimal = Decimal(0)
    intra_operative: Decimal = Decimal(0)
    post_operative: Decimal = Decimal(0)
    multiple: str = "0"
    bilateral: str = "0"
    assistant: str = "0"
    cosurgeon: str = "0"
    team: str = "0"
    endoscopic_base: str | None = None
    work_rvu: Decimal | None = None
    malpractice_rvu: Decimal | None = None
    nonfacility_rvu: Decimal | None = None
    facility_rvu: Decimal | None = None
    conversion_factor: Decimal | None = None

    @property
    def is_procedure(self) -> bool:
        """Tell whether the code is a procedure with a global period of its own: 0, 10 or 90 days."""
        return self.global_days in {"000", "010", "090"}


def global_days_of(mpfs: Table[FeeScheduleRow], procedure: str) -> str | None:
    """Return the global days of a procedure, "" for one without a row, None where an excerpt leaves it out."""
    return mpfs.of_rows(_global_days)(procedure)


def _global_days(mpfs: Table[FeeScheduleRow], procedure: str) -> str | None:
    rows = mpfs.find(procedure, "")
    if rows is None:
        return None
    return rows[0].global_days if rows else ""
