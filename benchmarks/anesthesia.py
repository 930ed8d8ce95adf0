"""A year of an anesthesia group of any size: directed cases that overlap by two to four, with their records."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

from prebill import Claim, Coverage, Diagnosis, Encounter, Patient, Provider, ServiceLine

_FIRST = datetime(2026, 1, 5, 7, 0)
_CASES_A_DAY = 8
_BILLING = Provider(npi="1234567893", tax_id="741234567", entity_type="2")


def encounters(cases: int, physicians: int) -> Iterator[Encounter]:
    """Yield one directed case after another, spread over the physicians and their days."""
    for number in range(cases):
        physician, nth = number % physicians, number // physicians
        start = _FIRST + timedelta(days=nth // _CASES_A_DAY, minutes=40 * (nth % _CASES_A_DAY))
        yield _case(number, f"10432{physician:05}", start, start + timedelta(minutes=95))


def _case(number: int, npi: str, start: datetime, stop: datetime) -> Encounter:
    record = {
        "anes_case_id": f"A{number}",
        "anes_start": start.isoformat(),
        "anes_stop": stop.isoformat(),
        "directing_npi": npi,
        "anesthetist_npi": f"19920{number % 97:05}",
        "anesthetist_kind": "crna",
    }
    return Encounter(
        claim=Claim(
            control_number=f"A{number:07}",
            billing=_BILLING,
            rendering=Provider(npi=npi, taxonomy="207L00000X", entity_type="1"),
            patient=Patient(record_number=f"P{number}", birth_date=date(1961, 7, 4), sex="F"),
            coverage=Coverage(payer_id="ACM01", filing_indicator="CI", member_id=f"W{number:08}"),
            place_of_service="22",
            total_charge=Decimal(1200),
            diagnoses=(Diagnosis(code="K8020", qualifier="ABK"),),
            lines=(
                ServiceLine(
                    number=1,
                    procedure="00790",
                    modifiers=("QK", "P2"),
                    from_date=start.date(),
                    charge=Decimal(1200),
                    units=Decimal(95),
                    unit_type="MJ",
                    pointers=(1,),
                ),
            ),
        ),
        documentation={"anesthesia": [record]},
    )
