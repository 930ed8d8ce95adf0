"""Strategies for the claims of a very small practice, where claims meet often."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from prebill import Authorization, Claim, ClaimStatus, Coverage, Encounter, Patient, Provider, ServiceLine
from prebill.model import Submission

_DAYS = [date(2026, 1, 1) + timedelta(days=step) for step in (0, 1, 30, 91, 120)]

_lines = st.fixed_dictionaries(
    {
        "procedure": st.sampled_from(["99213", "27447", "90834", "00001"]),
        "from_date": st.sampled_from(_DAYS),
        "modifiers": st.sampled_from([(), ("25",), ("59",)]),
        "units": st.sampled_from([Decimal(1), Decimal(4)]),
        "charge": st.sampled_from([Decimal(100), Decimal("55.50"), Decimal(101)]),
    }
)


@st.composite
def encounters(draw: st.DrawFn, number: str, frequency: str = "1", replaces: str | None = None) -> Encounter:
    """Draw one encounter; claims of one control number are versions of each other."""
    lines = tuple(
        ServiceLine(number=position, **fields)
        for position, fields in enumerate(draw(st.lists(_lines, min_size=1, max_size=3)), 1)
    )
    return Encounter(
        claim=Claim(
            control_number=number,
            frequency_code=frequency,
            original_reference_number=replaces,
            patient=Patient(record_number=draw(st.sampled_from(["P1", "P2"])), last_name="CANARY"),
            coverage=Coverage(
                payer_id=draw(st.sampled_from(["A", "B"])),
                filing_indicator=draw(st.sampled_from(["MB", "CI"])),
            ),
            billing=Provider(npi="1234567893"),
            rendering=draw(st.sampled_from([None, Provider(npi="1456789019")])),
            total_charge=sum((line.charge for line in lines), Decimal(0)),
            lines=lines,
            submission=draw(
                st.sampled_from([None, *(Submission(created=datetime(2026, 5, day)) for day in (1, 2, 3))])
            ),
        ),
        status=draw(st.sampled_from([None, *(ClaimStatus(payer_claim_number=each) for each in ("ICN1", "ICN2"))])),
        authorizations=draw(st.sampled_from([None, (), (Authorization(number="A1"),)])),
        documentation=draw(st.sampled_from([{}, {"note": [{"minutes": 30}]}, {"note": {"minutes": None}}])),
    )


@st.composite
def batches(draw: st.DrawFn, most: int = 7) -> list[Encounter]:
    """Draw claims with distinct identities, some of them replaced or voided by others."""
    identities: list[Any] = draw(
        st.lists(
            st.one_of(
                st.tuples(st.sampled_from(["C1", "C2", "C3", "C4", "C5"])),
                st.tuples(
                    st.sampled_from(["C1", "C2", "C3"]),
                    st.sampled_from(["7", "8"]),
                    st.sampled_from([None, "ICN1", "ICN2"]),
                ),
            ),
            unique=True,
            max_size=most,
        )
    )
    return [draw(encounters(*identity)) for identity in identities]
