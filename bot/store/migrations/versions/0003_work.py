"""What is due, what the watch saw, what was told, and what has to reach Slack."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

NAME = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    _create_ledger()
    _create_subscriptions()
    _create_looks()
    _create_touches()
    _create_told()
    _create_outbox()


def _create_ledger() -> None:
    op.create_table(
        "ledger",
        sa.Column("job", NAME, nullable=False),
        sa.Column("subject", NAME, nullable=False),
        sa.Column("slot", NAME, nullable=False),
        sa.Column("claimed_until", sa.BigInteger(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("next_try", sa.BigInteger(), nullable=True),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.Column("failure", NAME, nullable=True),
        sa.PrimaryKeyConstraint("job", "subject", "slot", name="pk_ledger"),
        sqlite_with_rowid=False,
    )


def _create_subscriptions() -> None:
    op.create_table(
        "subscriptions",
        sa.Column("team", NAME, nullable=False),
        sa.Column("channel", NAME, nullable=False),
        sa.Column("kinds", NAME, nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("zone", NAME, nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("team", "channel", name="pk_subscriptions"),
        sqlite_with_rowid=False,
    )


def _create_looks() -> None:
    op.create_table(
        "looks",
        sa.Column("team", NAME, nullable=False),
        sa.Column("fingerprint", NAME, nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("body", NAME, nullable=False),
        sa.PrimaryKeyConstraint("team", name="pk_looks"),
        sqlite_with_rowid=False,
    )


def _create_touches() -> None:
    op.create_table(
        "touches",
        sa.Column("subject", NAME, nullable=False),
        sa.Column("revision", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("subject", "revision", name="pk_touches"),
        sqlite_with_rowid=False,
    )


def _create_told() -> None:
    op.create_table(
        "told",
        sa.Column("kind", NAME, nullable=False),
        sa.Column("team", NAME, nullable=False),
        sa.Column("channel", NAME, nullable=False),
        sa.Column("period", NAME, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("body", NAME, nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("ending", NAME, nullable=True),
        sa.Column("outcome", NAME, nullable=True),
        sa.Column("outcome_why", NAME, nullable=True),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("kind", "team", "channel", "period", name="pk_told"),
        sqlite_with_rowid=False,
    )


def _create_outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("key", NAME, nullable=False),
        sa.Column("part", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("channel", NAME, nullable=False),
        sa.Column("operation", NAME, nullable=False),
        sa.Column("parent", sa.Integer(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("revision_sent", sa.Integer(), nullable=True),
        sa.Column("body", NAME, nullable=False),
        sa.Column("form", NAME, nullable=False),
        sa.Column("state", NAME, nullable=False),
        sa.Column("reason", NAME, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column("tried_at", sa.BigInteger(), nullable=True),
        sa.Column("sent_channel", NAME, nullable=True),
        sa.Column("ts", NAME, nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("key", "part", name="pk_outbox"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_outbox_state_reason", "outbox", ["state", "reason"])
    op.create_index("ix_outbox_due_at", "outbox", ["due_at"])
    op.create_index("ix_outbox_channel_due_at", "outbox", ["channel", "due_at"])
    op.create_index("ix_outbox_channel_tried_at", "outbox", ["channel", "tried_at"])
