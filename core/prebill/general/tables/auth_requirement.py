"""What payers ask for before a service: authorization, notification, referral."""

from __future__ import annotations

from datetime import date

import attrs

from prebill.general.where_rendered import state_of
from prebill.lookup import NotKnown, Table, table
from prebill.model import Claim, Payer, ServiceLine


@table("auth-requirement", key=("payer_id",), file="auth_requirement.csv")
@attrs.frozen(kw_only=True)
class AuthRequirement:
    """What a payer asks for before a service: `auth`, `referral`, `notification` or `none`.

    `payer_id` is a payer, or a line of business such as `medicare_ffs`. A row speaks for the codes `code_from` to
    `code_to` (inclusive; without a code for every service), at one place of service or at all, and in `states` (by
    spaces) or in all. `visits_before_auth` visits of a calendar year need nothing yet. `without` is what the payer
    does with a claim that lacks it: `deny`, or `review` before payment.
    """

    payer_id: str
    code_from: str | None = None
    code_to: str | None = None
    place_of_service: str | None = None
    states: str | None = None
    requires: str = "auth"
    visits_before_auth: int = 0
    without: str = "deny"
    effective_from: date | None = None
    effective_to: date | None = None

    def speaks_for(self, procedure: str, place: str | None, state: str | None) -> bool:
        """Tell whether the row is about a procedure at a place of service in a state."""
        return self.is_about(procedure) and self.is_in_force_at(place, state)

    def is_about(self, procedure: str) -> bool:
        """Tell whether the row names a procedure, or speaks for every one."""
        first = self.code_from
        return first is None or (len(procedure) == len(first) and first <= procedure <= (self.code_to or first))

    def is_in_force_at(self, place: str | None, state: str | None) -> bool:
        """Tell whether the row is about a place of service and a state."""
        return self.place_of_service in (None, place) and (self.states is None or state in self.states.split())


def required(
    requirements: Table[AuthRequirement] | None, payer: Payer, claim: Claim, line: ServiceLine, *kinds: str
) -> tuple[AuthRequirement, ...]:
    """Return the rows by which the payer, or its line of business, asks for something before the line.

    Raises `NotKnown` without a table, and where an excerpt does not have the payer.
    """
    if requirements is None:
        message = "no table of what the payer requires authorization for"
        raise NotKnown(message, of_run=True)
    rows = requirements.of_rows(_rows_about)(payer, line.procedure)
    if rows is None:
        rows = requirements.all(payer.payer_id)
    if not rows:
        return ()
    place, state = claim.place_of(line), state_of(claim, line)
    return tuple(row for row in rows if row.requires in kinds and row.is_in_force_at(place, state))


def _rows_about(
    requirements: Table[AuthRequirement], payer: Payer, procedure: str
) -> tuple[AuthRequirement, ...] | None:
    """Return what a payer, or its line of business, asks for before a procedure anywhere.

    None where an excerpt does not have the payer.
    """
    rows = requirements.find(payer.payer_id) or requirements.find(payer.line_of_business)
    return None if rows is None else tuple(row for row in rows if row.is_about(procedure))
