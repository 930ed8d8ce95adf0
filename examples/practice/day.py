"""The day as it is put together: claims, the records beside them, and the defects planted on purpose."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import attrs

from examples.practice.charges import charge_of
from examples.practice.people import GROUP, MEDICARE, PayerBilled, Person, Registration
from prebill import (
    Authorization,
    Benefit,
    Claim,
    Diagnosis,
    EligibilityCheck,
    Encounter,
    Provider,
    Referral,
    ServiceLine,
    codes,
)
from prebill.model import QualifiedDate
from prebill.model.registers import ReturnedMember
from prebill.rules import record_name

SENT_ON = date(2026, 3, 23)
"""The day on which the practice checks its claims, before they go out."""
INPATIENT = "21"
TESTS = codes("70010-79999 80047-89398 91000-96020")
"""What is done on somebody's order; here those who do it have ordered it for their own patients."""


@attrs.frozen(kw_only=True)
class Leak:
    """A finding that prebill has to report, and what went wrong in the practice.

    `lines` are those of the claim; of a finding about lines of other claims too, `elsewhere` has those as
    `claim/line`.
    """

    claim_id: str
    rule: str
    severity: str
    lines: tuple[int, ...]
    elsewhere: tuple[str, ...]
    why: str


def line(
    billed: str,
    *,
    dx: tuple[int, ...] = (1,),
    units: int = 1,
    minutes: int | None = None,
    charge: str | Decimal | None = None,
    on: date | None = None,
    **fields: Any,
) -> ServiceLine:
    """Return a line of a procedure with its modifiers, such as `20610-RT`; its claim numbers and dates it."""
    procedure, *modifiers = billed.split("-")
    quantity = units if minutes is None else minutes
    price = charge_of(procedure, modifiers, units=units) if charge is None else Decimal(charge)
    return ServiceLine(
        number=0,
        procedure=procedure,
        modifiers=tuple(modifiers),
        from_date=on or date.min,
        pointers=dx,
        units=Decimal(quantity),
        unit_type="UN" if minutes is None else "MJ",
        charge=price,
        **fields,
    )


