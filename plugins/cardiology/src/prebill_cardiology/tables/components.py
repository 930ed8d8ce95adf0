"""Which codes have a professional and a technical component, and the codes of these."""

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


@table("mpfs", key=("procedure", "modifier"), file="indicators.csv")
@attrs.frozen(kw_only=True)
class ComponentRow:
    """The PC/TC indicator of one code of the Medicare fee schedule; for those named see `Indicator`."""

    procedure: str
    modifier: str = ""
    pc_tc: str


@table("cardiology-components", key=("procedure",), file="components.csv")
@attrs.frozen(kw_only=True)
class ComponentCodes:
    """The codes of the parts of a code, by blanks, where they have codes of their own."""

    procedure: str
    professional_code: str | None = None
    technical_code: str | None = None
