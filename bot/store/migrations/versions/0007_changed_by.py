"""Who set what comes to a channel: somebody has to hear of it where nothing arrives there."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

NAME = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Of what was set before, nobody knows any more who did."""
    op.add_column("subscriptions", sa.Column("changed_by", NAME))
