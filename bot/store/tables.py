"""The tables. Times are whole microseconds since 1970 in UTC, so that order and equality are exact.

An event's body is its canonical JSON: the models of bot/events are the only definition of what is in it, and two
bodies are equal exactly when the events are. Beside it stands only what a query needs.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

# Only an INTEGER primary key is SQLite's own row number; and only the C collation orders as SQLite does.
Number = BigInteger().with_variant(Integer(), "sqlite")
Name = Text().with_variant(Text(collation="C"), "postgresql")

events = Table(
    "events",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=False),
    Column("source", Name, nullable=False),
    Column("kind", Name, nullable=False),
    Column("id", Name, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("updated_at", BigInteger),
    Column("body", Name, nullable=False),
    UniqueConstraint("source", "kind", "id"),
)

# What an event counts for (bot/store/subjects.py): one row a service, none for a retracted event. The index answers
# "a team's events of a span" without touching any other team's.
event_subjects = Table(
    "event_subjects",
    metadata,
    Column("number", Number, ForeignKey("events.number", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("subject", Name, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Index(None, "subject", "at", "number"),
    sqlite_with_rowid=False,
)

# Every subject ever seen, and when each source last spoke of it: globs and freshness never scan events.
subject_sources = Table(
    "subject_sources",
    metadata,
    Column("subject", Name, primary_key=True),
    Column("source", Name, primary_key=True),
    Column("last_at", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

# Teams that came with an import; those of the settings win over them.
teams = Table(
    "teams",
    metadata,
    Column("key", Name, primary_key=True),
    Column("body", Name, nullable=False),
)

# One row; its revision moves with every write that changed something.
store_state = Table(
    "store_state",
    metadata,
    Column("id", Integer, CheckConstraint("id = 1", name="one_row"), primary_key=True, autoincrement=False),
    Column("revision", BigInteger, nullable=False),
)
