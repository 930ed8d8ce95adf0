"""What the text report says after the claims: counts that it kept on the way, and items that are no claims."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

import attrs

from prebill.findings import NotChecked, Owner, Severity, summed
from prebill.reading import Place, Problem, Refused, Unreadable
from prebill.report import ClaimVerdict, EarlierVerdict, Report, ReportItem, Summary
from prebill.reporters.accounting import count, lines, money

_REASONS = 5


@attrs.define
class _RuleTotal:
    name: str
    owner: Owner
    severity: Severity
    findings: int = 0
    claims: int = 0
    at_risk: Decimal = Decimal(0)


@attrs.define
class Totals:
    """Running counts by rule, by owner, and by what was missing."""

    rules: dict[tuple[str, Owner, Severity], _RuleTotal] = attrs.field(factory=dict)
    names: dict[str, str] = attrs.field(factory=dict)
    missing: dict[str, Counter[str]] = attrs.field(factory=dict)
    problems: dict[tuple[str, str], tuple[Place, int]] = attrs.field(factory=dict)

    def add(self, item: ReportItem) -> None:
        """Count an item of a report."""
        if isinstance(item, ClaimVerdict):
            self._add_claim(item)
        elif isinstance(item, NotChecked):
            self._add_missing(item)
        elif isinstance(item, Problem):
            first = self.problems.setdefault((item.place.source, item.message), (item.place, 0))
            self.problems[item.place.source, item.message] = (first[0], first[1] + 1)

    def _add_claim(self, claim: ClaimVerdict) -> None:
        for key in dict.fromkeys((each.rule, each.owner, each.severity) for each in claim.findings):
            own = [each for each in claim.findings if (each.rule, each.owner, each.severity) == key]
            total = self.rules.setdefault(key, _RuleTotal(own[0].name, own[0].owner, own[0].severity))
            total.findings += len(own)
            total.claims += 1
            total.at_risk += summed(own)
        for each in claim.not_checked:
            self._add_missing(each)

    def _add_missing(self, missing: NotChecked) -> None:
        self.names[missing.rule] = missing.name
        self.missing.setdefault(missing.rule, Counter())[missing.reason] += missing.count


def by_rule(totals: Totals) -> Iterator[str]:
    """Yield findings, claims and dollars of each rule, the most dollars first."""
    for (rule, _, severity), total in sorted(totals.rules.items(), key=lambda entry: (-entry[1].at_risk, entry[0])):
        yield (
            f"{rule} {severity:<6} {count(total.findings, 'finding'):>14} {count(total.claims, 'claim'):>12}"
            f" {money(total.at_risk):>15}  {total.name}"
        )


def by_unchecked(totals: Totals) -> Iterator[str]:
    """Yield what each rule lacked, with counts, the commonest first."""
    for rule, reasons in sorted(totals.missing.items()):
        yield f"{rule} {totals.names[rule]}"
        ranked = sorted(reasons.items(), key=lambda entry: (-entry[1], entry[0]))
        for reason, number in ranked[:_REASONS]:
            yield f"  {number:>7,} × {reason}"
        rest = ranked[_REASONS:]
        if rest:
            yield f"  {sum(number for _, number in rest):>7,} × {count(len(rest), 'other reason')}"


def problems(totals: Totals) -> Iterator[str]:
    """Yield what is wrong with the input and costs no claim by itself: each thing once, with its first place."""
    for (_, message), (place, number) in totals.problems.items():
        more = f" (and {number - 1:,} more)" if number > 1 else ""
        yield f"{place}{more}: {message}"


def unread(report: Report) -> Iterator[str]:
    """Yield what could not be read or was refused."""
    if not (report.summary.unreadable or report.summary.refusals):
        return
    for item in report:
        if isinstance(item, Unreadable):
            claim = f"claim {item.claim_id}: " if item.claim_id else ""
            yield f"{item.place}: {claim}{item.reason}"
        elif isinstance(item, Refused):
            held = f" ({count(item.claims, 'claim')})" if item.claims else ""
            yield f"{item.place}: refused{held}: {item.reason}"


def failures(report: Report) -> Iterator[str]:
    """Yield packs that could not be loaded and rules that failed."""
    for name, failure in report.provenance.failed_packs.items():
        yield f"pack {name} could not be loaded: {failure}"
    for claim in report.claims if report.summary.crashes else ():
        for crash in claim.crashes:
            yield f"{crash.rule} on claim {crash.claim_id}: {crash.error}"


def earlier(report: Report) -> Iterator[str]:
    """Yield the verdicts that changed on claims of earlier runs."""
    for item in report if report.summary.changed_earlier else ():
        if isinstance(item, EarlierVerdict):
            finding = item.finding
            change = "withdrawn" if item.withdrawn else f"new {finding.severity}"
            yield f"claim {item.claim_id} {lines(finding.lines)}: {change}: {finding.rule} {finding.message}"


@attrs.frozen
class Work:
    """What one owner has to do: dollars at risk, findings, and how many of each rule, the commonest first."""

    owner: str
    at_risk: Decimal
    findings: int
    rules: tuple[tuple[str, int], ...]

    @property
    def title(self) -> str:
        """The owner in words."""
        return self.owner.replace("_", " ")

    @property
    def named_rules(self) -> str:
        """The rules in words."""
        return ", ".join(f"{rule} ×{number}" if number > 1 else rule for rule, number in self.rules)


def work(totals: Totals, summary: Summary) -> Iterator[Work]:
    """Yield what each owner has to do, the most dollars first."""
    for owner, amount in sorted(summary.at_risk_by_owner.items(), key=lambda entry: (-entry[1], entry[0])):
        own: Counter[str] = Counter()
        for (rule, whose, _), total in totals.rules.items():
            if whose == owner:
                own[rule] += total.findings
        ranked = sorted(own.items(), key=lambda entry: (-entry[1], entry[0]))
        yield Work(owner, amount, sum(own.values()), tuple(ranked))


def worklist(totals: Totals, summary: Summary) -> Iterator[str]:
    """Yield each owner's findings and dollars, the most dollars first, and the rules behind them."""
    for each in work(totals, summary):
        yield f"{each.title:<22} {money(each.at_risk):>15} {count(each.findings, 'finding'):>14}  {each.named_rules}"
    if len(summary.at_risk_by_owner) > 1:
        yield f"{'all, each line once':<22} {money(summary.at_risk):>15} {count(summary.findings, 'finding'):>14}"
