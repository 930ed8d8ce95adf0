"""Which states the first three digits of a ZIP Code lie in."""

from __future__ import annotations

import attrs

from prebill.lookup import table


@table("zip-prefix", key=("prefix",), file="zip_prefix.csv")
@attrs.frozen(kw_only=True)
class ZipPrefix:
    """Three digits of a ZIP Code and the states, by spaces, that have addresses under them."""

    prefix: str
    states: str
