"""Which codes have a professional and a technical component (Medicare fee schedule, PC/TC indicator)."""

from __future__ import annotations

from enum import StrEnum

import attrs

from prebill import table


class Indicator(StrEnum):
    """What the PC/TC indicator of the fee schedule says."""

    PHYSICIAN = "0"
    SPLITTABLE = "1"
    PROFESSIONAL_ONLY = "2"
    TECHNICAL_ONLY = "3"
    GLOBAL_ONLY = "4"
    NO_COMPONENTS = "9"


@table("cardiology-components", key=("procedure",), file="components.csv")
@attrs.frozen(kw_only=True)
class ComponentRow:
    """The indicator of one code, and the codes of its parts where they have codes of their own."""

    procedure: str
    indicator: Indicator
    professional_code: str | None = None
    technical_code: str | None = None
