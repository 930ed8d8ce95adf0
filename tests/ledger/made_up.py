"""Made-up content for ledgers."""

from __future__ import annotations

from typing import Any

from prebill.ledger import Ledger, LedgerClaim, LedgerFinding

PATIENT = "patient+practice"


def claim(identity: str, chain: str = "chain", **fields: Any) -> LedgerClaim:
    content = f"encounter of {identity}".encode()
    return LedgerClaim(
        **{
            "identity": identity,
            "chain": chain,
            "frequency": "1",
            "created": "2026-01-05T10:00:00",
            "digest": content[-12:],
            "encounter": content,
            **fields,
        }
    )


def finding(scope: str, fingerprint: str = "f1", content: bytes = b"found") -> LedgerFinding:
    return LedgerFinding(scope=scope, fingerprint=fingerprint, content=content)


def fill(ledger: Ledger) -> None:
    """Write two claims that share a key, and a finding on one of them."""
    with ledger.update() as update:
        update.put_keys(PATIENT, [])
        update.put_claims([claim("b", keys=((PATIENT, "p1"),)), claim("a", "other", keys=((PATIENT, "p1"),))])
        update.put_findings(["claim:a"], [finding("claim:a")])


def content(ledger: Ledger) -> tuple[Any, ...]:
    """Return everything that can be read without knowing a key."""
    return (ledger.families(), list(ledger.claims()), list(ledger.findings()))


def identities(claims: Any) -> list[str]:
    return [each.identity for each in claims]
