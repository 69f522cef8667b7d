"""What is kept of each team's weeks beside its looks, so that a new look reads only what is new."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

NAME = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "team_weeks",
        sa.Column("team", NAME, nullable=False),
        sa.Column("week", NAME, nullable=False),
        sa.Column("body", NAME, nullable=False),
        sa.Column("names", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("team", "week", name="pk_team_weeks"),
        sqlite_with_rowid=False,
    )
