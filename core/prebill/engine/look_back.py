"""Brings what the ledger knows into a run, and writes the run back into the ledger."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from operator import itemgetter

import attrs
import msgspec

from prebill.engine.cohorts import Gathered
from prebill.engine.context import Context
from prebill.engine.gathering import gather, header_of, set_aside
from prebill.engine.keys import CLAIM_SCOPE, PAYER_NUMBER, claim_keys
from prebill.engine.plan import Plan
from prebill.engine.second_pass import Force
from prebill.engine.spill import ClaimHeader, Judged, Spill, decode_encounter, encode_encounter
from prebill.engine.versions import Versions, chunks
from prebill.findings import Finding
from prebill.ledger import Ledger, LedgerClaim, LedgerFinding, LedgerUpdate

_decode_finding = msgspec.msgpack.Decoder(Finding).decode


def index_ledger(ledger: Ledger, plan: Plan, as_of: date) -> None:
    """Index the claims of a ledger by every key family that it does not know yet."""
    known = ledger.families()
    for name in sorted({PAYER_NUMBER, *plan.family_keys} - known):
        makers = {name: plan.family_keys[name]} if name in plan.family_keys else {}
        pairs = [
            (claim.identity, key)
            for claim in ledger.claims()
            for found, key in claim_keys(makers, _context(plan, claim.encounter, as_of))
            if found == name
        ]
        with ledger.update() as update:
            update.put_keys(name, pairs)


class LookBack:
    """Copies into a spill what the ledger knows about the keys and versions of a batch."""

    def __init__(
        self, plan: Plan, ledger: Ledger, spills: Sequence[Spill], versions: Versions, out: Spill, as_of: date
    ) -> None:
        self.plan = plan
        self.ledger = ledger
        self.spills = spills
        self.versions = versions
        self.out = out
        self.as_of = as_of
        self._copied: dict[str, int] = {}
        self._marked: list[int] = []
        self._touched: set[tuple[str, str]] = set()

    def run(self, buckets: int) -> Force:
        """Copy, resolve voids and replacements, and say which claims are out of force."""
        for column in ("payer_number", "replaces"):
            self._copy_versions(self._numbered(self.versions.distinct(column)))
        self._copy_versions(self._of_chains(self.versions.distinct("chain")))
        self._follow_versions()
        related = frozenset(self._copied.values())
        self._copy_keys(self._batch_keys(buckets))
        self._copy_keys(sorted(self._touched))
        self.versions.add(self.out.headers())
        return Force(dead=self.versions.out_of_force(self._marked, related), touched=frozenset(self._touched))

    def _batch_keys(self, buckets: int) -> Iterator[tuple[str, str]]:
        for spill in self.spills:
            for bucket in range(buckets):
                yield from (key for key, _ in groupby(spill.gathered(bucket), key=itemgetter(0, 1)))

    def _of_chains(self, chains: Iterable[str]) -> Iterator[LedgerClaim]:
        return (claim for chunk in chunks(chains) for claim in self.ledger.by_chains(chunk))

    def _numbered(self, numbers: Iterable[str]) -> Iterator[LedgerClaim]:
        return (claim for chunk in chunks(numbers) for claim in self.ledger.by_keys(PAYER_NUMBER, chunk))

    def _copy_versions(self, claims: Iterable[LedgerClaim]) -> None:
        """Copy other versions of the batch's claims; what they said under their own keys is judged anew."""
        for claim in claims:
            again = next(self.versions.having("identity", [claim.identity]), None)
            if again is None:
                self._copy(claim)
            elif again.digest == claim.digest:
                continue
            self._touch(claim)

    def _follow_versions(self) -> None:
        """Copy the versions of versions, until there are no more."""
        followed: set[str] = set()
        while related := [header for header in self.out.headers() if header.chain not in followed]:
            followed.update(header.chain for header in related)
            self._copy_versions(self._of_chains(sorted({header.chain for header in related})))
            numbers = {number for header in related for number in (header.payer_number, header.replaces)}
            self._copy_versions(self._numbered(sorted(numbers - {""})))

    def _copy_keys(self, wanted: Iterable[tuple[str, str]]) -> None:
        for chunk in chunks(wanted):
            by_family: dict[str, list[str]] = {}
            for name, key in chunk:
                by_family.setdefault(name, []).append(key)
            for name, keys in by_family.items():
                for claim in self.ledger.by_keys(name, keys):
                    if not any(True for _ in self.versions.having("identity", [claim.identity])):
                        self._copy(claim)

    def _touch(self, claim: LedgerClaim) -> None:
        context = _context(self.plan, claim.encounter, self.as_of)
        self._touched.update(gather(self.plan, context, self.plan.agenda(context.encounter, context.payer), []))

    def _copy(self, claim: LedgerClaim) -> None:
        if claim.identity in self._copied:
            return
        number = self._copied[claim.identity] = -1 - len(self._copied)
        if not claim.live:
            self._marked.append(number)
        context = _context(self.plan, claim.encounter, self.as_of)
        agenda = self.plan.agenda(context.encounter, context.payer)
        where = self.out.add_claim(None, encode_encounter(context.encounter))
        header = header_of(number, context.encounter, where, digest=claim.digest)
        self.out.add_header(header._replace(identity=claim.identity))
        keys = gather(self.plan, context, agenda, [])
        set_aside(self.out, Gathered(number, context, agenda, None), dict.fromkeys(keys), where)


