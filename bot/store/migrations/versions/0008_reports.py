"""Each team's newest report, kept so that nobody has to wait until it is made."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

NAME = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "reports",
        sa.Column("team", NAME, nullable=False),
        sa.Column("fingerprint", NAME, nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("body", NAME, nullable=False),
        sa.PrimaryKeyConstraint("team", name="pk_reports"),
    )
