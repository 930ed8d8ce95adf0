"""Which services a payer wants documents for, from the payers' manuals."""

from __future__ import annotations

from datetime import date

import attrs

from prebill.lookup import table


@table("attachment-required", key=("payer_id",))
@attrs.frozen(kw_only=True)
class AttachmentRequired:
    """What a payer, or a line of business, wants to see with a claim.

    A row speaks for the codes `code_from` to `code_to` (inclusive; without a code for every service), and for
    lines with one of `modifiers` (by blanks), if it names any. `document` is what to send, in words.
    """

    payer_id: str
    code_from: str | None = None
    code_to: str | None = None
    modifiers: str | None = None
    document: str = "documentation"
    effective_from: date | None = None
    effective_to: date | None = None

    def speaks_for(self, procedure: str, modifiers: tuple[str, ...]) -> bool:
        """Tell whether the row is about a procedure with its modifiers."""
        first, last = self.code_from, self.code_to or self.code_from
        named = first is None or last is None or (len(procedure) == len(first) and first <= procedure <= last)
        return named and (self.modifiers is None or any(each in modifiers for each in self.modifiers.split()))
