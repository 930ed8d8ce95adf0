"""Which payer comes first, and whether the plan billed is the plan in force."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from prebill.codes import codes
from prebill.general.eligibility.checks import in_period, of_payer
from prebill.general.service_types import service_types_of
from prebill.model import Claim, Coverage, EligibilityCheck, Payer
from prebill.rules import Hit, Outcomes, hit, known, rule

GROUP_PLAN = frozenset({"12", "13", "43"})
ACCIDENT_OR_CONDITION = frozenset({"14", "15", "16", "41", "42", "47"})
CLINICAL_TRIAL = ("Q0", "Q1")
# By line of business: the kinds of plan that stand in for it; None is a plan of a kind that the answer leaves open.
MANAGED_CARE = {"medicare_ffs": ("ma", None), "medicaid_ffs": ("mco", None)}
_END_STAGE_RENAL = "13"
_MA_PLAN = {
    "checked_at": "2026-03-14T09:00:00",
    "status": "active",
    "managed_care_plan": "H1234",
    "managed_care_kind": "ma",
}
_GROUP_PLAN = {"checked_at": "2026-03-14T09:00:00", "status": "active", "msp_type": "12", "msp_payer": "BIGCO"}


@rule(
    "ELG106",
    severity="stop",
    owner="front_desk",
    prevents=("CO-22", "CO-109", "OA-23", "CO-16/N4/MA04/MA92", "PR-22"),
    sources=(
        "42 CFR 411.20-411.206; Pub. 100-05 ch. 1-2 (Medicare secondary payer)",
        "005010X222A1 loops 2000B SBR05 and 2320",
        "NAIC coordination of benefits model regulation (birthday rule)",
    ),
    fails=[
        {
            "lines": ["99213"],
            "payer": "medicare",
            "eligibility_checks": [{**_GROUP_PLAN, "msp_begin": "2025-01-01"}],
        }
    ],
    passes=[
        {
            "lines": ["99213"],
            "payer": "medicare",
            "eligibility_checks": [{**_GROUP_PLAN, "msp_begin": "2025-01-01", "msp_end": "2025-12-31"}],
        }
    ],
)
def cob_order(claim: Claim, payer: Payer, eligibility_checks: tuple[EligibilityCheck, ...] | None) -> Outcomes:
    """Another payer comes before the one billed, or is not on the claim.

    The payer refuses what another one owes first. Bill the primary payer, then this one with the primary's
    decision; where the payer's record of other insurance is wrong, have it corrected.
    """
    others = [each.coverage for each in claim.prior_adjudications]
    first = claim.coverage.sequence == "P"
    yield from _by_claim(claim, payer, others, first=first)
    if payer.line_of_business == "medicare_ffs" and not first:
        if claim.coverage.msp_type not in GROUP_PLAN | ACCIDENT_OR_CONDITION:
            yield hit(
                claim,
                f"Medicare is billed secondary without the reason: SBR05 is {claim.coverage.msp_type or 'empty'}.",
                fix="Put the type of the insurance that comes first into SBR05.",
                at="coverage.msp_type",
                subject="msp type",
            )
        return
    if payer.line_of_business == "self_pay":
        return
    checks = of_payer(known(eligibility_checks, "no eligibility checks register", of_run=True), payer)
    if payer.line_of_business == "medicare_ffs":
        yield from _medicare_secondary(claim, checks)
    yield from _unbilled(claim, payer, checks, others)


def _medicare_secondary(claim: Claim, checks: list[EligibilityCheck]) -> Iterator[Hit]:
    seen: set[str] = set()
    for check in reversed(checks):
        kind = check.msp_type
        if kind is None or kind in seen or not in_period(claim.from_date, check.msp_begin, check.msp_end):
            continue
        seen.add(kind)
        if kind == _END_STAGE_RENAL and check.msp_begin and _months(check.msp_begin, claim.from_date) >= 30:
            continue
        if kind in GROUP_PLAN:
            yield hit(
                claim,
                f"The payer shows group plan {check.msp_payer or 'of the employer'} (MSP type {kind}) from"
                f" {check.msp_begin}; Medicare is billed primary.",
                fix="Bill the group plan first; if the record is wrong, have the BCRC correct the MSP file.",
                at="coverage.sequence",
                subject=kind,
            )
        elif kind in ACCIDENT_OR_CONDITION:
            yield hit(
                claim,
                f"The payer shows {check.msp_payer or 'another insurer'} (MSP type {kind}) from {check.msp_begin}"
                " for an accident or condition; Medicare stays primary for unrelated care.",
                fix="Verify that this visit is unrelated; otherwise bill that insurer first.",
                at="coverage.sequence",
                severity="review",
                subject=kind,
            )


def _months(begin: date, day: date) -> int:
    return (day.year - begin.year) * 12 + day.month - begin.month - (day.day < begin.day)


def _by_claim(claim: Claim, payer: Payer, others: list[Coverage], *, first: bool) -> Iterator[Hit]:
    if not first:
        return
    injury = {"AA", "EM"}.intersection(claim.accident.kinds if claim.accident else ())
    if injury and payer.line_of_business not in {"workers_comp", "auto", "self_pay"}:
        kind = "an automobile accident" if "AA" in injury else "employment"
        yield _order(
            claim,
            f"The claim names {kind}, and a health plan is billed primary.",
            "Bill the auto or workers' compensation carrier first, or attach its denial.",
            "accident",
        )
    mine = claim.coverage
    for other in others:
        name = other.payer_name or other.payer_id
        if _last(mine) > _last(other):
            yield _order(
                claim,
                f"{payer.payer_id} pays last and is billed before {name}.",
                f"Bill {name} first.",
                "last payer",
            )
        elif mine.relationship == other.relationship == "19" and _later_birthday(mine, other):
            yield _order(
                claim,
                f"The child has two parents' plans; {name} is of the parent whose birthday comes first in the"
                f" year, and {payer.payer_id} is billed primary.",
                f"Bill {name} first, unless a court order says otherwise.",
                "birthday",
            )
        elif _last(mine) == _last(other) == 0 and mine.relationship != "18" and other.relationship == "18":
            yield _order(
                claim,
                f"The patient's own plan {name} comes before the plan as a dependent, which is billed primary.",
                f"Bill {name} first.",
                "own plan",
            )


def _order(claim: Claim, message: str, fix: str, subject: str) -> Hit:
    return hit(claim, message, fix=fix, at="coverage.sequence", severity="review", subject=subject)


def _last(coverage: Coverage) -> int:
    """Rank a coverage by who pays last: Medicaid after TRICARE after all others."""
    return {"MC": 2, "CH": 1}.get(coverage.filing_indicator or "", 0)


def _later_birthday(mine: Coverage, other: Coverage) -> bool:
    born = mine.subscriber.birth_date if mine.subscriber else None
    other_born = other.subscriber.birth_date if other.subscriber else None
    if born is None or other_born is None:
        return False
    return (other_born.month, other_born.day) < (born.month, born.day)


def _unbilled(claim: Claim, payer: Payer, checks: list[EligibilityCheck], others: list[Coverage]) -> Iterator[Hit]:
    """Say which other payer of the answer is not on the claim; vendors and managed plans are ELG107's."""
    shown = [each for check in checks for each in check.other_payers or () if each.service_type is None]
    if not shown:
        return
    billed = {payer.payer_id, *(each.payer_id for each in others)}
    names = {(each.payer_name or "").upper() for each in [claim.coverage, *others]}
    told = {
        each.payer_id or each.name: each
        for each in shown
        if in_period(claim.from_date, each.begin or date.min, each.end)
        and each.payer_id not in billed
        and (each.name or "").upper() not in names
    }
    for name, each in sorted(told.items(), key=lambda item: str(item[0])):
        yield hit(
            claim,
            f"The payer shows {each.name or name} active on {claim.from_date} too; the claim does not.",
            fix="Find out which of them comes first and put both on the claim.",
            at="coverage.sequence",
            severity="review",
            subject=str(name),
        )


