"""One report with everything that a report can hold, made by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import attrs

from prebill.engine.first_pass import Counts
from prebill.engine.tally import summarize
from prebill.findings import (
    AffectedLine,
    Disposition,
    Finding,
    NotChecked,
    Owner,
    RuleCrash,
    Severity,
    SharedFinding,
)
from prebill.reading import Place, Problem, Refused, Unreadable
from prebill.report import ClaimVerdict, EarlierVerdict, Provenance, Report, ReportItem, WaivedFinding
from prebill.reporters import RuleText


def at(segment: int, element: str | None = None) -> Place:
    return Place(source="day one/claims.837", interchange=1, segment=segment, element=element)


MINUTES = Finding(
    rule="ANE104",
    name="minutes-differ-from-record",
    severity=Severity.STOP,
    owner=Owner.CHARGE_CAPTURE,
    claim_id="C-1",
    affected=(AffectedLine(claim_id="C-1", line=2, at_risk=Decimal("850")),),
    message="Line 2: 61 minutes billed, 54 documented from 07:30 to 08:24. The payer recalculates or denies the line.",
    fix="Bill the 54 minutes of the record.",
    at_risk=Decimal("850"),
    prevents=("CO-16",),
    evidence={"billed": 61, "documented": 54, "rate": Decimal("1.50")},
    place=at(41, "2400/SV1-4"),
    fingerprint="00112233445566aa",
)
EXPIRED = Finding(
    rule="AUT104",
    name="authorization-expired",
    severity=Severity.REVIEW,
    owner=Owner.AUTHORIZATION,
    claim_id="C-1",
    affected=(
        AffectedLine(claim_id="C-1", line=1, at_risk=Decimal("100")),
        *(AffectedLine(claim_id=f"C-{number}", line=1, at_risk=Decimal("100")) for number in range(3, 12)),
    ),
    message="=Authorization A7781 ended 2026-02-28.",
    fix="Ask for an extension that covers 2026-03-02.",
    at_risk=Decimal("1000"),
    prevents=("CO-197/M62", "CO-198"),
    place=at(30),
    fingerprint="00112233445566bb",
)
TIMELY = Finding(
    rule="TFL105",
    name="filing-limit-near",
    severity=Severity.INFO,
    owner=Owner.BILLING,
    claim_id="C-2",
    affected=(AffectedLine(claim_id="C-2", line=0),),
    message="Ten days remain until the payer's filing limit.",
    fix="Bill this claim first.",
    at_risk=Decimal(0),
    fingerprint="00112233445566cc",
)
LACKING = "no anesthesia record"


def missing(claim_id: str, reason: str = LACKING) -> NotChecked:
    return NotChecked(rule="ANE104", name="minutes-differ-from-record", claim_id=claim_id, lines=(1,), reason=reason)


ITEMS: tuple[ReportItem, ...] = (
    Problem(place=at(2), message="ST02 and SE02 differ"),
    ClaimVerdict(
        claim_id="C-1",
        place=at(25),
        disposition=Disposition.HOLD,
        findings=(MINUTES, EXPIRED),
        not_checked=(missing("C-1"),),
        reason="stop",
        expected_value=Decimal("321.10"),
        review_minutes=Decimal(6),
        escalate=True,
    ),
    ClaimVerdict(
        claim_id="C-2",
        place=at(60),
        disposition=Disposition.RELEASE,
        findings=(TIMELY,),
        waived=(WaivedFinding(finding=MINUTES, reason="the payer agreed", expires=date(2026, 6, 30)),),
        baseline=(EXPIRED,),
    ),
    ClaimVerdict(
        claim_id="C-3",
        place=at(70),
        disposition=Disposition.REVIEW,
        reason="expected value",
        expected_value=Decimal("45.20"),
        review_minutes=Decimal(4),
        shared=(
            SharedFinding(
                fingerprint=EXPIRED.fingerprint,
                rule="AUT104",
                severity=Severity.REVIEW,
                reported_under="C-1",
                lines=(1,),
                owner=Owner.AUTHORIZATION,
                at_risk=Decimal("100"),
            ),
        ),
    ),
    ClaimVerdict(
        claim_id="C-4",
        place=at(80),
        disposition=Disposition.RELEASE,
        not_checked=(missing("C-4"), missing("C-4", "the record has no end time")),
        crashes=(RuleCrash(rule="ANE105", claim_id="C-4", error="KeyError at units line 12", place=at(80)),),
    ),
    Unreadable(place=at(90, "2400/DTP03"), reason="the date of service is not a date", claim_id="C-5"),
    attrs.evolve(missing("C-4", "no edition of base-units covers 2026"), claim_id=None, lines=(), count=1200),
    Problem(place=at(95), message="ST02 and SE02 differ"),
    Refused(place=Place(source="remits.835"), reason="an 835 is read by `prebill denials`", claims=2),
    EarlierVerdict(claim_id="C-0", finding=attrs.evolve(MINUTES, claim_id="C-0"), withdrawn=True),
    EarlierVerdict(claim_id="C-9", finding=attrs.evolve(TIMELY, claim_id="C-9"), withdrawn=False),
)

PROVENANCE = Provenance(
    version="0.1.0",
    packs={"anesthesia": "0.1.0", "general": "0.1.0"},
    failed_packs={"broken": "ImportError: no module named 'numpy'"},
    tables={"base-units": ("2026 sha256:0123456789abcdef",)},
    config="prebill.toml",
    as_of="2026-03-20",
)

RULES = {
    code: RuleText(
        code=code,
        name=name,
        severity=severity,
        summary="What is wrong.",
        explanation="Why it is denied, and how to fix it.",
        sources=("A manual, chapter 1",),
    )
    for code, name, severity in (
        ("ANE104", MINUTES.name, Severity.STOP),
        ("AUT104", EXPIRED.name, Severity.REVIEW),
        ("TFL105", TIMELY.name, Severity.INFO),
    )
}


def report(
    items: tuple[ReportItem, ...] = ITEMS, counts: Counts | None = None, provenance: Provenance = PROVENANCE
) -> Report:
    return Report(
        summary=summarize(items, counts or Counts(read=1005, unreadable=1, refused=2)),
        provenance=provenance,
        read_items=lambda: iter(items),
        close=lambda: None,
    )


def clean_report() -> Report:
    return report((), Counts(read=3), attrs.evolve(PROVENANCE, failed_packs={}))
