"""What a run found, claim by claim in the order of the input."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

import attrs

from prebill.engine.spill import SharedFinding
from prebill.findings import Disposition, Finding, NotChecked, RuleCrash
from prebill.reading import Place, Problem, Refused, Unreadable


@attrs.frozen(kw_only=True)
class ClaimVerdict:
    """Everything found about one claim. `shared` are its parts in findings reported under other claims."""

    claim_id: str
    place: Place | None
    disposition: Disposition
    findings: tuple[Finding, ...] = ()
    shared: tuple[SharedFinding, ...] = ()
    not_checked: tuple[NotChecked, ...] = ()
    crashes: tuple[RuleCrash, ...] = ()


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
    """The counts of a run. `read` is `clean + review + held`; dollars count a line once."""

    read: int = 0
    unreadable: int = 0
    refused: int = 0
    clean: int = 0
    review: int = 0
    held: int = 0
    findings: int = 0
    not_checked: int = 0
    crashes: int = 0
    problems: int = 0
    changed_earlier: int = 0
    at_risk: Decimal = Decimal(0)
    by_rule: Mapping[str, int] = attrs.field(factory=dict)
    at_risk_by_owner: Mapping[str, Decimal] = attrs.field(factory=dict)


ReportItem = ClaimVerdict | Unreadable | Problem | Refused | EarlierVerdict


@attrs.frozen(kw_only=True, eq=False)
class Report:
    """The result of a run, kept on disk and read as often as wanted; claims without any finding are only counted.

    Use it as a context manager, or call `close`, to release its temporary files at once.
    """

    summary: Summary
    provenance: Provenance
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
        """The rules that could not be decided, in the order of the claims."""
        return (each for claim in self.claims for each in claim.not_checked)

    @property
    def incomplete(self) -> bool:
        """Tell whether anything went unchecked that should not have: unreadable claims, crashes, failed packs."""
        counts = self.summary
        return bool(
            counts.unreadable
            or counts.refused
            or counts.crashes
            or self.provenance.failed_packs
            or any(isinstance(item, Refused) for item in self)
        )
