"""Whatever is written in whatever order, the ledger answers as one made of dictionaries does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import attrs
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from prebill.ledger import LedgerClaim, LedgerFinding
from prebill.ledger.memory import MemoryLedger
from prebill.ledger.sql import SqlLedger

WORDS = ["a", "A", "b", "é", "a\x1fb", "a\x1f", "\x00", "\x01", "\x01\x00\x02", "", "Z"]
words = st.sampled_from(WORDS)
keys = st.tuples(words, words)
claims = st.builds(
    LedgerClaim,
    identity=words,
    chain=words,
    frequency=st.sampled_from("178"),
    created=st.sampled_from(["", "2026-01-05T10:00:00"]),
    digest=st.binary(max_size=3),
    encounter=st.binary(max_size=5),
    live=st.booleans(),
    keys=st.lists(keys, max_size=4).map(tuple),
)
findings = st.builds(LedgerFinding, scope=words, fingerprint=words, content=st.binary(max_size=3))


class Machine(RuleBasedStateMachine):
    """Writes the same to a database and to dictionaries."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.ledger = SqlLedger.open(url)
        self.model = MemoryLedger()

    def teardown(self) -> None:
        self.ledger.close()

    @rule(data=st.data(), interrupt=st.booleans())
    def run(self, data: st.DataObject, interrupt: bool) -> None:
        known = {claim.identity for claim in self.model.claims()}
        writes = []
        for _ in range(data.draw(st.integers(0, 4))):
            write = data.draw(self.writes(known))
            if write[0] == "put_claims":
                known |= {claim.identity for claim in write[1]}
            writes.append(write)
        for ledger in (self.ledger, self.model):
            with suppress(KeyboardInterrupt), ledger.update() as update:
                for name, *arguments in writes:
                    getattr(update, name)(*arguments)
                if interrupt:
                    raise KeyboardInterrupt

    @staticmethod
    def writes(known: set[str]) -> st.SearchStrategy[tuple[Any, ...]]:
        anything: list[st.SearchStrategy[tuple[Any, ...]]] = [
            st.tuples(st.just("put_claims"), st.lists(claims, max_size=5)),
            st.tuples(st.just("put_keys"), words, st.just([])),
            st.tuples(st.just("put_findings"), st.lists(words, max_size=4), st.lists(findings, max_size=4)),
        ]
        if not known:
            return st.one_of(anything)
        of_known = st.sampled_from(sorted(known))
        return st.one_of(
            *anything,
            st.tuples(st.just("set_live"), st.lists(st.tuples(of_known, st.booleans()), max_size=4)),
            st.tuples(st.just("put_keys"), words, st.lists(st.tuples(of_known, words), max_size=4)),
        )

    @invariant()
    def same_content(self) -> None:
        assert self.ledger.families() == self.model.families()
        assert list(self.ledger.claims()) == bare(self.model.claims())
        assert list(self.ledger.findings()) == list(self.model.findings())

    @rule(chains=st.lists(words, max_size=4))
    def same_chains(self, chains: list[str]) -> None:
        assert list(self.ledger.by_chains(chains)) == bare(self.model.by_chains(chains))

    @rule(family=words, wanted=st.lists(words, max_size=4))
    def same_keys(self, family: str, wanted: list[str]) -> None:
        assert list(self.ledger.by_keys(family, wanted)) == bare(self.model.by_keys(family, wanted))

    @rule(scopes=st.lists(words, max_size=4))
    def same_findings(self, scopes: list[str]) -> None:
        assert list(self.ledger.findings(scopes)) == list(self.model.findings(scopes))


def bare(found: Iterator[LedgerClaim]) -> list[LedgerClaim]:
    return [attrs.evolve(claim, keys=()) for claim in found]


def test_the_ledger_answers_as_its_model(new_url: Callable[[], str]) -> None:
    run_state_machine_as_test(
        lambda: Machine(new_url()),
        settings=settings(
            max_examples=20, stateful_step_count=8, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
