"""What is billed: a professional claim and its service lines (837P loops 2300 and 2400, CMS-1500)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import attrs

from prebill.model.coverage import Coverage
from prebill.model.parties import Address, Patient, Provider


@attrs.frozen(kw_only=True)
class Diagnosis:
    """An ICD-10-CM code as billed, upper case and without its dot (837P HI).

    `qualifier` is the code list of the claim: `ABK` first-listed and `ABF` further ICD-10-CM codes, `BK` and
    `BF` the same of ICD-9-CM.
    """

    code: str
    qualifier: str = "ABF"


@attrs.frozen(kw_only=True)
class QualifiedDate:
    """A date or range under its 837P DTP qualifier, for example `431` onset or `435` admission."""

    qualifier: str
    from_date: date
    to_date: date | None = None


@attrs.frozen(kw_only=True)
class Reference:
    """An identifier under its 837P REF qualifier; `payer` names another payer it belongs to (REF04)."""

    qualifier: str
    value: str
    payer: str | None = None


@attrs.frozen(kw_only=True)
class Segment:
    """A segment that has no field of its own, kept as read: its loop, its name and its elements."""

    loop: str
    name: str
    elements: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Accident:
    """Related causes (837P CLM11 and DTP*439). `kinds` holds `AA` auto, `EM` employment, `OA` other."""

    kinds: tuple[str, ...] = ()
    state: str | None = None
    country: str | None = None
    occurred_on: date | None = None
    property_casualty_number: str | None = None


@attrs.frozen(kw_only=True)
class Attachment:
    """Paperwork sent or available (837P PWK)."""

    report_type: str
    transmission: str | None = None
    control_number: str | None = None


@attrs.frozen(kw_only=True)
class Contract:
    """Contract terms on the claim (837P CN1)."""

    kind: str
    amount: Decimal | None = None
    percent: Decimal | None = None
    code: str | None = None


@attrs.frozen(kw_only=True)
class Certification:
    """A condition indicator (837P CRC): its category, the answer and the conditions."""

    category: str
    certified: bool | None = None
    conditions: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Repricing:
    """Pricing by a repricer (837P HCP)."""

    method: str | None = None
    allowed: Decimal | None = None
    saving: Decimal | None = None
    organization_id: str | None = None
    reject_reason: str | None = None


@attrs.frozen(kw_only=True)
class Adjustment:
    """One amount that a payer took off: group code, claim adjustment reason code, amount, quantity (CAS)."""

    group: str
    reason: str
    amount: Decimal
    quantity: Decimal | None = None


@attrs.frozen(kw_only=True)
class PriorAdjudication:
    """How another payer judged the whole claim (837P loops 2320 and 2330).

    The coverage says who that payer is; amounts are dollars.
    """

    coverage: Coverage
    paid: Decimal | None = None
    non_covered: Decimal | None = None
    remaining_liability: Decimal | None = None
    remittance_date: date | None = None
    payer_claim_number: str | None = None
    adjustments: tuple[Adjustment, ...] = ()
    remark_codes: tuple[str, ...] = ()
    authorization_numbers: tuple[str, ...] = ()
    referral_numbers: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class LineAdjudication:
    """How another payer judged one line (837P loop 2430)."""

    payer_id: str
    paid: Decimal
    procedure: str | None = None
    modifiers: tuple[str, ...] = ()
    units: Decimal | None = None
    bundled_into: int | None = None
    remittance_date: date | None = None
    remaining_liability: Decimal | None = None
    adjustments: tuple[Adjustment, ...] = ()


@attrs.frozen(kw_only=True)
class Drug:
    """The drug of a line (837P loop 2410). `ndc` is the code as billed; `unit` is `F2 GR ME ML UN`."""

    ndc: str
    qualifier: str = "N4"
    quantity: Decimal | None = None
    unit: str | None = None
    prescription_number: str | None = None
    link_number: str | None = None


@attrs.frozen(kw_only=True)
class DurableEquipment:
    """Rental or purchase of equipment (837P SV5); amounts in dollars, length of need in days."""

    days: Decimal | None = None
    rental: Decimal | None = None
    purchase: Decimal | None = None
    frequency: str | None = None


@attrs.frozen(kw_only=True)
class Measurement:
    """A test result on a line (837P MEA), such as `TR R1` haemoglobin."""

    reference: str
    kind: str
    value: Decimal


@attrs.frozen(kw_only=True)
class FormAnswer:
    """An answer of a supporting form (837P LQ and FRM)."""

    form: str
    question: str
    answer: str


@attrs.frozen(kw_only=True)
class ServiceLine:
    """One service as billed.

    `modifiers` keep the order billed. `units` count what `unit_type` says: `UN` units or `MJ` minutes.
    `pointers` are 1-based positions in the claim's diagnoses. Fields that the claim also has are set here only
    when the line says something of its own; ask the claim (`Claim.place_of`, `Claim.rendering_of` …) for the
    value in force.
    """

    number: int
    procedure: str
    from_date: date
    charge: Decimal = Decimal(0)
    units: Decimal = Decimal(1)
    modifiers: tuple[str, ...] = ()
    pointers: tuple[int, ...] = ()
    to_date: date | None = None
    unit_type: str = "UN"
    place_of_service: str | None = None
    description: str | None = None
    procedure_qualifier: str = "HC"
    emergency: bool = False
    early_screening: bool = False
    family_planning: bool = False
    copay_exempt: bool = False
    control_number: str | None = None
    authorization_numbers: tuple[str, ...] = ()
    referral_number: str | None = None
    rendering: Provider | None = None
    ordering: Provider | None = None
    referring: Provider | None = None
    supervising: Provider | None = None
    facility: Provider | None = None
    purchased_service: Provider | None = None
    drug: Drug | None = None
    equipment: DurableEquipment | None = None
    obstetric_units: Decimal | None = None
    dates: tuple[QualifiedDate, ...] = ()
    references: tuple[Reference, ...] = ()
    adjudications: tuple[LineAdjudication, ...] = ()
    notes: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    certifications: tuple[Certification, ...] = ()
    measurements: tuple[Measurement, ...] = ()
    form_answers: tuple[FormAnswer, ...] = ()
    repricing: Repricing | None = None
    other_segments: tuple[Segment, ...] = ()

    @property
    def last_date(self) -> date:
        """The last date of service; equal to `from_date` for a single day."""
        return self.to_date or self.from_date

    @property
    def billed(self) -> str:
        """The procedure with its modifiers, as a message names it: `27447-RT`."""
        return "-".join((self.procedure, *self.modifiers))

    @property
    def days(self) -> tuple[date, ...]:
        """Every date of service, the first and the last included."""
        if self.to_date is None:
            return (self.from_date,)
        length = max((self.last_date - self.from_date).days, 0)
        return tuple(self.from_date + timedelta(days=offset) for offset in range(length + 1))

    @property
    def minutes(self) -> int | None:
        """The minutes billed, or None when the line does not bill minutes."""
        return int(self.units) if self.unit_type == "MJ" else None

    def has(self, *modifiers: str) -> bool:
        """Tell whether the line carries any of the modifiers."""
        return bool(self.modifiers) and any(map(self.modifiers.__contains__, modifiers))


@attrs.frozen(kw_only=True)
class Submission:
    """The transmission that a claim came in (ISA, GS, ST and BHT).

    `created` is the moment BHT04 and BHT05 state; `capitated` marks an encounter without expected payment
    (BHT06 `RP`); `reissue` marks a transaction sent before (BHT02 `18`).
    """

    interchange: str | None = None
    group: str | None = None
    transaction: str | None = None
    batch: str | None = None
    created: datetime | None = None
    capitated: bool = False
    reissue: bool = False
    submitter_id: str | None = None
    submitter_name: str | None = None
    receiver_id: str | None = None
    receiver_name: str | None = None


@attrs.frozen(kw_only=True)
class Claim:
    """A professional claim.

    `control_number` is the practice's own claim number (CLM01). `frequency_code` is `1` original, `7`
    replacement or `8` void; the latter two name the claim they change in `original_reference_number`, the
    number that the payer gave it (REF*F8). `coverage` is the one billed; `prior_adjudications` hold the other
    payers, with what they decided.
    """

    control_number: str
    lines: tuple[ServiceLine, ...]
    billing: Provider = Provider()
    patient: Patient = Patient()
    coverage: Coverage = Coverage()
    total_charge: Decimal = Decimal(0)
    place_of_service: str | None = None
    frequency_code: str = "1"
    diagnoses: tuple[Diagnosis, ...] = ()
    rendering: Provider | None = None
    referring: Provider | None = None
    primary_care: Provider | None = None
    supervising: Provider | None = None
    facility: Provider | None = None
    authorization_numbers: tuple[str, ...] = ()
    referral_number: str | None = None
    original_reference_number: str | None = None
    signature_on_file: bool | None = None
    assignment: str | None = None
    benefits_assigned: str | None = None
    release: str | None = None
    accident: Accident | None = None
    special_program: str | None = None
    delay_reason: str | None = None
    patient_paid: Decimal | None = None
    anesthesia_procedures: tuple[str, ...] = ()
    condition_codes: tuple[str, ...] = ()
    dates: tuple[QualifiedDate, ...] = ()
    references: tuple[Reference, ...] = ()
    notes: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    certifications: tuple[Certification, ...] = ()
    prior_adjudications: tuple[PriorAdjudication, ...] = ()
    contract: Contract | None = None
    repricing: Repricing | None = None
    pay_to_address: Address | None = None
    submission: Submission | None = None
    other_segments: tuple[Segment, ...] = ()

    @property
    def from_date(self) -> date:
        """The earliest date of service of any line."""
        return min([line.from_date for line in self.lines])

    @property
    def last_date(self) -> date:
        """The latest date of service of any line."""
        return max([line.last_date for line in self.lines])

    @property
    def patient_key(self) -> str | None:
        """The practice's patient number; without one, member id, birth date and first name together.

        Members of a family may share the member id, and twins the birth date too.
        """
        if self.patient.record_number:
            return self.patient.record_number
        if not self.coverage.member_id:
            return None
        first_name = "".join(filter(str.isalpha, self.patient.first_name or "")).upper()
        return f"{self.coverage.member_id}|{self.patient.birth_date or ''}|{first_name}"

    def place_of(self, line: ServiceLine) -> str | None:
        """Return the place of service in force: the line's own, else the claim's."""
        return line.place_of_service or self.place_of_service

    def rendering_of(self, line: ServiceLine) -> Provider:
        """Return who rendered the line: its own provider, else the claim's, else the billing provider."""
        return line.rendering or self.rendering or self.billing

    def facility_of(self, line: ServiceLine) -> Provider | None:
        """Return the service facility in force for the line."""
        return line.facility or self.facility

    def authorizations_of(self, line: ServiceLine) -> tuple[str, ...]:
        """Return the authorization numbers in force for the line: its own, else the claim's."""
        return line.authorization_numbers or self.authorization_numbers

    def diagnoses_of(self, line: ServiceLine) -> tuple[str, ...]:
        """Return the diagnosis codes that the line points to, in pointer order."""
        diagnoses = self.diagnoses
        return tuple([diagnoses[pointer - 1].code for pointer in line.pointers if 0 < pointer <= len(diagnoses)])

    def date_of(self, qualifier: str) -> date | None:
        """Return the claim date under an 837P DTP qualifier, such as `435` admission or `096` discharge."""
        return next((each.from_date for each in self.dates if each.qualifier == qualifier), None)

    def reference(self, qualifier: str) -> str | None:
        """Return the claim reference under an 837P REF qualifier, such as `X4` for the CLIA number."""
        return next((each.value for each in self.references if each.qualifier == qualifier), None)
