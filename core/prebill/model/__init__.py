"""What a practice knows about one visit: the claim it bills and the records that stand behind it.

Every type is a frozen attrs class, so that a value can be shared between rules and processes and is never
changed by one of them. Collections are tuples, money and units are `Decimal`, dates are `datetime.date`.
`None` always means *not known*; an empty tuple means *known to be empty*.
"""

from prebill.model.claim import (
    Accident,
    Adjustment,
    Attachment,
    Certification,
    Claim,
    Contract,
    Diagnosis,
    Drug,
    DurableEquipment,
    FormAnswer,
    LineAdjudication,
    Measurement,
    PriorAdjudication,
    QualifiedDate,
    Reference,
    Repricing,
    Segment,
    ServiceLine,
    Submission,
)
from prebill.model.coverage import Coverage, Subscriber
from prebill.model.encounter import Encounter
from prebill.model.parties import Address, Patient, Provider
from prebill.model.payer import LINES_OF_BUSINESS, Payer
from prebill.model.registers import (
    Appointment,
    Authorization,
    AuthorizedService,
    Benefit,
    ClaimStatus,
    DocumentedService,
    EligibilityCheck,
    FilingEvidence,
    Order,
    OtherPayer,
    PlannedCare,
    Referral,
    ReturnedMember,
)

__all__ = [
    "LINES_OF_BUSINESS",
    "Accident",
    "Address",
    "Adjustment",
    "Appointment",
    "Attachment",
    "Authorization",
    "AuthorizedService",
    "Benefit",
    "Certification",
    "Claim",
    "ClaimStatus",
    "Contract",
    "Coverage",
    "Diagnosis",
    "DocumentedService",
    "Drug",
    "DurableEquipment",
    "EligibilityCheck",
    "Encounter",
    "FilingEvidence",
    "FormAnswer",
    "LineAdjudication",
    "Measurement",
    "Order",
    "OtherPayer",
    "Patient",
    "Payer",
    "PlannedCare",
    "PriorAdjudication",
    "Provider",
    "QualifiedDate",
    "Reference",
    "Referral",
    "Repricing",
    "ReturnedMember",
    "Segment",
    "ServiceLine",
    "Submission",
    "Subscriber",
]
