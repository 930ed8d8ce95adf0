"""Anesthesia: care teams in several rooms at a time, personal cases, nurse anesthetists alone."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import cycle
from typing import Any

import attrs

from examples.practice.charges import ANESTHESIA_UNIT
from examples.practice.day import Day, line
from examples.practice.identifiers import npi
from examples.practice.people import (
    ANESTHESIOLOGISTS,
    BLUESTONE,
    HOSPITAL,
    MEDICARE,
    NORTHWIND,
    NURSE_ANESTHETISTS,
    PayerBilled,
    Person,
)
from prebill import Diagnosis, Provider, ServiceLine
from prebill_anesthesia.records import AnesthesiaRecord, Block, Direction

TUESDAY, WEDNESDAY, THURSDAY = date(2026, 3, 17), date(2026, 3, 18), date(2026, 3, 19)
SURGEON = npi(40000001)


@attrs.frozen(kw_only=True)
class Operation:
    """An operation, the anesthesia code for it with its base units, and its diagnosis."""

    surgery: str
    anesthesia: str
    base_units: int
    diagnosis: str


KNEE = Operation(surgery="27447", anesthesia="01402", base_units=7, diagnosis="M17.11")
HIP = Operation(surgery="27130", anesthesia="01214", base_units=8, diagnosis="M16.12")
SHOULDER = Operation(surgery="29827", anesthesia="01630", base_units=5, diagnosis="M75.121")
GALLBLADDER = Operation(surgery="47562", anesthesia="00790", base_units=7, diagnosis="K80.20")
COLON = Operation(surgery="44140", anesthesia="00840", base_units=6, diagnosis="C18.7")
OPERATIONS = (KNEE, GALLBLADDER, HIP, SHOULDER, COLON)
COLONOSCOPY = Operation(surgery="45378", anesthesia="00812", base_units=3, diagnosis="Z12.11")


@attrs.frozen(kw_only=True)
class Case:
    """A case as the anesthesia log has it: who had it, where, and when."""

    name: str
    operation: Operation
    start: datetime
    minutes: int
    physician: Provider | None = None
    anesthetist: Provider | None = None
    room: str = "OR1"
    asa_class: int = 2
    role: str = ""
    changes: dict[str, Any] = attrs.field(factory=dict)

    @property
    def stop(self) -> datetime:
        """When the anesthesia ended."""
        return self.start + timedelta(minutes=self.minutes)

    @property
    def record(self) -> AnesthesiaRecord:
        """The anesthesia record of the case."""
        induction, emergence = self.start + timedelta(minutes=12), self.stop - timedelta(minutes=9)
        directed = self.physician is not None and self.anesthetist is not None
        record = AnesthesiaRecord(
            anes_case_id=self.name,
            room=self.room,
            anes_start=self.start,
            anes_stop=self.stop,
            or_in=self.start + timedelta(minutes=6),
            or_out=self.stop - timedelta(minutes=7),
            pacu_in=self.stop - timedelta(minutes=3),
            induction_at=induction,
            emergence_at=emergence,
            anesthesia_type="general",
            asa_class=self.asa_class,
            asa_emergency=False,
            anesthesiologist_npi=self.physician.npi if self.physician else None,
            directing_npi=self.physician.npi if self.physician and directed else None,
            anesthetist_npi=self.anesthetist.npi if self.anesthetist else None,
            anesthetist_kind="crna" if self.anesthetist else "none",
            md_steps=attested(self.stop) if directed else None,
            surgical_cpts=(self.operation.surgery,),
            surgeon_npi=SURGEON,
            facility_state="PA",
            anesthesia_record_signed=True,
        )
        return attrs.evolve(record, **self.changes)


def attested(stop: datetime) -> Direction:
    """Return the attestation of a physician who took every step of medical direction."""
    return Direction(
        examination=True,
        plan=True,
        key_portions=True,
        qualified_anesthetist=True,
        monitoring=True,
        availability=True,
        aftercare=True,
        signed=True,
        signed_at=stop + timedelta(minutes=11),
    )


class Log:
    """The anesthesia log: bills the cases that it enters."""

    def __init__(self, day: Day) -> None:
        self.day = day
        self._count = 100
        self._payers = cycle((MEDICARE, NORTHWIND, MEDICARE, BLUESTONE))

    def case(self, operation: Operation, on: date, at: str, minutes: int, **fields: Any) -> Case:
        """Enter a case that starts at a time such as `07:31`."""
        self._count += 1
        hour, minute = map(int, at.split(":"))
        start = datetime(on.year, on.month, on.day, hour, minute)
        return Case(name=f"C{self._count}", operation=operation, start=start, minutes=minutes, **fields)

    def person(self, payer: PayerBilled | None = None) -> Person:
        """Register the patient of a case."""
        return self.day.patient(payer or next(self._payers))

    def bill(
        self,
        case: Case,
        person: Person,
        clinician: Provider,
        modifiers: str,
        *further: ServiceLine,
        procedure: str | None = None,
        **changes: Any,
    ) -> str:
        """Bill a clinician's part of a case under modifiers such as `QK`; the physical status is added."""
        operation, code = case.operation, procedure or case.operation.anesthesia
        units = operation.base_units + Decimal(case.minutes) / 15
        billed = line(
            "-".join(filter(None, [code, modifiers])),
            minutes=case.minutes,
            charge=(units * ANESTHESIA_UNIT).quantize(Decimal("0.01")),
        )
        return self.day.bill(
            "AN",
            person,
            clinician,
            case.start.date(),
            operation.diagnosis,
            attrs.evolve(billed, **changes),
            *further,
            place="22",
            facility=HOSPITAL,
            records=[case.record],
            anesthesia_procedures=(operation.surgery,),
        )

    def team(self, case: Case, roles: str = "QK QX", payer: PayerBilled | None = None) -> tuple[str, str]:
        """Bill both claims of a directed case."""
        if case.physician is None or case.anesthetist is None:
            raise ValueError(case.name)
        person = self.person(payer)
        of_physician, of_anesthetist = (f"{role}-P{case.asa_class}" for role in roles.split())
        return (
            self.bill(case, person, case.physician, of_physician),
            self.bill(case, person, case.anesthetist, of_anesthetist),
        )


