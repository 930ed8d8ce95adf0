"""What the practice recorded for necessity: notices to the patient, and why two diagnoses stand together."""

from __future__ import annotations

from datetime import date

import attrs

from prebill.model import ServiceLine
from prebill.rules import record


@record("abn")
@attrs.frozen(kw_only=True)
class AdvanceNotice:
    """An advance beneficiary notice (CMS-R-131). Without `procedures` it is about every service of the visit.

    `option` is the box that the patient chose, 1 to 3.
    """

    line_number: int | None = None
    procedures: tuple[str, ...] = ()
    signed: bool | None = None
    signed_on: date | None = None
    option: int | None = None

    def names(self, line: ServiceLine) -> bool:
        """Tell whether the notice is about the service of a line."""
        return self.line_number in (None, line.number) and (not self.procedures or line.procedure in self.procedures)


@record("excludes1_override")
@attrs.frozen(kw_only=True)
class UnrelatedConditions:
    """Why two diagnoses that exclude each other are both coded: the conditions are unrelated, and how."""

    diagnoses: tuple[str, ...] = ()
    reason: str | None = None

    def names(self, one: str, other: str) -> bool:
        """Tell whether the reason is about two diagnoses."""
        named = {code.replace(".", "").upper() for code in self.diagnoses}
        return bool(self.reason) and {one, other} <= named
