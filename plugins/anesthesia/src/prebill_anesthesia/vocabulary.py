"""The words of anesthesia billing: groups of codes and modifiers that several rules speak of."""

from __future__ import annotations

from typing import Final

from prebill import Claim, CodeSet, Payer, Provider, ServiceLine, codes

ANESTHESIA_RANGE: Final = codes("00100-01999")
DELETED: Final = codes("00452 00622 00634 00740 00810 01180 01190 01682 01935 01936 01995")
TIMED: Final = ANESTHESIA_RANGE - (codes("01953 01996") | DELETED)
"""Anesthesia paid by time. Codes that no longer exist are for ANE110 alone."""

LABOR: Final = "01967"
CESAREAN_AFTER_LABOR: Final = "01968"
HYSTERECTOMY_AFTER_LABOR: Final = "01969"
DAILY_MANAGEMENT: Final = "01996"
BURN_ADD_ON: Final = "01953"
UNLISTED: Final = "01999"

QUALIFYING_CIRCUMSTANCES: Final = codes("99100 99116 99135 99140")
SURGERY: Final = codes("10004-69990")
BESIDE_ANESTHESIA: Final = codes(
    "31500-31646 33210 33211 36000-36680 43752-43754 62270-62273 62320-62329 64400-64530 64999 76937 76942"
    " 93312-93318 93503"
)
"""Procedures that an anesthesia provider properly reports beside the anesthetic."""

BLOCKS: Final = codes(
    "62320-62327 64400 64405 64408 64415-64418 64420 64421 64425 64430 64435 64445-64451 64454 64461-64463"
    " 64466-64469 64473 64474 64486-64489 64505 64510 64517 64520 64530"
)
"""Blocks and injections that an anesthesia provider places for pain; the rows of the table of blocks."""

INJECTION_ANESTHESIA: Final = codes("01937-01942 01991 01992")
"""Anesthesia for injections: there the block is the operation."""

VISITS: Final = codes("99202-99215 99221-99223 99231-99239 99242-99245 99252-99255")
CANCELLED: Final = codes("Z53.0* Z53.1* Z53.2* Z53.8* Z53.9*")

ROLES: Final = codes("AA AD QK QX QY QZ")
PHYSICIAN_ROLES: Final = codes("AA AD QK QY")
ANESTHETIST_ROLES: Final = codes("QX QZ")
DIRECTED_ROLES: Final = codes("QK QY")
MONITORED_CARE: Final = codes("QS G8 G9")
PHYSICAL_STATUS: Final = codes("P1 P2 P3 P4 P5 P6")
SEPARATE: Final = codes("59 XE XP XS XU")
"""Modifiers that say: a separate service, and that open a bundling edit."""

TRAINEES: Final = frozenset({"resident", "intern", "fellow"})
NURSES_AND_ASSISTANTS: Final = frozenset({"crna", "caa"})
DIRECTED_KINDS: Final = NURSES_AND_ASSISTANTS | TRAINEES | {"srna"}

INPATIENT_OR_OUTPATIENT_FACILITY: Final = codes("19 21 22 23 24")
MEDICARE: Final = frozenset({"medicare_ffs", "medicare_advantage"})

_KINDS_BY_TAXONOMY: Final = {"367500000X": "crna", "367H00000X": "caa", "390200000X": "trainee"}


def roles_of(line: ServiceLine) -> tuple[str, ...]:
    """Return the role modifiers of a line in the order billed."""
    return tuple(modifier for modifier in line.modifiers if modifier in ROLES.single)


def role_of(line: ServiceLine) -> str | None:
    """Return the one role modifier of a line; None when it has none or several."""
    roles = roles_of(line)
    return roles[0] if len(roles) == 1 else None


def physical_status_of(line: ServiceLine) -> str | None:
    """Return the first physical status modifier of a line."""
    return next((modifier for modifier in line.modifiers if modifier in PHYSICAL_STATUS.single), None)


def is_separate(line: ServiceLine) -> bool:
    """Tell whether a modifier says that the line is a separate service."""
    return any(modifier in SEPARATE.single for modifier in line.modifiers)


def kind_of(provider: Provider) -> str | None:
    """Return who a provider is by taxonomy: `physician`, `dentist`, `crna`, `caa`, `trainee`; None if unknown."""
    taxonomy = provider.taxonomy
    if not taxonomy:
        return None
    if taxonomy.startswith("20"):
        return "physician"
    if taxonomy == "1223D0004X":
        return "dentist"
    return _KINDS_BY_TAXONOMY.get(taxonomy, "other")


def is_medicare(payer: Payer) -> bool:
    """Tell whether the payer is Medicare, original or Advantage."""
    return payer.line_of_business in MEDICARE


def lines_in(claim: Claim, group: CodeSet) -> tuple[ServiceLine, ...]:
    """Return the lines of a claim whose procedure is in a group."""
    return tuple(line for line in claim.lines if line.procedure in group)


def named(line: ServiceLine) -> str:
    """Return a line as billers say it: `Line 1 00790-QK-P3`."""
    return f"Line {line.number} {'-'.join((line.procedure, *line.modifiers))}"
