"""Anesthesia: directed rooms, physicians and nurse anesthetists alone, monitored care, blocks, labor."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import attrs

from examples.practice.anesthesia import SURGEON, Case, Operation
from examples.practice.charges import ANESTHESIA_UNIT
from examples.practice.day import line
from examples.practice.ordinary.group import OF_ADULTS, OF_AGE, is_medicare
from examples.practice.ordinary.weeks import Weeks
from examples.practice.people import ANESTHESIOLOGISTS, NURSE_ANESTHETISTS, Person
from prebill import Provider, ServiceLine
from prebill_anesthesia.records import Block, Labor

_OPERATIONS = (
    ("27447", "01402", 7, "M17.11", "spinal"),
    ("27130", "01214", 8, "M16.12", "spinal"),
    ("29827", "01630", 5, "M75.121", "general"),
    ("47562", "00790", 7, "K80.20", "general"),
    ("44140", "00840", 6, "C18.7", "general"),
    ("49505", "00830", 4, "K40.90", "general"),
    ("60240", "00320", 6, "E04.1", "general"),
    ("28296", "01480", 3, "M20.11", "general"),
    ("66984", "00142", 4, "H25.11", "mac"),
)
_NERVE = {"01402": ("64447", "RT"), "01630": ("64415", "RT")}


class OperatingRooms:
    """The schedule of the operating rooms: staffed and billed day by day."""

    def __init__(self, weeks: Weeks) -> None:
        self.weeks = weeks
        self._days = iter(weeks.days)
        self._count = 0

    def next_day(self, _: Weeks) -> None:
        """Bill every case of the next day; none is left after the last one."""
        day = next(self._days, None)
        if day is None:
            return
        anesthetists = [*NURSE_ANESTHETISTS[:-1]]
        self.weeks.random.shuffle(anesthetists)
        teams: list[tuple[Provider | None, Provider | None]] = [(None, anesthetists.pop())]
        for physician, rooms in zip(ANESTHESIOLOGISTS, (4, 2, 0), strict=True):
            teams += [(physician, anesthetists.pop()) for _ in range(rooms)] or [(physician, None)]
        cases = [case for room, team in enumerate(teams, 1) for case in self._room(day, *team, f"OR{room}")]
        for case in _with_roles(cases):
            self._bill(case)

    def _room(self, day: date, physician: Provider | None, anesthetist: Provider | None, room: str) -> Iterator[Case]:
        random = self.weeks.random
        at = datetime.combine(day, time(7)) + timedelta(minutes=random.randrange(45))
        while at.hour < 15:
            surgery, code, units, diagnosis, kind = random.choice(_OPERATIONS)
            self._count += 1
            case = Case(
                name=f"K{self._count}",
                operation=Operation(surgery=surgery, anesthesia=code, base_units=units, diagnosis=diagnosis),
                start=at,
                minutes=random.randrange(31, 158),
                physician=physician,
                anesthetist=anesthetist,
                room=room,
                asa_class=random.choice((1, 2, 3)),
                changes={"anesthesia_type": kind},
            )
            yield case
            at = case.stop + timedelta(minutes=random.randrange(12, 40))

    def _bill(self, case: Case) -> None:
        weeks, random = self.weeks, self.weeks.random
        payer = random.choice((*OF_ADULTS, *OF_AGE, *OF_AGE))
        person = weeks.someone("AN", (payer,), ages=(66, 69) if is_medicare(payer) else (22, 63))
        monitored = case.record.anesthesia_type == "mac"
        steps = case.record.md_steps
        if monitored and steps is not None:
            case = attrs.evolve(
                case, changes={**case.changes, "md_steps": attrs.evolve(steps, key_portions="not_applicable")}
            )
        status = f"P{case.asa_class}"
        marks = "-".join(filter(None, ("QS" if monitored else "", status)))
        block = _NERVE.get(case.operation.anesthesia)
        physician, anesthetist = case.physician, case.anesthetist
        if physician is not None and anesthetist is None:
            if block is not None and random.random() < 0.5:
                case = _with_block(case, block[0])
                self._claim(case, person, physician, f"AA-{marks}", line(f"{block[0]}-59-{block[1]}"))
            else:
                self._claim(case, person, physician, f"AA-{marks}")
        elif physician is None and anesthetist is not None:
            self._claim(case, person, anesthetist, f"QZ-{marks}")
        elif physician is not None and anesthetist is not None:
            self._claim(case, person, physician, f"{case.role}-{marks}")
            self._claim(case, person, anesthetist, f"QX-{marks}")

    def _claim(self, case: Case, person: Person, clinician: Provider, modifiers: str, *further: ServiceLine) -> None:
        operation = case.operation
        diagnoses = operation.diagnosis if case.asa_class < 3 else f"{operation.diagnosis} I50.22"
        pointers = tuple(range(1, len(diagnoses.split()) + 1))
        units = operation.base_units + Decimal(case.minutes) / 15
        self.weeks.see(
            "AN",
            person,
            clinician,
            case.start.date(),
            diagnoses,
            line(
                f"{operation.anesthesia}-{modifiers}",
                minutes=case.minutes,
                charge=(units * ANESTHESIA_UNIT).quantize(Decimal("0.01")),
                dx=pointers,
            ),
            *further,
            place="24" if operation.surgery in {"66984", "28296"} else "22",
            records=[case.record],
            booked=9,
            distinct="non_overlapping",
            anesthesia_procedures=(operation.surgery,),
        )


def _with_block(case: Case, code: str) -> Case:
    placed = case.start - timedelta(minutes=12)  # in the holding area, before the anesthetic
    block = Block(
        cpt=code,
        placed_at=placed,
        placed_stop=placed + timedelta(minutes=5),
        placed_by_npi=case.physician.npi if case.physician else None,
        purpose="postop_pain",
        surgeon_request_documented=True,
        separate_note=True,
        patient_consent=True,
        image_saved=True,
    )
    return attrs.evolve(case, changes={**case.changes, "blocks": (block,), "anesthesia_type": "general"})


def _with_roles(cases: list[Case]) -> list[Case]:
    """Return the cases with the role that a count of directed cases at each start gives."""
    found = []
    for case in cases:
        role = ""
        if case.physician is not None and case.anesthetist is not None:
            same = [each for each in cases if each.physician is case.physician and each.anesthetist is not None]
            moments = [each.start for each in same if case.start <= each.start < case.stop]
            most = max(sum(each.start <= moment < each.stop for each in same) for moment in moments)
            role = "QK" if most > 1 else "QY"
        found.append(attrs.evolve(case, role=role))
    return found


_SCOPES = (
    ("Z12.11", "00812", 3, {"screening_intent": True, "endoscopy_findings_treated": False}, "45378"),
    ("Z12.11 K63.5", "00811-PT", 4, {"screening_intent": True, "endoscopy_findings_treated": True}, "45385"),
    ("K21.00", "00731", 5, {"screening_intent": False}, "43239"),
)


class EndoscopySuite:
    """The endoscopy rooms of the surgery center, where nurse anesthetists work alone."""

    def __init__(self, weeks: Weeks) -> None:
        self.weeks = weeks
        self._free: dict[date, datetime] = {}
        self._count = 0

    def next_case(self, weeks: Weeks) -> None:
        """Bill the next case of some day."""
        random = weeks.random
        day = weeks.workday()
        at = self._free.get(day, datetime.combine(day, time(7, 15)))
        minutes = random.randrange(22, 44)
        if at.hour > 15:
            return
        self._free[day] = at + timedelta(minutes=minutes + random.randrange(6, 15))
        payer = random.choice((*OF_ADULTS, *OF_AGE))
        person = weeks.someone("AE", (payer,), ages=(66, 69) if is_medicare(payer) else (46, 63))
        diagnoses, billed, units, changes, surgery = random.choice(_SCOPES)
        code, *marks = billed.split("-")
        if marks and not is_medicare(payer):
            code, units, marks = "00812", 3, ["33"]
        self._count += 1
        case = Case(
            name=f"E{self._count}",
            operation=Operation(surgery=surgery, anesthesia=code, base_units=units, diagnosis=diagnoses),
            start=at,
            minutes=minutes,
            anesthetist=NURSE_ANESTHETISTS[-1],
            room="GI1",
            changes={**changes, "anesthesia_type": "general"},
        )
        price = ((units + Decimal(minutes) / 15) * ANESTHESIA_UNIT).quantize(Decimal("0.01"))
        weeks.see(
            "AN",
            person,
            NURSE_ANESTHETISTS[-1],
            day,
            diagnoses,
            line("-".join([code, "QZ", *marks, "P2"]), minutes=minutes, charge=price),
            place="24",
            records=[case.record],
            booked=12,
            anesthesia_procedures=(surgery,),
        )


class LaborWard:
    """Labors, one physician a night."""

    def __init__(self, weeks: Weeks) -> None:
        self._days = iter(weeks.days)
        self._count = 0

    def next_case(self, weeks: Weeks) -> None:
        """Bill the next labor."""
        day = next(self._days, None)
        if day is None:
            return
        random = weeks.random
        person = weeks.someone("AL", OF_ADULTS, ages=(20, 38), sex="F")
        start = datetime.combine(day, time(18, random.randrange(10, 50)))
        minutes = random.randrange(95, 280)
        stop = start + timedelta(minutes=minutes)
        physician = ANESTHESIOLOGISTS[2]
        self._count += 1
        labor = Labor(
            neuraxial_start=start,
            neuraxial_stop=stop,
            delivered_at=stop,
            face_minutes=minutes,
            delivery="vaginal",
        )
        operation = Operation(surgery="59409", anesthesia="01967", base_units=5, diagnosis="O80 Z37.0 Z3A.39")
        changes: dict[str, Any] = {
            "anesthesia_type": "epidural",
            "labor": labor,
            "induction_at": None,
            "emergence_at": None,
            "or_in": None,
            "or_out": None,
            "pacu_in": None,
            "surgeon_npi": SURGEON,
        }
        case = Case(
            name=f"B{self._count}",
            operation=operation,
            start=start,
            minutes=minutes,
            physician=physician,
            room="LD1",
            changes=changes,
        )
        price = ((5 + Decimal(minutes) / 15) * ANESTHESIA_UNIT).quantize(Decimal("0.01"))
        weeks.see(
            "AN",
            person,
            physician,
            day,
            operation.diagnosis,
            line("01967-AA-P2", minutes=minutes, charge=price, dx=(1,)),
            place="21",
            records=[case.record],
            booked=0,
            anesthesia_procedures=("59409",),
        )
