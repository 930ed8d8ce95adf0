"""Row types of the tables about payment: conversion factors and the terms of each payer."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal, TypeVar

import attrs

from prebill import NotKnown, Payer, Table, table

Row = TypeVar("Row")
Rounding = Literal["tenth", "exact", "ceil", "floor", "eight_minute"]


@table("anesthesia-conversion-factors", key=("payer", "locality"), file="conversion_factors.csv")
@attrs.frozen(kw_only=True)
class ConversionFactor:
    """Dollars per unit, by payer and locality.

    `payer` is a payer id or a line of business; `locality` is `contractor/locality` of Medicare, or `national`.
    `qualifying` is the factor for qualifying APM participants.
    """

    payer: str
    locality: str = "national"
    factor: Decimal
    qualifying: Decimal | None = None
    effective_from: date | None = None
    effective_to: date | None = None


@table("anesthesia-payer-terms", key=("payer",), file="payer_terms.csv")
@attrs.frozen(kw_only=True)
class PayerTerms:
    """How a payer counts time, which modifiers it pays, and what it wants on an anesthesia claim.

    `payer` is a payer id (`UHC_COMM`; name your own in `aliases` of the configuration) or a line of business. What
    is None is not known. Time: minutes per unit, for physicians and for anesthetists, after `break_after` minutes
    `unit_minutes_after`. `p3`-`p5` are units of physical status; `units_99100` and its kin those of
    circumstances, which are `circumstances` `paid`, `zero` or `not_paid` (bundled). `percent_qz` does not hold in
    `full_qz_states`.
    """

    payer: str
    time_rounding: Rounding | None = None
    unit_minutes: int = 15
    unit_minutes_anesthetist: int | None = None
    break_after: int | None = None
    unit_minutes_after: int | None = None
    minutes_qualifier: str = "MJ"
    p3: int | None = None
    p4: int | None = None
    p5: int | None = None
    circumstances: Literal["paid", "zero", "not_paid"] | None = None
    units_99100: int = 0
    units_99116: int = 0
    units_99135: int = 0
    units_99140: int = 0
    percent_aa: int = 100
    percent_directed: int = 50
    percent_qz: int = 100
    full_qz_states: str = ""
    accepts_ad: bool = True
    accepts_23: bool = True
    role_required: bool = True
    role_position: int = 1
    state_modifiers: str = ""
    screening_mode: Literal["medicare", "cpt"] | None = None
    screening_modifier: str | None = None
    mac_modifier_required: Literal["stop", "review", "no"] = "no"
    ps_required: bool = False
    labor_method: Literal["standard", "capped", "face_time", "flat", "tiered"] = "standard"
    labor_cap_minutes: int | None = None
    labor_interval_days: int | None = None
    hysterectomy_never_with_labor: bool = False
    obstetrician_epidural: bool = False
    ad_partner: Literal["QX", "QZ"] | None = None
    block_consent_required: bool = False
    field_avoidance: bool = False
    attach_record_over_minutes: int | None = None
    attach_record_from_labor_minutes: int | None = None
    cancel_before_induction: Literal["mac_3_base", "01999-53", "e/m", "none"] | None = None
    cancel_53: Literal["required", "forbidden"] | None = None
    effective_from: date | None = None
    effective_to: date | None = None

    def units_of_status(self, status: str | None) -> int | None:
        """Return the units that a physical status earns; None where the payer's are not known."""
        return {"P3": self.p3, "P4": self.p4, "P5": self.p5}.get(status or "", 0)

    def units_of_circumstance(self, code: str) -> int | None:
        """Return the units that a qualifying circumstance earns; None where the payer's are not known."""
        if self.circumstances is None:
            return None
        units: int = getattr(self, f"units_{code}") if self.circumstances == "paid" else 0
        return units


def terms_of(payer: Payer, table: Table[PayerTerms]) -> PayerTerms:
    """Return the terms of a payer: its own, else those of its line of business, else plain defaults."""
    return table.remembered(_terms)(payer)


def has_own_terms(payer: Payer, table: Table[PayerTerms]) -> bool:
    """Tell whether a payer has terms under its own id."""
    try:
        return bool(payer.payer_id and table.all(payer.payer_id))
    except NotKnown:
        return False


def factor_of(
    payer: Payer, table: Table[ConversionFactor], locality: str = "", *, qualifying: bool = False
) -> tuple[Decimal, str]:
    """Return a payer's dollars per unit and the locality they are of.

    Raises `NotKnown` for a payer whose contract is not on file.
    """
    return table.remembered(_factor)(payer, locality, qualifying)


def _factor(table: Table[ConversionFactor], payer: Payer, locality: str, qualifying: bool) -> tuple[Decimal, str]:
    for name in filter(None, (payer.payer_id, payer.line_of_business)):
        for place in filter(None, (locality, "national")):
            row = _row(table, name, place)
            if row is not None:
                return (row.qualifying or row.factor if qualifying else row.factor), place
    message = f"the conversion factor of {payer.payer_id or 'this payer'} on {table.day}"
    raise NotKnown(message)


def _terms(table: Table[PayerTerms], payer: Payer) -> PayerTerms:
    names = filter(None, (payer.payer_id, payer.line_of_business))
    return next((row for name in names if (row := _row(table, name)) is not None), PayerTerms(payer=""))


def _row(table: Table[Row], *key: str) -> Row | None:
    try:
        return table.get(*key)
    except NotKnown:
        return None
