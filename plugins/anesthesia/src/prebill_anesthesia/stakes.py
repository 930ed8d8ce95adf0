"""The dollars that an error costs: what the line as billed is allowed, against what the right line would be."""

from __future__ import annotations

from decimal import Decimal

from prebill import Claim, NotKnown, Payer, ServiceLine, Table
from prebill_anesthesia.payment import expected_payment, expected_units
from prebill_anesthesia.records import AnesthesiaRecord
from prebill_anesthesia.tables.codes import BaseUnits
from prebill_anesthesia.tables.payers import ConversionFactor, PayerTerms, factor_of, terms_of
from prebill_anesthesia.vocabulary import physical_status_of, role_of


def facility_state(claim: Claim, line: ServiceLine, record: AnesthesiaRecord | None) -> str | None:
    """Return the state of the facility: by the record, else by the address on the claim."""
    if record is not None and record.facility_state:
        return record.facility_state
    facility = claim.facility_of(line) or claim.billing
    return None if facility.address is None else facility.address.state


def dollars_between(
    minutes: int,
    documented: int,
    line: ServiceLine,
    claim: Claim,
    payer: Payer,
    record: AnesthesiaRecord | None,
    base_units: Table[BaseUnits] | None,
    factors: Table[ConversionFactor] | None,
    terms: Table[PayerTerms],
) -> Decimal | None:
    """Return what the difference between two counts of minutes is worth; None where the contract is not known."""
    role, theirs = role_of(line), terms_of(payer, terms)
    try:
        row = None if base_units is None else base_units.get(line.procedure)
        if row is None or factors is None or role is None:
            return None
        factor, _ = factor_of(payer, factors)
        state = facility_state(claim, line, record)
        allowed = [
            expected_payment(
                expected_units(
                    line.procedure,
                    each,
                    base_units=row.base_units,
                    terms=theirs,
                    role=role,
                    physical_status=physical_status_of(line),
                ),
                factor,
                role=role,
                terms=theirs,
                state=state,
            )
            for each in (minutes, documented)
        ]
    except NotKnown:
        return None
    return abs(allowed[0] - allowed[1])