class Day:
    """Everything that the departments bill, in the order in which they bill it."""

    def __init__(self, seed: int, year: int = 2026) -> None:
        self.random = Random(seed)
        self.registration = Registration(self.random, year)
        self.leaks: list[Leak] = []
        self._claims: dict[str, tuple[Claim, dict[str, list[Any]]]] = {}
        self._visits: dict[str, Mapping[str, Any]] = {}
        self._checks: dict[str, dict[tuple[str, date, date | None, date | None], EligibilityCheck]] = {}
        self._authorizations: dict[str, list[Authorization]] = {}
        self._referrals: dict[str, list[Referral]] = {}
        self._counts: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._claims)

    def patient(self, payer: PayerBilled, *, sex: str | None = None, age: int | None = None) -> Person:
        """Register a patient."""
        return self.registration.new(payer, sex=sex, age=age)

    def bill(
        self,
        department: str,
        person: Person,
        clinician: Provider,
        day: date,
        diagnoses: str,
        *lines: ServiceLine,
        place: str = "11",
        facility: Provider | None = None,
        authorization: str | None = None,
        records: Sequence[Any] = (),
        checked: bool = True,
        visit: Mapping[str, Any] | None = None,
        **fields: Any,
    ) -> str:
        """Bill a visit and return its claim number.

        Args:
            department: The first letters of the claim number.
            person: The patient.
            clinician: Who rendered it.
            day: The day of service.
            diagnoses: ICD-10-CM codes, with their dots, separated by blanks.
            lines: What was done.
            place: The place of service.
            facility: Where that is, unless at the practice.
            authorization: The number on the claim.
            records: What was documented: records of the packs.
            checked: Whether the front desk asked the payer on the morning of the visit.
            visit: Further fields of the encounter.
            fields: Further fields of the claim.
        """
        number = self._counts[department] = self._counts.get(department, 0) + 1
        claim_id = f"{department}-{number:03}"
        numbered = tuple(
            attrs.evolve(
                each,
                number=position,
                from_date=day if each.from_date == date.min else each.from_date,
                ordering=each.ordering or (attrs.evolve(clinician, taxonomy=None) if each.procedure in TESTS else None),
            )
            for position, each in enumerate(lines, 1)
        )
        codes = [code.replace(".", "") for code in diagnoses.split()]
        claim = Claim(
            control_number=claim_id,
            lines=numbered,
            billing=GROUP,
            patient=person.patient,
            coverage=person.coverage,
            total_charge=sum((each.charge for each in numbered), Decimal(0)),
            place_of_service=place,
            diagnoses=tuple(
                Diagnosis(code=code, qualifier="ABF" if position else "ABK") for position, code in enumerate(codes)
            ),
            rendering=clinician,
            facility=facility,
            dates=(QualifiedDate(qualifier="435", from_date=day),) if place == INPATIENT else (),
            authorization_numbers=(authorization,) if authorization else (),
            signature_on_file=True,
            assignment="A",
            benefits_assigned="Y",
            release="Y",
        )
        kept: dict[str, list[Any]] = {}
        for each in records:
            kept.setdefault(record_name(type(each)) or "", []).append(each)
        self._claims[claim_id] = attrs.evolve(claim, **fields), kept
        self._visits[claim_id] = visit or {}
        if checked:
            self.check_eligibility(person, day)
        return claim_id

    def change(self, claim_id: str, **fields: Any) -> None:
        """Change fields of a claim that was billed: how a slip gets in."""
        claim, kept = self._claims[claim_id]
        self._claims[claim_id] = attrs.evolve(claim, **fields), kept

    def claim(self, claim_id: str) -> Claim:
        """Return a claim that was billed."""
        return self._claims[claim_id][0]

    def check_eligibility(self, person: Person, day: date, **fields: Any) -> None:
        """Ask the payer about a patient on the morning of a visit; `fields` are what the answer says besides."""
        payer, patient = person.payer, person.patient
        year = date(day.year, 1, 1)
        network = Benefit(service_type="98", in_network=True, period_begin=year)
        answer = EligibilityCheck(
            checked_at=datetime.combine(day, time(6, 10)),
            payer_id=payer.payer_id,
            status="active",
            service_date=day,
            channel="270",
            plan_begin=year,
            plan_type=payer.plan_type,
            primary_care_npi=person.doctor.npi if person.doctor else None,
            benefits=(Benefit(service_type="30", period_begin=year) if payer is MEDICARE else network,),
            returned_member=ReturnedMember(
                member_id=person.coverage.member_id,
                last_name=patient.last_name,
                first_name=patient.first_name,
                birth_date=patient.birth_date,
                sex=patient.sex,
                group_number=payer.group_number,
                relationship=patient.relationship,
            ),
        )
        answer = attrs.evolve(answer, **fields)
        asked = (payer.payer_id, day, answer.service_date, answer.service_date_to)
        self._checks.setdefault(person.record_number, {})[asked] = answer

    def authorize(self, person: Person, authorization: Authorization) -> str:
        """Enter an authorization into the register of the practice, and return its number."""
        own = attrs.evolve(
            authorization,
            payer_id=authorization.payer_id or person.payer.payer_id,
            patient_id=authorization.patient_id or person.record_number,
        )
        self._authorizations.setdefault(person.record_number, []).append(own)
        return own.number

    def refer(self, person: Person, referral: Referral) -> str:
        """Enter a referral into the register, and return its number."""
        own = attrs.evolve(referral, patient_id=person.record_number, payer_id=person.payer.payer_id)
        self._referrals.setdefault(person.record_number, []).append(own)
        return own.number

    def leak(
        self,
        claim_id: str,
        rule: str,
        severity: str,
        lines: tuple[int, ...],
        why: str,
        *,
        elsewhere: Iterable[str] = (),
    ) -> None:
        """Declare what prebill has to find in a claim: the expectation of the planted defect, and its story."""
        self.leaks.append(
            Leak(
                claim_id=claim_id,
                rule=rule,
                severity=severity,
                lines=lines,
                elsewhere=tuple(elsewhere),
                why=why,
            )
        )

    @property
    def claims(self) -> list[Claim]:
        """The claims in the order billed."""
        return [claim for claim, _ in self._claims.values()]

    @property
    def registers(self) -> dict[str, dict[str, list[Any]]]:
        """The registers of the front office, each by the patient's record number."""
        return {
            "authorizations": {key: list(each) for key, each in sorted(self._authorizations.items())},
            "eligibility_checks": {key: list(each.values()) for key, each in sorted(self._checks.items())},
            "referrals": {key: list(each) for key, each in sorted(self._referrals.items())},
        }

    @property
    def documentation(self) -> dict[str, dict[str, list[Any]]]:
        """The records of the packs by their kind, each by claim number."""
        found: dict[str, dict[str, list[Any]]] = {}
        for claim_id, (_, kept) in self._claims.items():
            for kind, records in kept.items():
                found.setdefault(kind, {})[claim_id] = records
        return dict(sorted(found.items()))

    @property
    def encounters(self) -> Iterator[Encounter]:
        """The same day with the records inside each encounter."""
        registers, kinds = self.registers, list(self.documentation)
        for claim, kept in self._claims.values():
            patient = claim.patient.record_number or ""
            encounter = Encounter(
                claim=claim,
                encounter_id=f"V-{claim.control_number}",
                charge_entered_at=datetime.combine(claim.last_date + timedelta(days=1), time(11, 0)),
                authorizations=tuple(registers["authorizations"].get(patient, ())),
                eligibility_checks=tuple(registers["eligibility_checks"].get(patient, ())),
                referrals=tuple(registers["referrals"].get(patient, ())),
                documentation={kind: [plain(each) for each in kept.get(kind, ())] for kind in kinds},
            )
            yield attrs.evolve(encounter, **self._visits[claim.control_number])


def plain(record: Any) -> Any:
    """Return a record as plain data, without what has its default value."""
    if attrs.has(type(record)):
        return {
            field.name: plain(value)
            for field in attrs.fields(type(record))
            if (value := getattr(record, field.name)) != field.default
        }
    if isinstance(record, tuple):
        return [plain(each) for each in record]
    if isinstance(record, Mapping):
        return {key: plain(each) for key, each in record.items()}
    return record
