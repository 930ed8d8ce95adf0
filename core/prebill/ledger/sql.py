"""A ledger in a database: an SQLite file, or PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any, Self, TypeVar

import attrs

from prebill.errors import LedgerError
from prebill.ledger.protocol import CHANGED_MEANWHILE, LedgerClaim, LedgerFinding

try:
    import alembic  # noqa: F401
    from sqlalchemy import (
        ARRAY,
        Column,
        ColumnElement,
        Connection,
        Select,
        Table,
        Text,
        any_,
        bindparam,
        delete,
        func,
        literal,
        select,
        update,
    )
    from sqlalchemy.dialects import postgresql, sqlite
except ImportError as error:
    message = "a ledger needs SQLAlchemy and Alembic: pip install 'prebill[ledger]'"
    raise LedgerError(message) from error

from prebill.ledger import schema
from prebill.ledger.database import Database, connect
from prebill.ledger.migrate import migrate

_CHUNK = 500
_Item = TypeVar("_Item")
_CLAIM = [schema.claim.c[field.name] for field in attrs.fields(LedgerClaim) if field.name != "keys"]
_FINDING = [schema.finding.c[field.name] for field in attrs.fields(LedgerFinding)]


class SqlLedger:
    """A ledger in SQLite or PostgreSQL; implements `Ledger`.

    Iterators see what was committed when their first item is asked for; until they end they hold a connection.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    @classmethod
    def open(cls, url: str, *, patience: float = 30.0) -> Self:
        """Open the ledger at a database URL or a file path, create it when new, and migrate it to this version.

        An update waits `patience` seconds for another run's. Raises `LedgerError` when the database cannot be
        used, is not a ledger, or was written by a newer version.
        """
        database = connect(url, patience)
        try:
            migrate(database)
        except BaseException:
            database.engine.dispose()
            raise
        return cls(database)

    def families(self) -> frozenset[str]:
        """Return the key families that every claim is indexed by: those that `put_keys` was told of."""
        with self._database.reading() as connection:
            return frozenset(connection.scalars(select(schema.family.c.name)))

    def claims(self) -> Iterator[LedgerClaim]:
        """Yield every claim by identity, without keys."""
        return self._claims(select(*_CLAIM))

    def by_chains(self, chains: Sequence[str]) -> Iterator[LedgerClaim]:
        """Yield the claims of these chains by identity, without keys."""
        return self._claims(select(*_CLAIM).where(self._among(schema.claim.c.chain, chains)))

    def by_keys(self, family: str, keys: Sequence[str]) -> Iterator[LedgerClaim]:
        """Yield the claims that have one of these keys by identity, each once, without keys."""
        index = schema.claim_key.c
        identities = select(index.identity).where(
            index.family == family, self._among(index.key, map(schema.digest, keys))
        )
        return self._claims(select(*_CLAIM).where(schema.claim.c.identity.in_(identities)))

    def findings(self, scopes: Sequence[str] | None = None) -> Iterator[LedgerFinding]:
        """Yield the findings in force in these scopes, or all, by scope and fingerprint."""
        statement = select(*_FINDING).order_by(schema.finding.c.scope, schema.finding.c.fingerprint)
        if scopes is not None:
            statement = statement.where(self._among(schema.finding.c.scope_digest, map(schema.digest, scopes)))
        return (LedgerFinding(**row) for row in self._rows(statement))

    def changes(self) -> int:
        """Return how many updates there were so far, which tells a later state from an earlier one."""
        with self._database.reading() as connection:
            return int(connection.scalars(select(schema.state.c.changes)).one())

    @contextmanager
    def update(self, since: int | None = None) -> Iterator[SqlUpdate]:
        """Open the one transaction of a run; an exception or a killed process leaves the ledger as it was.

        Readers see the ledger as it was until the end. Raises `LedgerError` when another run does not finish, and
        where there were other updates since the number of `changes` given.
        """
        with self._database.writing() as connection:
            before = connection.scalars(select(schema.state.c.changes)).one()
            if since not in (None, before):
                raise LedgerError(CHANGED_MEANWHILE)
            connection.execute(update(schema.state).values(changes=before + 1))
            yield SqlUpdate(connection)

    def close(self) -> None:
        """Release the database."""
        self._database.engine.dispose()

    def _claims(self, statement: Select[Any]) -> Iterator[LedgerClaim]:
        rows = self._rows(statement.order_by(schema.claim.c.identity))
        return (LedgerClaim(**row) for row in rows)

    def _rows(self, statement: Select[Any]) -> Iterator[Mapping[str, Any]]:
        with (
            self._database.reading() as connection,
            connection.execution_options(yield_per=_CHUNK).execute(statement) as rows,
        ):
            for row in rows:
                yield row._asdict()

    def _among(self, column: Column[str], texts: Iterable[str]) -> ColumnElement[bool]:
        return _among(column, texts, self._database.dialect)


