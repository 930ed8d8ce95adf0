"""What the national registry of providers says about an NPI."""

from __future__ import annotations

from datetime import date

import attrs

from prebill.lookup import table


@table("nppes", key=("npi",))
@attrs.frozen(kw_only=True)
class RegisteredProvider:
    """An NPI as issued: `entity_type` is `1` for a person and `2` for an organisation."""

    npi: str
    entity_type: str
    deactivated_on: date | None = None
