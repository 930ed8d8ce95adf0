"""What laboratory tests and drugs have to carry: the laboratory's certificate, the drug's national code."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Literal

from prebill.codes import codes
from prebill.general.code_families import LABORATORY
from prebill.general.ptp import is_medicaid
from prebill.general.tables.clia_test import CliaTest
from prebill.lookup import Table
from prebill.model import Claim, Drug, Payer, ServiceLine
from prebill.rules import Outcomes, hit, rule

_NDC = re.compile(r"\d{11}")
_NDC_QUALIFIER = "N4"
_NDC_UNITS = frozenset({"F2", "GR", "ME", "ML", "UN"})
_DRUGS = codes("J0000-J9999")


@rule(
    "INF117",
    severity="stop",
    owner="charge_capture",
    prevents=("CO-16/M119/M123",),
    sources=("005010X222A1 2410 LIN, CTP", "Social Security Act §1927(a)(7) (Medicaid)"),
    procedures=_DRUGS | codes("C9* Q*"),
    fails=[{"lines": ["J1100"], "payer": "medicaid"}],
    passes=[
        {
            "lines": [{"line": "J1100", "drug": {"ndc": "00409490234", "quantity": "1", "unit": "ML"}}],
            "payer": "medicaid",
        }
    ],
)
def drug_ndc(
    line: ServiceLine,
    payer: Payer,
    *,
    ndc_required: Literal["by_payer", "yes", "no"] = "by_payer",
    further_drugs: tuple[str, ...] = (),
) -> Outcomes:
    """A drug is billed without its National Drug Code, or with one that cannot be right.

    Medicaid collects rebates by the code, and many plans price by it; the line is denied without. Copy the code
    of eleven digits from the package, with quantity and unit. `ndc_required` says whether the payer asks for it.
    """
    if ndc_required == "no" or (ndc_required == "by_payer" and not is_medicaid(payer)):
        return
    if line.procedure not in _DRUGS and line.procedure not in further_drugs:
        return
    problem = _drug_problem(line.drug)
    if problem:
        yield hit(
            line,
            f"{line.procedure} (line {line.number}) needs the National Drug Code: {problem}.",
            fix="Copy the code from the package as 11 digits (5-4-2), with quantity and unit (LIN, CTP).",
            at="drug",
        )


def _drug_problem(drug: Drug | None) -> str:
    if drug is None or not drug.ndc:
        return "none on the line"
    if drug.qualifier != _NDC_QUALIFIER:
        return f"the qualifier is {drug.qualifier}, not {_NDC_QUALIFIER}"
    if not _NDC.fullmatch(drug.ndc):
        return f"{drug.ndc} does not have 11 digits"
    if drug.quantity is None or drug.quantity <= Decimal(0):
        return f"{drug.ndc} has no quantity"
    if drug.unit not in _NDC_UNITS:
        return f"{drug.ndc} has no unit out of {', '.join(sorted(_NDC_UNITS))}"
    return ""


_CLIA_NUMBER = re.compile(r"\d{2}D\d{7}")
_MEDICARE_AND_MEDICAID = frozenset({"medicare_ffs", "medicare_advantage", "medicaid_ffs", "medicaid_mco"})


@rule(
    "INF118",
    severity="stop",
    owner="billing",
    prevents=("CO-16/MA120", "CO-B23"),
    sources=("42 CFR part 493", "Pub. 100-04 ch. 16 §70", "005010X222A1 REF*X4"),
    procedures=LABORATORY,
    fails=[{"lines": ["80048"], "payer": "medicare"}],
    passes=[
        {
            "lines": ["80048-QW"],
            "payer": "medicare",
            "references": [{"qualifier": "X4", "value": "45D1234567"}],
        }
    ],
)
def clia(
    line: ServiceLine,
    claim: Claim,
    payer: Payer,
    tests: Table[CliaTest],
    *,
    waived_certificates: tuple[str, ...] = (),
) -> Outcomes:
    """A laboratory test lacks the number of a CLIA certificate, or the certificate does not cover the test.

    Nothing is paid for a test by a laboratory that is not certified for it. Give the certificate of the laboratory
    that did the test; a laboratory with a certificate of waiver, named in `waived_certificates`, marks its tests
    with QW where the code asks for it.
    """
    row = tests.get(line.procedure)
    if row is None:
        return
    number = next((each.value for each in line.references if each.qualifier == "X4"), claim.reference("X4"))
    problem = ""
    fix = "Add the number of the laboratory's certificate (REF*X4)."
    if not number:
        problem = "none on the claim"
    elif not _CLIA_NUMBER.fullmatch(number):
        problem = f"{number} is not two digits, D and seven digits"
    elif number in waived_certificates and not row.waived:
        problem, fix = f"{number} is a certificate of waiver", "Have a certified laboratory bill the test."
    elif number in waived_certificates and row.needs_qw and not line.has("QW"):
        problem, fix = f"{number} is a certificate of waiver, and QW is missing", "Add QW."
    if problem:
        yield hit(
            line,
            f"{line.procedure} (line {line.number}) needs a CLIA certificate: {problem}.",
            fix=fix,
            at="references" if line.references else "",
            severity=None if payer.line_of_business in _MEDICARE_AND_MEDICAID else "review",
        )
