"""Counts what a run found."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

import attrs

from prebill.engine.first_pass import Counts
from prebill.findings import Disposition, NotChecked, Severity, summed
from prebill.reading import Problem, Refused
from prebill.report import ClaimVerdict, EarlierVerdict, ReportItem, Summary


def summarize(items: Iterable[ReportItem], counts: Counts) -> Summary:
    """Count what a run found."""
    tally = Tally()
    for item in items:
        tally.add(item)
    return tally.summary(counts)


@attrs.define
class Tally:
    """Running counts over the items of a report."""

    dispositions: dict[Disposition, int] = attrs.field(factory=lambda: dict.fromkeys(Disposition, 0))
    by_severity: dict[Severity, int] = attrs.field(factory=lambda: dict.fromkeys(Severity, 0))
    by_rule: dict[str, int] = attrs.field(factory=dict)
    by_owner: dict[str, Decimal] = attrs.field(factory=dict)
    at_risk: Decimal = Decimal(0)
    not_checked: int = 0
    crashes: int = 0
    problems: int = 0
    refusals: int = 0
    earlier: int = 0
    waived: int = 0
    baseline: int = 0
    released_by_capacity: int = 0
    review_minutes: Decimal = Decimal(0)

    def add(self, item: ReportItem) -> None:
        """Count one item."""
        if isinstance(item, ClaimVerdict):
            self.dispositions[item.disposition] += 1
            self.not_checked += len(item.not_checked)
            self.crashes += len(item.crashes)
            self.at_risk += summed(item.findings)
            self.waived += len(item.waived)
            self.baseline += len(item.baseline)
            self.released_by_capacity += item.reason == "capacity"
            if item.disposition is Disposition.REVIEW:
                self.review_minutes += item.review_minutes
            for finding in item.findings:
                self.by_severity[finding.severity] += 1
                self.by_rule[finding.rule] = self.by_rule.get(finding.rule, 0) + 1
            for owner in sorted({finding.owner for finding in item.findings}):
                own = summed(finding for finding in item.findings if finding.owner is owner)
                self.by_owner[owner] = self.by_owner.get(owner, Decimal(0)) + own
        elif isinstance(item, NotChecked):
            self.not_checked += item.count
        elif isinstance(item, Problem):
            self.problems += 1
        elif isinstance(item, Refused):
            self.refusals += 1
        elif isinstance(item, EarlierVerdict):
            self.earlier += 1

    def summary(self, counts: Counts) -> Summary:
        """Return the counts, with those of the claims that went in."""
        held, review = self.dispositions[Disposition.HOLD], self.dispositions[Disposition.REVIEW]
        return Summary(
            read=counts.read,
            unreadable=counts.unreadable,
            refused=counts.refused,
            refusals=self.refusals,
            clean=counts.read - held - review,
            review=review,
            held=held,
            findings=sum(self.by_rule.values()),
            not_checked=self.not_checked,
            crashes=self.crashes,
            problems=self.problems,
            changed_earlier=self.earlier,
            waived=self.waived,
            baseline=self.baseline,
            released_by_capacity=self.released_by_capacity,
            review_minutes=self.review_minutes,
            at_risk=self.at_risk,
            by_severity={str(severity): count for severity, count in self.by_severity.items()},
            by_rule=dict(sorted(self.by_rule.items())),
            at_risk_by_owner=dict(sorted(self.by_owner.items())),
        )
