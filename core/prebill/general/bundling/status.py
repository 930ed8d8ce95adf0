"""Status indicators of the fee schedule: codes that Medicare does not pay, or does not pay by themselves."""

from __future__ import annotations

from prebill.general.ptp import days_meet
from prebill.general.put_off import PutOff
from prebill.general.same_provider import same_provider
from prebill.general.tables.mpfs import FeeScheduleRow
from prebill.lookup import Table
from prebill.model import Claim, ServiceLine
from prebill.rules import Outcomes, hit, rule

_PAID_HERE = frozenset("ARCJXEM")
_PAYABLE = frozenset("AR")


def _schedule(*rows: tuple[str, str]) -> dict[str, object]:
    found = [{"procedure": procedure, "status": status} for procedure, status in rows]
    return {"mpfs": {"complete": True, "rows": found}}


@rule(
    "BND111",
    severity="stop",
    owner="coding",
    prevents=("CO-96/N425", "CO-96/N130", "CO-97/M15", "CO-16/N56", "CO-246"),
    sources=("CMS physician fee schedule, status indicators", "Pub. 100-04 ch. 23 §30.2.2"),
    payers=("medicare_ffs",),
    fails=[{"lines": ["98000"], "payer": "medicare", "tables": _schedule(("98000", "I"))}],
    passes=[{"lines": ["36415"], "payer": "medicare", "tables": _schedule(("36415", "X"))}],
)
def status_not_payable(line: ServiceLine, claim: Claim, mpfs: Table[FeeScheduleRow]) -> Outcomes:
    """Medicare does not pay this code, or does not pay it beside the others of the day.

    The status of a code in the fee schedule says so: another code is wanted, the service is part of others, or it
    is not covered. Bill the code that Medicare wants; where nothing else is payable, tell the patient before.
    """
    row = mpfs.get(line.procedure, "")
    if row is None or row.status in _PAID_HERE or not line.charge:
        return  # a line without a charge is reported, not billed: 99024 after surgery, or a measure of quality
    problem = _problem(row.status, line, claim, mpfs)
    if problem is not None:
        meaning, fix, severity = problem
        yield hit(
            line,
            f"{line.procedure} (line {line.number}) has Medicare status {row.status}: {meaning}.",
            fix=fix,
            at="procedure",
            severity=severity,
            evidence={"status": row.status, "edition": mpfs.edition.name},
        )


def _problem(
    status: str, line: ServiceLine, claim: Claim, mpfs: Table[FeeScheduleRow]
) -> tuple[str, str, str | None] | None:
    """Return what a status means, how to mend it, and a milder severity; None where there is no problem."""
    if status == "I":
        return "Medicare wants another code for this service", "Bill the code that Medicare uses instead.", None
    if status in "BP":
        meaning = "its payment is part of other services, nothing is paid for it"
        return meaning, "Remove the line, or keep it for a payer after Medicare.", "review"
    if status == "N" and not line.has("GY"):
        meaning = "it is not covered by Medicare"
        return meaning, "Bill it with GY if a denial is needed, and let the patient know what they owe.", "review"
    if status == "T" and (paid := _payable_beside(line, claim, mpfs)) is not None:
        meaning = f"it is paid only when nothing else is payable that day, and {paid} is"
        return meaning, "Remove the line.", "review"
    return None


def _payable_beside(line: ServiceLine, claim: Claim, mpfs: Table[FeeScheduleRow]) -> str | None:
    """Return a procedure of the day and the same practitioner that the fee schedule pays."""
    put_off = PutOff()
    for other in claim.lines:
        with put_off:
            if other is line or not days_meet(line, other) or not same_provider(claim, line, claim, other):
                continue
            row = mpfs.get(other.procedure, "")
            if row is not None and row.status in _PAYABLE:
                return other.procedure
    put_off.say()
    return None
