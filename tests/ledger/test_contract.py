"""What every method of a ledger promises."""

from __future__ import annotations

import attrs
import pytest

from prebill.errors import LedgerError
from prebill.ledger.sql import SqlLedger
from tests.ledger.made_up import PATIENT, claim, content, fill, finding, identities


def test_a_new_ledger_is_empty(ledger: SqlLedger) -> None:
    assert content(ledger) == (frozenset(), [], [])
    assert list(ledger.by_chains(["chain"])) == []
    assert list(ledger.by_keys(PATIENT, ["p1"])) == []


def test_claims_come_back_whole_and_by_identity(ledger: SqlLedger) -> None:
    claims = [
        claim("b", created="", live=False, frequency="8"),
        claim("a", encounter=bytes(range(256))),
        claim("c", digest=b""),
    ]
    with ledger.update() as update:
        update.put_claims(iter(claims))
    assert list(ledger.claims()) == [claims[1], claims[0], claims[2]]


def test_claims_come_without_keys(ledger: SqlLedger) -> None:
    fill(ledger)
    found = [*ledger.claims(), *ledger.by_chains(["chain"]), *ledger.by_keys(PATIENT, ["p1"])]
    assert len(found) == 5
    assert not any(each.keys for each in found)


def test_texts_of_any_kind_are_kept_in_the_order_of_their_code_points(ledger: SqlLedger) -> None:
    names = sorted(
        [
            "",
            "a",
            "B",
            "ä",
            "Z",
            "_",
            "a\x1fb",
            "a\x00b",
            "a\x01b",
            "a\x01\x00",
            "a b",
            "%",
            "'",
            '"',
            "\\",
            "\U0001d54f",
            "\uffff",
        ]
    )
    with ledger.update() as update:
        update.put_claims(claim(name, chain=name, keys=(("family", name),)) for name in reversed(names))
        update.put_findings(names, [finding(name, name) for name in reversed(names)])
    assert identities(ledger.claims()) == names
    assert identities(ledger.by_chains(names[::-1])) == names
    assert [each.scope for each in ledger.findings()] == names
    for name in names:
        assert identities(ledger.by_chains([name])) == [name]
        assert identities(ledger.by_keys("family", [name])) == [name]
        assert [each.fingerprint for each in ledger.findings([name])] == [name]


def test_a_claim_is_replaced_under_its_identity_with_its_keys(ledger: SqlLedger) -> None:
    fill(ledger)
    newer = claim("a", "newer", encounter=b"newer", keys=((PATIENT, "p2"), ("day", "p1")))
    with ledger.update() as update:
        update.put_claims([newer])
    assert identities(ledger.by_keys(PATIENT, ["p1"])) == ["b"]
    assert list(ledger.by_keys(PATIENT, ["p2"])) == [attrs.evolve(newer, keys=())]
    assert identities(ledger.by_keys("day", ["p1"])) == ["a"]
    assert identities(ledger.by_chains(["other"])) == []
    assert identities(ledger.claims()) == ["a", "b"]


def test_the_last_of_one_identity_wins(ledger: SqlLedger) -> None:
    with ledger.update() as update:
        update.put_claims(claim("a", f"chain {n}", keys=((PATIENT, f"p{n}"),)) for n in range(3))
    assert identities(ledger.by_chains(["chain 2"])) == identities(ledger.claims()) == ["a"]
    assert identities(ledger.by_keys(PATIENT, ["p0", "p1"])) == []
    assert identities(ledger.by_keys(PATIENT, ["p2"])) == ["a"]


def test_a_claim_is_found_once_whatever_number_of_keys_it_shares(ledger: SqlLedger) -> None:
    keys = tuple((PATIENT, f"p{n}") for n in range(1_200))
    with ledger.update() as update:
        update.put_claims([claim("b", keys=(*keys, *keys)), claim("a", keys=keys[-1:]), claim("c")])
    assert identities(ledger.by_keys(PATIENT, [key for _, key in keys])) == ["a", "b"]
    assert identities(ledger.by_keys(PATIENT, ["p7", "p7"])) == ["b"]
    assert identities(ledger.by_keys(PATIENT, [])) == []


def test_families_keep_their_keys_apart(ledger: SqlLedger) -> None:
    with ledger.update() as update:
        update.put_claims([claim("a", keys=(("x", "1"),)), claim("b", keys=(("y", "1"),))])
    assert identities(ledger.by_keys("x", ["1"])) == ["a"]
    assert identities(ledger.by_keys("y", ["1"])) == ["b"]


def test_a_family_counts_as_known_only_once_it_was_put(ledger: SqlLedger) -> None:
    with ledger.update() as update:
        update.put_claims([claim("a")])
        update.put_claims([claim("b", keys=(("day", "1"),))])
    assert ledger.families() == frozenset()
    with ledger.update() as update:
        update.put_keys("day", [("a", "1"), ("b", "1"), ("a", "2")])
        update.put_keys("day", [("a", "1")])
    assert ledger.families() == {"day"}
    assert identities(ledger.by_keys("day", ["1"])) == ["a", "b"]
    assert identities(ledger.by_keys("day", ["2"])) == ["a"]


