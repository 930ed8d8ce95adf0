"""Modifiers that have no meaning on an anesthesia line."""

from __future__ import annotations

from prebill import Claim, Outcomes, Payer, ServiceLine, Table, codes, hit, rule
from prebill_anesthesia.records import AnesthesiaRecord
from prebill_anesthesia.tables.payers import PayerTerms, terms_of
from prebill_anesthesia.vocabulary import (
    ANESTHESIA_RANGE,
    BESIDE_ANESTHESIA,
    DELETED,
    ROLES,
    SEPARATE,
    named,
    roles_of,
)

_MEANINGLESS = codes("26 TC 50 54 55 56 62 66 80 81 82 AS")
_UNUSUAL = codes("24 25 51 57 LT RT")


@rule(
    "ANE133",
    severity="stop",
    owner="coding",
    prevents="CO-4/N519",
    sources=(
        "Medicare physician fee schedule RVU25D: payment indicators of anesthesia codes",
        "Medicare contractor modifier guides",
    ),
    procedures=(ANESTHESIA_RANGE | BESIDE_ANESTHESIA) - DELETED,
    modifiers=_MEANINGLESS | _UNUSUAL | SEPARATE | ROLES | codes("23"),
    fails=["01630-AA-26 89min @22"],
    passes=["00840-AA-22 120min @22"],
)
def modifier_not_for_anesthesia(
    line: ServiceLine,
    claim: Claim,
    payer: Payer,
    terms: Table[PayerTerms],
    record: AnesthesiaRecord | None,
) -> Outcomes:
    """A modifier has no meaning on the line that carries it.

    Anesthesia codes know no professional component, sides or assistants; the combination is denied as invalid.
    Roles are for codes paid by time, not for blocks and lines. Remove the modifier.
    """
    if line.procedure not in ANESTHESIA_RANGE:
        for role in roles_of(line)[:1]:
            yield hit(
                line,
                f"{named(line)}: {role} on a service that is not paid by time.",
                fix=f"Remove {role} unless the plan asks for it.",
                at="modifiers",
                severity="review",
                subject="role",
            )
        return
    for modifier in line.modifiers:
        if modifier in _MEANINGLESS or modifier in _UNUSUAL:
            yield hit(
                line,
                f"{named(line)}: {modifier} has no meaning on an anesthesia code.",
                fix=f"Remove {modifier}.",
                at="modifiers",
                severity="stop" if modifier in _MEANINGLESS else "review",
                subject=modifier,
            )
    again = record is not None and record.returned_to_or
    separate = next((modifier for modifier in line.modifiers if modifier in SEPARATE), None)
    if separate and len(claim.lines) == 1 and not again:
        yield hit(
            line,
            f"{named(line)}: {separate} on the only line of the claim; separate from what?",
            fix=f"Remove {separate}, unless another claim of the day has the first anesthetic.",
            at="modifiers",
            severity="review",
            subject="separate",
        )
    if line.has("23"):
        kind = None if record is None else record.anesthesia_type
        if not terms_of(payer, terms).accepts_23 or kind not in (None, "general"):
            why = (
                f"the record says {kind.replace('_', ' ')}" if kind not in (None, "general") else "the payer ignores it"
            )
            yield hit(
                line,
                f"{named(line)}: 23 says general anesthesia where none is usual; {why}.",
                fix="Remove 23.",
                at="modifiers",
                severity="review",
                subject="23",
            )
