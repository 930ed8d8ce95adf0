"""Who counts as the same physician: partners of one specialty share a global period."""

from __future__ import annotations

from typing import Any

from prebill import Entry, Provider

_SPECIALTIES = {
    "207XS0106X": "hand surgery",
    "207XX0005X": "sports medicine",
    "207X": "orthopedic surgery",
    "207RR0500X": "rheumatology",
    "207T": "neurosurgery",
    "2081": "physical medicine and rehabilitation",
    "213E": "podiatry",
    "225100000X": "physical therapy",
}
_PRACTITIONERS = ("363A", "363L", "364S")
# Those of general, surgical, acute and adult care. The other taxonomies name a field of their own, such as the care
# of families: in a group of many specialties such a practitioner may work with a surgeon, or with anybody else.
_PRACTITIONERS_WITH_A_SURGEON = (
    "363A00000X",
    "363AS0400X",
    "363L00000X",
    "363LA2100X",
    "363LA2200X",
    "364S00000X",
    "364SP2800X",
)


def specialty_of(provider: Provider) -> str | None:
    """Return the specialty that a taxonomy code stands for; the code itself where it is none of orthopedics."""
    taxonomy = provider.taxonomy
    if taxonomy is None:
        return None
    return next((name for prefix, name in _SPECIALTIES.items() if taxonomy.startswith(prefix)), taxonomy)


def same_physician(one: Entry[Any], other: Entry[Any], *, npp_inherits_specialty: bool = True) -> bool | None:
    """Tell whether two lines of one practice count as the same physician's; None where the taxonomies do not tell.

    Nurse practitioners and physician assistants take the specialty of the surgeon they work with.
    """
    first, second = (entry.claim.rendering_of(entry.line) for entry in (one, other))
    if first.npi is not None and first.npi == second.npi:
        return True
    if npp_inherits_specialty and (_is(first, _PRACTITIONERS) or _is(second, _PRACTITIONERS)):
        inherits = _is(first, _PRACTITIONERS_WITH_A_SURGEON) or _is(second, _PRACTITIONERS_WITH_A_SURGEON)
        return True if inherits else None
    specialties = specialty_of(first), specialty_of(second)
    return None if None in specialties else specialties[0] == specialties[1]


def _is(provider: Provider, taxonomies: tuple[str, ...]) -> bool:
    return (provider.taxonomy or "").startswith(taxonomies)
