"""Which lists their sources still have, and which sources are still configured: only those limit a report."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Until the next sync says otherwise, every list is taken to be there."""
    for name in ("is_listed", "is_configured"):
        op.add_column("streams", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.true()))
