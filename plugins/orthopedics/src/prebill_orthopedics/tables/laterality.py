"""The side that an ICD-10-CM code names."""

from __future__ import annotations

from typing import Literal

import attrs

from prebill import table


@table("orthopedics-laterality", key=("diagnosis",), file="laterality.csv")
@attrs.frozen(kw_only=True)
class Laterality:
    """What the title of one code says: `R`, `L`, `B` both, `U` unspecified though sided codes exist, `N` none.

    `digit` is the finger or toe that the title names.
    """

    diagnosis: str
    side: Literal["R", "L", "B", "U", "N"]
    digit: Literal["thumb", "index", "middle", "ring", "little", "great toe"] | None = None
