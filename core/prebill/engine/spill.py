"""A temporary store on disk for what waits for the second pass, so that memory does not grow with the batch."""

from __future__ import annotations

import marshal
from collections.abc import Iterable, Iterator, Mapping
from os import SEEK_END
from pathlib import Path
from typing import Any, NamedTuple

import attrs
import msgspec

from prebill.engine.keys import bucket_of
from prebill.engine.runs import SortedRuns, records
from prebill.findings import Finding, NotChecked, RuleCrash, SharedFinding
from prebill.model import Encounter
from prebill.reading import Place, Problem, Refused, Unreadable


@attrs.frozen(kw_only=True)
class Outcome:
    """What one pass found about one claim."""

    claim_id: str
    payer_id: str | None = None
    place: Place | None = None
    findings: tuple[Finding, ...] = ()
    shared: tuple[SharedFinding, ...] = ()
    not_checked: tuple[NotChecked, ...] = ()
    crashes: tuple[RuleCrash, ...] = ()


@attrs.define
class Said:
    """What a cohort rule says about the claims of one key.

    Outcomes come with the numbers of their claims. `undecided` are numbers of lines that the rule could not decide
    for a reason that lies in the run; negative for lines that were counted so and are decided all the same.
    """

    outcomes: list[tuple[int, Outcome]] = attrs.field(factory=list)
    undecided: list[tuple[str, int]] = attrs.field(factory=list)

    def __bool__(self) -> bool:
        return bool(self.outcomes or self.undecided)


class ClaimHeader(NamedTuple):
    """A spilled claim without its content: who it is, and which versions it may belong with.

    `offset` and `length` tell where its content stands in its spill. `payer_number` is the number that the payer
    gave the claim and `replaces` the payer's number of the claim that it replaces or voids, both after the payer,
    and empty when there is none. `digest` tells contents apart, and is empty as long as nobody had to. Claims of
    the batch have numbers from 0 upwards, claims of the ledger negative ones.
    """

    number: int
    claim_id: str
    identity: str
    chain: str
    frequency: str
    created: str
    digest: bytes
    payer_number: str
    replaces: str
    ledger_keys: tuple[tuple[str, str], ...] = ()
    offset: int = 0
    length: int = 0

    @property
    def in_batch(self) -> bool:
        """Tell whether the claim is checked now, rather than known from the ledger."""
        return self.number >= 0


class GatheredRow(NamedTuple):
    """One claim gathered under one key of one family, in the order in which rules see claims.

    `days` are the dates of service, as ordinals and in order. `rules` are the numbers of the rules of the family
    that the claim sets off, and `said` what these say if no other claim has the key, encoded, or None where nobody
    asked them; `spill`, `offset` and `length` tell where the claim is.
    """

    family: str
    key: str
    days: tuple[int, ...]
    claim_id: str
    number: int
    rules: tuple[int, ...]
    said: bytes | None
    spill: int
    offset: int
    length: int


class Judged(NamedTuple):
    """A finding of a scope that was judged for the ledger, or, without a fingerprint, the scope itself."""

    scope: str
    fingerprint: str
    number: int
    content: bytes


_BLOCK = 200

_encode = msgspec.msgpack.Encoder().encode
_decode_outcome = msgspec.msgpack.Decoder(Outcome).decode
_decode_said = msgspec.msgpack.Decoder(dict[int, Said]).decode
_decode_encounter = msgspec.msgpack.Decoder(Encounter).decode
_ITEMS: dict[str, type[Any]] = {"unreadable": Unreadable, "problem": Problem, "refused": Refused}
_KINDS = {cls: kind for kind, cls in _ITEMS.items()}


def encode_said(said: Mapping[int, Said]) -> bytes:
    """Encode what rules say, by their numbers; nothing where none says anything."""
    return _encode(said) if said else b""


def decode_said(content: bytes) -> Mapping[int, Said]:
    """Decode what `encode_said` made."""
    return _decode_said(content) if content else {}


def encode_encounter(encounter: Encounter) -> bytes:
    """Encode an encounter for the spill and for the ledger."""
    return _encode(encounter)


def decode_encounter(content: bytes) -> Encounter:
    """Decode what `encode_encounter` made."""
    return _decode_encounter(content)


