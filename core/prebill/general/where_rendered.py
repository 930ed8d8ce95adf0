"""Where a service was rendered."""

from __future__ import annotations

from prebill.model import Claim, ServiceLine


def state_of(claim: Claim, line: ServiceLine) -> str | None:
    """Return the state where the line was rendered: of the facility, else of the practice."""
    facility = claim.facility_of(line)
    address = (facility.address if facility else None) or claim.billing.address
    return address.state if address else None
