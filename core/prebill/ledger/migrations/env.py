"""Alembic's entry: runs migrations on the connection, and in the transaction, that `migrate` hands over."""

from alembic import context

from prebill.ledger.migrate import VERSION_TABLE
from prebill.ledger.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
)
context.run_migrations()