@attrs.frozen(kw_only=True)
class Run:
    """What one run leaves for the ledger: the batch, what was copied beside it, and what was judged.

    `since` is the state of the ledger that the run looked back into (`Ledger.changes`).
    """

    batch: Sequence[Spill]
    copied: Spill
    judged: Sequence[Spill]
    force: Force
    renamed: Mapping[int, str]
    versions: Versions
    families: frozenset[str]
    since: int


def record(ledger: Ledger, run: Run) -> list[tuple[Finding, bool]]:
    """Write a run into the ledger in one transaction; return the findings that changed on earlier claims.

    Each comes with True where it was withdrawn, and with False where it is new.
    """
    changed: list[tuple[Finding, bool]] = []
    with ledger.update(run.since) as update:
        # Families of packs that are not installed today: these claims were not indexed by them.
        update.drop_families(ledger.families() - run.families)
        for spill in run.batch:
            update.put_claims(_ledger_claim(spill, header, run) for header in spill.headers())
        update.set_live((header.identity, header.number not in run.force.dead) for header in run.copied.headers())
        everything = heapq.merge(*(spill.judged() for spill in (*run.batch, *run.judged)))
        scopes = ((scope, list(rows)) for scope, rows in groupby(everything, key=itemgetter(0)))
        for chunk in chunks(scopes):
            changed += _replace_findings(ledger, update, chunk, run)
    return changed


def _ledger_claim(spill: Spill, header: ClaimHeader, run: Run) -> LedgerClaim:
    return LedgerClaim(
        identity=run.renamed.get(header.number, header.identity),
        chain=header.chain,
        frequency=header.frequency,
        created=header.created,
        digest=header.digest,
        encounter=spill.claim(header.offset, header.length)[1],
        live=header.number not in run.force.dead,
        keys=header.ledger_keys,
    )


def _replace_findings(
    ledger: Ledger, update: LedgerUpdate, scopes: Sequence[tuple[str, list[Judged]]], run: Run
) -> Iterator[tuple[Finding, bool]]:
    named = _scope_names(scopes, run)
    before = {(each.scope, each.fingerprint): each for each in ledger.findings(list(named.values()))}
    after = {(named[scope], row.fingerprint): row for scope, rows in scopes for row in rows if row.fingerprint}
    update.put_findings(
        named.values(),
        (
            LedgerFinding(scope=scope, fingerprint=fingerprint, content=row.content)
            for (scope, fingerprint), row in after.items()
        ),
    )
    for key, row in after.items():
        if key not in before and row.number < 0:
            yield _decode_finding(row.content), False
    for key, each in before.items():
        if key not in after:
            gone = _decode_finding(each.content)
            if not any(header.in_batch for header in run.versions.having("claim_id", [gone.claim_id])):
                yield gone, True


def _scope_names(scopes: Sequence[tuple[str, list[Judged]]], run: Run) -> dict[str, str]:
    """Name scopes for the ledger: a claim by its identity, which unlike its number is the same in every run."""
    numbers = {scope: int(scope.removeprefix(CLAIM_SCOPE)) for scope, _ in scopes if scope.startswith(CLAIM_SCOPE)}
    identities = {each.number: each.identity for each in run.versions.numbered(numbers.values())}
    return {scope: f"claim:{identities[numbers[scope]]}" if scope in numbers else scope for scope, _ in scopes}


def _context(plan: Plan, content: bytes, as_of: date) -> Context:
    encounter = decode_encounter(content)
    return Context(encounter, plan.payer_of(encounter.claim), as_of)
