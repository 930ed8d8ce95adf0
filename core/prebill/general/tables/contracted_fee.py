"""What payers have agreed to pay, from the practice's contracts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import attrs

from prebill.lookup import table


@table("contracted-fee", key=("payer_id", "procedure"))
@attrs.frozen(kw_only=True)
class ContractedFee:
    """The amount that a payer, or a line of business, allows for one unit of a procedure with these modifiers.

    `modifiers` are separated by blanks, in any order.
    """

    payer_id: str
    procedure: str
    allowed: Decimal
    modifiers: str = ""
    effective_from: date | None = None
    effective_to: date | None = None
