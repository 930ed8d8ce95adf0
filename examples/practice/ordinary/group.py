"""The whole group: the departments that the example day leaves out, the places they work in, and further payers."""

from __future__ import annotations

from examples.practice.identifiers import npi
from examples.practice.people import (
    ANESTHESIOLOGISTS,
    BLUESTONE,
    CARDIOLOGISTS,
    FAMILY_DOCTORS,
    LANTERN,
    MEDICARE,
    NORTHWIND,
    NURSE_ANESTHETISTS,
    PSYCHIATRIST,
    PSYCHOLOGISTS,
    SURGEONS,
    PayerBilled,
)
from prebill import Provider
from prebill.model import Address

_LAST_NAMES = ("PROBEWORTH", "SKETCHLEY", "FIGMENT", "STANDIN", "PATTERNE", "MODELTON", "EXEMPLAR", "BLUEPRINT")
_FIRST_NAMES = ("ARDEN", "BRIAR", "CEDAR", "DALE", "EDEN", "FERN", "GLEN", "HAVEN", "INDRA", "JUNIPER", "KIT", "LARK")
_FIRST_NUMBER = 31000000


def _staff(department: int, taxonomy: str, count: int) -> tuple[Provider, ...]:
    """Return the clinicians of a department, each under a number of their own."""
    return tuple(
        Provider(
            npi=npi(_FIRST_NUMBER + 100 * department + number),
            name=_LAST_NAMES[(department + number) % len(_LAST_NAMES)],
            first_name=_FIRST_NAMES[(5 * department + number) % len(_FIRST_NAMES)],
            entity_type="1",
            taxonomy=taxonomy,
        )
        for number in range(count)
    )


INTERNISTS = _staff(1, "207R00000X", 2)
NURSE_PRACTITIONERS = _staff(2, "363LF0000X", 2)
PEDIATRICIANS = _staff(3, "208000000X", 2)
HOSPITALISTS = _staff(4, "208M00000X", 2)
EMERGENCY_PHYSICIANS = _staff(5, "207P00000X", 3)
RADIOLOGISTS = _staff(6, "2085R0202X", 2)
DERMATOLOGISTS = _staff(7, "207N00000X", 2)
GASTROENTEROLOGISTS = _staff(8, "207RG0100X", 2)
OPHTHALMOLOGISTS = _staff(9, "207W00000X", 2)
PHYSICAL_THERAPISTS = _staff(10, "225100000X", 3)
PAIN_PHYSICIANS = _staff(11, "208VP0014X", 1)
SOCIAL_WORKERS = _staff(12, "1041C0700X", 2)
GYNECOLOGISTS = _staff(13, "207V00000X", 2)
GENERAL_SURGEONS = _staff(14, "208600000X", 2)
SURGICAL_ASSISTANTS = _staff(15, "363AS0400X", 2)
UROLOGISTS = _staff(16, "208800000X", 2)
OTOLARYNGOLOGISTS = _staff(17, "207Y00000X", 2)
ALLERGISTS = _staff(18, "207K00000X", 1)
PULMONOLOGISTS = _staff(19, "207RP1001X", 2)
NEUROLOGISTS = _staff(20, "2084N0400X", 2)
NEPHROLOGISTS = _staff(21, "207RN0300X", 1)
ONCOLOGISTS = _staff(22, "207RH0003X", 2)
PODIATRISTS = _staff(23, "213E00000X", 2)
CHIROPRACTORS = _staff(24, "111N00000X", 1)
SPEECH_THERAPISTS = _staff(25, "235Z00000X", 1)
NEUROSURGEONS = _staff(26, "207T00000X", 1)
PATHOLOGISTS = _staff(27, "207ZP0102X", 1)
OUTSIDE_DOCTORS = _staff(90, "207Q00000X", 3)
"""Doctors of other practices, who refer and order."""

CLINICIANS = (
    *FAMILY_DOCTORS, *CARDIOLOGISTS, PSYCHIATRIST, *PSYCHOLOGISTS, *SURGEONS, *ANESTHESIOLOGISTS, *NURSE_ANESTHETISTS,
    *INTERNISTS, *NURSE_PRACTITIONERS, *PEDIATRICIANS, *HOSPITALISTS, *EMERGENCY_PHYSICIANS, *RADIOLOGISTS,
    *DERMATOLOGISTS, *GASTROENTEROLOGISTS, *OPHTHALMOLOGISTS, *PHYSICAL_THERAPISTS, *PAIN_PHYSICIANS, *SOCIAL_WORKERS,
    *GYNECOLOGISTS, *GENERAL_SURGEONS, *SURGICAL_ASSISTANTS, *UROLOGISTS, *OTOLARYNGOLOGISTS, *ALLERGISTS,
    *PULMONOLOGISTS, *NEUROLOGISTS, *NEPHROLOGISTS, *ONCOLOGISTS, *PODIATRISTS, *CHIROPRACTORS, *SPEECH_THERAPISTS,
    *NEUROSURGEONS, *PATHOLOGISTS,
)  # fmt: skip

