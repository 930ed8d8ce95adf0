"""The ledger's tables. A change here needs a migration; a test compares the two."""

from __future__ import annotations

import hashlib

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
)
from sqlalchemy.types import TypeEngine


def stored(text: str) -> str:
    """Return a text as the tables hold it: without U+0000, which PostgreSQL refuses, and in the same order."""
    return text.replace("\x01", "\x01\x02").replace("\x00", "\x01\x01")


def restored(text: str) -> str:
    """Return the text that `stored` was given."""
    return text.replace("\x01\x01", "\x00").replace("\x01\x02", "\x01")


def digest(text: str) -> str:
    """Return 32 hexadecimal digits to look a text up by, since PostgreSQL indexes no long texts."""
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


class LedgerText(TypeDecorator[str]):
    """Any text, in the order of its code points on every database."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[str]:
        """Return the column type: PostgreSQL would otherwise order by the database's locale."""
        return Text(collation="C") if dialect.name == "postgresql" else Text()

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Return what is stored for a text."""
        return None if value is None else stored(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Return the text that was stored."""
        return None if value is None else restored(value)


metadata = MetaData()

claim = Table(
    "claim",
    metadata,
    Column("identity", LedgerText, primary_key=True),
    Column("chain", LedgerText, nullable=False),
    Column("frequency", LedgerText, nullable=False),
    Column("created", LedgerText, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("encounter", LargeBinary, nullable=False),
    Column("live", Boolean, nullable=False),
    Index("claim_by_chain", "chain"),
)

# `key` is the digest of a key. SQLite keeps the rows in the index itself.
claim_key = Table(
    "claim_key",
    metadata,
    Column("family", LedgerText, primary_key=True),
    Column("key", LedgerText, primary_key=True),
    Column("identity", LedgerText, ForeignKey("claim.identity", ondelete="CASCADE"), primary_key=True),
    Index("claim_key_by_identity", "identity"),
    sqlite_with_rowid=False,
)

family = Table("family", metadata, Column("name", LedgerText, primary_key=True))

# One row: how many updates there were.
state = Table("state", metadata, Column("changes", BigInteger, nullable=False))

finding = Table(
    "finding",
    metadata,
    Column("scope_digest", LedgerText, primary_key=True),
    Column("fingerprint", LedgerText, primary_key=True),
    Column("scope", LedgerText, nullable=False),
    Column("content", LargeBinary, nullable=False),
)
