"""Procedures and the global package: what is done again while the period of an operation runs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from prebill import Cohort, Entry, NotKnown, Outcomes, Table, hit, not_checked, rule
from prebill_orthopedics.codes import (
    CAST,
    FRACTURE,
    MAJOR_JOINT_INJECTION,
    SURGERY,
    joint_of_diagnosis,
    joint_of_operation,
)
from prebill_orthopedics.global_period import GlobalPeriod, operates, periods_around
from prebill_orthopedics.records import OperativeNote
from prebill_orthopedics.sides import BOTH, OPPOSITE, same_disease, side_of
from prebill_orthopedics.tables.laterality import Laterality
from prebill_orthopedics.tables.relative_values import RelativeValue

Operation = Entry[OperativeNote]

OPERATING_ROOM = frozenset({"19", "21", "22", "24"})
OFFICE = "11"


@rule(
    "ORT104",
    severity="stop",
    owner="coding",
    prevents=("CO-97/M144", "CO-97/N525", "CO-4/N519"),
    sources=(
        "Medicare Claims Processing Manual, Pub. 100-04 ch. 12 §40.2 and §40.4",
        "CMS MLN907166, Global surgery",
    ),
    procedures=SURGERY,
    key=("patient", "practice"),
    window=90,
    minimum=2,
    supersedes=("BND110", "MOD106", "ORT135"),
    fails=[
        {
            "history": [{"lines": ["27447-RT @22 [M17.11] 2025-01-05"]}],
            "lines": ["27570-RT @22 [M24.661] 2025-03-01"],
        }
    ],
    passes=[
        {
            "history": [{"lines": ["27447-RT @22 [M17.11] 2025-01-05"]}],
            "lines": ["27447-79-LT @22 [M17.12] 2025-03-06"],
        }
    ],
)
def procedure_in_postoperative_global(
    services: Cohort[OperativeNote],
    values: Table[RelativeValue],
    laterality: Table[Laterality],
    *,
    npp_inherits_specialty: bool = True,
    office_or: bool = False,
) -> Outcomes:
    """A procedure is billed inside the global period of an operation without the modifier that separates it.

    The payer includes it unless 58 says that it was planned, 78 that a complication needed the operating room, or
    79 that it is unrelated. Append the one that the operative note supports, or do not bill.
    """
    rooms = OPERATING_ROOM | {OFFICE} if office_or else OPERATING_ROOM
    for service in services:
        if not operates(service.line):
            continue
        periods, missing = periods_around(service, services, values, npp_inherits_specialty=npp_inherits_specialty)
        if not (periods or missing):
            continue
        try:
            row = values.on(service.from_date).get(service.procedure, "")
            if row is None or row.global_days not in {"000", "010", "090", "YYY"}:
                continue
            if periods:
                severity = "stop" if row.global_days in {"010", "090"} else "review"
                yield from _procedure_in(service, _closest(service, periods), severity, rooms, values, laterality)
            else:
                yield not_checked(missing[0], service)
        except NotKnown as unknown:
            yield not_checked(str(unknown), service)


def _closest(service: Operation, periods: Sequence[GlobalPeriod]) -> GlobalPeriod:
    """Return the period of the operation on the same joint and side, else the latest one."""
    return next((period for period in periods if _same_site(service, period.surgery) is True), periods[0])


def _procedure_in(
    service: Operation,
    period: GlobalPeriod,
    severity: str,
    rooms: frozenset[str],
    values: Table[RelativeValue],
    laterality: Table[Laterality],
) -> Outcomes:
    line = service.line
    place = service.claim.place_of(line)
    billed = f"Line {line.number} {line.billed} @{place}"
    inside = f"{billed} is {period.describe(service.from_date)}"
    upon = values.on(period.surgery.from_date)
    stated = [modifier for modifier in ("58", "78", "79") if line.has(modifier)]
    in_room = place in rooms
    injection = line.procedure in MAJOR_JOINT_INJECTION and not in_room
    same_site = _same_site(service, period.surgery)

    if len(stated) > 1:
        yield hit(
            service,
            f"{billed} carries {' and '.join(stated)}; they exclude each other.",
            fix=f"Keep one: {_supported(service, period, in_room=in_room)}",
            at="modifiers",
            severity="stop",
            upon=upon,
        )
    elif injection and same_site and "78" not in stated:
        yield hit(
            service,
            f"{inside}; an injection into the joint operated on is not separately payable.",
            fix="Do not bill it: care of the joint outside the operating room is included.",
            at="procedure" if not stated else "modifiers",
            severity="review" if stated else "stop",
            upon=upon,
        )
    elif not stated:
        yield hit(
            service,
            f"{inside}; without 58, 78 or 79 it is included.",
            fix=_supported(service, period, in_room=in_room),
            at="modifiers",
            severity=severity,
            upon=upon,
        )
    elif stated == ["78"]:
        yield from _return_to_operating_room(service, inside, upon, in_room=in_room)
    elif stated == ["58"]:
        yield from _planned(service, period, inside, upon)
    else:
        yield from _unrelated(service, period, inside, upon, laterality)


def _return_to_operating_room(
    service: Operation, inside: str, upon: Table[RelativeValue], *, in_room: bool
) -> Outcomes:
    if not in_room:
        yield hit(
            service,
            f"{inside}; 78 needs an operating room.",
            fix="Correct the place of service, or do not bill: without an operating room the care is included.",
            at="place_of_service",
            severity="stop",
            upon=upon,
        )
    elif service.record and service.record.return_to_or is False:
        yield hit(
            service,
            f"{inside}; the note says that the patient did not return to the operating room.",
            fix="Remove 78; append 58 if it was planned, 79 if it is unrelated.",
            at="modifiers",
            severity="review",
            upon=upon,
        )


def _planned(service: Operation, period: GlobalPeriod, inside: str, upon: Table[RelativeValue]) -> Outcomes:
    if service.procedure in CAST and period.surgery.procedure in FRACTURE:
        return
    planned = service.record.planned_staged if service.record else None
    if planned is None:
        yield not_checked("whether the operative note planned the procedure, for 58", service)
    elif not planned:
        yield hit(
            service,
            f"{inside}; 58 is not supported: the note does not say that it was planned.",
            fix="Append 78 for a complication in the operating room, 79 for an unrelated condition.",
            at="modifiers",
            severity="review",
            upon=upon,
        )


def _unrelated(
    service: Operation,
    period: GlobalPeriod,
    inside: str,
    upon: Table[RelativeValue],
    laterality: Table[Laterality],
) -> Outcomes:
    if service.record and service.record.unrelated_condition:
        return
    sides = side_of(service.line), side_of(period.surgery.line)
    if OPPOSITE.get(sides[0] or "") == sides[1] and sides[1] is not None:
        return
    diagnoses = service.claim.diagnoses_of(service.line)
    shared = next((code for code in diagnoses if same_disease(code, period.surgery, laterality, by_side=True)), None)
    if shared is not None:
        yield hit(
            service,
            f"{inside}; 79 says unrelated, but {shared} is the disease and the side operated on.",
            fix="Check the note: 58 if it was planned, 78 for a complication in the operating room.",
            at="modifiers",
            severity="review",
            upon=upon,
        )


def _same_site(service: Operation, surgery: Entry[object]) -> bool | None:
    """Tell whether a service is on the joint and side of an operation; None where that is not said."""
    note = service.record.joint if service.record else None
    joints = {note} if note else {joint_of_operation(service.procedure)} - {None} or set(_joints(service))
    operated = joint_of_operation(surgery.procedure)
    sides = side_of(service.line), side_of(surgery.line)
    if not joints or operated is None:
        return False if OPPOSITE.get(sides[0] or "", "?") == sides[1] else None
    if operated not in joints:
        return False
    if None in sides:
        return None
    return sides[0] == sides[1] or BOTH in sides


def _joints(service: Operation) -> Iterable[str]:
    found = map(joint_of_diagnosis, service.claim.diagnoses_of(service.line))
    return [joint for joint in found if joint is not None]


def _supported(service: Operation, period: GlobalPeriod, *, in_room: bool) -> str:
    """Say which modifier the documentation supports."""
    note = service.record or OperativeNote()
    surgery = period.surgery.procedure
    if note.unrelated_condition or _same_site(service, period.surgery) is False:
        return "Append 79: it is unrelated to the operation."
    if note.planned_staged:
        return "Append 58: it was planned."
    if service.procedure in CAST and surgery in FRACTURE:
        return "Append 58: a replacement cast follows the fracture care; its supplies are billed without."
    if service.procedure == "20680" and surgery in FRACTURE:
        return "Append 58 if the removal was planned, 78 if a complication was treated in the operating room."
    if in_room and (note.return_to_or or (service.procedure, surgery) == ("27570", "27447")):
        return "Append 78: a complication was treated in the operating room."
    return (
        "Append 58 if it was planned, 78 if a complication was treated in the operating room, 79 if it is"
        " unrelated; otherwise do not bill it."
    )