DEPARTMENTS = {
    each.taxonomy: name
    for name, clinicians in (
        ("PC", (*FAMILY_DOCTORS, *INTERNISTS, *NURSE_PRACTITIONERS)),
        ("PE", PEDIATRICIANS),
        ("CA", CARDIOLOGISTS),
        ("OR", (*SURGEONS, *SURGICAL_ASSISTANTS)),
        ("BH", (PSYCHIATRIST, *PSYCHOLOGISTS, *SOCIAL_WORKERS)),
        ("HO", HOSPITALISTS),
        ("ED", EMERGENCY_PHYSICIANS),
        ("RA", RADIOLOGISTS),
        ("DE", DERMATOLOGISTS),
        ("GI", GASTROENTEROLOGISTS),
        ("EY", OPHTHALMOLOGISTS),
        ("GY", GYNECOLOGISTS),
        ("GS", GENERAL_SURGEONS),
        ("UR", UROLOGISTS),
        ("EN", OTOLARYNGOLOGISTS),
        ("AL", ALLERGISTS),
        ("LU", PULMONOLOGISTS),
        ("NE", NEUROLOGISTS),
        ("KI", NEPHROLOGISTS),
        ("ON", ONCOLOGISTS),
        ("PO", PODIATRISTS),
        ("CH", CHIROPRACTORS),
        ("SP", SPEECH_THERAPISTS),
        ("NS", NEUROSURGEONS),
        ("PA", PATHOLOGISTS),
    )
    for each in clinicians
}
"""The departments by the taxonomy of their clinicians; claim numbers begin with them."""

LABORATORY_CERTIFICATE = "39D0999901"
"""The CLIA certificate of the group's laboratory, which may do every test."""
WAIVED_CERTIFICATE = "39D0999902"
"""The certificate of waiver of the offices that only have tests out of a kit."""

NURSING_FACILITY = Provider(
    npi=npi(20000004),
    name="SAMPLE VALLEY NURSING CENTER",
    entity_type="2",
    address=Address(line1="400 SPECIMEN AVE", city="HARRISBURG", state="PA", postal_code="171010004"),
)

HARBOR = PayerBilled(
    payer_id="HBR04",
    name="HARBOR SAMPLE HMO",
    filing_indicator="HM",
    line_of_business="commercial",
    plan_type="HMO",
    group_number="HB3301",
    gatekeeper=True,
)
KEYSTONE_BLUE = PayerBilled(
    payer_id="KBL10",
    name="KEYSTONE SAMPLE BLUE",
    filing_indicator="BL",
    line_of_business="commercial",
    plan_type="PPO",
    group_number="KB9087",
)
LAKESIDE = PayerBilled(
    payer_id="LKS11",
    name="LAKESIDE SAMPLE ADVANTAGE",
    filing_indicator="16",
    line_of_business="medicare_advantage",
    plan_type="PPO",
)
MEDICAID = PayerBilled(
    payer_id="PAM05", name="SAMPLE STATE MEDICAID", filing_indicator="MC", line_of_business="medicaid_ffs"
)
COMMUNITY = PayerBilled(
    payer_id="CMC06",
    name="COMMUNITY SAMPLE CARE",
    filing_indicator="MC",
    line_of_business="medicaid_mco",
    plan_type="MCO",
)
TRICARE = PayerBilled(
    payer_id="TRE07",
    name="TRICARE SAMPLE EAST",
    filing_indicator="CH",
    line_of_business="tricare",
    plan_type="TRICARE SELECT",
)
WORKERS_COMPENSATION = PayerBilled(
    payer_id="KWC08", name="SAMPLE MUTUAL COMPENSATION", filing_indicator="WC", line_of_business="workers_comp"
)
AUTO = PayerBilled(payer_id="RVA09", name="SAMPLE CASUALTY", filing_indicator="AM", line_of_business="auto")
SUPPLEMENT = PayerBilled(
    payer_id="GLD12",
    name="GOLDEN SAMPLE SUPPLEMENT",
    filing_indicator="CI",
    line_of_business="commercial",
    plan_type="SUPPLEMENT",
    group_number="GS0001",
)

COMMERCIAL = (NORTHWIND, BLUESTONE, HARBOR, KEYSTONE_BLUE)
OF_AGE = (MEDICARE, MEDICARE, MEDICARE, LANTERN, LAKESIDE)
"""The payers of those past 65, as often as they come."""
OF_ADULTS = (NORTHWIND, NORTHWIND, BLUESTONE, KEYSTONE_BLUE, HARBOR, COMMUNITY, MEDICAID, TRICARE)
OF_CHILDREN = (NORTHWIND, BLUESTONE, KEYSTONE_BLUE, MEDICAID, COMMUNITY, COMMUNITY)
PAYERS = (
    MEDICARE, NORTHWIND, BLUESTONE, LANTERN, HARBOR, KEYSTONE_BLUE, LAKESIDE, MEDICAID, COMMUNITY, TRICARE,
    WORKERS_COMPENSATION, AUTO, SUPPLEMENT,
)  # fmt: skip


def is_medicare(payer: PayerBilled) -> bool:
    """Tell whether a payer wants a service coded as Medicare does: Medicare itself, or a plan in its place."""
    return payer.line_of_business.startswith("medicare")


def is_medicaid(payer: PayerBilled) -> bool:
    """Tell whether a payer is Medicaid, by itself or through a plan."""
    return payer.line_of_business.startswith("medicaid")
