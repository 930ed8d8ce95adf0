"""What the plan pays for: limits, exclusions, hospice and nursing periods, the network."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from prebill.general.eligibility.checks import in_period, of_payer
from prebill.general.service_types import service_types_of
from prebill.general.tables.enrollment import Enrollment, enrollments_of, rendering_npis
from prebill.general.tables.mpfs import FeeScheduleRow
from prebill.lookup import Table
from prebill.model import Benefit, Claim, EligibilityCheck, Payer, ServiceLine
from prebill.rules import Hit, Outcomes, hit, known, not_checked, rule

_CHECKED = {"checked_at": "2026-03-14T09:00:00", "status": "active", "service_date": "2026-03-16"}
_HOSPICE = {**_CHECKED, "hospice_begin": "2026-02-01"}


@rule(
    "ELG108",
    severity="review",
    owner="front_desk",
    prevents=("PR-119", "PR-96/N130", "CO-96", "PR-35", "PR-149"),
    sources=("005010X279A1 (271) EB01 F and I, HSD", "X12 CARC 35, 96, 119, 149"),
    fails=[
        {
            "lines": ["97110 x2"],
            "eligibility_checks": [{**_CHECKED, "benefits": [{"service_type": "PT", "limit": 20, "used": 20}]}],
        }
    ],
    passes=[
        {
            "lines": ["97110 x2"],
            "eligibility_checks": [{**_CHECKED, "benefits": [{"service_type": "PT", "limit": 20, "used": 19}]}],
        }
    ],
)
def benefit_exhausted_or_excluded(
    line: ServiceLine,
    claim: Claim,
    payer: Payer,
    eligibility_checks: tuple[EligibilityCheck, ...],
    *,
    limit_group: str = "PR",
) -> Outcomes:
    """The plan excludes the service, or its limit is used up.

    The payer passes the charge to the patient, who was not told. Tell the patient and take a deposit, or ask the
    payer for an exception.
    """
    if payer.line_of_business == "self_pay":
        return
    checks = of_payer(eligibility_checks, payer)
    if all(each.benefits is None for each in checks):
        yield not_checked("no benefits in the eligibility checks")
        return
    for benefit in _latest(checks, line):
        name = benefit.procedure or f"Service type {benefit.service_type}"
        if not benefit.covered:
            yield hit(
                line,
                f"{name}: the plan does not cover it; line {line.number} {line.procedure} will not be paid.",
                fix="Give the patient notice before billing, or ask the payer for an exception.",
                at="procedure",
                prevents=(f"{limit_group}-96/N130",),
                subject="excluded",
            )
            continue
        left = _left(benefit)
        takes = line.units if benefit.unit == "units" else Decimal(1)
        if left is not None and benefit.unit in {"visits", "units", "days"} and left < takes:
            used = benefit.limit - left if benefit.limit is not None else benefit.used
            yield hit(
                line,
                f"{name}: {used if used is not None else 'all'} of {benefit.limit or 'the'} {benefit.unit} used;"
                f" line {line.number} passes the limit.",
                fix="Give the patient notice or take a deposit; ask the payer for an exception.",
                at="units",
                prevents=(f"{limit_group}-119",),
                subject="limit",
            )


def _left(benefit: Benefit) -> Decimal | None:
    if benefit.remaining is not None:
        return benefit.remaining
    return None if benefit.limit is None or benefit.used is None else benefit.limit - benefit.used


def _latest(checks: Iterable[EligibilityCheck], line: ServiceLine) -> Iterable[Benefit]:
    """Return the benefits about a line as the latest check states them, for the period that the line lies in."""
    kinds = service_types_of(line.procedure)
    found: dict[tuple[str | None, str | None, bool], Benefit] = {}
    for check in checks:
        for benefit in check.benefits or ():
            fits = benefit.procedure == line.procedure if benefit.procedure else benefit.service_type in kinds
            if fits and _is_in_period(benefit, check, line.from_date):
                found[benefit.service_type, benefit.procedure, benefit.covered] = benefit
    return found.values()


def _is_in_period(benefit: Benefit, check: EligibilityCheck, day: date) -> bool:
    if benefit.period_begin is not None:
        return in_period(day, benefit.period_begin, benefit.period_end)
    return (check.service_date or check.checked_at.date()).year == day.year


@rule(
    "ELG109",
    severity="stop",
    owner="front_desk",
    prevents=("CO-B9", "CO-190", "CO-109/N538"),
    sources=("Pub. 100-04 ch. 11 §40-50 (hospice); ch. 6 §20 (consolidated billing for nursing facilities)",),
    payers=("medicare_ffs",),
    fails=[{"lines": ["99214"], "payer": "medicare", "eligibility_checks": [_HOSPICE]}],
    passes=[{"lines": ["99214-GW"], "payer": "medicare", "eligibility_checks": [_HOSPICE]}],
)
def hospice_snf_status(
    line: ServiceLine,
    claim: Claim,
    payer: Payer,
    eligibility_checks: tuple[EligibilityCheck, ...],
    fee_schedule: Table[FeeScheduleRow] | None,
) -> Outcomes:
    """The service falls into a hospice period, or its technical part into a nursing stay that Part A pays.

    The hospice and the nursing facility are paid for everything in the period. In a hospice period add GW when the
    service is unrelated, GV when the attending is not the hospice's; in a nursing stay bill the reading with 26,
    and the technical part to the facility.
    """
    checks = [
        each
        for each in of_payer(eligibility_checks, payer)
        if each.hospice_begin is not None or each.snf_begin is not None
    ]
    hospice = next((each for each in checks if _overlaps(line, each.hospice_begin, each.hospice_end)), None)
    if hospice is not None and not line.has("GV", "GW"):
        yield hit(
            line,
            f"Hospice {hospice.hospice_begin}..{hospice.hospice_end or 'open'} covers {line.from_date}; line"
            f" {line.number} lacks GV/GW.",
            fix="Add GW if the diagnosis shows that the service is unrelated, GV if the attending is not employed"
            " by the hospice; otherwise bill the hospice.",
            at="modifiers",
            prevents=("CO-B9",),
            subject="hospice",
            upon=(),
        )
    stay = next((each for each in checks if _in_stay(line, each)), None)
    if stay is None:
        return
    rows = known(fee_schedule, "no fee schedule").all(line.procedure, "")
    component = rows[0].pc_tc if rows else None
    if component == "3" or (component == "1" and not line.has("26")):
        yield hit(
            line,
            f"A nursing facility stay from {stay.snf_begin} covers {line.from_date}; line {line.number}"
            f" {line.procedure} bills a technical part, which Part A pays to the facility.",
            fix="Bill the technical part to the nursing facility."
            if component == "3"
            else "Bill the reading with 26 to Part B, the technical part to the nursing facility.",
            at="modifiers",
            prevents=("CO-190", "CO-109/N538"),
            subject="nursing stay",
        )


def _overlaps(line: ServiceLine, begin: date | None, end: date | None) -> bool:
    return begin is not None and begin <= line.last_date and (end is None or line.from_date <= end)


def _in_stay(line: ServiceLine, check: EligibilityCheck) -> bool:
    """Tell whether the line lies in a nursing stay; the day of discharge does not count."""
    begin, discharged = check.snf_begin, check.snf_end
    return begin is not None and begin <= line.last_date and (discharged is None or line.from_date < discharged)


@rule(
    "ELG110",
    severity="review",
    owner="front_desk",
    prevents=("CO-242", "PR-242", "CO-279/N381/N52"),
    sources=("005010X279A1 (271) EB12", "45 CFR 149 (No Surprises Act)", "X12 CARC 242, 279"),
    fails=[
        {
            "lines": ["99213"],
            "coverage": {"plan_type": "EPO"},
            "eligibility_checks": [{**_CHECKED, "benefits": [{"service_type": "98", "in_network": False}]}],
            "tables": {"enrollment": {"complete": True, "rows": [{"npi": "1456789019", "payer_id": "ACM01"}]}},
        }
    ],
    passes=[
        {
            "lines": ["99213"],
            "tables": {"enrollment": {"complete": True, "rows": [{"npi": "1456789019", "payer_id": "ACM01"}]}},
        }
    ],
)
def network_mismatch(
    claim: Claim,
    payer: Payer,
    enrollments: Table[Enrollment] | None,
    eligibility_checks: tuple[EligibilityCheck, ...] | None,
    *,
    oon_emergency_exempt: bool = True,
) -> Outcomes:
    """The provider is not in the network of the patient's plan.

    Plans without benefits outside their network pay nothing, and others pay less. Confirm a network exception, or
    warn the patient. Emergencies are paid as in the network by law.
    """
    if payer.line_of_business in {"self_pay", "medicare_ffs"}:
        return
    checks = of_payer(eligibility_checks or (), payer)
    if checks and _only_outside(checks[-1].benefits or ()):
        plans = [each.plan_type for each in checks if each.plan_type]
        plan_type = (claim.coverage.plan_type or next(reversed(plans), "") or "").upper()
        closed = plan_type in {"HMO", "EPO"} and not (oon_emergency_exempt and _is_emergency(claim))
        yield _out(claim, f"the payer answered that the provider is out of the {plan_type or 'plan'} network", closed)
        return
    if enrollments is None:
        if not any(check.benefits is not None for check in checks):
            yield not_checked("no enrollment table, and no benefits in the eligibility checks", of_run=True)
        return
    for npi in rendering_npis(claim):
        active = {row.plan for row in enrollments_of(enrollments, npi, payer) if row.active_on(claim.from_date)}
        plan = _plan_of(checks) if active and None not in active else None
        if plan is not None and plan not in active:
            closed = not (oon_emergency_exempt and _is_emergency(claim))
            yield _out(claim, f"{npi} is not active for {payer.payer_id}/{plan} on {claim.from_date}", closed)


def _only_outside(benefits: Iterable[Benefit]) -> bool:
    """Tell whether benefits are those outside of the network; a plan that lists both says nothing of the provider."""
    networks = {benefit.in_network for benefit in benefits}
    return False in networks and True not in networks


def _is_emergency(claim: Claim) -> bool:
    return all(claim.place_of(line) == "23" or line.emergency for line in claim.lines)


def _plan_of(checks: Sequence[EligibilityCheck]) -> str | None:
    """Return the plan that the latest check names."""
    return next((each.plan_id or each.plan_name for each in reversed(checks) if each.plan_id or each.plan_name), None)


def _out(claim: Claim, why: str, closed: bool) -> Hit:
    return hit(
        claim,
        f"Network: {why}.",
        fix="Confirm a network exception with the payer, or warn the patient of the cost.",
        at="coverage",
        severity=None if closed else "info",
        subject=why,
    )
