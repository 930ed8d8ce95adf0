"""Which procedure codes exist, and when."""

from __future__ import annotations

from datetime import date

import attrs

from prebill.lookup import table


@table("procedure-code", key=("procedure",), file="procedure_code.csv")
@attrs.frozen(kw_only=True)
class ProcedureCode:
    """A CPT or HCPCS code and the days on which it is valid (inclusive).

    `unlisted` marks codes for what has none of its own, which need a description. A complete edition holds CPT and
    HCPCS codes: a code that it lacks does not exist.
    """

    procedure: str
    unlisted: bool = False
    effective_from: date | None = None
    effective_to: date | None = None
