"""Runs migrations on the connection that bot/store/schema.py hands over; there is no alembic.ini."""

from __future__ import annotations

from alembic import context

from bot.store import verdict_tables, work_tables

assert verdict_tables.metadata is work_tables.metadata  # noqa: S101  every table stands in the same one

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=work_tables.metadata,
    render_as_batch=True,  # SQLite can't alter a table in place
    transactional_ddl=False,  # the caller holds the transaction, all migrations in one
)
context.run_migrations()
