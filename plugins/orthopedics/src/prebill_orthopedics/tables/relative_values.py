"""The indicators of the Medicare fee schedule that surgical rules turn on."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

import attrs

from prebill import table


@table("mpfs", key=("procedure", "modifier"), file="relative_values.csv")
@attrs.frozen(kw_only=True)
class RelativeValue:
    """One code of the CMS relative value file, without a modifier or with `26`, `TC` or `53`.

    The indicators keep the values that CMS gives them.

    `global_days` is `000`, `010`, `090`, `XXX` (none), `YYY` (the contractor sets it), `ZZZ` (add-on) or `MMM`.
    `bilateral` is `0` no adjustment, `1` paid at 150 %, `2` already bilateral, `3` paid per side, `9` not
    applicable. The last three are the shares of the package before, in and after the operation.
    """

    procedure: str
    modifier: str = ""
    status: str
    global_days: Literal["000", "010", "090", "XXX", "YYY", "ZZZ", "MMM"]
    multiple: str
    bilateral: Literal["0", "1", "2", "3", "9"]
    assistant: str
    cosurgeon: str
    team: str
    pc_tc: str
    endoscopic_base: str | None = None
    pre_operative: Decimal = Decimal(0)
    intra_operative: Decimal = Decimal(0)
    post_operative: Decimal = Decimal(0)
