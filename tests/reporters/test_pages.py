"""The worklist, JUnit and the page for a browser."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prebill.engine.first_pass import Counts
from prebill.findings import AffectedLine, Disposition, Finding, Owner, Severity, summed
from prebill.report import ClaimVerdict, Report
from prebill.reporters import REPORTERS, Options
from tests.reporters.sample import EXPIRED, ITEMS, MINUTES, RULES, at, clean_report, report

HOSTILE = "<script>alert(1)</script>\x00\x1b]]>&amp;\"'\ud800"
VOID = frozenset({"meta"})


def written(name: str, of: Report | None = None, **options: object) -> str:
    stream = io.StringIO()
    REPORTERS[name](of or report(), stream, Options(rules=RULES, **options))  # type: ignore[arg-type]
    return stream.getvalue()


def hostile_report() -> Report:
    finding = attrs.evolve(
        EXPIRED,
        claim_id=HOSTILE,
        message=HOSTILE,
        fix=HOSTILE,
        name=HOSTILE,
        evidence={HOSTILE: HOSTILE, "timeline": (HOSTILE,), "nested": {HOSTILE.replace("\ud800", ""): [1]}},
    )
    stop = attrs.evolve(finding, severity=Severity.STOP)
    verdict = ClaimVerdict(
        claim_id=HOSTILE, place=at(1, HOSTILE), disposition=Disposition.HOLD, findings=(finding, stop)
    )
    return report((verdict, *ITEMS), Counts(read=9, unreadable=1, refused=2))


# ---------------------------------------------------------------------------------------------------------- worklist


def rows(of: Report | None = None) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(written("worklist", of), newline="")))


def test_the_worklist_has_owners_by_dollars() -> None:
    assert [(row["owner"], row["owner_at_risk"], row["claim_id"], row["at_risk"]) for row in rows()] == [
        ("authorization", "1000.00", "C-1", "1000.00"),
        ("charge_capture", "850.00", "C-1", "850.00"),
        ("billing", "0.00", "C-2", "0.00"),
    ]
    first = rows()[0]
    assert (first["rules"], first["severity"], first["today"], first["disposition"]) == (
        "AUT104",
        "review",
        "yes",
        "hold",
    )
    assert first["what"] == f"'{EXPIRED.message}"
    assert first["other_claims"].startswith("claim C-3 line 1; ")


FINDINGS = st.builds(
    lambda owner, line, amount, severity: Finding(
        rule="ABC101",
        name="a-rule",
        severity=severity,
        owner=owner,
        claim_id="",
        affected=(AffectedLine(claim_id="", line=line, at_risk=amount),),
        message="What is wrong.",
        fix="How to fix it.",
        at_risk=amount,
    ),
    st.sampled_from(Owner),
    st.integers(0, 3),
    st.decimals(0, 1000, places=2),
    st.sampled_from(Severity),
)


def claim_of(number: int, findings: list[Finding]) -> ClaimVerdict:
    own = tuple(
        attrs.evolve(
            each,
            claim_id=f"C-{number}",
            affected=tuple(attrs.evolve(line, claim_id=f"C-{number}") for line in each.affected),
        )
        for each in findings
    )
    return ClaimVerdict(claim_id=f"C-{number}", place=None, disposition=Disposition.HOLD, findings=own)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(FINDINGS, max_size=4), max_size=6))
def test_the_rows_of_an_owner_add_up_and_descend(batch: list[list[Finding]]) -> None:
    claims = tuple(claim_of(number, findings) for number, findings in enumerate(batch))
    of = report(claims, Counts(read=len(claims)))
    found = rows(of)
    owners = list(dict.fromkeys(row["owner"] for row in found))
    totals = {owner: Decimal(0) for owner in owners}
    for row in found:
        totals[row["owner"]] += Decimal(row["at_risk"])
        assert Decimal(row["owner_at_risk"]) == of.summary.at_risk_by_owner[row["owner"]]
    assert totals == {owner: amount for owner, amount in of.summary.at_risk_by_owner.items() if owner in totals}
    keys = [(-Decimal(row["owner_at_risk"]), row["owner"], -Decimal(row["at_risk"])) for row in found]
    assert keys == sorted(keys)
    expected = {(claim.claim_id, each.owner) for claim in claims for each in claim.findings}
    assert {(row["claim_id"], row["owner"]) for row in found} == expected
    assert len(found) == len(expected)


# ------------------------------------------------------------------------------------------------------------- junit


def cases(of: Report | None = None) -> list[ET.Element]:
    return list(ET.fromstring(written("junit", of)).iter("testcase"))


def test_junit_has_a_case_per_claim() -> None:
    assert [(case.get("name"), [each.tag for each in case]) for case in cases()] == [
        ("pack broken", ["error"]),
        ("claim C-1", ["failure", "system-out"]),
        ("claim C-2", ["system-out"]),
        ("claim C-3", ["system-out"]),
        ("claim C-4", ["error"]),
        ("claim C-5", ["error"]),
        ("input remits.835", ["error"]),
        ("1,001 other claims", []),
    ]
    failure = next(iter(cases()[1]))
    assert failure.get("message") == f"ANE104 {MINUTES.message}"
    assert f"Fix: {MINUTES.fix}" in (failure.text or "")


@pytest.mark.parametrize("of", [report(), clean_report(), hostile_report()], ids=["everything", "nothing", "hostile"])
def test_the_counts_of_junit_are_those_of_its_cases(of: Report) -> None:
    (suite,) = ET.fromstring(written("junit", of)).iter("testsuite")
    held = list(suite.iter("testcase"))
    assert int(suite.get("tests") or 0) == len(held)
    assert int(suite.get("failures") or 0) == sum(case.find("failure") is not None for case in held)
    assert int(suite.get("errors") or 0) == sum(case.find("error") is not None for case in held)


# -------------------------------------------------------------------------------------------------------------- html


class Page(HTMLParser):
    """Checks that elements are closed in order, and keeps what a page holds."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.names: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_says_everything() -> None:
    drawn = attrs.evolve(MINUTES, evidence={**MINUTES.evidence, "timeline": ("07:30 |====|", "08:24    ^")})
    verdict = attrs.evolve(ITEMS[1], findings=(drawn, EXPIRED))  # type: ignore[misc]
    text = Page(written("html", report((verdict, *ITEMS[2:])))).text
    for part in (
        "1,008 claims in the input",
        "authorization$1,000.001AUT104",
        "Claim C-1 HOLD · $1,850.00 at risk · TODAY",
        "stop ANE104 minutes-differ-from-record line 2 · charge capture · $850.00 · CO-16",
        MINUTES.message,
        "Fix: Bill the 54 minutes of the record.",
        "07:30 |====|\n08:24    ^",
        "billed61",
        "Also on claim C-3 line 1;",
        "told under claim C-1",
        "the date of service is not a date",
        "pack broken could not be loaded",
        "no anesthesia record",
        "2026 sha256:0123456789abcdef",
    ):
        assert part in text, part


@pytest.mark.parametrize("of", [report(), clean_report(), hostile_report()], ids=["everything", "nothing", "hostile"])
def test_the_page_runs_and_loads_nothing(of: Report) -> None:
    page = Page(written("html", of, verbose=True))
    assert not page.names & {"script", "link", "img", "iframe", "object", "base", "form"}
    assert not {name for name, _ in page.attributes} & {"src", "href", "style", "onload", "onclick"}
    assert "url(" not in written("html", of)


def test_nothing_in_a_report_is_taken_for_markup() -> None:
    text = written("html", hostile_report())
    assert "<script" not in text
    assert not set("\x00\x1b\ud800") & set(text)
    text.encode()
    written("junit", hostile_report()).encode()


@pytest.mark.parametrize("name", ["worklist", "junit", "html"])
def test_the_same_report_gives_the_same_bytes(name: str) -> None:
    assert written(name) == written(name)


def test_dollars_of_the_page_are_those_of_the_claims() -> None:
    text = Page(written("html")).text
    total = sum(summed(item.findings) for item in ITEMS if isinstance(item, ClaimVerdict))
    assert f"All, each line once${total:,.2f}" in text
