"""Lines of many claims that share a key and are judged together."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Generic, TypeVar

import attrs

from prebill.model import Claim, Encounter, ServiceLine
from prebill.model.registers import normal_number

Record = TypeVar("Record")


@attrs.frozen(eq=False)
class Entry(Generic[Record]):
    """One line of a cohort with the claim and the encounter it belongs to.

    Its properties, and `patient`, are the names that a rule's `key=` may use, beside `record.<field>`. `record` is
    the record that the rule asked for by `Cohort[…]`, or None when the line has none. `in_batch` tells whether the
    line is checked now or was known before. `triggered` tells whether the rule judges the line, or only sees it.
    `in_force` is False for a line of a voided or replaced claim, which only rules declared with `replaced=True`
    see.
    """

    encounter: Encounter
    line: ServiceLine
    record: Record | None = None
    in_batch: bool = True
    triggered: bool = True
    in_force: bool = True
    identity: str = ""
    patient: str | None = None

    @property
    def claim(self) -> Claim:
        """The claim of the line."""
        return self.encounter.claim

    @property
    def payer_id(self) -> str | None:
        """The payer billed."""
        return self.claim.coverage.payer_id

    @property
    def practice(self) -> str | None:
        """Who bills: the tax number, else the NPI of the billing provider."""
        return self.claim.billing.tax_id or self.claim.billing.npi

    @property
    def rendering_npi(self) -> str | None:
        """The NPI of whoever rendered the line."""
        return self.claim.rendering_of(self.line).npi

    @property
    def from_date(self) -> date:
        """The first date of service."""
        return self.line.from_date

    @property
    def procedure(self) -> str:
        """The procedure code."""
        return self.line.procedure

    @property
    def authorization_number(self) -> str | None:
        """The first authorization number in force for the line, without spaces and dashes."""
        return next(map(normal_number, self.claim.authorizations_of(self.line)), None)

    @property
    def label(self) -> str:
        """How to name the line in a message: `claim C-17 line 1`."""
        return f"claim {self.claim.control_number} line {self.line.number}"


@attrs.frozen(eq=False)
class Cohort(Generic[Record]):
    """The lines in force of one key, in the order of date of service, claim number and line.

    Lines of voided and replaced claims are not in it. `complete` tells whether all lines of the key that exist
    are known to be here; where it is False, judge only what the entries prove. `known_since` is the day from which
    on everything billed before the batch is known, None when nothing is. `as_of` is the date of the run.
    """

    key: tuple[Any, ...]
    entries: tuple[Entry[Record], ...]
    as_of: date
    complete: bool = False
    known_since: date | None = None

    def __iter__(self) -> Iterator[Entry[Record]]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)
