"""Whether coverage was in force, and whether anyone asked in time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from prebill.general.eligibility.checks import ANSWERED, SYSTEM_REJECTS, WHEN_CHECKED, answering, days_of, of_payer
from prebill.model import Claim, EligibilityCheck, Encounter, Payer
from prebill.rules import Hit, Missing, Outcomes, hit, known, not_checked, rule

_ACTIVE = {
    "checked_at": "2026-03-14T09:00:00",
    "payer_id": "ACM01",
    "status": "active",
    "service_date": "2026-03-16",
}


@rule(
    "ELG103",
    severity="stop",
    owner="front_desk",
    prevents=("CO-27", "CO-26", "CO-200", "CO-239", "CO-31/N30/N382", "PR-27", "PR-26"),
    sources=("005010X279A1 (271) EB01, DTP*291/346/347", "X12 CARC 26, 27"),
    fails=[{"lines": ["99213"], "coverage": {"end": "2026-02-28"}}],
    passes=[{"lines": ["99213"], "eligibility_checks": [_ACTIVE]}],
)
def coverage_inactive_on_dos(
    claim: Claim,
    payer: Payer,
    eligibility_checks: tuple[EligibilityCheck, ...] | None,
    *,
    newborn_grace_days: int = 30,
) -> Outcomes:
    """The coverage billed was not in force on a date of service.

    A payer pays nothing before the first and after the last covered day. Find the coverage that was in force and
    bill that payer, or move the account to self pay with notice to the patient.
    """
    if payer.line_of_business == "self_pay":
        return
    coverage, days = claim.coverage, days_of(claim)
    outside = _outside(claim, payer, coverage.begin, coverage.end, days, newborn_grace_days)
    if outside is not None:
        yield outside
        return
    by_dates = coverage.begin is not None or coverage.end is not None
    if eligibility_checks is None:
        if not by_dates:
            yield not_checked("no eligibility checks register", of_run=True)
        return
    told = _by_checks(claim, payer, of_payer(eligibility_checks, payer), days, by_dates=by_dates)
    if told is not None:
        yield told


def _member(claim: Claim, payer: Payer) -> str:
    return f"{payer.payer_id} member {claim.coverage.member_id}"


def _outside(
    claim: Claim, payer: Payer, begin: date | None, end: date | None, days: Sequence[date], newborn_days: int
) -> Hit | None:
    if begin is not None and days[0] < begin and not _is_newborn(claim, days[0], newborn_days):
        return hit(
            claim,
            f"{_member(claim, payer)} is covered from {begin}; date of service {days[0]} is"
            f" {(begin - days[0]).days} days before.",
            fix="Find the coverage in force on that day and bill it, or move the account to self pay with notice.",
            at="coverage",
            prevents=("CO-26", "PR-26"),
        )
    if end is not None and days[-1] > end:
        late = next(day for day in days if day > end)
        return hit(
            claim,
            f"Plan {_member(claim, payer)} ended {end}; date of service {late} is {(late - end).days} days after.",
            fix="Find the new coverage and bill it, or move the account to self pay with notice.",
            at="coverage",
            prevents=("CO-27", "PR-27"),
        )
    return None


def _is_newborn(claim: Claim, day: date, newborn_days: int) -> bool:
    born = claim.patient.birth_date
    return born is not None and (day - born).days <= newborn_days


def _by_checks(
    claim: Claim, payer: Payer, checks: Sequence[EligibilityCheck], days: Sequence[date], *, by_dates: bool
) -> Hit | Missing | None:
    unanswered = None
    for day in days:
        last = max(answering(checks, day), key=WHEN_CHECKED, default=None)
        if last is None:
            ended = next((each for each in reversed(checks) if each.status == "active"), None)
            outside = None if ended is None else _outside(claim, payer, ended.plan_begin, ended.plan_end, [day], 0)
            if outside is not None:
                return outside
            unanswered = unanswered or day
        elif last.status == "inactive" and last.asked_about(day):
            return hit(
                claim,
                f"{_member(claim, payer)} is inactive on {day}, as the payer answered on {last.checked_at.date()}.",
                fix="Find the coverage in force on that day and bill it, or move the account to self pay.",
                at="coverage",
                prevents=("CO-27", "CO-200", "PR-27"),
            )
    if unanswered is not None and not by_dates:
        return not_checked(_why_unanswered(checks, unanswered))
    return None


def _why_unanswered(checks: Sequence[EligibilityCheck], day: date) -> str:
    if not checks:
        return f"no eligibility check of this payer; date of service {day}"
    last = checks[-1]
    if last.status == "rejected" or last.reject_reason is not None:
        why = "its system did not answer" if last.reject_reason in SYSTEM_REJECTS else "the payer rejected it"
        return f"the eligibility check of {last.checked_at.date()}: {why}; date of service {day}"
    return f"checked {last.checked_at.date()} for {last.service_date or 'no date'}; date of service {day}"


@rule(
    "ELG102",
    severity="review",
    owner="front_desk",
    prevents=("CO-27", "CO-31", "CO-109"),
    sources=("005010X279A1 (270) DTP*291", "CMS: eligibility is verified for the date of service"),
    fails=[{"lines": ["99213"], "eligibility_checks": [{**_ACTIVE, "checked_at": "2026-03-12T09:00:00"}]}],
    passes=[{"lines": ["99213"], "eligibility_checks": [{**_ACTIVE, "checked_at": "2026-03-13T09:00:00"}]}],
)
def not_reverified_near_dos(
    claim: Claim,
    payer: Payer,
    eligibility_checks: tuple[EligibilityCheck, ...],
    *,
    reverify_days: int | None = None,
    month_turn: bool = True,
) -> Outcomes:
    """Nobody asked the payer about the patient near the date of service.

    Coverage checked long before the visit, or in the month before, has often ended by the visit. Ask the payer for
    the date of service now: that also settles whether coverage was in force. Medicaid is asked on the day itself.
    """
    if payer.line_of_business == "self_pay":
        return
    medicaid = (payer.line_of_business or "").startswith("medicaid")
    days = reverify_days if reverify_days is not None else 0 if medicaid else 3
    service = claim.from_date
    asked = of_payer(eligibility_checks, payer)
    checks = [each for each in asked if each.status != "rejected" and each.reject_reason is None]
    if any(_is_near(each, service, days, month_turn=month_turn) for each in checks):
        return
    before = [each.checked_at.date() for each in checks if each.checked_at.date() <= service]
    if not before:
        said = "There is no eligibility check before the date of service"
    else:
        last = before[-1]
        turn = " and in another month" if (last.year, last.month) != (service.year, service.month) else ""
        said = f"Last eligibility check {last} is {(service - last).days} days before the date of service{turn}"
    yield hit(
        claim,
        f"{said}; re-verify before billing.",
        fix=f"Ask the payer now (270) for the date of service {service}.",
        at="coverage",
        evidence={"reverify_days": days},
    )


def _is_near(check: EligibilityCheck, service: date, days: int, *, month_turn: bool) -> bool:
    checked = check.checked_at.date()
    if checked > service:
        return check.service_date is not None and check.service_date <= service <= (check.asked_to or service)
    if (service - checked).days > days:
        return False
    return not month_turn or (checked.year, checked.month) == (service.year, service.month)


@rule(
    "ELG101",
    severity="info",
    owner="front_desk",
    prevents=("CO-27", "CO-31"),
    sources=("005010X279A1 (270/271)", "Eligibility is verified twice: at booking and before the visit"),
    fails=[{"lines": ["99213"], "scheduled_at": "2026-02-02T10:00:00", "eligibility_checks": [_ACTIVE]}],
    passes=[
        {
            "lines": ["99213"],
            "scheduled_at": "2026-02-02T10:00:00",
            "eligibility_checks": [{**_ACTIVE, "checked_at": "2026-02-03T09:00:00"}],
        }
    ],
)
def not_verified_at_scheduling(
    encounter: Encounter,
    payer: Payer,
    eligibility_checks: tuple[EligibilityCheck, ...] | None,
    *,
    sched_grace_days: int = 2,
) -> Outcomes:
    """Nobody asked the payer about the patient when the visit was booked.

    A wrong plan found at booking costs a telephone call; found after the visit it costs the claim. Ask the payer
    when the visit is booked, and again just before it.
    """
    if encounter.walk_in or payer.line_of_business == "self_pay":
        return
    scheduled = known(encounter.scheduled_at, "when the visit was scheduled", of_run=encounter.appointments is None)
    if scheduled.date() == encounter.claim.from_date:
        return
    checks = of_payer(known(eligibility_checks, "no eligibility checks register", of_run=True), payer)
    first = scheduled - timedelta(days=1)
    limit = scheduled.date() + timedelta(days=sched_grace_days)
    if any(first <= each.checked_at and each.checked_at.date() <= limit for each in checks):
        return
    yield hit(
        encounter,
        f"Booked {scheduled.date()}; no eligibility check of {payer.payer_id} by {limit}.",
        fix="Ask the payer (270) when a visit is booked.",
        at="coverage",
    )


@rule(
    "ELG111",
    severity="review",
    owner="front_desk",
    prevents=("CO-27", "CO-31"),
    sources=("005010X279A1 (271) loops 2100C and 2110C: two answers must agree",),
    fails=[
        {
            "lines": ["99213"],
            "coverage": {"member_id": "W1"},
            "eligibility_checks": [
                {**_ACTIVE, "checked_at": "2026-02-02T09:00:00", "returned_member": {"member_id": "W1"}},
                {**_ACTIVE, "returned_member": {"member_id": "W2"}},
            ],
        }
    ],
    passes=[
        {
            "lines": ["99213"],
            "coverage": {"member_id": "W1"},
            "eligibility_checks": [
                {**_ACTIVE, "checked_at": "2026-02-02T09:00:00", "returned_member": {"member_id": "W1"}},
                {**_ACTIVE, "returned_member": {"member_id": "W1"}},
            ],
        }
    ],
)
def checks_disagree(claim: Claim, payer: Payer, eligibility_checks: tuple[EligibilityCheck, ...]) -> Outcomes:
    """Two eligibility checks contradict each other, and the claim follows the earlier one.

    The later answer is what the payer holds now, and the claim is judged by it. Update the registration from the
    later check, and bill what it says.
    """
    checks = [each for each in of_payer(eligibility_checks, payer) if each.status in ANSWERED]
    if len(checks) < 2:
        return
    later = checks[-1]
    for earlier in checks[:-1]:
        if not _overlap(earlier, later):
            continue
        for field, before, after, billed in _told(earlier, later, claim):
            if before and after and before != after and billed in (before, None):
                yield hit(
                    claim,
                    f"Checks {earlier.checked_at.date()} and {later.checked_at.date()} disagree on {field}:"
                    f" {before}/{after}; the claim follows the earlier.",
                    fix="Use the later answer; update the registration from it.",
                    at="coverage",
                    subject=f"{field} {before}",
                )


def _overlap(one: EligibilityCheck, other: EligibilityCheck) -> bool:
    return (
        one.service_date is not None
        and other.service_date is not None
        and other.service_date <= (one.asked_to or one.service_date)
        and one.service_date <= (other.asked_to or other.service_date)
    )


def _told(
    one: EligibilityCheck, other: EligibilityCheck, claim: Claim
) -> Iterator[tuple[str, str | None, str | None, str | None]]:
    """Yield what both checks say of each field, and what the claim bills, where it says it."""
    first, second = one.returned_member, other.returned_member
    if first and second:
        yield "member id", first.member_id, second.member_id, claim.coverage.member_id
        yield "group", first.group_number, second.group_number, claim.coverage.group_number
    yield "plan", one.plan_id or one.plan_name, other.plan_id or other.plan_name, None
    yield "status", one.status, other.status, "active"
