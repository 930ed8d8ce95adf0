"""Which counties make up the localities by which Medicare pays."""

from __future__ import annotations

import attrs

from prebill.lookup import table


@table("medicare-locality", key=("locality",))
@attrs.frozen(kw_only=True)
class MedicareLocality:
    """A locality, `contractor/locality` as in `gpci`; state, area and counties are named as CMS does."""

    locality: str
    state: str
    area: str
    counties: str
