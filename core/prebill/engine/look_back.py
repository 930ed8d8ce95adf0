"""Brings what the ledger knows into a run, and writes the run back into the ledger."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby, islice
from operator import itemgetter
from typing import TypeVar

import attrs
import msgspec

from prebill.engine.context import Context
from prebill.engine.first_pass import claim_row, cohort_entries
from prebill.engine.force import CHANGES, in_force
from prebill.engine.keys import SEPARATOR, claim_keys, family
from prebill.engine.plan import Plan
from prebill.engine.second_pass import Force
from prebill.engine.spill import ClaimRow, Judged, Spill, decode_encounter
from prebill.findings import Finding
from prebill.ledger import Ledger, LedgerClaim, LedgerFinding, LedgerUpdate
from prebill.rules import Rule

T = TypeVar("T")
_CHUNK = 500
_decode_finding = msgspec.msgpack.Decoder(Finding).decode


def index_ledger(ledger: Ledger, rules: Sequence[Rule], plan: Plan, as_of: date) -> None:
    """Index the claims of a ledger by every key family of the rules that it does not know yet."""
    known = ledger.families()
    missing = {family(rule): rule for rule in rules if family(rule) not in known}
    for name, rule in sorted(missing.items()):
        pairs = [
            (claim.identity, key)
            for claim in ledger.claims()
            for _, key in claim_keys((rule,), _context(plan, claim.encounter, as_of))
        ]
        with ledger.update() as update:
            update.put_keys(name, pairs)


def occurrences(spills: Sequence[Spill]) -> dict[int, str]:
    """Return identities, told apart by a count, for claims that share theirs with another of the batch."""
    counted: dict[int, str] = {}
    for identity, group in groupby(heapq.merge(*(spill.identities() for spill in spills)), key=itemgetter(0)):
        for count, (_, _, number) in enumerate(group, 1):
            if count > 1:
                counted[number] = f"{identity}{SEPARATOR}{count}"
    return counted


class LookBack:
    """Copies into a spill what the ledger knows about the keys and chains of a batch."""

    def __init__(
        self, plan: Plan, ledger: Ledger | None, spills: Sequence[Spill], out: Spill, as_of: date
    ) -> None:
        self.plan = plan
        self.ledger = ledger
        self.spills = spills
        self.out = out
        self.as_of = as_of
        self._copied: dict[str, int] = {}
        self._touched: set[tuple[int, str]] = set()
        self._versions: list[ClaimRow] = []

    def run(self) -> Force:
        """Copy, resolve voids and replacements, and say which claims are out of force."""
        if self.ledger is not None:
            self._copy_chains(self.ledger)
            self._copy_keys(self.ledger, self._batch_keys())
            self._copy_keys(self.ledger, sorted(self._touched))
        return Force(dead=frozenset(self._dead()), touched=frozenset(self._touched))

    def _batch_keys(self) -> Iterator[tuple[int, str]]:
        for spill in self.spills:
            yield from ((rule, key) for rule, key in spill.distinct("entry", "rule, key"))

    def _copy_chains(self, ledger: Ledger) -> None:
        """Copy the other versions of the batch's claims; what they said under their old keys is judged anew."""
        for spill in self.spills:
            for chunk in _chunks(chain for (chain,) in spill.distinct("claim", "chain")):
                changed = {row.chain for row in self._changes(chunk)}
                for claim in ledger.by_chains(chunk):
                    checked_again = self._in_batch(claim.identity)
                    if checked_again and self._same_content(claim):
                        continue
                    if checked_again or claim.chain in changed or claim.frequency in CHANGES:
                        self._touch(claim)
                    if not checked_again:
                        self._copy(claim)

    def _copy_keys(self, ledger: Ledger, keys: Iterable[tuple[int, str]]) -> None:
        for chunk in _chunks(keys):
            by_family: dict[str, list[str]] = {}
            for number, key in chunk:
                by_family.setdefault(family(self.plan.rules[number]), []).append(key)
            for name, wanted in by_family.items():
                for claim in ledger.by_keys(name, wanted):
                    if not self._in_batch(claim.identity):
                        self._copy(claim)

    def _changes(self, chains: Sequence[str]) -> Iterator[ClaimRow]:
        marks = ",".join("?" * len(chains))
        for spill in self.spills:
            yield from spill.claims(f"chain IN ({marks}) AND frequency IN ('7', '8')", chains)

    def _in_batch(self, identity: str) -> bool:
        return any(True for spill in self.spills for _ in spill.claims("identity = ?", (identity,)))

    def _same_content(self, claim: LedgerClaim) -> bool:
        return any(
            row.digest == claim.digest
            for spill in self.spills
            for row in spill.claims("identity = ?", (claim.identity,))
        )

    def _touch(self, claim: LedgerClaim) -> None:
        context = _context(self.plan, claim.encounter, self.as_of)
        for position, line in enumerate(context.claim.lines):
            cohort = self.plan.applicable(context.claim, line, context.payer).cohort
            for entry in cohort_entries(-1, position, cohort, context, []):
                self._touched.add((entry.rule, entry.key))

    def _copy(self, claim: LedgerClaim) -> None:
        if claim.identity in self._copied:
            return
        number = -1 - len(self._copied)
        self._copied[claim.identity] = number
        context = _context(self.plan, claim.encounter, self.as_of)
        row = attrs.evolve(
            claim_row(number, context.encounter, in_batch=False), identity=claim.identity, digest=claim.digest
        )
        self.out.add_claim(row)
        if not claim.live:
            self._versions.append(row)
        for position, line in enumerate(context.claim.lines):
            cohort = self.plan.applicable(context.claim, line, context.payer).cohort
            for entry in cohort_entries(number, position, cohort, context, []):
                self.out.add_entry(attrs.evolve(entry, digest=row.digest))

    def _dead(self) -> Iterator[int]:
        """Yield the claims out of force: as the ledger says, but anew for every chain that the batch touches."""
        rows = [*self.spills, self.out]
        chains = {chain for spill in rows for (chain,) in spill.distinct("claim", "chain", "frequency <> '1'")}
        resolved: set[str] = set()
        for chunk in _chunks(sorted(chains)):
            marks = ",".join("?" * len(chunk))
            versions: dict[str, list[ClaimRow]] = {}
            for spill in rows:
                for row in spill.claims(f"chain IN ({marks})", chunk):
                    versions.setdefault(row.chain, []).append(row)
            for chain, group in versions.items():
                if any(row.in_batch for row in group):
                    resolved.add(chain)
                    yield from (group[index].number for index, live in in_force(group).items() if not live)
        yield from (row.number for row in self._versions if row.chain not in resolved)