def test_a_dropped_family_is_forgotten_with_its_keys(ledger: SqlLedger) -> None:
    with ledger.update() as update:
        update.put_claims([claim("a", keys=(("day", "1"), ("patient", "1")))])
        update.put_keys("day", [])
        update.put_keys("patient", [])
        update.drop_families(["day", "never known"])
    assert ledger.families() == {"patient"}
    assert identities(ledger.by_keys("day", ["1"])) == []
    assert identities(ledger.by_keys("patient", ["1"])) == ["a"]


def test_a_family_can_be_read_from_the_ledger_while_it_is_written(ledger: SqlLedger) -> None:
    with ledger.update() as update:
        update.put_claims(claim(f"{n:05}") for n in range(2_500))
    with ledger.update() as update:
        update.put_keys("last digit", ((each.identity, each.identity[-1]) for each in ledger.claims()))
    assert len(list(ledger.by_keys("last digit", ["7"]))) == 250


def test_keys_of_unknown_claims_are_refused(ledger: SqlLedger) -> None:
    with pytest.raises(LedgerError, match=r"the database refused") as caught, ledger.update() as update:
        update.put_keys("day", [("CANARY", "CANARY")])
    assert "CANARY" not in str(caught.value)
    assert ledger.families() == frozenset()


def test_claims_of_many_chains(ledger: SqlLedger) -> None:
    with ledger.update() as update:
        update.put_claims(claim(f"{n:05}", f"chain {n % 1_500}") for n in reversed(range(3_000)))
    chains = [f"chain {n}" for n in range(1_400)]
    found = identities(ledger.by_chains(chains))
    assert found == sorted(found)
    assert len(found) == 2_800


def test_claims_go_out_of_force_and_come_back(ledger: SqlLedger) -> None:
    fill(ledger)
    with ledger.update() as update:
        update.set_live([("a", False), ("b", True), ("not known", False)])
    assert [each.live for each in ledger.claims()] == [False, True]
    with ledger.update() as update:
        update.set_live(iter([("a", False), ("a", True), ("b", False)]))
    assert [each.live for each in ledger.claims()] == [True, False]


def test_findings_replace_those_of_their_scopes(ledger: SqlLedger) -> None:
    with ledger.update() as update:
        update.put_findings(
            ["s1", "s2", "s3"],
            [finding("s2", "b"), finding("s2", "a"), finding("s1", "z"), finding("s3", "a")],
        )
    assert [(each.scope, each.fingerprint) for each in ledger.findings()] == [
        ("s1", "z"), ("s2", "a"), ("s2", "b"), ("s3", "a"),
    ]  # fmt: skip
    with ledger.update() as update:
        update.put_findings(["s1", "s2"], [finding("s2", "b", b"newer")])
    assert list(ledger.findings()) == [finding("s2", "b", b"newer"), finding("s3", "a")]
    assert list(ledger.findings(["s3", "s1"])) == [finding("s3", "a")]
    assert list(ledger.findings([])) == []


def test_of_equal_findings_the_last_is_kept(ledger: SqlLedger) -> None:
    with ledger.update() as update:
        update.put_findings(["s"], [finding("s", content=b"1"), finding("s", content=b"2")])
    assert list(ledger.findings()) == [finding("s", content=b"2")]


def test_many_scopes(ledger: SqlLedger) -> None:
    scopes = [f"cohort:TST101:{n:05}" for n in range(2_100)]
    for content_now in (b"1", b"2"):
        with ledger.update() as update:
            update.put_findings(iter(scopes), (finding(scope, content=content_now) for scope in scopes))
    assert [each.content for each in ledger.findings(scopes)] == [b"2"] * len(scopes)


def test_keys_and_scopes_can_be_long(ledger: SqlLedger) -> None:
    # Random enough that PostgreSQL cannot compress them below the size of an index row.
    key = "\x1f".join(f"{n * n:x}{(n * 7919) % 10_007:x}é" for n in range(3_000))
    with ledger.update() as update:
        update.put_claims([claim("a", keys=((PATIENT, key),))])
        update.put_findings([key], [finding(key)])
    assert identities(ledger.by_keys(PATIENT, [key])) == ["a"]
    assert list(ledger.findings([key])) == [finding(key)]


def test_iterators_can_be_left_early(ledger: SqlLedger) -> None:
    with ledger.update() as update:
        update.put_claims(claim(f"{n:05}") for n in range(1_500))
    for _ in range(40):
        assert next(ledger.claims()).identity == "00000"
    iterators = [ledger.claims() for _ in range(3)]
    assert [next(each).identity for each in iterators] == ["00000"] * 3
    with ledger.update() as update:
        update.put_claims([claim("new")])
    assert len(list(ledger.claims())) == 1_501


def test_an_iterator_sees_the_ledger_as_it_was_when_it_started(ledger: SqlLedger) -> None:
    with ledger.update() as update:
        update.put_claims(claim(f"{n:05}") for n in range(1_500))
    reading = ledger.claims()
    first = next(reading)
    with ledger.update() as update:
        update.put_claims(claim(f"{n:05}", "newer") for n in range(1_500))
    assert {each.chain for each in [first, *reading]} == {"chain"}
    assert {each.chain for each in ledger.claims()} == {"newer"}
