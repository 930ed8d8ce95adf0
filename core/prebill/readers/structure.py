"""What is wrong in the structure of a claim, whatever file it came from: paths into the claim, and messages."""

from __future__ import annotations

from decimal import Decimal

from prebill.model import Claim

Fault = tuple[str, str]

_FIRST_LISTED = frozenset({"ABK", "BK"})
_UNIT_TYPES = frozenset({"MJ", "UN"})
_PROCEDURE_LENGTH = 5
_PLACE_LENGTH = 2


def why_unreadable(claim: Claim) -> list[Fault]:
    """Return the path and the message of every fault that keeps the claim from being checked."""
    faults = []
    if not claim.control_number.strip():
        faults.append(("control_number", "the claim has no number"))
    if not claim.lines:
        faults.append(("lines", "the claim has no service line"))
    for index, line in enumerate(claim.lines):
        if not line.procedure.strip():
            faults.append((f"lines[{index}].procedure", "the line has no procedure code"))
    return faults


def faults_of(claim: Claim) -> list[Fault]:
    """Return the path and the message of every structural fault that costs no claim."""
    faults = _faults_of_diagnoses(claim)
    diagnoses = len(claim.diagnoses)
    total = Decimal(0)
    numbers = set()
    for index, line in enumerate(claim.lines):
        total += line.charge
        if line.number in numbers:
            faults.append((f"lines[{index}].number", "the line number is repeated"))
        numbers.add(line.number)
        if len(line.procedure) != _PROCEDURE_LENGTH and line.procedure_qualifier == "HC":
            faults.append((f"lines[{index}].procedure", "the procedure code does not have five characters"))
        for at, pointer in enumerate(line.pointers):
            if not 1 <= pointer <= diagnoses:
                path = f"lines[{index}].pointers[{at}]"
                faults.append((path, "the pointer names a diagnosis that the claim lacks"))
        if line.unit_type not in _UNIT_TYPES:
            faults.append((f"lines[{index}].unit_type", "the unit type is neither UN nor MJ"))
        if line.to_date is not None and line.to_date < line.from_date:
            faults.append((f"lines[{index}].to_date", "the last date of service is before the first"))
        if line.place_of_service is not None and len(line.place_of_service) != _PLACE_LENGTH:
            path = f"lines[{index}].place_of_service"
            faults.append((path, "the place of service does not have two characters"))
    if total != claim.total_charge:
        faults.append(("total_charge", "the claim charge is not the sum of the line charges"))
    if claim.place_of_service is not None and len(claim.place_of_service) != _PLACE_LENGTH:
        faults.append(("place_of_service", "the place of service does not have two characters"))
    return faults


def _faults_of_diagnoses(claim: Claim) -> list[Fault]:
    faults = []
    for index, diagnosis in enumerate(claim.diagnoses):
        code = diagnosis.code
        if not code.isalnum() or code != code.upper():
            path = f"diagnoses[{index}].code"
            faults.append((path, "the diagnosis code is not in upper case without its dot"))
        if index and diagnosis.qualifier in _FIRST_LISTED:
            path = f"diagnoses[{index}].qualifier"
            faults.append((path, "a further diagnosis is marked as the first-listed one (ABK, BK)"))
    return faults
