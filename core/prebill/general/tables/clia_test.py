"""Which laboratory tests need a CLIA certificate, and which of them a waived laboratory may do."""

from __future__ import annotations

from datetime import date

import attrs

from prebill.lookup import table


@table("clia-test", key=("procedure",), file="clia_test.csv")
@attrs.frozen(kw_only=True)
class CliaTest:
    """A test under CLIA; `waived` tells that a certificate of waiver is enough, `needs_qw` that QW must say so."""

    procedure: str
    waived: bool = False
    needs_qw: bool = False
    effective_from: date | None = None
    effective_to: date | None = None