def record(
    ledger: Ledger, spills: Sequence[Spill], judged: Sequence[Spill], force: Force
) -> list[tuple[Finding, bool]]:
    """Write a run into the ledger in one transaction; return the findings that changed on earlier claims.

    Each comes with True where it was withdrawn, and with False where it is new.
    """
    identities = occurrences(spills)
    changed: list[tuple[Finding, bool]] = []
    with ledger.update() as update:
        for spill in spills:
            update.put_claims(
                LedgerClaim(
                    identity=identities.get(row.number, row.identity),
                    chain=row.chain,
                    frequency=row.frequency,
                    created=row.created,
                    digest=row.digest,
                    encounter=row.encounter,
                    live=row.number not in force.dead,
                    keys=spill.ledger_keys(row.number),
                )
                for row in spill.claims("in_batch = 1")
            )
        for spill in judged:
            update.set_live((row.identity, row.number not in force.dead) for row in spill.claims("in_batch = 0"))
        everything = heapq.merge(*(spill.judged() for spill in (*spills, *judged)), key=itemgetter(0))
        scopes = ((scope, list(rows)) for scope, rows in groupby(everything, key=itemgetter(0)))
        for chunk in _chunks(scopes):
            changed += _replace_findings(ledger, update, chunk, spills)
    return changed


def _replace_findings(
    ledger: Ledger,
    update: LedgerUpdate,
    scopes: Sequence[tuple[str, list[Judged]]],
    spills: Sequence[Spill],
) -> Iterator[tuple[Finding, bool]]:
    before = {(each.scope, each.fingerprint): each for each in ledger.findings([scope for scope, _ in scopes])}
    after = {
        (row.scope, row.fingerprint): row for _, rows in scopes for row in rows if row.fingerprint is not None
    }
    update.put_findings(
        [scope for scope, _ in scopes],
        (
            LedgerFinding(scope=row.scope, fingerprint=row.fingerprint or "", content=row.content or b"")
            for row in after.values()
        ),
    )
    for key, row in after.items():
        if key not in before and row.number is not None and row.number < 0:
            yield _decode_finding(row.content or b""), False
    for key, each in before.items():
        if key not in after:
            gone = _decode_finding(each.content)
            if not any(spill.has_claim(gone.claim_id) for spill in spills):
                yield gone, True


def _context(plan: Plan, content: bytes, as_of: date) -> Context:
    encounter = decode_encounter(content)
    return Context(encounter, plan.payer_of(encounter.claim), as_of)


def _chunks(values: Iterable[T]) -> Iterator[list[T]]:
    iterator = iter(values)
    while chunk := list(islice(iterator, _CHUNK)):
        yield chunk
