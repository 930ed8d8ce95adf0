"""What the payer will allow, and what is lost before the claim leaves."""

from __future__ import annotations

from prebill import Claim, Outcomes, Payer, ServiceLine, Table, codes, hit, known, rule
from prebill_anesthesia.payment import expected_payment, expected_units
from prebill_anesthesia.records import AnesthesiaRecord
from prebill_anesthesia.stakes import facility_state
from prebill_anesthesia.tables.codes import BaseUnits
from prebill_anesthesia.tables.coverage import OptOutState
from prebill_anesthesia.tables.payers import ConversionFactor, PayerTerms, factor_of, terms_of
from prebill_anesthesia.vocabulary import (
    ANESTHESIA_RANGE,
    DAILY_MANAGEMENT,
    DELETED,
    TIMED,
    UNLISTED,
    named,
    physical_status_of,
    role_of,
)

_FAR_TOO_HIGH = 40
_LOW_BASE = 5


@rule(
    "ANE131",
    severity="review",
    owner="billing",
    prevents="CO-45",
    sources=(
        "42 CFR 414.46(b) and 414.60",
        "Medicare Claims Processing Manual, Pub. 100-04 ch. 12 §50.A-50.D",
        "CMS-1832-F: anesthesia conversion factors of CY2026",
    ),
    procedures=ANESTHESIA_RANGE - (DELETED | codes(UNLISTED)),
    fails=[{"payer": "medicare", "lines": ["01402-AA 95min @22 $250.00"]}],
    passes=[{"payer": "medicare", "lines": ["01402-AA 95min @22 $272.62"]}],
)
def charge_below_expected(
    line: ServiceLine,
    claim: Claim,
    payer: Payer,
    base_units: Table[BaseUnits],
    factors: Table[ConversionFactor],
    terms: Table[PayerTerms],
    record: AnesthesiaRecord | None,
    *,
    locality: str = "",
    qualifying_participant: bool = False,
) -> Outcomes:
    """The charge is below what the payer would allow, or far beyond it.

    The payer pays the lesser of the charge and its schedule, so a charge below the allowance is money lost for
    certain; one forty times above it is a slip of units or price. Raise the price of a unit above the highest
    contract, or correct the units.
    """
    row = base_units.get(line.procedure)
    if row is None:
        return
    role = role_of(line) or ("AA" if line.procedure == DAILY_MANAGEMENT else None)
    theirs = terms_of(payer, terms)
    units = expected_units(
        line.procedure,
        line.minutes,
        base_units=row.base_units,
        terms=theirs,
        role=known(role, "one role modifier on the line"),
        physical_status=physical_status_of(line),
        quantity=int(line.units),
        present_at_induction=None if record is None else record.present_at_induction,
    )
    factor, place = factor_of(payer, factors, locality, qualifying=qualifying_participant)
    state = facility_state(claim, line, record)
    allowed = expected_payment(units, factor, role=role, terms=theirs, state=state)
    if allowed <= line.charge <= _FAR_TOO_HIGH * allowed:
        return
    evidence = {"units": str(units), "factor": str(factor), "factor_of": place, "allowed": str(allowed)}
    priced = f"{line.procedure}-{role}{f' {line.minutes} min' if line.minutes else ''}: {units} units x {factor}"
    if line.charge < allowed:
        yield hit(
            line,
            f"{named(line)}: {priced} = {allowed}; the charge {line.charge} is below it.",
            fix="Raise the price of a unit above the highest contracted conversion factor; correct the units if"
            " the price"
            " is right.",
            at="charge",
            at_risk=allowed - line.charge,
            evidence=evidence,
        )
    else:
        yield hit(
            line,
            f"{named(line)}: {priced} = {allowed}; the charge {line.charge} is more than {_FAR_TOO_HIGH} times that.",
            fix="Check units and price.",
            at="charge",
            evidence=evidence,
            subject="slip",
        )


@rule(
    "ANE137",
    severity="info",
    owner="coding",
    prevents="CO-45",
    sources=(
        "42 CFR 482.52(c)",
        "AANA list of opt-out states",
        "UnitedHealthcare commercial, effective 2025-10-01: QZ at 85 %",
    ),
    procedures=TIMED,
    modifiers=codes("QZ"),
    preview=True,
    fails=[
        {
            "payer": "UHC_COMM",
            "lines": ["00790-QZ 63min @22"],
            "documentation": {"anesthesia": {"facility_state": "TX"}},
        }
    ],
    passes=[
        {
            "payer": "UHC_COMM",
            "lines": ["00790-QZ 63min @22"],
            "documentation": {"anesthesia": {"facility_state": "OH"}},
        }
    ],
)
def undirected_anesthetist_terms(
    line: ServiceLine,
    claim: Claim,
    payer: Payer,
    terms: Table[PayerTerms],
    opted_out: Table[OptOutState],
    record: AnesthesiaRecord | None,
) -> Outcomes:
    """A CRNA without direction: the payer pays less, or the facility needs a supervising physician on file.

    Some payers pay QZ at a share of the contract; and outside the states that opted out a facility of Medicare
    needs supervision by the operating practitioner. Nothing to change on the claim: check the contract and the
    care model.
    """
    state = known(facility_state(claim, line, record), "the state of the facility")
    theirs = terms_of(payer, terms)
    if theirs.percent_qz < theirs.percent_aa and state not in theirs.full_qz_states.split():
        yield hit(
            line,
            f"{named(line)}: QZ in {state} under {payer.payer_id}; expect {theirs.percent_qz} % of the contract.",
            fix="Check the contract, and whether the case was directed after all (QK and QX together are 100 %).",
            at="modifiers",
        )
    supervised = record is not None and (record.surgeon_npi or record.directing_npi)
    if payer.line_of_business == "medicare_ffs" and not supervised and opted_out.get(state) is None:
        yield hit(
            line,
            f"{named(line)}: {state} did not opt out of CRNA supervision, and no operating practitioner is on file.",
            fix="Record the operating practitioner; the claim stays payable.",
            at="modifiers",
            subject="supervision",
        )


@rule(
    "ANE139",
    severity="info",
    owner="charge_capture",
    prevents="CO-45",
    sources=("ASA Relative Value Guide, change of 2019: limited airway access, not position",),
    procedures=TIMED,
    fails=[
        {
            "lines": ["00124-AA 60min @22"],
            "tables": {
                "anesthesia-payer-terms": {"complete": True, "rows": [{"payer": "ACM01", "field_avoidance": True}]}
            },
            "documentation": {"anesthesia": {"airway_access_limited": True}},
        }
    ],
    passes=[
        {
            "payer": "medicare",
            "lines": ["00124-AA 60min @22"],
            "documentation": {"anesthesia": {"airway_access_limited": True}},
        }
    ],
)
def field_avoidance_revenue(
    line: ServiceLine,
    payer: Payer,
    terms: Table[PayerTerms],
    base_units: Table[BaseUnits],
    record: AnesthesiaRecord | None,
) -> Outcomes:
    """A case without access to the airway is billed at fewer than five base units.

    Contracts that follow the Relative Value Guide give at least five base units when the airway was out of
    reach. Add 22 and a note.
    """
    row = base_units.get(line.procedure)
    limited = record is not None and record.airway_access_limited
    if row is None or not limited or row.base_units >= _LOW_BASE or not terms_of(payer, terms).field_avoidance:
        return
    if not line.has("22"):
        yield hit(
            line,
            f"{named(line)} (base {row.base_units}) with no airway access: the contract allows {_LOW_BASE} units"
            " with 22.",
            fix="Add 22 and a note on the airway.",
            at="modifiers",
        )
