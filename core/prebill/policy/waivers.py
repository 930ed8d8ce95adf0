"""Findings that a practice has decided about: waived for a reason and a time, or known from before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

import attrs

from prebill.errors import ConfigError
from prebill.findings import Finding, SharedFinding

_HEADING = "# Findings known when prebill was adopted: fingerprint, rule, claim. Remove a line to hear of it again."


@attrs.frozen(kw_only=True)
class Waiver:
    """A finding that a practice lets go, with the reason, up to and including the day `expires`.

    It names the finding by its fingerprint, or by rule and claim.
    """

    reason: str
    expires: date
    fingerprint: str | None = None
    rule: str | None = None
    claim: str | None = None

    def covers(self, finding: Finding | SharedFinding, claim_id: str) -> bool:
        """Tell whether the waiver is about a finding, or a claim's part in one."""
        if self.fingerprint is not None:
            return finding.fingerprint == self.fingerprint
        return finding.rule == self.rule and self.claim in _claims_of(finding, claim_id)

    def __str__(self) -> str:
        what = self.fingerprint or f"{self.rule} on {self.claim}"
        return f"the waiver of {what} ({self.reason}) expired {self.expires}"


def _claims_of(finding: Finding | SharedFinding, claim_id: str) -> set[str]:
    if isinstance(finding, SharedFinding):
        return {claim_id, finding.reported_under}
    return {claim_id, *(each.claim_id for each in finding.affected)}


def read_baseline(path: Path) -> frozenset[str]:
    """Read the fingerprints of a baseline file; raises `ConfigError` when it cannot be read."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        message = f"{path}: the baseline cannot be read: {error}"
        raise ConfigError(message) from error
    return frozenset(line.split()[0] for line in lines if line.strip() and not line.startswith("#"))


def write_baseline(path: Path, findings: Iterable[Finding]) -> int:
    """Write the fingerprints of findings to a baseline file, and return how many there are."""
    lines = sorted({f"{each.fingerprint} {each.rule} {each.claim_id}" for each in findings})
    path.write_text("\n".join([_HEADING, *lines, ""]), encoding="utf-8")
    return len(lines)


def expired(waivers: Iterable[Waiver], day: date) -> Iterator[Waiver]:
    """Yield the waivers that no longer count on a day."""
    return (each for each in waivers if each.expires < day)
