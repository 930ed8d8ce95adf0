"""Answers of payers as registers: joined to claims like the rows of a CSV, but never to another of the family."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prebill.model import EligibilityCheck
from prebill.readers import open_inputs
from prebill.reading import Source
from tests.readers.json_samples import encounter, problems, shown, sourced, write_lines
from tests.readers.x12_answers import (
    ACTIVE,
    EVENT,
    HOLDER,
    KNEE,
    PAYER,
    RECEIVER,
    SUBSCRIBER,
    answer_278,
    dependent,
    interchange,
    transaction,
)

FAMILY = {"payer_id": "ACM01", "member_id": "W12-345 6789"}
PEOPLE = {
    "PAT": {"first_name": "Pat", "birth_date": "1961-07-04", "relationship": "18"},
    "KIM": {"first_name": "Kim", "birth_date": "2015-05-05", "relationship": "19"},
    "LEE": {"first_name": "LEE A", "birth_date": "2015-05-05", "relationship": "19"},
    "ANN": {"first_name": "Anna", "birth_date": "1962-02-02", "relationship": "01"},
}


@pytest.fixture
def claims(tmp_path: Path) -> Path:
    values = [encounter(name, coverage=FAMILY, patient=patient) for name, patient in PEOPLE.items()]
    return write_lines(tmp_path / "claims.ndjson", values)


def opened(claims: Path, *files: bytes, name: str = "eligibility_checks") -> Source:
    paths = []
    for number, content in enumerate(files):
        paths.append(str(claims.parent / f"answers-{number}"))
        Path(paths[-1]).write_bytes(content)
    return open_inputs([claims], registers={name: paths})


def checks(source: Source) -> dict[str, list[EligibilityCheck] | None]:
    held = {each.encounter.claim.control_number: each.encounter.eligibility_checks for each in sourced(source)}
    return {name: None if each is None else list(each) for name, each in held.items()}


def first_names(source: Source) -> dict[str, list[str | None]]:
    return {
        name: [each.returned_member.first_name for each in held or () if each.returned_member]
        for name, held in checks(source).items()
    }


def family(*members: tuple[str, ...]) -> bytes:
    return interchange(transaction(*PAYER, *RECEIVER, *HOLDER, *(segment for member in members for segment in member)))


def test_an_answer_about_the_subscriber_joins_the_claims_of_the_member(claims: Path) -> None:
    source = opened(claims, interchange(transaction(*PAYER, *RECEIVER, *SUBSCRIBER, *ACTIVE)))
    assert first_names(source) == {name: ["PAT"] for name in PEOPLE}
    assert problems(source) == []


def test_an_answer_about_a_dependent_joins_no_other_of_the_family(claims: Path) -> None:
    source = opened(
        claims,
        family(
            dependent("KIM", "20150505", *ACTIVE),
            dependent("LEE", "20150505", *ACTIVE, number=5),
            dependent("ANN", "19620202", *ACTIVE, relationship="01", number=6),
            dependent("BOB", "20200202", *ACTIVE, number=7),
        ),
    )
    assert first_names(source) == {"PAT": [], "KIM": ["KIM"], "LEE": ["LEE"], "ANN": ["ANN"]}
    assert [each.message for each in problems(source)] == ["eligibility_checks: 1 answer joins no claim (segment 35)"]


def test_a_rejected_answer_joins_by_the_number_asked_for(claims: Path) -> None:
    source = opened(claims, family(dependent("KIM", "20150505", "AAA*N**73*C")))
    held = checks(source)
    assert [each.reject_reason for each in held["KIM"] or ()] == ["73"]
    assert held["PAT"] == []


def test_an_unreadable_answer_is_not_taken_for_an_absent_one(claims: Path) -> None:
    source = opened(
        claims,
        family(
            dependent("KIM", "20150505", "EB*1**30", "DTP*346*D8*20269999"),
            dependent("ANN", "19620202", *ACTIVE, number=5),
        ),
    )
    held = checks(source)
    assert held["KIM"] is None
    assert len(held["ANN"] or ()) == 1


def test_an_answer_without_a_member_is_said(claims: Path) -> None:
    segments = [segment.replace("*MI*W123456789", "") for segment in SUBSCRIBER]
    source = opened(claims, interchange(transaction(*PAYER, *RECEIVER, *segments, *ACTIVE)))
    assert [each.message for each in problems(source)] == [
        "the answer names neither a member (NM109) nor a patient (REF*EJ), so it joins no claim"
    ]


def test_csv_and_x12_are_one_register(claims: Path) -> None:
    rows = b"claim_id,checked_at,status\nKIM,2026-03-01,inactive\n"
    source = opened(claims, rows, family(dependent("KIM", "20150505", *ACTIVE)))
    assert [each.status for each in checks(source)["KIM"] or ()] == ["inactive", "active"]


def test_authorizations_join_by_member(claims: Path) -> None:
    source = opened(claims, answer_278(*EVENT, *KNEE), name="authorizations")
    found: list[Any] = [each.encounter.authorizations for each in sourced(source)]
    assert [[each.number for each in held] for held in found] == [["A7781"]] * len(PEOPLE)


TRANSACTIONS = st.sampled_from(
    [
        transaction(*PAYER, *RECEIVER, *SUBSCRIBER, *ACTIVE),
        transaction(*PAYER, *RECEIVER, *SUBSCRIBER, "EB*6**30", made="20260301*0800"),
        transaction(*PAYER, *RECEIVER, *HOLDER, *dependent("KIM", "20150505", *ACTIVE)),
        transaction(*PAYER, *RECEIVER, *HOLDER, *dependent("LEE", "20150505", "AAA*N**75*C")),
        transaction(*PAYER, *RECEIVER, *HOLDER, *dependent("ANN", "19620202", "EB*B**98***27*x")),
    ]
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(TRANSACTIONS, min_size=1, max_size=5), st.data())
def test_the_order_of_answers_changes_nothing_but_their_order(
    claims: Path, sent: list[list[str]], data: st.DataObject
) -> None:
    def held(transactions: list[list[str]]) -> dict[str, list[str] | None]:
        found = checks(opened(claims, interchange(*transactions)))
        return {name: None if each is None else sorted(map(repr, each)) for name, each in found.items()}

    assert held(sent) == held(data.draw(st.permutations(sent)))


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(TRANSACTIONS, min_size=1, max_size=4), st.integers(1, 4))
def test_shares_hold_what_the_whole_holds(claims: Path, sent: list[list[str]], count: int) -> None:
    source = opened(claims, interchange(*sent))
    shares = pickle.loads(pickle.dumps(source.shares(count)))
    assert shown(item for share in shares for item in share.read()) == shown(source.read())
