"""A ledger that lives as long as the program: for tests, and for programs that keep their own store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import attrs

from prebill.errors import LedgerError
from prebill.ledger.protocol import CHANGED_MEANWHILE, LedgerClaim, LedgerFinding, LedgerUpdate


@attrs.define
class MemoryLedger:
    """Implements `Ledger` with dictionaries."""

    _claims: dict[str, LedgerClaim] = attrs.field(factory=dict)
    _findings: dict[tuple[str, str], LedgerFinding] = attrs.field(factory=dict)
    _families: frozenset[str] = frozenset()
    _changes: int = 0

    def families(self) -> frozenset[str]:
        """Return the key families that every claim is indexed by."""
        return self._families

    def claims(self) -> Iterator[LedgerClaim]:
        """Yield every claim by identity."""
        return (self._claims[identity] for identity in sorted(self._claims))

    def by_chains(self, chains: Sequence[str]) -> Iterator[LedgerClaim]:
        """Yield the claims of these chains by identity."""
        wanted = set(chains)
        return (claim for claim in self.claims() if claim.chain in wanted)

    def by_keys(self, family: str, keys: Sequence[str]) -> Iterator[LedgerClaim]:
        """Yield the claims that have one of these keys by identity."""
        wanted = {(family, key) for key in keys}
        return (claim for claim in self.claims() if wanted & set(claim.keys))

    def findings(self, scopes: Sequence[str] | None = None) -> Iterator[LedgerFinding]:
        """Yield the findings in force in these scopes, or all."""
        wanted = None if scopes is None else set(scopes)
        return (self._findings[key] for key in sorted(self._findings) if wanted is None or key[0] in wanted)

    def changes(self) -> int:
        """Return how many updates there were so far."""
        return self._changes

    @contextmanager
    def update(self, since: int | None = None) -> Iterator[LedgerUpdate]:
        """Write to a copy that replaces the content only when everything went well."""
        if since is not None and since != self._changes:
            raise LedgerError(CHANGED_MEANWHILE)
        copy = _Update(dict(self._claims), dict(self._findings), self._families)
        yield copy
        self._claims, self._findings, self._families = copy.claims, copy.findings, copy.families
        self._changes += 1

    def close(self) -> None:
        """Do nothing: there is nothing to release."""


@attrs.define
class _Update:
    claims: dict[str, LedgerClaim]
    findings: dict[tuple[str, str], LedgerFinding]
    families: frozenset[str]

    def put_claims(self, claims: Iterable[LedgerClaim]) -> None:
        self.claims.update((claim.identity, claim) for claim in claims)

    def set_live(self, identities: Iterable[tuple[str, bool]]) -> None:
        for identity, live in identities:
            self.claims[identity] = attrs.evolve(self.claims[identity], live=live)

    def put_findings(self, scopes: Iterable[str], findings: Iterable[LedgerFinding]) -> None:
        replaced = set(scopes)
        self.findings = {key: each for key, each in self.findings.items() if key[0] not in replaced}
        self.findings.update(((each.scope, each.fingerprint), each) for each in findings)

    def put_keys(self, family: str, keys: Iterable[tuple[str, str]]) -> None:
        for identity, key in keys:
            claim = self.claims[identity]
            self.claims[identity] = attrs.evolve(claim, keys=(*claim.keys, (family, key)))
        self.families |= {family}

    def drop_families(self, families: Iterable[str]) -> None:
        dropped = set(families)
        self.families -= dropped
        for identity, claim in self.claims.items() if dropped else ():
            keys = tuple(key for key in claim.keys if key[0] not in dropped)
            self.claims[identity] = attrs.evolve(claim, keys=keys)
