"""The remark codes that payers may give on a remittance."""

from __future__ import annotations

from datetime import date

import attrs

from prebill.lookup import table


@table("remark-code", key=("remark",))
@attrs.frozen(kw_only=True)
class RemarkCode:
    """A remittance advice remark code (RARC) and the days on which it is in use (inclusive)."""

    remark: str
    effective_from: date | None = None
    effective_to: date | None = None
