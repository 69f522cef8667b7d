"""What people said of events against their sources."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

NAME = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "verdicts",
        sa.Column("source", NAME, nullable=False),
        sa.Column("kind", NAME, nullable=False),
        sa.Column("id", NAME, nullable=False),
        sa.Column("given_at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("verdict", NAME, nullable=False),
        sa.Column("team", NAME, nullable=False),
        sa.Column("by", NAME, nullable=False),
        sa.Column("taken_back_at", sa.BigInteger(), nullable=True),
        sa.Column("taken_back_by", NAME, nullable=True),
        sa.PrimaryKeyConstraint("source", "kind", "id", "given_at", name="pk_verdicts"),
        sqlite_with_rowid=False,
    )
