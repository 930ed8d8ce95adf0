"""What the engine asks of a ledger. A ledger knows claims by identity, chain and key, and no rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

import attrs


@attrs.frozen(kw_only=True)
class LedgerClaim:
    """A claim as the ledger keeps it.

    `identity` is unique; `chain` is shared by an original with its replacements and voids; `frequency` is `1`,
    `7` or `8`; `created` is when it was transmitted (ISO text, empty when not known); `live` is False once it
    was voided or replaced. `encounter` is the encoded encounter. `keys` are pairs of a key family, such as
    `patient+practice`, and a key.
    """

    identity: str
    chain: str
    frequency: str
    created: str
    digest: bytes
    encounter: bytes
    live: bool = True
    keys: tuple[tuple[str, str], ...] = ()


@attrs.frozen(kw_only=True)
class LedgerFinding:
    """A finding in force: the scope it was judged in (one claim, or one cohort), and its encoded content."""

    scope: str
    fingerprint: str
    content: bytes


CHANGED_MEANWHILE = "another run wrote to the ledger while these claims were checked; check them again"


class LedgerUpdate(Protocol):
    """Writes of one run; they become visible together, or not at all."""

    def put_claims(self, claims: Iterable[LedgerClaim]) -> None:
        """Insert claims, or replace what is known under their identities, keys included."""
        ...

    def set_live(self, identities: Iterable[tuple[str, bool]]) -> None:
        """Mark claims as in force, or as voided or replaced."""
        ...

    def put_findings(self, scopes: Iterable[str], findings: Iterable[LedgerFinding]) -> None:
        """Replace every finding of these scopes by the findings given."""
        ...

    def put_keys(self, family: str, keys: Iterable[tuple[str, str]]) -> None:
        """Add a key family to the index: pairs of a claim's identity and a key."""
        ...

    def drop_families(self, families: Iterable[str]) -> None:
        """Forget key families with all their keys, because not every claim is indexed by them any more."""
        ...


class Ledger(Protocol):
    """A durable store of claims and of the findings in force on them."""

    def families(self) -> frozenset[str]:
        """Return the key families that every claim is indexed by."""
        ...

    def claims(self) -> Iterator[LedgerClaim]:
        """Yield every claim by identity, without keys."""
        ...

    def by_chains(self, chains: Sequence[str]) -> Iterator[LedgerClaim]:
        """Yield the claims of these chains by identity, without keys."""
        ...

    def by_keys(self, family: str, keys: Sequence[str]) -> Iterator[LedgerClaim]:
        """Yield the claims that have one of these keys by identity, each once, without keys."""
        ...

    def findings(self, scopes: Sequence[str] | None = None) -> Iterator[LedgerFinding]:
        """Yield the findings in force in these scopes, or all, by scope and fingerprint."""
        ...

    def changes(self) -> int:
        """Return how many updates there were so far, which tells a later state from an earlier one."""
        ...

    def update(self, since: int | None = None) -> AbstractContextManager[LedgerUpdate]:
        """Open the one transaction of a run; an exception or a killed process leaves the ledger as it was.

        Raises `LedgerError` where there were other updates since the number of `changes` given: what the run read
        no longer stands.
        """
        ...

    def close(self) -> None:
        """Release the database."""
        ...
