"""Several reports of one run, by the names of their files; and answers of payers beside the claims."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.cli.conftest import CANARIES, Prebill
from tests.readers.x12_answers import ACTIVE, PAYER, RECEIVER, SUBSCRIBER, answer_271, interchange, transaction


def test_the_name_of_a_file_tells_its_format(prebill: Prebill, claims: Callable[..., str]) -> None:
    file = claims("99213 [I10]", "99212 [I10]")
    names = ("findings.csv", "worklist.csv", "monday-worklist.CSV", "page.html", "junit.xml", "report.txt")
    result = prebill("check", file, *(word for name in names for word in ("-o", name)), "-o", "worklist=mine.tsv")
    assert result.exit_code == 1
    assert Path("findings.csv").read_text().startswith("claim_id,")
    lists = {Path(name).read_bytes() for name in ("worklist.csv", "monday-worklist.CSV", "mine.tsv")}
    assert len(lists) == 1
    assert lists.pop().startswith(b"owner,owner_at_risk,claim_id,")
    assert Path("page.html").read_text().startswith("<!DOCTYPE html>")
    assert '<testcase name="claim C-1"' in Path("junit.xml").read_text()
    assert Path("report.txt").read_text() == result.stdout


def test_every_format_is_the_same_for_any_number_of_workers(prebill: Prebill, claims: Callable[..., str]) -> None:
    file = claims(*["99213 [I10]"] * 6)
    written = []
    for workers in ("1", "2"):
        names = [f"{workers}-worklist.csv", f"{workers}.xml", f"{workers}.html"]
        prebill("check", file, "--workers", workers, *(word for name in names for word in ("-o", name)))
        written.append([Path(name).read_bytes() for name in names])
    assert written[0] == written[1]


def test_no_format_says_more_of_a_patient_than_the_text(prebill: Prebill, claims: Callable[..., str]) -> None:
    file = claims("99213 [I10]")
    for name in ("worklist", "junit", "html"):
        shown = prebill("check", file, "--format", name).stdout
        assert "SMP101" in shown
        assert not [canary for canary in CANARIES if canary in shown]


def test_answers_of_payers_are_registers(prebill: Prebill, claims: Callable[..., str]) -> None:
    file = claims("99213 [I10]")
    members = [
        segment.replace("W123456789", "CANARYMEMBER").replace("SAMPLE*PAT", "CANARYNAME*PAT") for segment in SUBSCRIBER
    ]
    answers = [transaction(*PAYER, *RECEIVER, *members, *extra) for extra in (ACTIVE, ("EB*1**30", "DTP*346*D8*1903X"))]
    Path("answers.271").write_bytes(interchange(*answers))
    Path("others.271").write_bytes(answer_271(*ACTIVE))
    result = prebill(
        "check", file, "--register", "eligibility_checks=answers.271", "--register", "eligibility_checks=others.271"
    )
    said = " ".join(result.stdout.split())
    assert "answers.271:segment 35 2110C/DTP03: expected a date CCYYMMDD; the answer is not used;" in said
    assert "others.271:segment 9: eligibility_checks: 1 answer joins no claim (segment 9)" in said
    assert not [canary for canary in CANARIES if canary in result.output]


def test_a_wrong_file_is_named_with_the_remedy(prebill: Prebill, claims: Callable[..., str]) -> None:
    file = claims("99213 [I10]")
    Path("answers.271").write_bytes(answer_271(*ACTIVE))
    as_claims = prebill("check", "answers.271")
    assert as_claims.exit_code == 3
    assert "give the file with --register eligibility_checks=FILE" in " ".join(as_claims.stdout.split())
    wrong = prebill("check", file, "--register", "authorizations=answers.271")
    assert wrong.exit_code == 2
    assert "answers.271: this holds eligibility responses (271)" in wrong.stderr
