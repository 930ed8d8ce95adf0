"""Who counts as the same practitioner: the same person, or the same specialty in the same group.

Medicare pays physicians of one group and one specialty as if they were one (Pub. 100-04 ch. 12 §30.6.5).
"""

from __future__ import annotations

from functools import lru_cache

from prebill.lookup import NotKnown
from prebill.model import Claim, Provider, ServiceLine

# CMS Medicare provider and supplier taxonomy crosswalk: where several taxonomies are one specialty, by their first
# characters. A taxonomy that is not here is its own specialty. The longest match counts.
_MEDICARE_SPECIALTIES = {
    "207L": "05",  # anesthesiology
    "207LC0200": "81",
    "207LP2900": "72",
    "207N": "07",  # dermatology
    "207Q": "08",  # family medicine
    "207QG0300": "38",
    "207QH0002": "17",
    "207QS0010": "23",
    "207V": "16",  # obstetrics and gynecology
    "207VX0201": "98",
    "207W": "18",  # ophthalmology
    "207X": "20",  # orthopedic surgery
    "207XS0106": "40",
    "2080": "37",  # pediatrics
    "2084N": "13",  # neurology
    "2084P0800": "26",  # psychiatry
    "2084P0804": "26",
    "2086": "02",  # general surgery
    "2086S0102": "81",
    "2086S0105": "40",
    "2086S0122": "24",
    "2086S0129": "77",
    "2086X0206": "91",
    "2088": "34",  # urology
    "363A": "97",  # physician assistant
    "363L": "50",  # nurse practitioner
    "364S": "89",  # clinical nurse specialist
}


@lru_cache(maxsize=4096)
def specialty_of(taxonomy: str) -> str:
    """Return the Medicare specialty of a taxonomy, or the taxonomy itself where no specialty is mapped."""
    for length in range(len(taxonomy), 3, -1):
        found = _MEDICARE_SPECIALTIES.get(taxonomy[:length])
        if found is not None:
            return found
    return taxonomy


def same_provider(one: Claim, line: ServiceLine, other: Claim, other_line: ServiceLine) -> bool:
    """Tell whether two lines count as rendered by the same practitioner.

    Raises `NotKnown` when two people of one group did it and the specialty of one of them is not on the claim.
    """
    if one is other and line.rendering is other_line.rendering:
        return True
    first, second = one.rendering_of(line), other.rendering_of(other_line)
    if first is second or (first.npi is not None and first.npi == second.npi):
        return True
    if not same_group(one.billing, other.billing):
        return False
    if first.taxonomy is None or second.taxonomy is None:
        message = f"the specialty of {second.npi if first.taxonomy else first.npi} (taxonomy of the provider)"
        raise NotKnown(message)
    return specialty_of(first.taxonomy) == specialty_of(second.taxonomy)


def same_group(one: Provider, other: Provider) -> bool:
    """Tell whether two billing providers are one practice: by NPI or tax number."""
    return bool((one.npi and one.npi == other.npi) or (one.tax_id and one.tax_id == other.tax_id))
