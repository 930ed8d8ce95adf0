"""What a run found, claim by claim in the order of the input."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal

import attrs

from prebill.findings import Disposition, Finding, NotChecked, RuleCrash, SharedFinding
from prebill.reading import Place, Problem, Refused, Unreadable


@attrs.frozen(kw_only=True)
class WaivedFinding:
    """A finding that the practice lets go, with the reason and the last day."""

    finding: Finding
    reason: str
    expires: date


@attrs.frozen(kw_only=True)
class ClaimVerdict:
    """Everything found about one claim. `shared` are its parts in findings reported under other claims.

    `expected_value` is what holding the claim is worth in dollars, and `review_minutes` the work of a look at it;
    None where no finding speaks for a look. `reason` says why it is held or released: `stop`, `always`, `expected
    value`, `filing limit`, `capacity`. `escalate` asks for a person today. `waived` and `baseline` are findings
    that do not count: let go by a waiver, or known from before.
    """

    claim_id: str
    place: Place | None
    disposition: Disposition
    findings: tuple[Finding, ...] = ()
    shared: tuple[SharedFinding, ...] = ()
    not_checked: tuple[NotChecked, ...] = ()
    crashes: tuple[RuleCrash, ...] = ()
    expected_value: Decimal | None = None
    review_minutes: Decimal = Decimal(0)
    reason: str = ""
    escalate: bool = False
    waived: tuple[WaivedFinding, ...] = ()
    baseline: tuple[Finding, ...] = ()


@attrs.frozen(kw_only=True)
class EarlierVerdict:
    """A verdict that changed on a claim of an earlier run: a finding that is new, or one that was withdrawn."""

    claim_id: str
    finding: Finding
    withdrawn: bool


@attrs.frozen(kw_only=True)
class Provenance:
    """What produced a report: versions of packs, editions of tables with checksums, and the configuration."""

    version: str
    packs: Mapping[str, str] = attrs.field(factory=dict)
    failed_packs: Mapping[str, str] = attrs.field(factory=dict)
    tables: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict)
    config: str | None = None
    as_of: str = ""


@attrs.frozen(kw_only=True)
class Summary:
    """The counts of a run. `read` is `clean + review + held`; dollars count a line once.

    `refusals` are inputs, or parts of them, that were refused; `refused` are the claims that these hold.
    """

    read: int = 0
    unreadable: int = 0
    refused: int = 0
    refusals: int = 0
    clean: int = 0
    review: int = 0
    held: int = 0
    findings: int = 0
    not_checked: int = 0
    crashes: int = 0
    problems: int = 0
    changed_earlier: int = 0
    waived: int = 0
    baseline: int = 0
    released_by_capacity: int = 0
    review_minutes: Decimal = Decimal(0)
    at_risk: Decimal = Decimal(0)
    by_severity: Mapping[str, int] = attrs.field(factory=dict)
    by_rule: Mapping[str, int] = attrs.field(factory=dict)
    at_risk_by_owner: Mapping[str, Decimal] = attrs.field(factory=dict)


@attrs.frozen(kw_only=True)
class RuleTiming:
    """How often a rule was run on a target, and how long that took, with finding its records and tables."""

    rule: str
    name: str
    calls: int = 0
    seconds: float = 0.0


ReportItem = ClaimVerdict | Unreadable | Problem | Refused | NotChecked | EarlierVerdict


@attrs.frozen(kw_only=True, eq=False)
class Report:
    """The result of a run, kept on disk and read as often as wanted; claims without any finding are only counted.

    Use it as a context manager, or call `close`, to release its temporary files at once. `timings` are there where
    the run was timed, the slowest rule first.
    """

    summary: Summary
    provenance: Provenance
    timings: tuple[RuleTiming, ...] = ()
    read_items: Callable[[], Iterator[ReportItem]] = attrs.field(repr=False)
    close: Callable[[], None] = attrs.field(repr=False)

    def __iter__(self) -> Iterator[ReportItem]:
        return self.read_items()

    def __enter__(self) -> Report:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def claims(self) -> Iterator[ClaimVerdict]:
        """The claims about which anything was found."""
        return (item for item in self if isinstance(item, ClaimVerdict))

    @property
    def findings(self) -> Iterator[Finding]:
        """The findings, in the order of the claims."""
        return (finding for claim in self.claims for finding in claim.findings)

    @property
    def not_checked(self) -> Iterator[NotChecked]:
        """The rules that could not be decided, in the order of the claims; last those of the run as a whole."""
        for item in self:
            if isinstance(item, ClaimVerdict):
                yield from item.not_checked
            elif isinstance(item, NotChecked):
                yield item

    @property
    def incomplete(self) -> bool:
        """Tell whether anything went unchecked that should not have: unreadable claims, crashes, failed packs."""
        counts = self.summary
        return bool(
            counts.unreadable or counts.refused or counts.crashes or counts.refusals or self.provenance.failed_packs
        )
