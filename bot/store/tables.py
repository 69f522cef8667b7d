"""The tables. Times are whole microseconds since 1970 in UTC, so that order and equality are exact.

An event's body is its canonical JSON: the models of bot/events are the only definition of what is in it, and two
bodies are equal exactly when the events are. Beside it stands only what a query needs.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    true,
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

# How far each list of each configured source has been read. Everything from `oldest` to `newest` is in the store, the
# back-fill goes on to `since`; `span_start`, `span_end`, `rest_to`, `token` and `open_since` are where reading stands
# within the span in work. `pass` counts the readings of the whole window; while it is read again, `reread_to` is how
# far, and `rule_before` the rule that it was read by, where another one is the reason. `reached` is how far back
# reports may look: it differs from `oldest` only then. `kinds` and `covers` are JSON.
streams = Table(
    "streams",
    metadata,
    Column("source", Name, primary_key=True),
    Column("stream", Name, primary_key=True),
    Column("event_source", Name, nullable=False),
    Column("kinds", Name, nullable=False),
    Column("covers", Name, nullable=False),
    Column("covers_from", BigInteger),
    Column("rule", Name, nullable=False),
    Column("pass", Integer, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("newest", BigInteger),
    Column("oldest", BigInteger),
    Column("reached", BigInteger),
    Column("span_start", BigInteger),
    Column("span_end", BigInteger),
    Column("rest_to", BigInteger),
    Column("token", Name),
    Column("older_token", Name),
    Column("validator", Name),
    Column("open_since", BigInteger),
    Column("reread_to", BigInteger),
    Column("rule_before", Name),
    Column("synced_at", BigInteger),
    Column("failure", Name),
    # The newest answer of its source has it, and the settings still name that source: else it limits no report.
    Column("is_listed", Boolean, nullable=False, server_default=true()),
    Column("is_configured", Boolean, nullable=False, server_default=true()),
    sqlite_with_rowid=False,
)

# Which stream yielded an event, and in which of its passes: an event is taken back when no stream yields it any more.
stream_events = Table(
    "stream_events",
    metadata,
    Column("source", Name, primary_key=True),
    Column("stream", Name, primary_key=True),
    Column("number", Number, ForeignKey("events.number", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("pass", Integer, nullable=False),
    Index(None, "number"),
    sqlite_with_rowid=False,
)

# Items that could not be read, each once, with the reason and what is left of them without what names a person.
set_aside = Table(
    "set_aside",
    metadata,
    Column("source", Name, primary_key=True),
    Column("stream", Name, primary_key=True),
    Column("item", Name, primary_key=True),
    Column("event_id", Name, nullable=False),
    Column("reason", Name, nullable=False),
    Column("body", Name, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("pass", Integer, nullable=False),
    sqlite_with_rowid=False,
)
