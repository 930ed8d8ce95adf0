"""The payer of a claim as the practice has profiled it."""

from __future__ import annotations

import attrs

LINES_OF_BUSINESS = (
    "medicare_ffs",
    "medicare_advantage",
    "medicaid_ffs",
    "medicaid_mco",
    "commercial",
    "tricare",
    "va",
    "workers_comp",
    "auto",
    "self_pay",
)


@attrs.frozen(kw_only=True)
class Payer:
    """One payer and its line of business, one of `LINES_OF_BUSINESS`; both are None when not known."""

    payer_id: str | None = None
    name: str | None = None
    line_of_business: str | None = None
