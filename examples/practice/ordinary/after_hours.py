"""Anesthesia after hours: relief, labors that end in an operation, burns, catheters looked after."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from examples.practice.anesthesia import Case, Operation
from examples.practice.charges import ANESTHESIA_UNIT
from examples.practice.day import line
from examples.practice.ordinary.group import OF_ADULTS, is_medicare
from examples.practice.ordinary.weeks import Weeks
from examples.practice.people import ANESTHESIOLOGISTS, MEDICARE, NURSE_ANESTHETISTS
from prebill.model import Accident
from prebill_anesthesia.records import AnesthesiaRecord, Catheter, Interval, Labor


class AfterHours:
    """Anesthetics in which one nurse anesthetist relieves another, and labors that end in an operation."""

    def __init__(self, weeks: Weeks) -> None:
        self._days = iter(weeks.days)
        self._count = 0

    def next_case(self, weeks: Weeks) -> None:
        """Bill the next of them: after hours, when nobody else is at work."""
        day = next(self._days, None)
        if day is None:
            return
        self._count += 1
        start = datetime.combine(day, time(3, 30))
        kinds = (self._handed_over, self._cesarean, self._burn, self._catheter)
        kinds[self._count % len(kinds)](weeks, start)

    def _handed_over(self, weeks: Weeks, start: datetime) -> None:
        first, second = NURSE_ANESTHETISTS[-1], NURSE_ANESTHETISTS[-2]
        minutes = weeks.random.randrange(62, 131)
        turn = start + timedelta(minutes=2 * minutes // 3)
        operation = Operation(surgery="44970", anesthesia="00840", base_units=6, diagnosis="K35.80")
        intervals = (
            Interval(start=start, stop=turn, provider_npi=first.npi),
            Interval(start=turn, stop=start + timedelta(minutes=minutes), provider_npi=second.npi, reason="relief"),
        )
        changes = {"intervals": intervals, "anesthesia_type": "general"}
        case = Case(
            name=f"H{self._count}",
            operation=operation,
            start=start,
            minutes=minutes,
            anesthetist=first,
            changes=changes,
        )
        payer = weeks.random.choice((*OF_ADULTS, MEDICARE))
        person = weeks.someone("AN", (payer,), ages=(66, 69) if is_medicare(payer) else (20, 63))
        weeks.see(
            "AN",
            person,
            first,
            start.date(),
            operation.diagnosis,
            line("00840-QZ-P2", minutes=minutes, charge=_price(6, minutes)),
            place="22",
            records=[case.record],
            booked=0,
            anesthesia_procedures=("44970",),
        )

    def _burn(self, weeks: Weeks, start: datetime) -> None:
        anesthetist, minutes = NURSE_ANESTHETISTS[-1], weeks.random.randrange(71, 128)
        operation = Operation(surgery="15002", anesthesia="01952", base_units=5, diagnosis="T21.32XA T31.20")
        changes = {"tbsa_percent": Decimal(20), "anesthesia_type": "general"}
        case = Case(
            name=f"U{self._count}",
            operation=operation,
            start=start,
            minutes=minutes,
            anesthetist=anesthetist,
            changes=changes,
        )
        weeks.see(
            "AN",
            weeks.someone("AN", OF_ADULTS, ages=(20, 63)),
            anesthetist,
            start.date(),
            operation.diagnosis,
            line("01952-QZ-P2", dx=(1, 2), minutes=minutes, charge=_price(5, minutes)),
            line("01953-QZ", dx=(1, 2), units=2, charge="190"),
            place="22",
            records=[case.record],
            booked=0,
            accident=Accident(kinds=("OA",), occurred_on=start.date() - timedelta(days=1)),
            anesthesia_procedures=("15002",),
        )

    def _catheter(self, weeks: Weeks, start: datetime) -> None:
        record = AnesthesiaRecord(
            anes_case_id=f"D{self._count}",
            anesthesiologist_npi=ANESTHESIOLOGISTS[2].npi,
            catheter=Catheter(kind="epidural", placed_on=start.date() - timedelta(days=1)),
        )
        weeks.see(
            "AN",
            weeks.someone("AN", (*OF_ADULTS, MEDICARE), ages=(66, 69)),
            ANESTHESIOLOGISTS[2],
            start.date(),
            "G89.18 C18.7",
            line("01996", dx=(1, 2), charge="285"),
            place="21",
            records=[record],
            booked=0,
        )

    def _cesarean(self, weeks: Weeks, start: datetime) -> None:
        physician = ANESTHESIOLOGISTS[2]
        labor_minutes, minutes = weeks.random.randrange(57, 84), weeks.random.randrange(41, 62)
        cut = start + timedelta(minutes=labor_minutes)
        labor = Labor(
            neuraxial_start=start,
            neuraxial_stop=cut,
            delivered_at=cut + timedelta(minutes=12),
            face_minutes=labor_minutes,
            delivery="cesarean",
            cs_start=cut,
            cs_stop=cut + timedelta(minutes=minutes),
        )
        operation = Operation(surgery="59510", anesthesia="01967", base_units=5, diagnosis="O62.0 Z37.0 Z3A.39")
        changes: dict[str, Any] = {
            "anesthesia_type": "epidural",
            "labor": labor,
            **dict.fromkeys(("induction_at", "emergence_at", "or_in", "or_out", "pacu_in")),
        }
        case = Case(
            name=f"S{self._count}",
            operation=operation,
            start=start,
            minutes=labor_minutes + minutes,
            physician=physician,
            room="LD1",
            changes=changes,
        )
        weeks.see(
            "AN",
            weeks.someone("AL", OF_ADULTS, ages=(20, 38), sex="F"),
            physician,
            start.date(),
            operation.diagnosis,
            line("01967-AA-P2", minutes=labor_minutes, charge=_price(5, labor_minutes)),
            line("01968-AA-P2", minutes=minutes, charge=_price(3, minutes)),
            place="21",
            records=[case.record],
            booked=0,
            anesthesia_procedures=("59510",),
        )


def _price(base_units: int, minutes: int) -> Decimal:
    return ((base_units + Decimal(minutes) / 15) * ANESTHESIA_UNIT).quantize(Decimal("0.01"))