def bill_all(day: Day) -> None:
    """Bill three days of the operating rooms."""
    log = Log(day)
    _four_rooms(log)
    _five_rooms(log)
    _personal_cases(log)
    _team_defects(log)
    _line_defects(log)


def _four_rooms(log: Log) -> None:
    """One physician directs four rooms, twice in the day: all as it should be."""
    physician = ANESTHESIOLOGISTS[0]
    first = (("07:31", 124), ("07:36", 98), ("07:43", 133), ("07:52", 86))
    second = (("10:11", 91), ("10:19", 117), ("10:24", 108), ("10:32", 127))
    for number, (at, minutes) in enumerate((*first, *second)):
        case = log.case(
            OPERATIONS[number % 5],
            WEDNESDAY,
            at,
            minutes,
            physician=physician,
            anesthetist=NURSE_ANESTHETISTS[number % 4],
            room=f"OR{number % 4 + 1}",
        )
        log.team(case)


def _five_rooms(log: Log) -> None:
    # The fifth room started while four were still running: for these minutes the physician supervised.
    physician = ANESTHESIOLOGISTS[1]
    times = (("07:33", 96), ("07:41", 122), ("07:44", 113), ("07:56", 131), ("09:02", 88))
    for number, (at, minutes) in enumerate(times):
        case = log.case(
            OPERATIONS[number],
            WEDNESDAY,
            at,
            minutes,
            physician=physician,
            anesthetist=NURSE_ANESTHETISTS[number + 4],
            room=f"OR{number + 5}",
        )
        claim, _ = log.team(case)
        log.day.leak(claim, "ANE102", "stop", (1,), "five cases at once from 09:02 to 09:09, billed as directed")


