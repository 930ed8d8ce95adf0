"""The practice, its clinicians and places, the payers it bills, and the patients of its day. All are made up."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import attrs

from examples.practice.identifiers import medicare_number, member_number, npi
from prebill import Coverage, Patient, Provider
from prebill.model import Address, Subscriber

GROUP = Provider(
    npi=npi(20000001),
    name="SAMPLE VALLEY MULTISPECIALTY GROUP",
    entity_type="2",
    taxonomy="261QM1300X",
    tax_id="990000001",
    tax_id_kind="EI",
    address=Address(line1="100 SPECIMEN AVE", city="HARRISBURG", state="PA", postal_code="171010001"),
)
HOSPITAL = Provider(
    npi=npi(20000002),
    name="SAMPLE VALLEY HOSPITAL",
    entity_type="2",
    address=Address(line1="200 SPECIMEN AVE", city="HARRISBURG", state="PA", postal_code="171010002"),
)
SURGERY_CENTER = Provider(
    npi=npi(20000003),
    name="SAMPLE VALLEY SURGERY CENTER",
    entity_type="2",
    address=Address(line1="300 SPECIMEN AVE", city="HARRISBURG", state="PA", postal_code="171010003"),
)

_FAMILY_MEDICINE, _CARDIOLOGY, _ANESTHESIOLOGY = "207Q00000X", "207RC0000X", "207L00000X"
_PSYCHIATRY, _PSYCHOLOGY, _ORTHOPEDICS = "2084P0800X", "103TC0700X", "207X00000X"
_NURSE_ANESTHETIST = "367500000X"


def _clinician(number: int, last_name: str, first_name: str, taxonomy: str) -> Provider:
    return Provider(npi=npi(number), name=last_name, first_name=first_name, entity_type="1", taxonomy=taxonomy)


FAMILY_DOCTORS = (
    _clinician(30000001, "DEMOWELL", "AVERY", _FAMILY_MEDICINE),
    _clinician(30000002, "MOCKRIDGE", "BLAIR", _FAMILY_MEDICINE),
    _clinician(30000003, "DRAFTSTONE", "CASEY", _FAMILY_MEDICINE),
)
NEW_HIRE = _clinician(30000004, "TRIALFORD", "DEVON", _FAMILY_MEDICINE)
CARDIOLOGISTS = (
    _clinician(30000011, "PROTOWOOD", "EMERSON", _CARDIOLOGY),
    _clinician(30000012, "FAUXLEY", "FINLEY", _CARDIOLOGY),
)
PSYCHIATRIST = _clinician(30000021, "SPECIMANE", "GREER", _PSYCHIATRY)
PSYCHOLOGISTS = (
    _clinician(30000022, "TESTERLING", "HOLLIS", _PSYCHOLOGY),
    _clinician(30000023, "SAMPLEHAM", "INDIGO", _PSYCHOLOGY),
)
SURGEONS = (
    _clinician(30000031, "PLACEHOLT", "JULES", _ORTHOPEDICS),
    _clinician(30000032, "DUMMERTON", "KENDALL", _ORTHOPEDICS),
)
ANESTHESIOLOGISTS = (
    _clinician(30000041, "MOCKINGER", "LANE", _ANESTHESIOLOGY),
    _clinician(30000042, "DEMOSTROM", "MARLOWE", _ANESTHESIOLOGY),
    _clinician(30000043, "FABRICANT", "NOEL", _ANESTHESIOLOGY),
)
NURSE_ANESTHETISTS = tuple(
    _clinician(30000050 + number, f"TRIAL{ending}", first_name, _NURSE_ANESTHETIST)
    for number, (ending, first_name) in enumerate(
        (
            ("WELL", "OAKLEY"),
            ("STONE", "PALMER"),
            ("RIDGE", "QUINN"),
            ("FIELD", "REESE"),
            ("BROOK", "SAWYER"),
            ("HAVEN", "TATUM"),
            ("WICK", "UMBER"),
            ("MOOR", "VESPER"),
            ("DALE", "WREN"),
        )
    )
)
CLINICIANS = (
    *FAMILY_DOCTORS,
    NEW_HIRE,
    *CARDIOLOGISTS,
    PSYCHIATRIST,
    *PSYCHOLOGISTS,
    *SURGEONS,
    *ANESTHESIOLOGISTS,
    *NURSE_ANESTHETISTS,
)


@attrs.frozen(kw_only=True)
class PayerBilled:
    """A payer as the claims name it; `plan_type` is what its eligibility answers say.

    A `gatekeeper` pays specialists only on referral from the primary care doctor.
    """

    payer_id: str
    name: str
    filing_indicator: str
    line_of_business: str
    plan_type: str | None = None
    group_number: str | None = None
    gatekeeper: bool = False


MEDICARE = PayerBilled(payer_id="12502", name="MEDICARE PART B", filing_indicator="MB", line_of_business="medicare_ffs")
NORTHWIND = PayerBilled(
    payer_id="NWH01",
    name="NORTHWIND SAMPLE HEALTH",
    filing_indicator="CI",
    line_of_business="commercial",
    plan_type="PPO",
    group_number="NW4410",
)
BLUESTONE = PayerBilled(
    payer_id="BSM02",
    name="BLUESTONE SAMPLE MUTUAL",
    filing_indicator="CI",
    line_of_business="commercial",
    plan_type="PPO",
    group_number="BS2207",
)
LANTERN = PayerBilled(
    payer_id="LFA03",
    name="LANTERN SAMPLE ADVANTAGE",
    filing_indicator="16",
    line_of_business="medicare_advantage",
    plan_type="HMO",
    gatekeeper=True,
)
PAYERS = (MEDICARE, NORTHWIND, BLUESTONE, LANTERN)

_LAST_NAMES = [
    begin + end
    for begin in ("SAMPLE", "DEMO", "MOCK", "TESTER", "FAUX", "DRAFT", "TRIAL", "PROTO", "DUMMER", "SPECIMEN")
    for end in ("WORTH", "FIELD", "GATE", "HURST", "MERE", "BURY", "COMBE", "SHAW", "THORPE", "VALE")
]
_WOMEN = (
    "ADA",
    "BEATRIX",
    "CORA",
    "DELIA",
    "EDITH",
    "FLORA",
    "GRETA",
    "HESTER",
    "IRIS",
    "JUNO",
    "LENORE",
    "MAVIS",
)
_MEN = ("ABEL", "BRAM", "CYRUS", "DEXTER", "ELLIS", "FELIX", "GIDEON", "HUGO", "IVAN", "JONAS", "LEIF", "MILO")


@attrs.frozen(kw_only=True)
class Person:
    """A patient with the payer they have."""

    patient: Patient
    coverage: Coverage
    payer: PayerBilled

    @property
    def doctor(self) -> Provider | None:
        """The primary care doctor, whom gatekeepers ask about everything."""
        return FAMILY_DOCTORS[0] if self.payer.gatekeeper else None

    @property
    def record_number(self) -> str:
        """The practice's number of the patient."""
        return self.patient.record_number or ""


