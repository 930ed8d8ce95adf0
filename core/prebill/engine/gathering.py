"""Gathers claims under the keys of their cohorts, and sets them aside for the second pass."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from prebill.engine.bound import Agenda
from prebill.engine.cohorts import Gathered
from prebill.engine.context import Context
from prebill.engine.judge import not_checked
from prebill.engine.keys import PATIENT_FAMILY, chain_of, identity_of, payer_number_of, replaced_by
from prebill.engine.plan import Plan
from prebill.engine.spill import ClaimHeader, Spill
from prebill.findings import NotChecked
from prebill.lookup import NotKnown
from prebill.model import Encounter, ServiceLine
from prebill.rules import Missing

Key = tuple[str, str]
"""A family, and a key of it."""
Where = tuple[int, int]
"""Offset and length of a claim in its spill."""


def gather(plan: Plan, context: Context, agenda: Agenda, not_gathered: list[NotChecked]) -> list[Key]:
    """Return the families and keys under which a claim is gathered.

    Where a line lacks the key of a family, its rules are reported as not checked.
    """
    keys: dict[Key, None] = {}
    for family in agenda.families:
        if family == PATIENT_FAMILY and context.patient is not None:
            keys[family, context.patient] = None
            continue
        make = plan.family_keys[family]
        for position, line in enumerate(context.claim.lines):
            if family in agenda.lines[position].families:
                try:
                    keys[family, make(context, line)] = None
                except NotKnown as missing:
                    not_gathered += _without_key(family, agenda, position, context, line, str(missing))
    return list(keys)


def _without_key(
    family: str, agenda: Agenda, position: int, context: Context, line: ServiceLine, reason: str
) -> Iterator[NotChecked]:
    for bound in agenda.lines[position].families[family]:
        applies = bound.judges and (bound.settled or bound.applies(context.claim, line))
        if applies and bound.rule.key_required:
            yield not_checked(bound.rule, Missing(reason=reason), context.claim, line)


def header_of(
    number: int, encounter: Encounter, where: Where, *, digest: bytes = b"", ledger_keys: tuple[Key, ...] = ()
) -> ClaimHeader:
    """Return the header of a claim."""
    claim = encounter.claim
    chain = chain_of(claim)
    created = claim.submission.created if claim.submission else None
    return ClaimHeader(
        number,
        claim.control_number,
        identity_of(claim, chain),
        chain,
        claim.frequency_code,
        "" if created is None else created.isoformat(),
        digest,
        payer_number_of(encounter),
        replaced_by(claim),
        ledger_keys,
        *where,
    )


def set_aside(spill: Spill, claim: Gathered, keys: Mapping[Key, bytes | None], where: Where) -> None:
    """Keep under which keys a claim is gathered, each with what the rules say about the claim alone."""
    days = tuple(sorted({line.from_date.toordinal() for line in claim.context.claim.lines}))
    for (family, key), said in keys.items():
        rules = tuple(claim.agenda.families[family])
        spill.gather((family, key, days, claim.claim_id, claim.number, rules, said, spill.number, *where))
