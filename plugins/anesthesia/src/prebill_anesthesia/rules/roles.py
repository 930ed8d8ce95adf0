"""Role modifiers on the line: present, one only, first, and possible for who rendered the service."""

from __future__ import annotations

from prebill import Claim, Outcomes, Payer, ServiceLine, Table, codes, hit, known, rule
from prebill_anesthesia.tables.payers import PayerTerms, terms_of
from prebill_anesthesia.vocabulary import (
    ANESTHESIA_RANGE,
    BESIDE_ANESTHESIA,
    DAILY_MANAGEMENT,
    DELETED,
    PHYSICIAN_ROLES,
    ROLES,
    SURGERY,
    kind_of,
    named,
    roles_of,
)

_OPERATIONS = SURGERY - BESIDE_ANESTHESIA
_NAMES = {
    "crna": "a CRNA",
    "caa": "an anesthesiologist assistant",
    "physician": "a physician",
    "dentist": "a dentist",
    "trainee": "a resident or student",
}
_RANK = {
    **dict.fromkeys(["AA", "AD", "QK", "QX", "QY", "QZ"], 0),
    "GC": 1,
    **dict.fromkeys(["QS", "G8", "G9"], 2),
    **dict.fromkeys(["PT", "33"], 3),
    **dict.fromkeys(["22", "23", "53", "59", "XE", "XP", "XS", "XU", "76", "77", "78", "79"], 4),
    **dict.fromkeys(["GA", "GY"], 5),
    **dict.fromkeys(["P1", "P2", "P3", "P4", "P5", "P6"], 6),
}


@rule(
    "ANE101",
    severity="stop",
    owner="coding",
    prevents=("CO-4/N822", "CO-4/N519"),
    sources=(
        "Medicare Claims Processing Manual, Pub. 100-04 ch. 12 §50 and §140.3.3",
        "Texas Medicaid Provider Procedures Manual 30.2.4.3",
    ),
    procedures=(ANESTHESIA_RANGE | SURGERY) - (BESIDE_ANESTHESIA | DELETED),
    fails=["00790-P3 63min @22"],
    passes=["00790-AA-P3 63min @22"],
)
def role_modifier_missing_or_double(
    line: ServiceLine,
    payer: Payer,
    terms: Table[PayerTerms],
    *,
    role_on_01996: bool = False,
    accepts_surgical_cpt: bool = False,
) -> Outcomes:
    """An anesthesia line has no role modifier, or several, or a surgical code has one.

    The role decides what the payer pays, so a line without exactly one of AA, AD, QK, QY, QX and QZ is denied.
    Take it from the staffing grid: personally performed AA; one case directed QY, two to four QK, more AD; a
    directed CRNA or anesthesiologist assistant QX; a CRNA alone QZ.
    """
    roles = roles_of(line)
    if line.procedure in _OPERATIONS:
        if roles and not accepts_surgical_cpt:
            yield hit(
                line,
                f"{named(line)}: {roles[0]} says who gave the anesthetic, but {line.procedure} is the operation.",
                fix="Bill the anesthesia code for the operation, or remove the role modifier.",
                at="modifiers",
            )
        return
    if line.procedure == DAILY_MANAGEMENT and not role_on_01996:
        return
    theirs = terms_of(payer, terms)
    if not roles and theirs.role_required:
        yield hit(
            line,
            f"{named(line)} has no anesthesia role modifier (one of AA, AD, QK, QX, QY, QZ is required).",
            fix="Take the role from the staffing grid: personally performed AA; directed 1 QY, 2-4 QK, more AD;"
            " CRNA or assistant directed QX; CRNA alone QZ.",
            at="modifiers",
        )
    elif len(roles) > 1:
        yield hit(
            line,
            f"{named(line)} carries {' and '.join(roles)}; role modifiers exclude one another.",
            fix="Keep the one role that the staffing grid shows.",
            at="modifiers",
            prevents="CO-4/N519",
        )
    wanted = theirs.state_modifiers.split()
    if wanted and not line.has(*wanted):
        yield hit(
            line,
            f"{named(line)} lacks {' or '.join(wanted)}, which {payer.payer_id} requires beside the role.",
            fix="Add U1 when one claim is sent for the case, U2 when two are.",
            at="modifiers",
            subject="state",
        )


