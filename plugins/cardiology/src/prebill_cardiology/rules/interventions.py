"""Interventions: whether the code exists on the day of service."""

from __future__ import annotations

from prebill import Outcomes, Payer, ServiceLine, Table, codes, hit, rule
from prebill_cardiology.tables.interventions import InterventionCode


@rule(
    "CAR111",
    severity="stop",
    owner="coding",
    prevents=("CO-181/N56", "CO-16/M20", "CO-16/M51", "CO-97"),
    sources=("CPT 2026 code changes, percutaneous coronary intervention", "CMS PFS RVU25D, status indicator"),
    procedures=codes("92920-92945 C9600-C9608"),
    fails=["92929-LD @22 [I25.119] 2026-01-01"],
    passes=["92930-LD @22 [I25.119] 2026-01-01"],
)
def pci_code_edition(line: ServiceLine, payer: Payer, interventions: Table[InterventionCode]) -> Outcomes:
    """The intervention code does not exist on the date of service.

    The add-on codes for branches ended with 2025, and two new base codes began with 2026; a payer denies a code
    outside its years. Code the artery again from the report with the codes of the year of service.
    """
    row = interventions.get(line.procedure)
    if row is None:
        return
    day = line.from_date
    if row.kind == "facility":
        yield hit(
            line,
            f"Line {line.number} {line.procedure} is a code of the hospital's outpatient claim.",
            fix="Bill the physician's code of the same intervention.",
            at="procedure",
        )
    elif row.valid_to is not None and day > row.valid_to:
        yield hit(
            line,
            f"Line {line.number} {line.procedure} was deleted {row.valid_to}; the date of service is {day}.",
            fix="Code the artery's family again with the base codes in force: 92930 when several lesions or a"
            " bifurcation were stented, as the report says.",
            at="procedure",
        )
    elif row.valid_from is not None and day < row.valid_from:
        yield hit(
            line,
            f"Line {line.number} {line.procedure} is valid from {row.valid_from}; the date of service is {day}.",
            fix="Code the artery's family again with the codes in force on the date of service.",
            at="procedure",
        )
    elif row.kind == "add_on" and payer.line_of_business == "medicare_ffs":
        yield hit(
            line,
            f"Line {line.number} {line.procedure} is bundled by Medicare (status B): it is not paid separately.",
            fix="Expect no payment, and do not bill the patient.",
            at="procedure",
            severity="info",
            prevents="CO-97",
        )