def _personal_cases(log: Log) -> None:
    physician = ANESTHESIOLOGISTS[2]
    for number, (at, minutes) in enumerate((("07:32", 94), ("09:21", 71), ("10:48", 102), ("12:51", 83))):
        case = log.case(OPERATIONS[number], TUESDAY, at, minutes, physician=physician, room="OR2")
        log.bill(case, log.person(), physician, "AA-P2")
    directed = log.case(
        GALLBLADDER, TUESDAY, "14:41", 77, physician=physician, anesthetist=NURSE_ANESTHETISTS[1], room="OR2"
    )
    log.team(directed, "QY QX")
    alone = NURSE_ANESTHETISTS[2]
    for at, minutes in (("08:02", 34), ("08:51", 28), ("09:33", 31)):
        case = log.case(COLONOSCOPY, TUESDAY, at, minutes, anesthetist=alone, room="GI1", changes=_screening())
        log.bill(case, log.person(), alone, "QZ-P2")


def _screening() -> dict[str, Any]:
    return {"screening_intent": True, "endoscopy_findings_treated": False}


def _team_defects(log: Log) -> None:
    physician, first, second = ANESTHESIOLOGISTS[0], *NURSE_ANESTHETISTS[:2]

    # The physician's claim says directed, the nurse anesthetist's says alone.
    case = log.case(KNEE, THURSDAY, "07:34", 111, physician=physician, anesthetist=first, room="OR1")
    person = log.person(MEDICARE)
    claim = log.bill(case, person, physician, "QK-P2")
    other = log.bill(case, person, first, "QZ-P2")
    log.day.leak(claim, "ANE103", "stop", (1,), "QK beside QZ for one case", elsewhere=[f"{other}/1"])

    # The physician did not note being there for induction and emergence.
    case = log.case(HIP, THURSDAY, "07:51", 128, physician=physician, anesthetist=second, room="OR2")
    steps = attrs.evolve(attested(case.stop), key_portions=False)
    claim, _ = log.team(attrs.evolve(case, changes={"md_steps": steps}))
    log.day.leak(claim, "ANE108", "stop", (1,), "a step of medical direction is missing from the record")

    # A nurse anesthetist's second case begins before the first one ends.
    alone = NURSE_ANESTHETISTS[3]
    claims = []
    for at, minutes, room in (("08:03", 33, "GI1"), ("08:29", 27, "GI2")):
        case = log.case(COLONOSCOPY, THURSDAY, at, minutes, anesthetist=alone, room=room, changes=_screening())
        claims.append(log.bill(case, log.person(), alone, "QZ-P2"))
    log.day.leak(
        claims[0],
        "ANE109",
        "stop",
        (1,),
        "a nurse anesthetist in two rooms from 08:29 to 08:36",
        elsewhere=[f"{claims[1]}/1"],
    )


