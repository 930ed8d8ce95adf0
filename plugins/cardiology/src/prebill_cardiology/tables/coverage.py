"""Coverage policies: which diagnoses a payer accepts for a procedure, as in the CMS coverage database."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from functools import cache
from typing import Literal

import attrs

from prebill import CodeSet, codes, table


@table("cardiology-coverage-policies", key=("procedure",), file="coverage_policies.csv")
@attrs.frozen(kw_only=True)
class CoveragePolicy:
    """A policy that speaks for a procedure, of one Medicare contractor or one payer.

    `diagnosis_list` names its rows in the table of lists; None says that the policy exists and its list is not
    loaded. `complete` tells whether the list holds every covered code. National policies decide before local ones,
    those before a payer's own.
    """

    procedure: str
    policy: str
    level: Literal["national", "local", "payer"]
    contractor: str | None = None
    payer_id: str | None = None
    diagnosis_list: str | None = None
    complete: bool = False
    effective_from: date | None = None
    effective_to: date | None = None


class Role(StrEnum):
    """What the codes of a row do for coverage; the rows of one group belong together."""

    COVERED = "covered"
    NONCOVERED = "noncovered"
    PRIMARY = "primary"
    SECONDARY = "secondary"
    ONE_OF_TWO = "one_of_two"
    OTHER_OF_TWO = "other_of_two"
    NEEDS_COMPANION = "needs_companion"
    COMPANION = "companion"
    NO_COMPANION = "no_companion"


@table("cardiology-coverage-lists", key=("diagnosis_list",), file="coverage_lists.csv")
@attrs.frozen(kw_only=True)
class CoverageRow:
    """Codes of one role in a group of a list: single codes, `I42*` prefixes and `I25.700-I25.799` ranges.

    Where `verified` is False, a code missing beside one of these never stops a claim.
    """

    diagnosis_list: str
    group: str
    role: Role
    diagnoses: str
    verified: bool = True

    @property
    def codes(self) -> CodeSet:
        """The diagnoses as a set."""
        return _set_of(self.diagnoses)


@cache
def _set_of(diagnoses: str) -> CodeSet:
    return codes(diagnoses)


@table("cardiology-medicare-contractors", key=("state",), file="medicare_contractors.csv")
@attrs.frozen(kw_only=True)
class MedicareContractor:
    """The contractor that decides on Medicare Part B claims of a state."""

    state: str
    contractor: str