@rule(
    "ANE104",
    severity="stop",
    owner="coding",
    prevents=("CO-4", "CO-8", "CO-170"),
    sources=(
        "Medicare Claims Processing Manual, Pub. 100-04 ch. 12 §140.1 and §140.3.3",
        "HCPCS Level II definitions of AA, AD, QK, QX, QY, QZ",
    ),
    procedures=ANESTHESIA_RANGE - DELETED,
    modifiers=ROLES | codes("GC"),
    fails=[{"lines": ["00790-AA 63min"], "taxonomy": "367500000X", "place": 22}],
    passes=[{"lines": ["00790-QX 63min"], "taxonomy": "367H00000X", "place": 22}],
)
def role_not_for_this_provider(
    line: ServiceLine, claim: Claim, *, physician_kinds: tuple[str, ...] = ("physician",)
) -> Outcomes:
    """The role modifier is impossible for the kind of provider who rendered the line.

    AA, AD, QK and QY are for physicians; QX is for a directed CRNA or anesthesiologist assistant; QZ for a CRNA
    alone, because an assistant may not work undirected. Correct the modifier, or the rendering NPI.
    """
    provider = claim.rendering_of(line)
    kind = known(kind_of(provider), "the taxonomy of the rendering provider")
    who = f"{_NAMES.get(kind, 'a provider')} (taxonomy {provider.taxonomy}, NPI {provider.npi})"
    for role in roles_of(line):
        if role in PHYSICIAN_ROLES:
            fits, whose = kind in physician_kinds, "is for physicians only"
        elif role == "QX":
            fits, whose = kind in {"crna", "caa"}, "is for a directed CRNA or anesthesiologist assistant"
        else:
            fits, whose = kind == "crna", "is for a CRNA who works without direction"
        if not fits:
            yield hit(
                line,
                f"{named(line)}: {role} reported by {who}; {role} {whose}.",
                fix="A CRNA alone bills QZ, a directed one QX, a physician AA, QY, QK or AD. Or correct the"
                " rendering"
                " NPI.",
                at="modifiers",
                subject=role,
            )
    if line.has("GC") and kind not in physician_kinds:
        yield hit(
            line,
            f"{named(line)}: GC reported by {who}; only a teaching physician reports it.",
            fix="Remove GC, or correct the rendering NPI.",
            at="modifiers",
            subject="GC",
        )


@rule(
    "ANE117",
    severity="stop",
    owner="billing",
    prevents="CO-4/N823",
    sources=(
        "Anthem provider notice: the anesthesia modifier goes first, else the line is denied",
        "Medicare contractor anesthesia guides: payment modifiers precede informational ones",
    ),
    procedures=ANESTHESIA_RANGE - DELETED,
    modifiers=ROLES,
    supersedes=("MOD111",),
    fails=["00790-P3-AA 63min @22"],
    passes=["00790-AA-P3 63min @22"],
)
def role_modifier_position(line: ServiceLine, payer: Payer, terms: Table[PayerTerms]) -> Outcomes:
    """The role modifier is not where the payer looks for it.

    Payers price anesthesia by the first modifier; behind an informational one the role is not read, and the line
    is denied or underpaid. Put the role first.
    """
    roles = roles_of(line)
    if len(roles) != 1 or len(line.modifiers) == 1:
        return
    (role,) = roles
    position = terms_of(payer, terms).role_position
    where = line.modifiers.index(role) + 1
    if where != position:
        others = [modifier for modifier in line.modifiers if modifier != role]
        better = "-".join([*others[: position - 1], role, *others[position - 1 :]])
        place = "first (payment modifiers precede informational ones)" if position == 1 else f"number {position}"
        yield hit(
            line,
            f"{named(line)}: {role} is modifier {where}; it must be {place}.",
            fix=f"Reorder to {better}.",
            at="modifiers",
            evidence={"suggested": better},
        )
        return
    ranked = [_RANK[modifier] for modifier in line.modifiers if modifier in _RANK and modifier != role]
    if ranked != sorted(ranked):
        better = "-".join(sorted(line.modifiers, key=lambda modifier: _RANK.get(modifier, 7)))
        yield hit(
            line,
            f"{named(line)}: the order of the further modifiers is unusual; payers read them from the left.",
            fix=f"Consider {better}.",
            at="modifiers",
            severity="info",
            subject="order",
        )
