"""The table of what people said of events. It stands apart from them: no sync and no import ever changes it."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Table

from bot.store.tables import Name, metadata

# One row a verdict. Of an event one at most is in force: the one that was not taken back. `by` is a Slack user's id,
# `team` the team in whose answer it was given; it counts for every team that the event counts for.
verdicts = Table(
    "verdicts",
    metadata,
    Column("source", Name, primary_key=True),
    Column("kind", Name, primary_key=True),
    Column("id", Name, primary_key=True),
    Column("given_at", BigInteger, primary_key=True, autoincrement=False),
    Column("verdict", Name, nullable=False),
    Column("team", Name, nullable=False),
    Column("by", Name, nullable=False),
    Column("taken_back_at", BigInteger),
    Column("taken_back_by", Name),
    sqlite_with_rowid=False,
)
