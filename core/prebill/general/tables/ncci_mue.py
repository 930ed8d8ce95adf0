"""How many units of a service are paid (NCCI medically unlikely edits)."""

from __future__ import annotations

import attrs

from prebill.lookup import table


@table("ncci-mue", key=("procedure",), file="ncci_mue.csv")
@attrs.frozen(kw_only=True)
class UnitLimit:
    """The most units of a procedure; 0 is never payable.

    `adjudication` is the MUE adjudication indicator: 1 each claim line by itself, 2 the units of the day,
    absolute, 3 the units of the day, with records on appeal; None when it is not known.
    """

    procedure: str
    units: int
    adjudication: int | None = None
    rationale: str | None = None


@table("ncci-mue-medicaid", key=("procedure",))
@attrs.frozen(kw_only=True)
class MedicaidUnitLimit(UnitLimit):
    """A limit of the table that CMS publishes for Medicaid, where every edit looks at one claim line."""


@table("ncci-mue-dme", key=("procedure",))
@attrs.frozen(kw_only=True)
class SupplierUnitLimit(UnitLimit):
    """A limit of the table that CMS publishes for suppliers of equipment, whose claims go to a DME contractor."""


@table("ncci-mue-outpatient", key=("procedure",))
@attrs.frozen(kw_only=True)
class OutpatientUnitLimit(UnitLimit):
    """A limit of the table that CMS publishes for outpatient hospital services."""