class Registration:
    """The front desk: registers new patients, every one under another name."""

    def __init__(self, random: Random, year: int = 2026) -> None:
        self._random = random
        self._year = year
        self._names = random.sample(_LAST_NAMES, len(_LAST_NAMES))
        self._count = 0

    def new(
        self, payer: PayerBilled, *, sex: str | None = None, age: int | None = None, born: date | None = None
    ) -> Person:
        """Return a patient of a payer who holds the coverage themselves; `born` or the `age` of this year."""
        random = self._random
        self._count += 1
        last_name = self._names[self._count % len(self._names)]
        sex = sex or random.choice("FM")
        first_name = random.choice(_WOMEN if sex == "F" else _MEN)
        medicare = payer.line_of_business.startswith("medicare")
        years = age or (random.randrange(66, 88) if medicare else random.randrange(24, 63))
        birth_date = born or date(self._year - years, 1, 1) + timedelta(days=random.randrange(55))
        address = Address(
            line1=f"{random.randrange(1, 999)} EXAMPLE ST",
            city="HARRISBURG",
            state="PA",
            postal_code=f"1710{random.randrange(1, 10)}",
        )
        patient = Patient(
            last_name=last_name,
            first_name=first_name,
            birth_date=birth_date,
            sex=sex,
            relationship="18",
            record_number=f"MR{40000 + self._count}",
            address=address,
        )
        coverage = Coverage(
            payer_id=payer.payer_id,
            payer_name=payer.name,
            member_id=medicare_number(random) if payer is MEDICARE else member_number(random),
            relationship="18",
            filing_indicator=payer.filing_indicator,
            group_number=payer.group_number,
            subscriber=Subscriber(
                last_name=last_name,
                first_name=first_name,
                birth_date=birth_date,
                sex=sex,
                address=address,
                entity_type="1",
            ),
        )
        return Person(patient=patient, coverage=coverage, payer=payer)

    def dependent(self, holder: Person, relationship: str, *, sex: str, born: date) -> Person:
        """Return a patient covered through somebody else: `01` the spouse, `19` a child."""
        self._count += 1
        patient = attrs.evolve(
            holder.patient,
            first_name=self._random.choice(_WOMEN if sex == "F" else _MEN),
            birth_date=born,
            sex=sex,
            relationship=relationship,
            record_number=f"MR{40000 + self._count}",
        )
        return attrs.evolve(holder, patient=patient, coverage=attrs.evolve(holder.coverage, relationship=relationship))
