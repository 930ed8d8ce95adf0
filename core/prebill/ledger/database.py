"""Connects to the ledger's database: SQLite or PostgreSQL, both with one writer at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs
from sqlalchemy import Connection, Engine, NullPool, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, StatementError

from prebill.errors import LedgerError

_DRIVERS = {
    "sqlite": "sqlite+pysqlite",
    "sqlite+pysqlite": "sqlite+pysqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}
# A killed run leaves no trace, a finished one survives a power cut; the cache is 64 MiB.
_PRAGMAS = ("foreign_keys = ON", "journal_mode = WAL", "synchronous = FULL", "cache_size = -65536")
_WRITES = "prebill_writes"


@attrs.frozen
class Database:
    """A connected database, and the place to name in messages: no credentials in it."""

    engine: Engine
    place: str

    @property
    def dialect(self) -> str:
        """Either `sqlite` or `postgresql`."""
        return self.engine.dialect.name

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a transaction that sees what was committed, while another may write."""
        with plain_errors(self.place), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open the one transaction that may write: all of it is kept, or nothing.

        Raises `LedgerError` when another writer is not done within the database's patience.
        """
        with plain_errors(self.place), self.engine.connect() as connection:
            connection.execution_options(**{_WRITES: True})
            with connection.begin():
                yield connection


def connect(url: str, patience: float) -> Database:
    """Return the database at a URL, or the SQLite database at a path, without connecting yet.

    A writer waits `patience` seconds for another. Raises `LedgerError` for a URL of another kind of database,
    or when its driver is not installed.
    """
    address = _address(url)
    if address.get_backend_name() == "sqlite":
        return _sqlite(address, patience)
    return _postgresql(address, patience)


@contextmanager
def plain_errors(place: str) -> Iterator[None]:
    """Turn what a database raises into `LedgerError`, without its statements and values: they are patient data."""
    try:
        yield
    except StatementError as error:
        raise LedgerError(f"{place}: {_plainly(error.orig)}") from None


def _address(url: str) -> URL:
    if "://" not in url:
        return URL.create(_DRIVERS["sqlite"], database=url)
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):
        message = "the ledger's database URL cannot be read"
        raise LedgerError(message) from None
    if address.drivername not in _DRIVERS:
        message = f"a ledger is an SQLite file or a postgresql:// database, not {address.drivername}"
        raise LedgerError(message)
    return address.set(drivername=_DRIVERS[address.drivername])


def _sqlite(address: URL, patience: float) -> Database:
    path = address.database
    if not path or path == ":memory:":
        message = "an SQLite ledger needs the path of a file"
        raise LedgerError(message)
    _create_private(Path(path))
    engine = create_engine(
        URL.create(address.drivername, database=path),
        hide_parameters=True,
        poolclass=NullPool,  # between uses the ledger is one closed file, also for forked workers
        # The driver's own transaction handling is off: it would begin one too late, and not for reading.
        connect_args={"timeout": patience, "isolation_level": None},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: object) -> None:
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = _WRITES in connection.get_execution_options()
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return Database(engine, path)


def _create_private(path: Path) -> None:
    """Create a file that only its owner can read; SQLite gives the files beside it the same permissions."""
    try:
        path.touch(mode=0o600, exist_ok=True)
    except OSError as error:
        message = f"{path}: {error.strerror}"
        raise LedgerError(message) from None


def _postgresql(address: URL, patience: float) -> Database:
    try:
        engine = create_engine(address, hide_parameters=True)
    except ImportError as error:
        message = "a ledger in PostgreSQL needs its driver: pip install 'prebill[ledger,postgres]'"
        raise LedgerError(message) from error

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if _WRITES in connection.get_execution_options():
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {round(patience * 1000)}")
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext('prebill ledger ' || current_schema()))")

    place = URL.create("postgresql", host=address.host, port=address.port, database=address.database)
    return Database(engine, place.render_as_string())


def _plainly(error: BaseException | None) -> str:
    name: str = getattr(error, "sqlite_errorname", type(error).__name__)
    if name.startswith("SQLITE_BUSY") or name == "LockNotAvailable":
        return "another run is writing to this ledger; try again when it is done"
    if name == "SQLITE_NOTADB":
        return "this is not a ledger"
    if name == "OperationalError":  # of PostgreSQL: no connection was made, or it was lost
        return " ".join(str(error).split())
    return f"the database refused ({name})"