class SqlUpdate:
    """The writes of one run, in one transaction; implements `LedgerUpdate`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._dialect = connection.dialect.name

    def put_claims(self, claims: Iterable[LedgerClaim]) -> None:
        """Insert claims, or replace what is known under their identities, keys included."""
        for chunk in _chunks(claims):
            latest = {claim.identity: claim for claim in chunk}
            known = _among(schema.claim_key.c.identity, latest, self._dialect)
            self._connection.execute(delete(schema.claim_key).where(known))
            self._put(
                schema.claim,
                [{column.name: getattr(claim, column.name) for column in _CLAIM} for claim in latest.values()],
            )
            self._put(
                schema.claim_key,
                [_key_row(family, key, claim.identity) for claim in latest.values() for family, key in claim.keys],
            )

    def set_live(self, identities: Iterable[tuple[str, bool]]) -> None:
        """Mark claims as in force, or as voided or replaced; identities that are not known are passed over."""
        statement = (
            update(schema.claim).where(schema.claim.c.identity == bindparam("known")).values(live=bindparam("now_live"))
        )
        for chunk in _chunks(identities):
            self._connection.execute(statement, [{"known": identity, "now_live": live} for identity, live in chunk])

    def put_findings(self, scopes: Iterable[str], findings: Iterable[LedgerFinding]) -> None:
        """Replace every finding of these scopes by the findings given."""
        for chunk in _chunks(scopes):
            stale = _among(schema.finding.c.scope_digest, map(schema.digest, chunk), self._dialect)
            self._connection.execute(delete(schema.finding).where(stale))
        for rows in _chunks(findings):
            self._put(
                schema.finding,
                [attrs.asdict(row) | {"scope_digest": schema.digest(row.scope)} for row in rows],
            )

    def put_keys(self, family: str, keys: Iterable[tuple[str, str]]) -> None:
        """Add a key family to the index: pairs of a claim's identity and a key.

        From now on every claim counts as indexed by it. Raises `LedgerError` for an identity that is not known.
        """
        self._put(schema.family, [{"name": family}])
        for chunk in _chunks(keys):
            self._put(schema.claim_key, [_key_row(family, key, identity) for identity, key in chunk])

    def drop_families(self, families: Iterable[str]) -> None:
        """Forget key families with all their keys, because not every claim is indexed by them any more."""
        for name in sorted(families):
            self._connection.execute(delete(schema.claim_key).where(schema.claim_key.c.family == name))
            self._connection.execute(delete(schema.family).where(schema.family.c.name == name))

    def _put(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert rows, each in place of one with the same primary key."""
        if not rows:
            return
        insert = postgresql.insert(table) if self._dialect == "postgresql" else sqlite.insert(table)
        others = {name: insert.excluded[name] for name, column in table.c.items() if not column.primary_key}
        if others:
            statement = insert.on_conflict_do_update(index_elements=list(table.primary_key), set_=others)
        else:
            statement = insert.on_conflict_do_nothing()
        self._connection.execute(statement, rows)


def _key_row(family: str, key: str, identity: str) -> Mapping[str, str]:
    return {"family": family, "key": schema.digest(key), "identity": identity}


def _among(column: Column[str], texts: Iterable[str], dialect: str) -> ColumnElement[bool]:
    """Return the condition that a column holds one of any number of texts: they go in as one parameter."""
    values = [schema.stored(text) for text in texts]
    if dialect == "postgresql":
        return column == any_(literal(values, ARRAY(Text)))
    wanted = func.json_each(literal(json.dumps(values), Text)).table_valued("value")
    return column.in_(select(wanted.c.value))


def _chunks(items: Iterable[_Item]) -> Iterator[list[_Item]]:
    rest = iter(items)
    while chunk := list(islice(rest, _CHUNK)):
        yield chunk
