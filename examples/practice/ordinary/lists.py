"""What the payers of the group want authorized or referred before."""

from __future__ import annotations

from examples.practice.ordinary.group import COMMUNITY, HARBOR, KEYSTONE_BLUE, LAKESIDE, MEDICAID
from examples.practice.people import BLUESTONE, LANTERN, NORTHWIND, PayerBilled

AUTHORIZED = (
    (NORTHWIND, "27130", "27130"),
    (NORTHWIND, "27447", "27447"),
    (NORTHWIND, "29806", "29888"),
    (BLUESTONE, "29806", "29888"),
    (KEYSTONE_BLUE, "27130", "27447"),
    (LAKESIDE, "78451", "78454"),
    (LAKESIDE, "93451", "93461"),
    (NORTHWIND, "93451", "93461"),
    (NORTHWIND, "78451", "78454"),
    (BLUESTONE, "90832", "90838"),
    (HARBOR, "27130", "27447"),
    (HARBOR, "64479", "64484"),
    (HARBOR, "97110", "97140"),
    (COMMUNITY, "97110", "97140"),
    (MEDICAID, "92507", "92526"),
)
"""The codes that a payer wants authorized before: first and last."""
REFERRED = (LANTERN, HARBOR)


def asks_for_authorization(payer: PayerBilled, procedure: str) -> bool:
    """Tell whether a payer wants a procedure authorized before."""
    return any(payer is each and first <= procedure <= last for each, first, last in AUTHORIZED)
