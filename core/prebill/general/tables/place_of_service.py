"""The places of service of professional claims."""

from __future__ import annotations

from datetime import date

import attrs

from prebill.lookup import table


@table("place-of-service", key=("code",), file="place_of_service.csv")
@attrs.frozen(kw_only=True)
class PlaceOfService:
    """A place of service; `facility` tells whether Medicare pays practitioners the facility rate there."""

    code: str
    facility: bool = False
    effective_from: date | None = None
    effective_to: date | None = None
