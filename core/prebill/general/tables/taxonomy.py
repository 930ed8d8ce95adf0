"""The taxonomy codes of providers."""

from __future__ import annotations

from datetime import date

import attrs

from prebill.lookup import table


@table("taxonomy", key=("code",), file="taxonomy.csv")
@attrs.frozen(kw_only=True)
class Taxonomy:
    """A taxonomy code of the NUCC set and the days on which it is valid."""

    code: str
    effective_from: date | None = None
    effective_to: date | None = None
