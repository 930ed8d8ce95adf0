"""What several loops have in common: names, addresses, providers, and segments of one kind."""

from __future__ import annotations

from prebill.model import Adjustment, Attachment, Certification, Provider, QualifiedDate, Reference
from prebill.readers.x12.mapping import (
    Append,
    Loop,
    Need,
    Pair,
    Position,
    Records,
    Segment,
    Several,
    Value,
    elements,
)
from prebill.readers.x12.values import Kind

PLACES = frozenset(f"{number:02}" for number in range(1, 100))
SEXES = frozenset({"F", "M", "U"})
FILING = frozenset({"11", "12", "13", "14", "15", "16", "17", "AM", "BL", "CH", "CI", "DS"}) | frozenset(
    {"FI", "HM", "LM", "MA", "MB", "MC", "OF", "TV", "VA", "WC", "ZZ"}
)
SEQUENCES = frozenset("ABCDEFGHPSTU")
PROVIDER_IDS = frozenset({"0B", "1G", "G2", "LU"})
PAYER_IDS = ("2U", "EI", "FY", "NF", "G2", "LU")

CONTACT = Segment("PER")


def name(*qualifiers: str, person: str = "", identifier: str = "") -> Segment:
    """An NM1 whose names fill the fields of a person, and whose NM109 fills the identifier."""
    identified = (Value(identifier, "09", longest=80),) if identifier else ()
    return Segment(
        "NM1",
        (
            Value(f"{person}last_name", "03", longest=60),
            Value(f"{person}first_name", "04", longest=35),
            Value(f"{person}middle_name", "05", longest=25),
            Value(f"{person}suffix", "07", longest=10),
            *identified,
        ),
        qualifiers=qualifiers,
        varied=True,
    )


def postal_address(field: str) -> tuple[Segment, Segment]:
    """The N3 and N4 of an address."""
    return (
        Segment(
            "N3",
            (Value(f"{field}.line1", "01", longest=55), Value(f"{field}.line2", "02", longest=55)),
            varied=True,
        ),
        Segment(
            "N4",
            (
                Value(f"{field}.city", "01", longest=30),
                Value(f"{field}.state", "02", longest=2),
                Value(f"{field}.postal_code", "03", longest=15),
                Value(f"{field}.country", "04", longest=3),
            ),
            varied=True,
        ),
    )


def person(prefix: str) -> tuple[Segment, ...]:
    """The address, birth date and sex of a person."""
    return (
        *postal_address(f"{prefix}address"),
        Segment(
            "DMG",
            (Value(f"{prefix}birth_date", "02", Kind.DAY), Value(f"{prefix}sex", "03", codes=SEXES)),
            varied=True,
        ),
    )


def provider_name(qualifier: str, prefix: str = "") -> Segment:
    """The NM1 of a provider; an identifier that is no NPI becomes one of the other ids."""
    return Segment(
        "NM1",
        (
            Value(f"{prefix}entity_type", "02", codes=frozenset("12")),
            Value(f"{prefix}name", "03", longest=60),
            Value(f"{prefix}first_name", "04", longest=35),
            Value(f"{prefix}middle_name", "05", longest=25),
            Value(f"{prefix}suffix", "07", longest=10),
            Value(f"{prefix}npi", "09", longest=80, only_if=(Position(8), "XX")),
            Pair(f"{prefix}other_ids", "08", "09", "XX"),
        ),
        qualifiers=(qualifier,),
    )


def provider(loop: str, qualifier: str, field: str, *, address: bool = False, taxonomy: bool = False) -> Loop:
    """A provider of a claim or of a line."""
    return Loop(
        loop,
        (
            provider_name(qualifier),
            *(postal_address("address") if address else ()),
            *((Segment("PRV", (Value("taxonomy", "03", longest=50),)),) if taxonomy else ()),
            Segment("REF", (Pair("other_ids", "01", "02"),), allowed=PROVIDER_IDS, unless=Position(4)),
            Segment("REF"),
            CONTACT,
        ),
        field=field,
        record=Provider,
    )


def kept(loop: str, *qualifiers: str) -> Loop:
    """A loop of a name that the model has no field for; without a qualifier: one that the guide does not have."""
    return Loop(
        loop,
        (
            Segment("NM1", qualifiers=qualifiers),
            *(Segment(name) for name in ("N2", "N3", "N4", "DMG", "PRV", "REF", "PER", "DTP")),
        ),
        unknown=not qualifiers,
    )


def dates(allowed: frozenset[str]) -> Segment:
    """The DTP of dates without a field of their own."""
    return Segment(
        "DTP",
        (
            Records(
                "dates",
                QualifiedDate,
                (
                    Value("qualifier", "01", need=Need.RECORD),
                    Value("from_date", "03", Kind.FIRST_DAY, need=Need.RECORD),
                    Value("to_date", "03", Kind.LAST_DAY),
                ),
            ),
        ),
        allowed=allowed,
    )


def references(allowed: frozenset[str]) -> Segment:
    """The REF of identifiers without a field of their own."""
    return Segment(
        "REF",
        (
            Records(
                "references",
                Reference,
                (
                    Value("qualifier", "01", need=Need.RECORD),
                    Value("value", "02", need=Need.RECORD, longest=50),
                    Value("payer", "04-2"),
                ),
            ),
        ),
        allowed=allowed,
    )


ATTACHMENT = Segment(
    "PWK",
    (
        Records(
            "attachments",
            Attachment,
            (
                Value("report_type", "01", need=Need.RECORD),
                Value("transmission", "02"),
                Value("control_number", "06", longest=80),
            ),
        ),
    ),
)
NOTE = Segment("NTE", (Append("notes", "02"),))
CERTIFICATION = Segment(
    "CRC",
    (
        Records(
            "certifications",
            Certification,
            (
                Value("category", "01", need=Need.RECORD),
                Value("certified", "02", Kind.ANSWER),
                Several("conditions", elements(3, 7)),
            ),
        ),
    ),
)
REPRICING = Segment(
    "HCP",
    (
        Value("repricing.method", "01"),
        Value("repricing.allowed", "02", Kind.AMOUNT),
        Value("repricing.saving", "03", Kind.AMOUNT),
        Value("repricing.organization_id", "04"),
        Value("repricing.reject_reason", "13"),
    ),
)
ADJUSTMENTS = Segment(
    "CAS",
    (
        Records(
            "adjustments",
            Adjustment,
            (
                Value("reason", "02", need=Need.RECORD),
                Value("amount", "03", Kind.AMOUNT, need=Need.CLAIM),
                Value("quantity", "04", Kind.COUNT),
            ),
            (Value("group", "01", need=Need.RECORD, codes=frozenset({"CO", "CR", "OA", "PI", "PR"})),),
            step=3,
            groups=6,
        ),
    ),
)
