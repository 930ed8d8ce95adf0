"""Claims, their keys, and findings."""

import sqlalchemy as sa
from alembic import op

revision = "v0001"
down_revision = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "claim",
        sa.Column("identity", TEXT, primary_key=True),
        sa.Column("chain", TEXT, nullable=False),
        sa.Column("frequency", TEXT, nullable=False),
        sa.Column("created", TEXT, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("encounter", sa.LargeBinary, nullable=False),
        sa.Column("live", sa.Boolean, nullable=False),
    )
    op.create_index("claim_by_chain", "claim", ["chain"])
    op.create_table(
        "claim_key",
        sa.Column("family", TEXT, primary_key=True),
        sa.Column("key", TEXT, primary_key=True),
        sa.Column("identity", TEXT, sa.ForeignKey("claim.identity", ondelete="CASCADE"), primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_index("claim_key_by_identity", "claim_key", ["identity"])
    op.create_table("family", sa.Column("name", TEXT, primary_key=True))
    op.create_table(
        "finding",
        sa.Column("scope_digest", TEXT, primary_key=True),
        sa.Column("fingerprint", TEXT, primary_key=True),
        sa.Column("scope", TEXT, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
