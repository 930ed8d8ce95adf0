"""Coverage policies: the diagnoses for which a payer covers a service, and how often it does."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

import attrs

from prebill.codes import CodeSet, codes
from prebill.lookup import Table, table
from prebill.model import Claim, Payer, ServiceLine


@table("coverage-policy", key=("payer_id", "procedure"))
@attrs.frozen(kw_only=True)
class CoveragePolicy:
    """A group of diagnoses under which a policy covers a procedure; a policy with several groups has several rows.

    `payer_id` is a payer, or a line of business such as `medicare_ffs`. Lists are by spaces, diagnoses with or
    without dot; with `prefix` each diagnosis stands for all that begin with it. The row counts only in its
    `states`, at its `places`, with one of its `modifiers`, beside one of its `companion_codes`, if it names any.
    `logic` is `any` group, or `all_groups`; `first_pointer_only` looks at the first diagnosis of the line alone.
    `covered_overrides` tells whether a covered diagnosis outweighs a `noncovered` one beside it. `curated` tells
    that a person compiled the row from the policy's text; only such a row stops a claim. `national` is a national
    policy, otherwise it is a contractor's or the payer's own.
    """

    payer_id: str
    procedure: str
    policy: str
    version: str = ""
    group: str = "1"
    covered: str = ""
    noncovered: str = ""
    prefix: bool = False
    logic: Literal["any", "all_groups"] = "any"
    first_pointer_only: bool = False
    covered_overrides: bool = True
    companion_codes: str = ""
    states: str = ""
    places: str = ""
    modifiers: str = ""
    curated: bool = False
    national: bool = False
    effective_from: date | None = None
    effective_to: date | None = None

    @property
    def covered_codes(self) -> CodeSet:
        """The covered diagnoses."""
        return _codes(self.covered, self.prefix)

    @property
    def noncovered_codes(self) -> CodeSet:
        """The diagnoses that the policy names as not covered."""
        return _codes(self.noncovered, self.prefix)

    def counts_for(self, claim: Claim, line: ServiceLine) -> bool:
        """Tell whether place, modifiers and companion procedures are those of the row."""
        companions = self.companion_codes.split()
        return (
            (not self.places or claim.place_of(line) in self.places.split())
            and (not self.modifiers or line.has(*self.modifiers.split()))
            and (not companions or any(each.procedure in companions for each in claim.lines))
        )


@lru_cache(maxsize=4096)
def _codes(text: str, prefix: bool) -> CodeSet:
    return codes(*(f"{each}*" if prefix else each for each in text.split()))


@table("coverage-frequency", key=("procedure",))
@attrs.frozen(kw_only=True)
class CoverageFrequency:
    """How often a payer covers a procedure, or a `family` of procedures that count together.

    At most `max_services` days of service in `window`: `days` (the last `window_days`, rolling), `calendar_year`
    or `lifetime`; and not before `min_gap_days` after the last one. `payer_id` as in `CoveragePolicy`.
    """

    procedure: str
    payer_id: str
    policy: str
    family: str = ""
    max_services: int | None = None
    window: Literal["days", "calendar_year", "lifetime"] = "days"
    window_days: int = 365
    min_gap_days: int | None = None
    national: bool = False
    effective_from: date | None = None
    effective_to: date | None = None

    @property
    def counted_as(self) -> str:
        """The family, else the procedure itself."""
        return self.family or self.procedure

    def first_day(self, day: date, birth_date: date | None) -> date:
        """Return the first day of the window that a service on a day falls into."""
        if self.max_services is None:
            return day - timedelta(days=self.min_gap_days or 0)
        if self.window == "lifetime":
            return birth_date or date.min
        yearly = self.window == "calendar_year"
        begin = date(day.year, 1, 1) if yearly else day - timedelta(days=self.window_days - 1)
        return min(begin, day - timedelta(days=self.min_gap_days or 0))

    def counts(self, earlier: date, day: date) -> bool:
        """Tell whether a service of an earlier day is in the same window as one of `day`."""
        if self.window == "calendar_year":
            return earlier.year == day.year
        return self.window == "lifetime" or (day - earlier).days < self.window_days


def policies_of(policies: Table[CoveragePolicy], payer: Payer, procedure: str) -> tuple[CoveragePolicy, ...]:
    """Return the rows of the payer and of its line of business; raises `NotKnown` where an excerpt has neither."""
    return policies.of_rows(_policies)(payer, procedure)


def _policies(policies: Table[CoveragePolicy], payer: Payer, procedure: str) -> tuple[CoveragePolicy, ...]:
    own = tuple(
        row
        for name in dict.fromkeys((payer.payer_id, payer.line_of_business))
        if name is not None
        for row in policies.find(name, procedure) or ()
    )
    return own or policies.all(payer.payer_id, procedure)
