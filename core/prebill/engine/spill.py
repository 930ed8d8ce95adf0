"""A temporary store on disk for what waits for the second pass, so that memory does not grow with the batch."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import attrs
import msgspec

from prebill.findings import Finding, NotChecked, RuleCrash, Severity
from prebill.model import Encounter
from prebill.reading import Place, Problem, Refused, Unreadable

_SCHEMA = """
CREATE TABLE claim (
    number INTEGER PRIMARY KEY, identity TEXT, chain TEXT, frequency TEXT, created TEXT, digest BLOB,
    in_batch INTEGER, claim_id TEXT, place BLOB, encounter BLOB
);
CREATE TABLE entry (
    rule INTEGER, key TEXT, part INTEGER, day TEXT, claim_id TEXT, position INTEGER, line INTEGER,
    digest BLOB, number INTEGER, judges INTEGER
);
CREATE TABLE ledger_key (number INTEGER, family TEXT, key TEXT);
CREATE TABLE judged (scope TEXT, fingerprint TEXT, number INTEGER, content BLOB);
CREATE TABLE outcome (number INTEGER, content BLOB);
CREATE TABLE item (number INTEGER, kind TEXT, content BLOB);
"""
_BUFFER = 2_000


@attrs.frozen(kw_only=True)
class SharedFinding:
    """A claim's part in a finding that is reported under another claim."""

    fingerprint: str
    rule: str
    severity: Severity
    reported_under: str
    lines: tuple[int, ...]


@attrs.frozen(kw_only=True)
class Outcome:
    """What one pass found about one claim."""

    claim_id: str
    place: Place | None = None
    findings: tuple[Finding, ...] = ()
    shared: tuple[SharedFinding, ...] = ()
    not_checked: tuple[NotChecked, ...] = ()
    crashes: tuple[RuleCrash, ...] = ()


@attrs.frozen(kw_only=True)
class ClaimRow:
    """A claim as spilled: who it is, which chain of replacements it belongs to, and its encounter, encoded."""

    number: int
    identity: str
    chain: str
    frequency: str
    created: str
    digest: bytes
    in_batch: bool
    claim_id: str
    place: Place | None
    encounter: bytes


@attrs.frozen(kw_only=True)
class EntryRow:
    """One line in one cohort; `position` is its index in the claim's lines, `line` its number."""

    rule: int
    key: str
    part: int
    day: str
    claim_id: str
    position: int
    line: int
    digest: bytes
    number: int
    judges: bool


class Judged(NamedTuple):
    """A finding of a scope that was judged for the ledger; only the scope is set where nothing was found."""

    scope: str
    fingerprint: str | None
    number: int | None
    content: bytes | None


_encode = msgspec.msgpack.Encoder().encode
_decode_outcome = msgspec.msgpack.Decoder(Outcome).decode
_decode_encounter = msgspec.msgpack.Decoder(Encounter).decode
_decode_place = msgspec.msgpack.Decoder(Place | None).decode
_ITEMS: dict[str, type[Any]] = {"unreadable": Unreadable, "problem": Problem, "refused": Refused}
_KINDS = {cls: kind for kind, cls in _ITEMS.items()}


def encode_encounter(encounter: Encounter) -> bytes:
    """Encode an encounter for the spill and for the ledger."""
    return _encode(encounter)


def decode_encounter(content: bytes) -> Encounter:
    """Decode what `encode_encounter` made."""
    return _decode_encounter(content)


