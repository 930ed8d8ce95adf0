"""Decides what happens to a claim."""

from __future__ import annotations

from collections.abc import Iterable

from prebill.findings import Disposition, Severity


def disposition(severities: Iterable[Severity]) -> Disposition:
    """Hold a claim that will be denied, mark one for review that is likely to be challenged, release the rest."""
    gravest = max(severities, key=lambda severity: severity.rank, default=Severity.INFO)
    return {
        Severity.STOP: Disposition.HOLD,
        Severity.REVIEW: Disposition.REVIEW,
        Severity.INFO: Disposition.RELEASE,
    }[gravest]
