"""What delays a claim inside the practice: late charges, missing charges, enrollment that is not finished."""

from __future__ import annotations

from datetime import date, timedelta

from prebill.general.tables.enrollment import Enrollment, enrollments_of, rendering_npis
from prebill.general.workdays import workdays_between
from prebill.lookup import Table
from prebill.model import Appointment, Claim, Encounter, Payer
from prebill.rules import Hit, Outcomes, hit, not_checked, rule


@rule(
    "TFL104",
    severity="review",
    owner="charge_capture",
    prevents=("CO-29",),
    sources=("42 CFR 424.44: the payer's clock runs from the visit, not from the charge",),
    fails=[{"lines": ["99213"], "charge_entered_at": "2026-04-01T09:00:00"}],
    passes=[{"lines": ["99213"], "charge_entered_at": "2026-03-18T09:00:00"}],
)
def charge_lag(
    encounter: Encounter,
    payer: Payer,
    appointments: tuple[Appointment, ...] | None,
    today: date,
    *,
    lag_target: int = 3,
    lag_review: int = 10,
    missing_charge_days: int = 5,
) -> Outcomes:
    """The charge was entered late, or a completed appointment has none.

    Every day of charge lag is a day of cash and of the payer's filing limit. Enter charges within days of the
    visit, and find the visits that were never charged.
    """
    service = encounter.claim.last_date
    entered = encounter.charge_entered_at
    if entered is None:
        yield not_checked("when the charge was entered", of_run=True)
    elif (lag := workdays_between(service, entered.date())) > lag_target:
        yield hit(
            encounter,
            f"Charge entered {lag} business days after {service}.",
            fix="Find what delays charge entry for this provider and location.",
            at="lines[0].from_date",
            severity="review" if lag > lag_review else "info",
            evidence={"lag": lag},
            subject="lag",
        )
    for each in appointments or ():
        if each.status != "completed" or each.charged is not False:
            continue
        days = workdays_between(each.appointment_date, today)
        if days > missing_charge_days:
            yield hit(
                encounter,
                f"The appointment on {each.appointment_date} with {each.provider_npi or 'the practice'} was"
                f" completed {days} business days ago and has no charge.",
                fix="Obtain the note and enter the charge.",
                subject=f"{each.appointment_date} {each.provider_npi or ''}",
            )


@rule(
    "TFL105",
    severity="stop",
    owner="billing",
    prevents=("CO-B7/N570/MA130", "CO-185"),
    sources=("42 CFR 424.521 (retrospective billing, 30 days)", "X12 CARC 185, B7"),
    fails=[
        {
            "lines": ["99213"],
            "tables": {
                "enrollment": {
                    "complete": True,
                    "rows": [{"npi": "1456789019", "payer_id": "ACM01", "active_from": "2026-04-16"}],
                }
            },
        }
    ],
    passes=[
        {
            "lines": ["99213"],
            "tables": {
                "enrollment": {
                    "complete": True,
                    "rows": [{"npi": "1456789019", "payer_id": "ACM01", "active_from": "2026-01-01"}],
                }
            },
        }
    ],
)
def credentialing_hold(
    claim: Claim,
    payer: Payer,
    enrollments: Table[Enrollment],
    today: date,
    *,
    retro_enroll: bool | None = None,
    retro_days: int = 30,
) -> Outcomes:
    """The rendering provider is not enrolled with the payer on the date of service.

    The payer denies every line, and the patient owes nothing. Hold the claims of a provider whose enrollment is
    pending until it is approved, with an eye on the filing limit, where the payer dates approvals back; otherwise
    have an enrolled provider see the patient. Medicare dates back thirty days.
    """
    if payer.line_of_business == "self_pay":
        return
    retro = retro_enroll if retro_enroll is not None else payer.line_of_business == "medicare_ffs"
    day = claim.from_date
    for npi in rendering_npis(claim):
        rows = enrollments_of(enrollments, npi, payer)
        mine = [row for row in rows if row.tax_id in (None, claim.billing.tax_id)]
        if any(_in_force(row, day, retro_days if retro else 0) for row in mine):
            continue
        yield _not_enrolled(claim, payer, npi, mine, today, retro=retro)


def _in_force(row: Enrollment, day: date, retro_days: int) -> bool:
    if row.active_on(day):
        return True
    back = None if row.active_from is None else row.active_from - timedelta(days=retro_days)
    return row.status == "active" and back is not None and back <= day <= (row.active_to or day) and retro_days > 0


def _not_enrolled(claim: Claim, payer: Payer, npi: str, rows: list[Enrollment], today: date, *, retro: bool) -> Hit:
    day = claim.from_date
    pending = next((row for row in rows if row.status == "pending"), None)
    coming = min((row.active_from for row in rows if row.active_from and row.active_from > day), default=None)
    ended = max((row.active_to for row in rows if row.active_to and row.active_to < day), default=None)
    if pending is not None:
        since = f" since {pending.filed_on}" if pending.filed_on else ""
        state = f"pending with {payer.payer_id}{since}"
    elif coming is not None:
        state = f"effective {coming} with {payer.payer_id}"
    elif ended is not None:
        state = f"not enrolled with {payer.payer_id} after {ended}"
    else:
        state = f"not enrolled with {payer.payer_id}"
    waits = pending is not None and (retro or pending.filed_on is None or pending.filed_on <= day)
    return hit(
        claim,
        f"{npi} is {state}; date of service {day}, {(today - day).days} days ago.",
        fix="Hold the claim until the enrollment is approved, and watch the filing limit; bill then."
        if waits
        else "Ask the payer to date the enrollment back, or have an enrolled provider give the service.",
        at="rendering",
        evidence={"effective": coming, "pending": pending is not None},
        subject=npi,
    )
