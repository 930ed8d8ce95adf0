"""The weeks as they are put together: who comes, when, and what the front office keeps of a visit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import attrs

from examples.practice.day import Day
from examples.practice.ordinary.chart import chart, distinct_services, evaluations, with_drug
from examples.practice.ordinary.group import (
    LABORATORY_CERTIFICATE,
    NURSING_FACILITY,
    WAIVED_CERTIFICATE,
)
from examples.practice.ordinary.lists import asks_for_authorization
from examples.practice.people import FAMILY_DOCTORS, HOSPITAL, SURGERY_CENTER, PayerBilled, Person
from prebill import (
    Appointment,
    Authorization,
    AuthorizedService,
    Provider,
    Referral,
    ServiceLine,
    codes,
)
from prebill.general.information.accident import Intake
from prebill.model import Reference

FACILITIES = {
    "21": HOSPITAL,
    "22": HOSPITAL,
    "23": HOSPITAL,
    "24": SURGERY_CENTER,
    "31": NURSING_FACILITY,
    "32": NURSING_FACILITY,
}
_LABORATORY = codes("80047-89398")
_LONG_KNOWN = 0.35


class Weeks(Day):
    """Everything that the group bills in some weeks, each visit with complete and consistent records."""

    def __init__(self, seed: int, start: date, weeks: int = 6) -> None:
        super().__init__(seed, start.year)
        every_day = (start + timedelta(days=offset) for offset in range(7 * weeks))
        self.days = [day for day in every_day if day.weekday() < 5]
        self.checked_on = self.days[-1] + timedelta(days=4)
        """The day on which the practice checks these claims."""
        self._known: dict[str, list[Person]] = {}
        self._seen: dict[str, set[str]] = {}
        self._slots: dict[tuple[str, date], datetime] = {}
        self._numbers = 0

    def workday(self, *, before_end: int = 0) -> date:
        """Return some working day, at least so many working days before the last one."""
        return self.random.choice(self.days[: len(self.days) - before_end])

    def later(self, day: date, days: int) -> date | None:
        """Return the first working day that many days later, or None after the last of the weeks."""
        return next((each for each in self.days if each >= day + timedelta(days=days)), None)

    def series(self, day: date, every: int, most: int) -> Iterator[date]:
        """Yield a day and further working days, one every so many days."""
        current: date | None = day
        for _ in range(most):
            if current is None:
                return
            yield current
            current = self.later(current, every)

    def someone(
        self,
        department: str,
        payers: Sequence[PayerBilled],
        *,
        ages: tuple[int, int] = (24, 64),
        sex: str | None = None,
    ) -> Person:
        """Return a patient whom a department has not billed in these weeks: new to the group, or known elsewhere."""
        payer = self.random.choice(payers)
        seen = self._seen.setdefault(department, set())
        known = self._known.setdefault(payer.payer_id, [])
        if known and self.random.random() < _LONG_KNOWN:
            for person in self.random.sample(known, min(5, len(known))):
                age = self.days[0].year - (person.patient.birth_date or date.min).year
                fits = ages[0] <= age <= ages[1] and sex in (None, person.patient.sex)
                if fits and person.record_number not in seen:
                    seen.add(person.record_number)
                    return person
        person = self._register(payer, ages, sex)
        known.append(person)
        seen.add(person.record_number)
        return person

    def stranger(self, payers: Sequence[PayerBilled], *, ages: tuple[int, int]) -> Person:
        """Return a new patient whom no other department will see, holding the coverage themselves."""
        return self.registration.new(self.random.choice(payers), born=self._birthday(*ages))

    def _register(self, payer: PayerBilled, ages: tuple[int, int], sex: str | None) -> Person:
        random = self.random
        sex = sex or random.choice("FM")
        born = self._birthday(*ages)
        years = self.days[0].year - born.year
        alone = payer.line_of_business.startswith(("medicare", "medicaid"))
        if not alone and years < 19:
            holder = self.registration.new(payer, born=self._birthday(years + 24, years + 32))
            return self.registration.dependent(holder, "19", sex=sex, born=born)
        if not alone and random.random() < 0.3:
            holder = self.registration.new(payer, sex="M" if sex == "F" else "F", born=self._birthday(*ages))
            return self.registration.dependent(holder, "01", sex=sex, born=born)
        person = self.registration.new(payer, sex=sex, born=born)
        if payer.filing_indicator == "BL":
            number = f"SMP{(person.coverage.member_id or '')[1:]}"
            person = attrs.evolve(person, coverage=attrs.evolve(person.coverage, member_id=number))
        return person

    def _birthday(self, youngest: int, oldest: int) -> date:
        """Return a birth date of somebody whose age all through the weeks is between two, both included."""
        first = self.days[-1] + timedelta(days=1)
        last = self.days[0]
        begin = date(first.year - oldest - 1, first.month, min(first.day, 28))
        end = date(last.year - youngest, last.month, min(last.day, 28)) - timedelta(days=1)
        return begin + timedelta(days=self.random.randrange(max((end - begin).days, 1)))

    def at(self, clinician: Provider, day: date, minutes: int) -> datetime:
        """Return when a clinician's next appointment of so many minutes begins."""
        key = (clinician.npi or "", day)
        start = self._slots.get(key, datetime.combine(day, time(8, 0)))
        self._slots[key] = start + timedelta(minutes=minutes + 5)
        return start

    def number(self, prefix: str) -> str:
        """Return a number that a payer gave to something, each once."""
        self._numbers += 1
        return f"{prefix}{700000 + self._numbers}"

    def see(
        self,
        department: str,
        person: Person,
        clinician: Provider,
        day: date,
        diagnoses: str,
        *lines: ServiceLine,
        place: str = "11",
        records: Sequence[Any] = (),
        distinct: str = "separate_structure",
        booked: int = 7,
        authorization: str | None = None,
        visit: Mapping[str, Any] | None = None,
        **fields: Any,
    ) -> str:
        """Bill a visit with everything that belongs to it, and return its claim number.

        Beside what `Day.bill` takes: `booked` is how many days before the visit it was; 0 for one that was not, or
        in an emergency. `distinct` is the reason behind a modifier such as 59.
        """
        billed = tuple(with_drug(each, person) for each in lines)
        numbered = [attrs.evolve(each, number=position) for position, each in enumerate(billed, 1)]
        fields = {**self._laboratory(billed), **self._referral(person, clinician, day, place, billed), **fields}
        if authorization is None:
            authorization = self._authorization(person, clinician, day, place, billed)
        last = max((each.last_date for each in billed), default=day)
        if last > day:
            self.check_eligibility(person, day, service_date_to=last)
        if booked:
            asked = day - timedelta(days=booked)
            self.check_eligibility(person, asked, service_date=day)
        return self.bill(
            department,
            person,
            clinician,
            day,
            diagnoses,
            *billed,
            place=place,
            facility=fields.pop("facility", FACILITIES.get(place)),
            authorization=authorization,
            checked=last <= day,
            records=[
                *records,
                *evaluations(numbered, day, records),
                *distinct_services(numbered, distinct, records),
                Intake(accident_question="yes" if fields.get("accident") else "no"),
            ],
            visit={
                **self._appointment(person, clinician, day, booked),
                **chart(person, clinician, day, numbered, planned=authorization is not None),
                **(visit or {}),
            },
            **fields,
        )

    def _laboratory(self, lines: Sequence[ServiceLine]) -> dict[str, Any]:
        tests = [each for each in lines if each.procedure in _LABORATORY]
        if not tests:
            return {}
        waived = any(each.has("QW") for each in tests)
        return {
            "references": (Reference(qualifier="X4", value=WAIVED_CERTIFICATE if waived else LABORATORY_CERTIFICATE),)
        }

    def _referral(
        self, person: Person, clinician: Provider, day: date, place: str, lines: Sequence[ServiceLine]
    ) -> dict[str, Any]:
        doctor = person.doctor
        own = {each.npi for each in FAMILY_DOCTORS}
        if doctor is None or clinician.npi in own or place == "23":
            return {}
        number = self.refer(
            person,
            Referral(
                number=self.number("RF"),
                referring_npi=doctor.npi,
                specialist_npi=clinician.npi,
                valid_from=day - timedelta(days=10),
                valid_to=day + timedelta(days=80),
                visits=6,
                visits_used=0,
            ),
        )
        return {"referral_number": number, "referring": attrs.evolve(doctor, taxonomy=None)}

    def _authorization(
        self, person: Person, clinician: Provider, day: date, place: str, lines: Sequence[ServiceLine]
    ) -> str | None:
        asked = [each for each in lines if asks_for_authorization(person.payer, each.procedure)]
        if not asked:
            return None
        return self.authorize(
            person,
            Authorization(
                number=self.number("PA"),
                valid_from=day - timedelta(days=5),
                valid_to=day + timedelta(days=60),
                services=tuple(
                    AuthorizedService(
                        code_from=procedure, units=sum((x.units for x in asked if x.procedure == procedure), Decimal(0))
                    )
                    for procedure in dict.fromkeys(each.procedure for each in asked)
                ),
                servicing_npis=(clinician.npi or "",),
                place_of_service=(place,),
                requested_at=datetime.combine(day - timedelta(days=9), time(10, 0)),
                issued_at=datetime.combine(day - timedelta(days=6), time(15, 0)),
                last_checked_at=datetime.combine(day, time(7, 0)),
            ),
        )

    def _appointment(self, person: Person, clinician: Provider, day: date, booked: int) -> dict[str, Any]:
        if not booked:
            return {"walk_in": True, "appointment_date": day}
        kept = Appointment(
            appointment_date=day,
            patient_id=person.record_number,
            payer_id=person.payer.payer_id,
            provider_npi=clinician.npi,
            status="completed",
            charged=True,
        )
        return {
            "walk_in": False,
            "appointment_date": day,
            "scheduled_at": datetime.combine(day - timedelta(days=booked), time(9, 30)),
            "appointments": (kept,),
        }
