"""Brings a ledger's database to the schema of this version."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from prebill.errors import LedgerError
from prebill.ledger.database import Database

VERSION_TABLE = "ledger_version"


def migrate(database: Database) -> None:
    """Run the migrations that a database lacks, all or none; an empty database gets every one.

    Raises `LedgerError` for a database that holds something else, or that a newer version wrote.
    """
    config = Config()
    config.set_main_option("script_location", "prebill.ledger:migrations")
    scripts = ScriptDirectory.from_config(config)
    with database.reading() as connection:
        if _version(connection) == scripts.get_current_head():
            return
    with database.writing() as connection:
        _check(connection, scripts, database.place)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _version(connection: Connection) -> str | None:
    context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
    return context.get_current_revision()


def _check(connection: Connection, scripts: ScriptDirectory, place: str) -> None:
    version = _version(connection)
    if version is None and inspect(connection).get_table_names():
        message = f"{place}: this is not a ledger; it holds other tables"
        raise LedgerError(message)
    if version is not None and version not in {script.revision for script in scripts.walk_revisions()}:
        message = f"{place}: this ledger was written by a newer version of prebill; update prebill"
        raise LedgerError(message)
