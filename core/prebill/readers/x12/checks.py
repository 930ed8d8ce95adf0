"""What is wrong in the structure of a claim that was read: paths into the claim, and messages."""

from __future__ import annotations

from decimal import Decimal

from prebill.model import Claim

_PRINCIPAL = frozenset({"ABK", "BK"})
_PROCEDURE_LENGTH = 5


def faults_of(claim: Claim) -> list[tuple[str, str]]:
    """Return the path and the message of every structural fault that no single segment shows."""
    faults = []
    total = Decimal(0)
    count = len(claim.diagnoses)
    for index, line in enumerate(claim.lines):
        total += line.charge
        for at, pointer in enumerate(line.pointers):
            if not 1 <= pointer <= count:
                path = f"lines[{index}].pointers[{at}]"
                faults.append((path, "the pointer names a diagnosis that the claim lacks"))
        if len(line.procedure) != _PROCEDURE_LENGTH and line.procedure_qualifier == "HC":
            faults.append((f"lines[{index}].procedure", "the procedure code does not have five characters"))
    if total != claim.total_charge:
        faults.append(("total_charge", "the claim charge is not the sum of the line charges (SV102)"))
    for index, diagnosis in enumerate(claim.diagnoses[1:], 1):
        if diagnosis.qualifier in _PRINCIPAL:
            path = f"diagnoses[{index}].qualifier"
            faults.append((path, "a further diagnosis is marked as the first-listed one (ABK, BK)"))
            break
    return faults
