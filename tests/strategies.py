"""Hypothesis strategies for the model.

`records(type)` makes any value that a record type can hold. `claims()` and `encounters()` make plausible claims:
sums agree, pointers point to diagnoses, texts hold what X12 can carry, so that every format can be tried on them.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, Literal

import attrs
from hypothesis import strategies as st

from prebill.model import (
    Accident,
    Address,
    Claim,
    Coverage,
    Diagnosis,
    Drug,
    Encounter,
    Patient,
    Provider,
    QualifiedDate,
    Reference,
    ServiceLine,
    Subscriber,
)

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
DECIMALS = st.decimals(-(10**12), 10**12, places=4) | st.decimals(0, 10**4, places=2) | st.integers(0, 9).map(Decimal)

_PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    int: st.integers(-(10**9), 10**9),
    bool: st.booleans(),
    float: st.floats(allow_nan=False, allow_infinity=False),
    Decimal: DECIMALS,
    date: st.dates(date(1900, 1, 1), date(2100, 1, 1)),
    datetime: st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)),
    Any: JSON,
    type(None): st.none(),
}


@cache
def records(kind: Any) -> st.SearchStrategy[Any]:
    """Return a strategy for any value of an attrs class, or of any annotation that its fields may have."""
    if kind in _PLAIN:
        return _PLAIN[kind]
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return st.one_of(*(records(each) for each in sorted(arguments, key=lambda each: each is not type(None))))
    if origin is tuple and ... in arguments:
        return st.lists(records(arguments[0]), max_size=2).map(tuple)
    if origin is tuple:
        return st.tuples(*(records(each) for each in arguments))
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin is not None and issubclass(origin, Mapping):
        return st.dictionaries(*(records(each) for each in arguments), max_size=2)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return st.sampled_from(list(kind))
    hints = typing.get_type_hints(kind)
    fields = {
        field.name: records(hints[field.name])
        if field.default is attrs.NOTHING
        else st.just(_default(field.default)) | records(hints[field.name])
        for field in attrs.fields(kind)
    }
    return st.fixed_dictionaries(fields).map(lambda values: kind(**values))


def _default(default: Any) -> Any:
    return default.factory() if isinstance(default, attrs.Factory) else default


WORDS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ '.-0123456789", min_size=1, max_size=20).map(str.strip).filter(bool)
CODES = st.text("ABCDEFGHJKMNPQRSTUVWXYZ0123456789", min_size=2, max_size=12)
DIGITS = st.text("0123456789", min_size=9, max_size=9)
NPIS = st.sampled_from(["1234567893", "1523456782", "1093817465", "1245319599"])
AMOUNTS = st.integers(0, 10**7).map(lambda cents: Decimal(cents) / 100)
DAYS = st.dates(date(2024, 1, 1), date(2026, 12, 31))
PROCEDURES = st.sampled_from(["99213", "99214", "20610", "93458", "00840", "27447", "90837", "J1100", "36415"])
DIAGNOSES = st.sampled_from(["M1712", "M25511", "I25119", "F411", "Z0000", "S82001A", "K8020"])
MODIFIERS = st.sampled_from(["25", "59", "LT", "RT", "QK", "AA", "GT", "XU"])
PLACES = st.sampled_from(["11", "21", "22", "24", "10", "02"])


def _maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


def addresses() -> st.SearchStrategy[Address]:
    """Postal addresses in the United States."""
    return st.builds(
        Address,
        line1=WORDS,
        line2=_maybe(WORDS),
        city=WORDS,
        state=st.sampled_from(["TX", "FL", "CA"]),
        postal_code=DIGITS,
    )


def providers(*, billing: bool = False) -> st.SearchStrategy[Provider]:
    """Providers; a billing provider has a tax number and an address."""
    own: dict[str, st.SearchStrategy[Any]] = {"taxonomy": _maybe(st.sampled_from(["207X00000X", "207L00000X"]))}
    if billing:
        own |= {"tax_id": DIGITS, "tax_id_kind": st.just("EI"), "address": addresses()}
    person = st.builds(Provider, npi=NPIS, name=WORDS, first_name=WORDS, entity_type=st.just("1"), **own)
    group = st.builds(Provider, npi=NPIS, name=WORDS, entity_type=st.just("2"), **own)
    return person | group


@st.composite
def service_lines(draw: st.DrawFn, number: int = 1, diagnoses: int = 1) -> ServiceLine:
    """A plausible service line."""
    day = draw(DAYS)
    minutes = draw(st.booleans())
    return ServiceLine(
        number=number,
        procedure=draw(PROCEDURES),
        from_date=day,
        to_date=draw(_maybe(st.just(day))),
        charge=draw(AMOUNTS),
        units=Decimal(draw(st.integers(1, 240 if minutes else 6))),
        unit_type="MJ" if minutes else "UN",
        modifiers=tuple(draw(st.lists(MODIFIERS, max_size=4, unique=True))),
        pointers=tuple(draw(st.lists(st.integers(1, diagnoses), min_size=1, max_size=4, unique=True))),
        place_of_service=draw(_maybe(PLACES)),
        emergency=draw(st.booleans()),
        control_number=draw(_maybe(CODES)),
        authorization_numbers=tuple(draw(st.lists(CODES, max_size=2))),
        rendering=draw(_maybe(providers())),
        drug=draw(_maybe(st.builds(Drug, ndc=DIGITS.map("00{}".format), quantity=AMOUNTS, unit=st.just("ML")))),
        notes=tuple(draw(st.lists(WORDS, max_size=1))),
    )


@st.composite
def claims(draw: st.DrawFn) -> Claim:
    """A plausible claim without structural faults."""
    diagnoses = draw(st.lists(DIAGNOSES, min_size=1, max_size=4, unique=True))
    count = draw(st.integers(1, 4))
    lines = tuple(draw(service_lines(number, len(diagnoses))) for number in range(1, count + 1))
    person = {
        "last_name": draw(WORDS),
        "first_name": draw(_maybe(WORDS)),
        "birth_date": draw(st.dates(date(1930, 1, 1), date(2023, 12, 31))),
        "sex": draw(st.sampled_from("FMU")),
        "address": draw(addresses()),
    }
    return Claim(
        control_number=draw(CODES),
        lines=lines,
        billing=draw(providers(billing=True)),
        patient=Patient(**person, relationship="18", record_number=draw(_maybe(CODES))),
        coverage=Coverage(
            payer_id=draw(CODES),
            payer_name=draw(WORDS),
            member_id=draw(CODES),
            relationship="18",
            filing_indicator=draw(st.sampled_from(["CI", "MB", "MC", "16"])),
            group_number=draw(_maybe(CODES)),
            subscriber=Subscriber(**person, entity_type="1"),
        ),
        total_charge=sum((line.charge for line in lines), Decimal(0)),
        place_of_service=draw(PLACES),
        frequency_code=draw(st.sampled_from("178")),
        diagnoses=tuple(
            Diagnosis(code=code, qualifier="ABF" if position else "ABK") for position, code in enumerate(diagnoses)
        ),
        rendering=draw(_maybe(providers())),
        referring=draw(_maybe(providers())),
        authorization_numbers=tuple(draw(st.lists(CODES, max_size=1))),
        original_reference_number=draw(_maybe(CODES)),
        signature_on_file=True,
        assignment="A",
        benefits_assigned="Y",
        release="Y",
        accident=draw(_maybe(st.builds(Accident, kinds=st.just(("AA",)), state=st.just("TX"), occurred_on=DAYS))),
        patient_paid=draw(_maybe(AMOUNTS)),
        dates=tuple(draw(st.lists(st.builds(QualifiedDate, qualifier=st.just("431"), from_date=DAYS), max_size=1))),
        references=tuple(draw(st.lists(st.builds(Reference, qualifier=st.just("X4"), value=CODES), max_size=1))),
        notes=tuple(draw(st.lists(WORDS, max_size=1))),
    )


def encounters() -> st.SearchStrategy[Encounter]:
    """Plausible encounters: any records beside a plausible claim."""
    return st.builds(attrs.evolve, records(Encounter), claim=claims())
