"""Changes of the plan after the authorization was last checked, and referrals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal

import attrs

from prebill.general.authorization.linked import is_valid, linked, service_for
from prebill.general.tables import AuthRequirement
from prebill.lookup import NotKnown, Table
from prebill.model import Authorization, Claim, DocumentedService, Encounter, Payer, PlannedCare, ServiceLine
from prebill.rules import Outcomes, hit, known, rule

_A9001 = {
    "number": "A9001",
    "valid_from": "2026-03-01",
    "valid_to": "2026-05-30",
    "services": [{"code_from": "64483"}],
    "last_checked_at": "2026-03-05T10:00:00",
}
_V1 = {
    "recorded_at": "2026-03-01T09:00:00",
    "procedures": ["64483"],
    "laterality": "LT",
    "planned_date": "2026-03-16",
}
_V2 = {**_V1, "recorded_at": "2026-03-12T09:00:00", "procedures": ["64483", "64484"]}


@attrs.frozen(kw_only=True)
class Planned:
    """What an authorization is checked against; None where a version does not say it."""

    procedures: frozenset[str] | None = None
    units: Decimal | None = None
    side: str | None = None
    provider: str | None = None
    facility: str | None = None
    date: date | None = None

    def differences(self, later: Planned) -> Iterator[str]:
        """Yield in words what a later state changes; what one of them does not say is no difference."""
        for field in attrs.fields(Planned):
            before, after = getattr(self, field.name), getattr(later, field.name)
            if before is not None and after is not None and before != after:
                yield f"{field.name} {_in_words(before)} -> {_in_words(after)}"


def _in_words(value: object) -> str:
    return " + ".join(sorted(value)) if isinstance(value, frozenset) else str(value)


def as_planned(version: PlannedCare) -> Planned:
    """Return what a version of the plan of care says."""
    return Planned(
        procedures=frozenset(version.procedures) or None,
        units=version.units,
        side=version.laterality,
        provider=version.servicing_npi,
        facility=version.facility_npi,
        date=version.planned_date,
    )


def as_documented(services: Iterable[DocumentedService]) -> Planned:
    """Return what the documentation says was done."""
    done = tuple(services)
    sides = {each.laterality for each in done if each.laterality}
    performers = {each.performer_npi for each in done if each.performer_npi}
    days = {each.started_at.date() for each in done if each.started_at}
    return Planned(
        procedures=frozenset(each.procedure for each in done if each.procedure) or None,
        side=sides.pop() if len(sides) == 1 else None,
        provider=performers.pop() if len(performers) == 1 else None,
        date=days.pop() if len(days) == 1 else None,
    )


@rule(
    "AUT109",
    severity="review",
    owner="authorization",
    prevents=("CO-197", "CO-284/N54"),
    sources=("005010X217 (278 request and response): what was certified", "X12 CARC 284"),
    authorized=True,
    fails=[
        {
            "lines": ["64483-LT", "64484-LT"],
            "authorization_numbers": ["A9001"],
            "authorizations": [_A9001],
            "plan_of_care": [_V1, _V2],
        }
    ],
    passes=[
        {
            "lines": ["64483-LT"],
            "authorization_numbers": ["A9001"],
            "authorizations": [_A9001],
            "plan_of_care": [_V1],
        }
    ],
)
def plan_of_care_changed_after_check(
    encounter: Encounter,
    payer: Payer,
    authorizations: tuple[Authorization, ...] | None,
    requirements: Table[AuthRequirement] | None,
) -> Outcomes:
    """The plan changed after the authorization was last checked.

    The authorization was asked for one plan, and another one was carried out. Check it against what was done
    before the claim goes out; most payers update an approval within days of the service and refuse it later.
    """
    claim = encounter.claim
    planned = encounter.plan_of_care or ()
    documented = encounter.documented_services or ()
    if len(planned) < 2 and not documented:
        return
    lines = _authorized_lines(claim, payer, authorizations, requirements)
    if not lines or not planned:
        return
    plans = sorted(planned, key=lambda each: each.recorded_at)
    authorization = lines[0][1]
    checked_at = known(authorization.last_checked_at, f"when authorization {authorization.number} was last checked")
    checked_against = as_planned(next((each for each in reversed(plans) if each.recorded_at <= checked_at), plans[0]))
    for changed_at, later in _later(plans, documented, checked_at):
        changes = [*checked_against.differences(later)]
        if not changes:
            continue
        yield hit(
            claim,
            f"Plan changed {changed_at.date()} ({'; '.join(changes)}) after authorization {authorization.number}"
            f" was last checked {checked_at.date()}.",
            fix="Check the authorization against what was done, and have the payer update it before billing.",
            at="authorization_numbers",
            severity="info" if _still_covered(claim, payer, later, lines) else None,
            evidence={"changes": changes},
        )
        return


def _authorized_lines(
    claim: Claim,
    payer: Payer,
    authorizations: tuple[Authorization, ...] | None,
    requirements: Table[AuthRequirement] | None,
) -> list[tuple[ServiceLine, Authorization]]:
    """Return the lines with their authorizations; raises `NotKnown` when that is not known of any line."""
    found, unknown = [], None
    for line in claim.lines:
        try:
            authorization = linked(line, claim, payer, authorizations, requirements)
        except NotKnown as missing:
            unknown = missing
            continue
        if authorization is not None:
            found.append((line, authorization))
    if unknown is not None and not found:
        raise unknown
    return found


def _later(
    plans: list[PlannedCare], documented: tuple[DocumentedService, ...], checked_at: datetime
) -> Iterator[tuple[datetime, Planned]]:
    """Yield the states after the check, the last plan before what was documented."""
    if plans[-1].recorded_at > checked_at:
        yield plans[-1].recorded_at, as_planned(plans[-1])
    moments = [each.signed_at or each.ended_at or each.started_at for each in documented]
    told = [moment for moment in moments if moment is not None and moment > checked_at]
    if told:
        yield max(told), as_documented(documented)


def _still_covered(claim: Claim, payer: Payer, later: Planned, lines: list[tuple[ServiceLine, Authorization]]) -> bool:
    """Tell whether the authorization approves the changed plan as it stands."""
    approved = {authorization.number: authorization for _, authorization in lines}.values()
    return (
        all(any(each.services and each.covers(code) for each in approved) for code in later.procedures or ())
        and all(is_valid(each, line) and (not each.services or service_for(each, line)) for line, each in lines)
        and all(
            not each.servicing_npis
            or {later.provider or claim.rendering_of(line).npi, claim.billing.npi} & {*each.servicing_npis}
            for line, each in lines
        )
    )