@rule(
    "ELG107",
    severity="stop",
    owner="front_desk",
    prevents=("CO-109/N418", "CO-24"),
    sources=(
        "Pub. 100-16 ch. 4 (Medicare Advantage); Pub. 100-04 ch. 11 §30.4 (hospice); 42 CFR 417.400 (cost plans)",
        "X12 CARC 24, 109",
    ),
    fails=[
        {
            "lines": ["99213"],
            "payer": "medicare",
            "eligibility_checks": [{**_MA_PLAN, "managed_care_begin": "2026-01-01"}],
        }
    ],
    passes=[
        {
            "lines": ["99213"],
            "payer": "medicare",
            "eligibility_checks": [{**_MA_PLAN, "managed_care_begin": "2026-04-01"}],
        }
    ],
)
def wrong_payer_managed_plan(
    claim: Claim,
    payer: Payer,
    eligibility_checks: tuple[EligibilityCheck, ...],
    *,
    carve_outs: tuple[str, ...] = (),
    mco_carve_out: tuple[str, ...] = (),
) -> Outcomes:
    """The claim goes to a payer whose place a managed plan or a vendor has taken.

    A Medicare or Medicaid patient in a managed plan, and a service that a plan leaves to a vendor, are denied by
    the payer billed. Route the claim to the plan in force. `carve_outs` are service types that the payer never
    handles itself; `mco_carve_out` are codes that Medicaid pays beside its managed plans.
    """
    checks = of_payer(eligibility_checks, payer)
    business = payer.line_of_business or ""
    managed = _managed_plan(claim, checks, business)
    if managed is not None:
        lines = [line for line in claim.lines if not _stays(claim, checks, business, line.modifiers)]
        if business == "medicaid_ffs":
            lines = [line for line in lines if line.procedure not in codes(*mco_carve_out)]
        name = " ".join(filter(None, [managed.managed_care_name, managed.managed_care_plan]))
        if lines:
            yield hit(
                claim if len(lines) == len(claim.lines) else lines,
                f"The payer shows {name or 'a managed plan'} covering {claim.from_date}; the claim goes to"
                f" {payer.payer_id}.",
                fix=f"Route the claim to {name or 'the managed plan'}.",
                at="coverage.payer_id",
                evidence={"plan": managed.managed_care_plan},
            )
    vendors = {
        each.service_type: each.name or each.payer_id
        for check in checks
        for each in check.other_payers or ()
        if each.service_type is not None
        and not payer.is_called(each.payer_id)
        and in_period(claim.from_date, each.begin or date.min, each.end)
    }
    vendors = {**dict.fromkeys(carve_outs, "another payer"), **vendors}
    if not vendors:
        return
    for line in claim.lines:
        kind = next((each for each in sorted(service_types_of(line.procedure)) if each in vendors), None)
        if kind is not None:
            yield hit(
                line,
                f"{payer.payer_id} leaves services of type {kind} to {vendors[kind]}; line {line.number}"
                f" {line.procedure} goes to {payer.payer_id}.",
                fix=f"Route the service to {vendors[kind]}.",
                at="procedure",
            )


def _managed_plan(claim: Claim, checks: list[EligibilityCheck], business: str) -> EligibilityCheck | None:
    kinds = MANAGED_CARE.get(business)
    if kinds is None:
        return None
    day = claim.from_date
    return next(
        (
            each
            for each in reversed(checks)
            if each.managed_care_kind in kinds and in_period(day, each.managed_care_begin, each.managed_care_end)
        ),
        None,
    )


def _stays(claim: Claim, checks: list[EligibilityCheck], business: str, modifiers: tuple[str, ...]) -> bool:
    """Tell whether Medicare itself pays in spite of the plan: for a hospice patient, and in a clinical trial."""
    hospice = any(in_period(claim.from_date, each.hospice_begin, each.hospice_end) for each in checks)
    trial = any(each in modifiers for each in CLINICAL_TRIAL)
    return business == "medicare_ffs" and (hospice or trial)
