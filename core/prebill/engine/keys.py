"""The keys by which lines are gathered into cohorts, and the identity of a claim."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator
from operator import attrgetter
from typing import Any

from prebill.engine.context import Context, record_for, records_of
from prebill.lookup import NotKnown
from prebill.model import Claim, ServiceLine
from prebill.rules import REGISTERS, Entry, Rule

SEPARATOR = "\x1f"
PARTS = 64


def family(rule: Rule) -> str:
    """Name the fields of a rule's key; rules of one family share the ledger's index."""
    record = f"{rule.signature.cohort_record.__name__}:" if _uses_record(rule) else ""
    return record + "+".join(rule.key)


def entry_of(rule: Rule, context: Context, line: ServiceLine, **fields: Any) -> Entry[Any]:
    """Return a line as a member of a rule's cohort, with the record that the rule asked for."""
    record_type = rule.signature.cohort_record
    record = None
    if record_type is not None:
        record = record_for(_candidates(context, record_type), context.claim, line)
    return Entry(encounter=context.encounter, line=line, record=record, **fields)


def key_of(rule: Rule, context: Context, line: ServiceLine) -> str:
    """Return the key of a line; raises `NotKnown` where a field of it is missing."""
    member = entry_of if _uses_record(rule) else _bare_entry
    entry = member(rule, context, line)
    values = []
    for name in rule.key:
        try:
            value = attrgetter(name)(entry)
        except AttributeError:
            value = None
        if value is None:
            message = f"no {name.replace('_', ' ').replace('.', ' ')} to gather lines by"
            raise NotKnown(message)
        values.append(str(value))
    return SEPARATOR.join(values)


def part_of(key: str) -> int:
    """Assign a key to one of `PARTS`, the same in every process and run."""
    return zlib.crc32(key.encode()) % PARTS


def identity_of(claim: Claim) -> str:
    """Identify a claim: who bills whom under which number, in which capacity.

    Checking a claim again under the same identity replaces what was known of it.
    """
    return SEPARATOR.join([chain_of(claim), claim.frequency_code, claim.original_reference_number or ""])


def chain_of(claim: Claim) -> str:
    """Identify the chain of an original with its replacements and voids: practice, payer, claim number."""
    practice = claim.billing.tax_id or claim.billing.npi or ""
    return SEPARATOR.join([practice, claim.coverage.payer_id or "", claim.control_number])


def digest(content: bytes) -> bytes:
    """Return what tells two contents apart, wherever they came from."""
    return hashlib.blake2b(content, digest_size=12).digest()


def claim_keys(rules: tuple[Rule, ...], context: Context) -> Iterator[tuple[str, str]]:
    """Yield every family and key that any line of a claim has, whether or not it triggers a rule."""
    seen: set[tuple[str, str]] = set()
    for rule in {family(each): each for each in rules}.values():
        for line in context.claim.lines:
            try:
                pair = (family(rule), key_of(rule, context, line))
            except NotKnown:
                continue
            if pair not in seen:
                seen.add(pair)
                yield pair


def _bare_entry(_rule: Rule, context: Context, line: ServiceLine) -> Entry[Any]:
    return Entry(encounter=context.encounter, line=line)


def _uses_record(rule: Rule) -> bool:
    return any(name.startswith("record.") for name in rule.key)


def _candidates(context: Context, record_type: type[Any]) -> tuple[Any, ...]:
    if record_type in REGISTERS:
        return getattr(context.encounter, REGISTERS[record_type]) or ()
    return records_of(context, record_type) or ()
