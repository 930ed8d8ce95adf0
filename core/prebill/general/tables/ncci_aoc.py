"""Which services are paid only beside another one (NCCI add-on code edits)."""

from __future__ import annotations

from datetime import date

import attrs

from prebill.lookup import table

CONTRACTOR_DEFINED = "CCCCC"


@table("ncci-aoc", key=("add_on",), file="ncci_aoc.csv")
@attrs.frozen(kw_only=True)
class AddOnEdit:
    """A primary service of an add-on code.

    `edit_type` is 1 when the primaries listed are all there are, 2 when the payer's list decides (`primary` is
    then `CCCCC`), 3 when both do. `effective_to` is the earliest of the deletion dates.
    """

    add_on: str
    primary: str
    edit_type: int = 1
    notes: str | None = None
    effective_from: date | None = None
    effective_to: date | None = None
