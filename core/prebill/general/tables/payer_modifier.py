"""Which modifiers a payer asks for, refuses, or wants in place of another."""

from __future__ import annotations

from datetime import date

import attrs

from prebill.lookup import table


@table("payer-modifier", key=("payer_id",))
@attrs.frozen(kw_only=True)
class PayerModifier:
    """What a payer, or a line of business, wants of the codes `code_from` to `code_to` (inclusive).

    `action` is `require`: one of `modifiers` must be on the line; `forbid`: none may be; `replace`: they are to
    give way to `instead`. `modifiers` are separated by blanks. A row can be bound to places of service, also by
    blanks. `condition` says in words when it applies.
    """

    payer_id: str
    code_from: str
    action: str
    modifiers: str
    code_to: str | None = None
    instead: str | None = None
    places: str | None = None
    condition: str | None = None
    effective_from: date | None = None
    effective_to: date | None = None

    def speaks_for(self, procedure: str, place: str | None) -> bool:
        """Tell whether the row is about a procedure at a place of service."""
        last = self.code_to or self.code_from
        return (
            len(procedure) == len(self.code_from)
            and self.code_from <= procedure <= last
            and (self.places is None or place in self.places.split())
        )
