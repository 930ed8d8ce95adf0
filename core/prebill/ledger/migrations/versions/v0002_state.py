"""How many updates there were, so that a run notices another one."""

import sqlalchemy as sa
from alembic import op

revision = "v0002"
down_revision = "v0001"


def upgrade() -> None:
    state = op.create_table("state", sa.Column("changes", sa.BigInteger, nullable=False))
    op.bulk_insert(state, [{"changes": 0}])
