"""The same table as another pack knows it: fewer columns, and no modifiers."""

from __future__ import annotations

from decimal import Decimal

import attrs

from prebill import table


@table("made-up-fee", key=("procedure",))
@attrs.frozen(kw_only=True)
class FeeOfProcedure:
    procedure: str
    amount: Decimal
