"""When an evaluation beside a procedure has to say that it was separate (modifier 25)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs

from prebill.general.code_families import DRUG_ADMINISTRATION
from prebill.general.ptp import PtpTable, days_meet
from prebill.general.put_off import PutOff
from prebill.general.same_provider import same_provider
from prebill.general.tables.mpfs import FeeScheduleRow
from prebill.lookup import NotKnown, Table
from prebill.model import Claim, ServiceLine


@attrs.frozen
class Beside:
    """A service that an evaluation stands beside, why that needs 25, and the table that says so.

    `excluded` marks the visits for which no modifier helps.
    """

    line: ServiceLine
    why: str
    upon: tuple[Table[Any], ...]
    excluded: bool = False


def services_beside(
    line: ServiceLine, claim: Claim, mpfs: Table[FeeScheduleRow], ptp: PtpTable | None
) -> Iterator[Beside]:
    """Yield the services of the day and the same practitioner beside which an evaluation needs 25.

    These are procedures with a global period of 0 or 10 days, and column 1 codes of an edit that a modifier may
    bypass. Surgery with a global period of 90 days asks for 57 instead. In the end raises `NotKnown` if the tables
    do not know one of the services.
    """
    put_off = PutOff()
    for other in claim.lines:
        if other is line or not days_meet(line, other):
            continue
        with put_off:
            found = _beside(line, other, mpfs, ptp) if same_provider(claim, line, claim, other) else None
            if found is not None:
                yield found
    put_off.say()


def _beside(line: ServiceLine, other: ServiceLine, mpfs: Table[FeeScheduleRow], ptp: PtpTable | None) -> Beside | None:
    if line.procedure == "99211" and other.procedure in DRUG_ADMINISTRATION:
        return Beside(other, "drug administration", (), excluded=True)
    rows = mpfs.find(other.procedure, "")
    if rows:
        row = rows[0]
        if row.global_days in {"000", "010"}:
            return Beside(other, f"global {row.global_days}", (mpfs,))
        if row.global_days in {"090", "ZZZ"} or row.status in {"X", "B"}:
            return None
    if ptp is None:
        message = "no edition of the table ncci-ptp covers the day"
        raise NotKnown(message, of_run=True)
    edits = ptp.all(other.procedure, line.procedure)
    edit = next((each for each in edits if each.speaks), None) if edits else None
    if edit is None or edit.modifier_indicator != "1":
        return None
    return Beside(other, f"edit of indicator 1, {ptp.edition.name}", (ptp,))
