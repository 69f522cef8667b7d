"""How far each list of each source has been read, what each yielded, and what could not be read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NAME = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    _create_streams()
    _create_stream_events()
    _create_set_aside()


def _create_streams() -> None:
    op.create_table(
        "streams",
        sa.Column("source", NAME, nullable=False),
        sa.Column("stream", NAME, nullable=False),
        sa.Column("event_source", NAME, nullable=False),
        sa.Column("kinds", NAME, nullable=False),
        sa.Column("covers", NAME, nullable=False),
        sa.Column("covers_from", sa.BigInteger(), nullable=True),
        sa.Column("rule", NAME, nullable=False),
        sa.Column("pass", sa.Integer(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("newest", sa.BigInteger(), nullable=True),
        sa.Column("oldest", sa.BigInteger(), nullable=True),
        sa.Column("reached", sa.BigInteger(), nullable=True),
        sa.Column("span_start", sa.BigInteger(), nullable=True),
        sa.Column("span_end", sa.BigInteger(), nullable=True),
        sa.Column("rest_to", sa.BigInteger(), nullable=True),
        sa.Column("token", NAME, nullable=True),
        sa.Column("older_token", NAME, nullable=True),
        sa.Column("validator", NAME, nullable=True),
        sa.Column("open_since", sa.BigInteger(), nullable=True),
        sa.Column("reread_to", sa.BigInteger(), nullable=True),
        sa.Column("rule_before", NAME, nullable=True),
        sa.Column("synced_at", sa.BigInteger(), nullable=True),
        sa.Column("failure", NAME, nullable=True),
        sa.PrimaryKeyConstraint("source", "stream", name="pk_streams"),
        sqlite_with_rowid=False,
    )


def _create_stream_events() -> None:
    op.create_table(
        "stream_events",
        sa.Column("source", NAME, nullable=False),
        sa.Column("stream", NAME, nullable=False),
        sa.Column("number", NUMBER, autoincrement=False, nullable=False),
        sa.Column("pass", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["number"], ["events.number"], name="fk_stream_events_number_events", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("source", "stream", "number", name="pk_stream_events"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_stream_events_number", "stream_events", ["number"])


def _create_set_aside() -> None:
    op.create_table(
        "set_aside",
        sa.Column("source", NAME, nullable=False),
        sa.Column("stream", NAME, nullable=False),
        sa.Column("item", NAME, nullable=False),
        sa.Column("event_id", NAME, nullable=False),
        sa.Column("reason", NAME, nullable=False),
        sa.Column("body", NAME, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("pass", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("source", "stream", "item", name="pk_set_aside"),
        sqlite_with_rowid=False,
    )
