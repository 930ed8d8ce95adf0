"""Who may order and refer for Medicare patients (PECOS, CMS Order and Referring)."""

from __future__ import annotations

import attrs

from prebill.lookup import table


@table("ordering-provider", key=("npi",))
@attrs.frozen(kw_only=True)
class OrderingProvider:
    """A practitioner of the list; `part_b` is about imaging and laboratory, `dme` about equipment."""

    npi: str
    last_name: str
    first_name: str
    part_b: bool = True
    dme: bool = True