class Spill:
    """Claims, cohort entries, outcomes and unreadable items of one process, in one temporary file."""

    def __init__(self, path: Path) -> None:
        fresh = not path.exists()
        self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "locking_mode=NORMAL", "cache_size=-8000"):
            self._database.execute(f"PRAGMA {pragma}")
        if fresh:
            self._database.executescript(_SCHEMA)
        self._database.execute("BEGIN")
        self._buffers: dict[str, list[tuple[Any, ...]]] = {
            table: [] for table in ("claim", "entry", "ledger_key", "judged", "outcome", "item")
        }

    def add_claim(self, row: ClaimRow) -> None:
        """Keep a claim for the second pass."""
        values = attrs.astuple(row, recurse=False)
        self._add("claim", (*values[:8], _encode(row.place), row.encounter))

    def add_entry(self, row: EntryRow) -> None:
        """Keep a line under the key of one cohort rule."""
        self._add(
            "entry",
            (
                row.rule, row.key, row.part, row.day, row.claim_id,
                row.position, row.line, row.digest, row.number, row.judges,
            ),
        )  # fmt: skip

    def add_ledger_key(self, number: int, family: str, key: str) -> None:
        """Keep a key of a claim for the ledger."""
        self._add("ledger_key", (number, family, key))

    def add_judged(self, scope: str, findings: Iterable[tuple[int, Finding]]) -> None:
        """Keep the findings of a scope for the ledger, with the claim each is reported under.

        A scope without findings is kept too: what the ledger held of it no longer stands.
        """
        rows: list[tuple[Any, ...]] = [
            (scope, each.fingerprint, number, _encode(each)) for number, each in findings
        ]
        for row in rows or [(scope, None, None, None)]:
            self._add("judged", row)

    def add_outcome(self, number: int, outcome: Outcome) -> None:
        """Keep what a pass found about a claim."""
        self._add("outcome", (number, _encode(outcome)))

    def add_item(self, number: int, item: Unreadable | Problem | Refused) -> None:
        """Keep something that the reader could not turn into an encounter."""
        self._add("item", (number, _KINDS[type(item)], _encode(item)))

    def flush(self) -> None:
        """Write what is still buffered."""
        for table, rows in self._buffers.items():
            if rows:
                marks = ",".join("?" * len(rows[0]))
                self._database.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608
                rows.clear()

    def close(self) -> None:
        """Write everything and release the file."""
        self.flush()
        self._database.execute("COMMIT")
        self._database.close()

    def outcomes(self) -> Iterator[tuple[int, Outcome]]:
        """Yield the outcomes in the order of the claims."""
        for number, content in self._rows("SELECT number, content FROM outcome ORDER BY number, rowid"):
            yield number, _decode_outcome(content)

    def items(self) -> Iterator[tuple[int, Unreadable | Problem | Refused]]:
        """Yield what could not be read, in the order of the input."""
        for number, kind, content in self._rows("SELECT * FROM item ORDER BY number, rowid"):
            yield number, msgspec.msgpack.decode(content, type=_ITEMS[kind])

    def entries(self, part: int) -> Iterator[EntryRow]:
        """Yield the entries of one part by rule and key, each cohort in its fixed order."""
        for row in self._rows(
            "SELECT * FROM entry WHERE part = ? ORDER BY rule, key, day, claim_id, position, digest, number",
            (part,),
        ):
            yield EntryRow(
                rule=row[0], key=row[1], part=row[2], day=row[3], claim_id=row[4],
                position=row[5], line=row[6], digest=row[7], number=row[8], judges=bool(row[9]),
            )  # fmt: skip

    def claim(self, number: int) -> ClaimRow | None:
        """Return a spilled claim, or None when it lies in another process's file."""
        return next(self.claims("number = ?", (number,)), None)

    def claims(self, where: str = "1", values: Sequence[Any] = ()) -> Iterator[ClaimRow]:
        """Yield the claims that meet a condition, by number."""
        statement = f"SELECT * FROM claim WHERE {where} ORDER BY number"  # noqa: S608
        for row in self._rows(statement, values):
            yield ClaimRow(
                number=row[0], identity=row[1], chain=row[2], frequency=row[3], created=row[4], digest=row[5],
                in_batch=bool(row[6]), claim_id=row[7], place=_decode_place(row[8]), encounter=row[9],
            )  # fmt: skip

    def ledger_keys(self, number: int) -> tuple[tuple[str, str], ...]:
        """Return the families and keys of a claim."""
        return tuple(self._rows("SELECT family, key FROM ledger_key WHERE number = ?", (number,)))

    def judged(self) -> Iterator[Judged]:
        """Yield all that was judged for the ledger, by scope and fingerprint."""
        return map(Judged._make, self._rows("SELECT * FROM judged ORDER BY scope, fingerprint"))

    def identities(self) -> Iterator[tuple[str, bytes, int]]:
        """Yield identity, digest and number of the batch's claims, in that order."""
        return self._rows(
            "SELECT identity, digest, number FROM claim WHERE in_batch = 1 ORDER BY identity, digest, number"
        )

    def has_claim(self, claim_id: str) -> bool:
        """Tell whether a claim of this number is in the batch."""
        return any(
            True for _ in self._rows("SELECT 1 FROM claim WHERE claim_id = ? AND in_batch = 1", (claim_id,))
        )

    def index(self) -> None:
        """Make look-ups by identity, chain and claim fast, once the first pass has written everything."""
        self.flush()
        for name, columns in (
            ("claim", "identity"),
            ("claim", "chain"),
            ("claim", "claim_id"),
            ("ledger_key", "number"),
        ):
            self._database.execute(f"CREATE INDEX IF NOT EXISTS {name}_{columns} ON {name} ({columns})")

    def distinct(self, table: str, columns: str, where: str = "1") -> Iterator[tuple[Any, ...]]:
        """Yield the distinct values of columns."""
        return self._rows(f"SELECT DISTINCT {columns} FROM {table} WHERE {where} ORDER BY {columns}")  # noqa: S608

    def _rows(self, statement: str, values: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
        self.flush()
        return iter(self._database.execute(statement, values))

    def _add(self, table: str, values: tuple[Any, ...]) -> None:
        buffer = self._buffers[table]
        buffer.append(values)
        if len(buffer) >= _BUFFER:
            self.flush()


def spilled_claim(spills: Iterable[Spill], number: int) -> ClaimRow | None:
    """Find a claim in whichever spill holds it."""
    return next((row for spill in spills if (row := spill.claim(number)) is not None), None)
