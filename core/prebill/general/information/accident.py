"""What a claim says about an accident."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import attrs

from prebill.codes import codes
from prebill.model import Accident, Claim, Payer
from prebill.rules import Hit, Outcomes, hit, not_checked, record, rule

_INJURY = codes("S00-T34")
_EXTERNAL_CAUSE = codes("V00-Y38")
_ACTIVE_CARE = frozenset("ABC")
_SEVENTH = 6
_YEARS_BACK = 3
_NAMES = {"AA": "auto accident", "EM": "employment", "OA": "other accident"}


@record("intake")
@attrs.frozen(kw_only=True)
class Intake:
    """What the patient answered at intake; `accident_question` is `yes`, `no`, or None while unanswered."""

    accident_question: str | None = None


@rule(
    "INF110",
    severity="stop",
    owner="front_desk",
    prevents=("CO-16/N305", "OA-19", "PR-19", "OA-20", "PR-20", "OA-21", "PR-21", "CO-22"),
    sources=("005010X222A1 2300 CLM11, DTP*439; 2010BA/2010CA REF*Y4",),
    fails=[
        {"lines": ["99213 [S52.521A]"], "accident": {"kinds": ["AA"], "occurred_on": "2026-03-10"}},
    ],
    passes=[
        {
            "lines": ["99213 [S52.521A]"],
            "accident": {"kinds": ["AA"], "state": "TX", "occurred_on": "2026-03-10"},
        }
    ],
)
def accident_details(claim: Claim, payer: Payer, intakes: tuple[Intake, ...] | None) -> Outcomes:
    """An injury is billed without saying how it came about, or the accident is told in part.

    Another insurer may have to pay for an accident, and the payer holds or denies the claim until it knows. Ask
    the patient, and give the kind of accident with its date, and its state for an auto accident.
    """
    accident = claim.accident
    if accident is None or not accident.kinds:
        for diagnosis in claim.diagnoses:
            if _is_injury(diagnosis.code):
                code = diagnosis.code
                break
        else:
            return
        if intakes is None:
            yield not_checked("no intake record", of_run=True)
            return
        answer = next((each.accident_question for each in intakes if each.accident_question), None)
        if answer != "no":
            asked = "the patient said that it was an accident" if answer else "the question was not answered"
            message = f"Injury {code} without related cause (CLM11); {asked} at intake."
            fix = "Ask the patient whether it was an accident, and of which kind; record the answer."
            yield hit(claim, message, fix=fix, at="accident", severity="review", subject="unanswered")
        return
    kinds = " and ".join(_NAMES.get(each, each) for each in accident.kinds)
    if "AA" in accident.kinds and not accident.state and accident.country in (None, "US", "USA"):
        yield _absent(claim, f"{kinds}: the state (CLM11-4) is absent", "accident.state", "state")
    if accident.occurred_on is None:
        if {"AA", "OA"} & {*accident.kinds}:
            yield _absent(claim, f"{kinds}: the date (DTP*439) is absent", "accident.occurred_on", "date")
    else:
        yield from _date_problems(claim, accident, kinds, accident.occurred_on)
    if "EM" in accident.kinds and payer.line_of_business != "workers_comp" and not _refused_by_employer(claim):
        message = f"Related to employment, and billed to {payer.name or payer.payer_id or 'the health plan'}"
        fix = "Bill the employer's insurer, or send its denial with the claim."
        yield hit(
            claim,
            f"{message} without the denial of the employer's insurer.",
            fix=fix,
            at="accident",
            severity="review",
            prevents=("CO-19", "CO-22"),
            subject="employment",
        )
    own_number = accident.property_casualty_number or claim.reference("Y4")
    if payer.line_of_business in {"workers_comp", "auto"} and not own_number:
        message = f"{kinds}: the insurer's claim number (REF*Y4) is absent"
        yield _absent(claim, message, "accident.property_casualty_number", "claim number", "review")


@lru_cache(maxsize=65_536)
def _is_injury(code: str) -> bool:
    """Tell whether a diagnosis is an injury under active care, or the external cause of one."""
    category = code[:3]
    return (category in _INJURY and code[_SEVENTH:] in _ACTIVE_CARE) or category in _EXTERNAL_CAUSE


def _date_problems(claim: Claim, accident: Accident, kinds: str, occurred: date) -> Outcomes:
    first = claim.from_date
    fix = "Correct the date of the accident."
    if occurred > first:
        message = f"{kinds.capitalize()} on {occurred}, after the date of service {first}."
        yield hit(claim, message, fix=fix, at="accident.occurred_on", subject="after")
    elif (first.year - occurred.year, first.month, first.day) > (_YEARS_BACK, occurred.month, occurred.day):
        message = f"{kinds.capitalize()} on {occurred}, more than {_YEARS_BACK} years before {first}."
        yield hit(claim, message, fix=fix, at="accident.occurred_on", severity="review", subject="long ago")


def _refused_by_employer(claim: Claim) -> bool:
    """Tell whether the claim shows that the employer's insurer was asked: by its decision, or by a document."""
    decided = any(each.coverage.filing_indicator == "WC" for each in claim.prior_adjudications)
    return decided or bool(claim.attachments)


def _absent(claim: Claim, problem: str, at: str, subject: str, severity: str | None = None) -> Hit:
    return hit(
        claim,
        f"{problem[:1].upper()}{problem[1:]}.",
        fix="Complete the accident (CLM11, DTP*439, REF*Y4) from the intake.",
        at=at,
        severity=severity,
        subject=subject,
    )