class Spill:
    """What one process has set aside, in one folder: claims, the keys they are gathered by, outcomes, and so on.

    Gathered claims are divided into buckets by their key, so that as many processes can share the second pass.
    """

    def __init__(self, folder: Path, *, number: int = 0, buckets: int = 1) -> None:
        folder.mkdir(exist_ok=True)
        self.number = number
        self._gathered = [SortedRuns(folder / f"gathered-{bucket}") for bucket in range(buckets)]
        self._outcomes = SortedRuns(folder / "outcomes")
        self._items = SortedRuns(folder / "items")
        self._judged = SortedRuns(folder / "judged")
        self._undecided = SortedRuns(folder / "undecided")
        self._timings = SortedRuns(folder / "timings")
        self._headers = (folder / "headers").open("a+b")
        self._claims = (folder / "claims").open("a+b", buffering=0)
        self._end = self._claims.seek(0, SEEK_END)
        self._new_claims: list[bytes] = []
        self._new_headers: list[tuple[Any, ...]] = []
        self._added = 0

    def add_claim(self, place: Place | None, content: bytes) -> tuple[int, int]:
        """Keep the content of a claim for the second pass; return the offset and the length to find it by."""
        where = None if place is None else (place.source, place.line, place.interchange, place.segment, place.element)
        record = marshal.dumps((where, content))
        offset = self._end
        self._new_claims.append(record)
        self._end += len(record)
        if len(self._new_claims) >= _BLOCK:
            self._write_claims()
        return offset, len(record)

    def add_header(self, header: ClaimHeader) -> None:
        """Keep the header of a claim."""
        self._new_headers.append(tuple(header))
        if len(self._new_headers) >= _BLOCK:
            self._write_headers()

    def gather(self, row: tuple[Any, ...]) -> None:
        """Keep under which key a claim is gathered: the values of a `GatheredRow`."""
        self._gathered[bucket_of(row[1], len(self._gathered))].add(row)

    def add_outcome(self, number: int, outcome: Outcome) -> None:
        """Keep what a pass found about a claim."""
        self._outcomes.add((number, self._next(), _encode(outcome)))

    def add_item(self, number: int, item: Unreadable | Problem | Refused) -> None:
        """Keep something that the reader could not turn into an encounter."""
        self._items.add((number, self._next(), _KINDS[type(item)], _encode(item)))

    def add_undecided(self, rule: str, name: str, reason: str, lines: int) -> None:
        """Keep how many lines a rule could not decide, for a reason that lies in the run and not in a claim."""
        self._undecided.add((rule, name, reason, lines))

    def add_timing(self, rule: str, name: str, calls: int, nanoseconds: int) -> None:
        """Keep how often a rule was run, and for how long in all."""
        self._timings.add((rule, name, calls, nanoseconds))

    def add_judged(self, scope: str, findings: Iterable[tuple[int, Finding]]) -> None:
        """Keep the findings of a scope for the ledger, with the claim each is reported under.

        A scope without findings is kept too: what the ledger held of it no longer stands.
        """
        self._judged.add((scope, "", 0, b""))
        for number, each in findings:
            self._judged.add((scope, each.fingerprint, number, _encode(each)))

    def close(self) -> None:
        """Write everything and release the files."""
        kept = (self._outcomes, self._items, self._judged, self._undecided, self._timings)
        for runs in (*self._gathered, *kept):
            runs.close()
        self._write_claims()
        self._write_headers()
        self._headers.close()
        self._claims.close()

    def outcomes(self) -> Iterator[tuple[int, Outcome]]:
        """Yield the outcomes in the order of the claims."""
        for number, _, content in self._outcomes:
            yield number, _decode_outcome(content)

    def items(self) -> Iterator[tuple[int, Unreadable | Problem | Refused]]:
        """Yield what could not be read, in the order of the input."""
        for number, _, kind, content in self._items:
            yield number, msgspec.msgpack.decode(content, type=_ITEMS[kind])

    def undecided(self) -> Iterator[tuple[str, str, str, int]]:
        """Yield rule, name, reason and number of lines of what the run as a whole could not decide."""
        return iter(self._undecided)

    def timings(self) -> Iterator[tuple[str, str, int, int]]:
        """Yield rule, name, number of calls and nanoseconds of the rules that were timed."""
        return iter(self._timings)

    def judged(self) -> Iterator[Judged]:
        """Yield all that was judged for the ledger, by scope and fingerprint."""
        return map(Judged._make, self._judged)

    def gathered(self, bucket: int) -> Iterator[tuple[Any, ...]]:
        """Yield the values of the `GatheredRow`s of one bucket by family and key, claims in their fixed order."""
        return iter(self._gathered[bucket])

    def headers(self) -> Iterator[ClaimHeader]:
        """Yield the headers of the claims in the order in which they were added."""
        self._write_headers()
        self._headers.seek(0)
        return map(ClaimHeader._make, records(self._headers, many=True))

    def claim(self, offset: int, length: int) -> tuple[Place | None, bytes]:
        """Return the place of a claim in the input, and its encoded encounter."""
        self._write_claims()
        self._claims.seek(offset)
        where, content = marshal.loads(self._claims.read(length) or b"")  # noqa: S302 - as in `records`
        return Place(*where) if where else None, content

    def _write_claims(self) -> None:
        if self._new_claims:
            self._claims.write(b"".join(self._new_claims))
            self._new_claims = []

    def _write_headers(self) -> None:
        if self._new_headers:
            marshal.dump(self._new_headers, self._headers)
            self._new_headers = []

    def _next(self) -> int:
        self._added += 1
        return self._added
