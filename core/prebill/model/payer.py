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


@attrs.frozen(kw_only=True, cache_hash=True)
class Payer:
    """One payer and its line of business, one of `LINES_OF_BUSINESS`; both are None when not known.

    `aliases` are the other ids by which clearinghouses and registers know the payer.
    """

    payer_id: str | None = None
    name: str | None = None
    line_of_business: str | None = None
    aliases: tuple[str, ...] = attrs.field(default=(), eq=False)

    def is_called(self, payer_id: str | None) -> bool:
        """Tell whether an id is the payer's own or one of its aliases."""
        return payer_id is not None and (payer_id == self.payer_id or payer_id in self.aliases)
