"""Which modifiers exist, and since and until when."""

from __future__ import annotations

from datetime import date

import attrs

from prebill.lookup import table


@table("modifier-catalog", key=("modifier",), file="modifier_catalog.csv")
@attrs.frozen(kw_only=True)
class ModifierEntry:
    """A modifier of CPT, of HCPCS (ANWEB records 7 and 8) or of a payer, with the days on which it is valid."""

    modifier: str
    effective_from: date | None = None
    effective_to: date | None = None
