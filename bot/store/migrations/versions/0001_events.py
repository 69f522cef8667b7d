"""Events, what they count for, teams that came with them, and the revision of the data."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

# Spelt out rather than imported from bot/store/tables.py: a migration stays as it was when the tables move on.
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NAME = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    _create_events()
    _create_event_subjects()
    _create_subject_sources()
    _create_teams()
    _create_store_state()


def _create_events() -> None:
    op.create_table(
        "events",
        sa.Column("number", NUMBER, autoincrement=False, nullable=False),
        sa.Column("source", NAME, nullable=False),
        sa.Column("kind", NAME, nullable=False),
        sa.Column("id", NAME, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=True),
        sa.Column("body", NAME, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_events"),
        sa.UniqueConstraint("source", "kind", "id", name="uq_events_source_kind_id"),
    )


def _create_event_subjects() -> None:
    op.create_table(
        "event_subjects",
        sa.Column("number", NUMBER, autoincrement=False, nullable=False),
        sa.Column("subject", NAME, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["events.number"], name="fk_event_subjects_number", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("number", "subject", name="pk_event_subjects"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_event_subjects_subject_at_number", "event_subjects", ["subject", "at", "number"])


def _create_subject_sources() -> None:
    op.create_table(
        "subject_sources",
        sa.Column("subject", NAME, nullable=False),
        sa.Column("source", NAME, nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("subject", "source", name="pk_subject_sources"),
        sqlite_with_rowid=False,
    )


def _create_teams() -> None:
    op.create_table(
        "teams",
        sa.Column("key", NAME, nullable=False),
        sa.Column("body", NAME, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_teams"),
    )


def _create_store_state() -> None:
    state = op.create_table(
        "store_state",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_store_state"),
        sa.CheckConstraint("id = 1", name="ck_store_state_one_row"),
    )
    op.bulk_insert(state, [{"id": 1, "revision": 0}])
