"""The keys by which lines are gathered into cohorts, and the identity of a claim."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from operator import attrgetter
from typing import Any

from prebill.engine.context import Context, record_for, records_of
from prebill.engine.force import CHANGES
from prebill.lookup import NotKnown
from prebill.making import maker
from prebill.model import Claim, Encounter, ServiceLine
from prebill.rules import REGISTERS, Entry, Rule

SEPARATOR = "\x1f"
KeyMaker = Callable[[Entry[Any]], str]
FamilyKeyMaker = Callable[[Context, ServiceLine], str]

_make_entry = maker(Entry)

PATIENT = ("patient",)
PATIENT_FAMILY = "patient"
PAYER_NUMBER = "payer's number"
CLAIM_SCOPE = "claim#"


def family(rule: Rule) -> str:
    """Name the fields by which the claims of a rule's cohorts are gathered.

    Whatever concerns a patient is gathered by the patient alone: most have one claim in a batch, which is quickly
    told.
    """
    names = _family_names(rule)
    record = f"{rule.signature.cohort_record.__name__}:" if _asks_record(names) else ""
    return record + "+".join(names)


def family_key_maker(rule: Rule) -> FamilyKeyMaker:
    """Return a function that makes the key of a line in the rule's family, and raises as `key_maker` does."""
    names = _family_names(rule)
    if names == PATIENT:
        return _patient_key
    key = key_maker(names)
    record_type = rule.signature.cohort_record if _asks_record(names) else None

    def make(context: Context, line: ServiceLine) -> str:
        return key(entry_of(record_type, context, line))

    return make


def _patient_key(context: Context, line: ServiceLine) -> str:
    if context.patient is None:
        message = "no patient to gather lines by"
        raise NotKnown(message)
    return context.patient


def key_maker(names: tuple[str, ...]) -> KeyMaker:
    """Return a function that makes the key of an entry; it raises `NotKnown` where a field of it is missing."""
    fields = attrgetter(*names)
    single = len(names) == 1

    def make(entry: Entry[Any]) -> str:
        try:
            values = (fields(entry),) if single else fields(entry)
        except AttributeError:
            values = (None,)
        if None in values:
            message = f"no {' or no '.join(_unknown(names, entry))} to gather lines by"
            raise NotKnown(message)
        return SEPARATOR.join(map(str, values))

    return make


def entry_of(record_type: Any, context: Context, line: ServiceLine, **fields: Any) -> Entry[Any]:
    """Return a line as a member of a cohort, with its record of the type that the rule asked for, if any.

    Raises `NotKnown` where the record does not have its shape, or several are about the line.
    """
    record = None
    if record_type is not None:
        record = record_for(_candidates(context, record_type), context.claim, line)
    return _make_entry(encounter=context.encounter, line=line, record=record, patient=context.patient, **fields)


def _unknown(names: Iterable[str], entry: Entry[Any]) -> Iterator[str]:
    for name in names:
        try:
            value = attrgetter(name)(entry)
        except AttributeError:
            value = None
        if value is None:
            yield name.replace("_", " ").replace(".", " ")


def bucket_of(key: str, buckets: int) -> int:
    """Assign a key to one of a number of buckets, the same in every process and run."""
    return zlib.crc32(key.encode()) % buckets if buckets > 1 else 0


def identity_of(claim: Claim, chain: str) -> str:
    """Identify a claim of a chain: who bills whom under which number, in which capacity.

    Checking a claim again under the same identity replaces what was known of it.
    """
    return SEPARATOR.join([chain, claim.frequency_code, claim.original_reference_number or ""])


def chain_of(claim: Claim) -> str:
    """Identify the chain of an original with its replacements and voids: practice, payer, claim number."""
    practice = claim.billing.tax_id or claim.billing.npi or ""
    return SEPARATOR.join([practice, claim.coverage.payer_id or "", claim.control_number])


def payer_number_of(encounter: Encounter) -> str:
    """Return the number that the payer gave a claim, with the payer before it, or nothing."""
    number = encounter.status.payer_claim_number if encounter.status else None
    return SEPARATOR.join([encounter.claim.coverage.payer_id or "", number]) if number else ""


def replaced_by(claim: Claim) -> str:
    """Return the payer's number of the claim that this one replaces or voids, likewise, or nothing."""
    number = claim.original_reference_number
    changes = claim.frequency_code in CHANGES and number
    return SEPARATOR.join([claim.coverage.payer_id or "", number or ""]) if changes else ""


def digest(content: bytes) -> bytes:
    """Return what tells two contents apart, wherever they came from."""
    return hashlib.blake2b(content, digest_size=12).digest()


def claim_keys(makers: Mapping[str, FamilyKeyMaker], context: Context) -> Iterator[tuple[str, str]]:
    """Yield every family and key that any line of a claim has, whether or not it triggers a rule."""
    numbers = {payer_number_of(context.encounter), replaced_by(context.claim)} - {""}
    yield from ((PAYER_NUMBER, number) for number in sorted(numbers))
    for name, make in makers.items():
        seen = set()
        for line in context.claim.lines:
            try:
                seen.add(make(context, line))
            except NotKnown:
                continue
        yield from ((name, key) for key in sorted(seen))


def _family_names(rule: Rule) -> tuple[str, ...]:
    return PATIENT if "patient" in rule.key else rule.key


def _asks_record(names: tuple[str, ...]) -> bool:
    return any(name.startswith("record.") for name in names)


def _candidates(context: Context, record_type: type[Any]) -> tuple[Any, ...]:
    if record_type in REGISTERS:
        return getattr(context.encounter, REGISTERS[record_type]) or ()
    return records_of(context, record_type) or ()