def _line_defects(log: Log) -> None:
    physician = ANESTHESIOLOGISTS[2]
    times = cycle(("07:37", "09:04", "10:27", "11:53", "13:22", "14:46", "16:07"))
    days = iter([THURSDAY] * 7 + [date(2026, 3, 20)] * 7)

    def own(operation: Operation, minutes: int, **fields: Any) -> Case:
        return log.case(operation, next(days), next(times), minutes, physician=physician, room="OR3", **fields)

    # Nobody entered the role.
    claim = log.bill(own(KNEE, 71), log.person(MEDICARE), physician, "P2")
    log.day.leak(claim, "ANE101", "stop", (1,), "no role modifier on the anesthetic")

    # The role stands behind the physical status.
    claim = log.bill(own(SHOULDER, 68), log.person(BLUESTONE), physician, "P2-AA")
    log.day.leak(claim, "ANE117", "stop", (1,), "role modifier behind the physical status")

    # 87 minutes were billed of an anesthetic of 78.
    claim = log.bill(own(GALLBLADDER, 78), log.person(MEDICARE), physician, "AA-P2", units=Decimal(87))
    log.day.leak(claim, "ANE106", "stop", (1,), "87 minutes billed, 78 on the anesthesia record")

    # Units of fifteen minutes were sent where the payer reads minutes.
    case = own(GALLBLADDER, 74)
    claim = log.bill(case, log.person(NORTHWIND), physician, "AA-P2", units=Decimal(12), unit_type="UN")
    log.day.leak(claim, "ANE105", "stop", (1,), "anesthesia time sent as units")

    # A class too high for the evaluation, and this payer pays a unit for it.
    case = own(COLON, 73)
    claim = log.bill(case, log.person(NORTHWIND), physician, "AA-P3")
    log.day.change(claim, diagnoses=(*log.day.claim(claim).diagnoses, Diagnosis(code="I10")))
    log.day.leak(claim, "ANE124", "stop", (1,), "P3 billed, the evaluation says class 2")

    # Medicare pays nothing apart for extreme age.
    case = own(KNEE, 76)
    claim = log.bill(case, log.day.patient(MEDICARE, age=84), physician, "AA-P2", line("99100"))
    log.day.leak(claim, "ANE123", "stop", (2,), "99100 billed to Medicare, which bundles it")

    # The picture of the nerve block is part of the block since 2023.
    block = Block(
        cpt="64447",
        purpose="postop_pain",
        surgeon_request_documented=True,
        separate_note=True,
        patient_consent=True,
        image_saved=True,
    )
    case = own(KNEE, 69, changes={"blocks": (block,)})
    claim = log.bill(case, log.person(BLUESTONE), physician, "AA-P2", line("64447-59-RT"), line("76942-26"))
    log.day.leak(claim, "ANE113", "stop", (3,), "ultrasound beside a block that includes it")

    # The same block, without the modifier that makes it more than the anesthetic.
    case = own(KNEE, 72, changes={"blocks": (block,)})
    claim = log.bill(case, log.person(BLUESTONE), physician, "AA-P2", line("64447-RT"))
    log.day.leak(claim, "ANE112", "review", (2,), "nerve block for pain without 59 or XU")

    # A polyp was taken out, so that the screening became 00811 with PT.
    case = own(COLONOSCOPY, 37, changes={"screening_intent": True, "endoscopy_findings_treated": True})
    claim = log.bill(case, log.person(MEDICARE), physician, "AA-P2")
    log.day.leak(claim, "ANE116", "stop", (1,), "screening colonoscopy with a polyp removed billed as 00812")

    # The price of a unit was keyed as 50 dollars; the contract pays more.
    case = own(SHOULDER, 84)
    claim = log.bill(case, log.person(NORTHWIND), physician, "AA-P2", charge=Decimal("530.00"))
    log.day.leak(claim, "ANE131", "review", (1,), "anesthetic charged below what the contract pays")

    # The anesthetic is on record as starting three quarters of an hour before the operating room.
    case = own(COLON, 71)
    case = attrs.evolve(case, changes={"or_in": case.start + timedelta(minutes=44)})
    claim = log.bill(case, log.person(MEDICARE), physician, "AA-P2")
    log.day.leak(claim, "ANE130", "review", (1,), "anesthesia time starts 44 minutes before the operating room")

    # The pre-anesthesia visit of the day before was billed as an office visit.
    case = own(HIP, 79)
    person = log.person(MEDICARE)
    claim = log.day.bill(
        "AN",
        person,
        physician,
        case.start.date() - timedelta(days=1),
        "Z01.818 M16.12",
        line("99213", dx=(1, 2)),
        place="22",
        facility=HOSPITAL,
    )
    log.bill(case, person, physician, "AA-P2")
    log.day.leak(claim, "ANE115", "stop", (1,), "pre-anesthesia visit billed beside the anesthetic")

    # A code that ended with 2017.
    case = own(attrs.evolve(COLONOSCOPY, diagnosis="K63.5"), 36)
    claim = log.bill(case, log.person(NORTHWIND), physician, "AA-P2", procedure="00810")
    log.day.leak(claim, "ANE110", "stop", (1,), "00810 was deleted in 2018")
