"""The codes of coronary intervention and the days on which each is valid."""

from __future__ import annotations

from datetime import date
from typing import Literal

import attrs

from prebill import table


@table("cardiology-intervention-codes", key=("procedure",), file="interventions.csv")
@attrs.frozen(kw_only=True)
class InterventionCode:
    """One code: `base`, `add_on` of a branch, or `facility`, which only a hospital bills.

    `valid_from` and `valid_to` are the first and the last date of service on which the code exists.
    """

    procedure: str
    kind: Literal["base", "add_on", "facility"]
    valid_from: date | None = None
    valid_to: date | None = None
