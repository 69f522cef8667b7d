"""The tables of the bot's own work: what is due, what the watch saw, what was told, and what has to reach Slack."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, Table

from bot.store.tables import Name, metadata

# One row a job, a subject (a source, a team, or none) and the slot that it is for. A row is a claim: whoever holds it
# until `claimed_until` does the work; `done_at` commits with what the work changed. The newest attempt was from
# `started_at` to `ended_at`.
ledger = Table(
    "ledger",
    metadata,
    Column("job", Name, primary_key=True),
    Column("subject", Name, primary_key=True),
    Column("slot", Name, primary_key=True),
    Column("claimed_until", BigInteger),
    Column("attempts", Integer, nullable=False),
    Column("started_at", BigInteger),
    Column("ended_at", BigInteger),
    Column("next_try", BigInteger),
    Column("done_at", BigInteger),
    Column("failure", Name),
    sqlite_with_rowid=False,
)

# What was set in Slack for a team in a channel; it wins over the settings file. `kinds` is a JSON list, empty where
# the channel was unsubscribed; `changed_by` is the Slack id of who is told when a message does not arrive there.
subscriptions = Table(
    "subscriptions",
    metadata,
    Column("team", Name, primary_key=True),
    Column("channel", Name, primary_key=True),
    Column("kinds", Name, nullable=False),
    Column("weekday", Integer, nullable=False),
    Column("hour", Integer, nullable=False),
    Column("zone", Name, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Column("changed_by", Name),
    sqlite_with_rowid=False,
)

# Each team's weekly looks of the watch, as JSON: a cache of what is computed from events, never a source of its own.
# Those that were made of another `fingerprint`, or since when the team's subjects were touched by a later revision of
# the data, are computed again.
looks = Table(
    "looks",
    metadata,
    Column("team", Name, primary_key=True),
    Column("fingerprint", Name, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("body", Name, nullable=False),
    sqlite_with_rowid=False,
)

# What each complete week of a team came to, as known at the newest of its kept looks, and beside it checksums of what
# the week's events are called and name. A week is good for as long as the looks are; `week` is its Monday.
team_weeks = Table(
    "team_weeks",
    metadata,
    Column("team", Name, primary_key=True),
    Column("week", Name, primary_key=True),
    Column("body", Name, nullable=False),
    Column("names", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

# Each team's newest report, as JSON: a cache as the looks are. It holds as long as its `fingerprint` says what a report
# depends on beside events, and no later revision touched what the team's events said of the time that it tells of.
reports = Table(
    "reports",
    metadata,
    Column("team", Name, primary_key=True),
    Column("fingerprint", Name, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("body", Name, nullable=False),
)

# From when on an ingest may have changed what was known of a subject: one row a subject and revision of the data, as
# long as some stored looks are older.
touches = Table(
    "touches",
    metadata,
    Column("subject", Name, primary_key=True),
    Column("revision", BigInteger, primary_key=True, autoincrement=False),
    Column("since", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

# What was told, as it was told: a digest or a ping by team, channel and the period that it is about. `body` is JSON;
# `ending` is how the regression that a ping told of ended, `outcome` what people answered, `until` how long it is
# snoozed.
told = Table(
    "told",
    metadata,
    Column("kind", Name, primary_key=True),
    Column("team", Name, primary_key=True),
    Column("channel", Name, primary_key=True),
    Column("period", Name, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("body", Name, nullable=False),
    Column("closed_at", BigInteger),
    Column("ending", Name),
    Column("outcome", Name),
    Column("outcome_why", Name),
    Column("until", BigInteger),
    sqlite_with_rowid=False,
)

# Every message, reply and edit that has to reach Slack, unique by its key and part. pending -> sending (until
# `lease_until`) -> sent | parked (with a reason) | unknown, where nobody can tell whether it was posted. `due_at` is
# when it may next be handed to Slack, and nothing where it waits for no time; `form` how much of it Slack takes.
outbox = Table(
    "outbox",
    metadata,
    Column("key", Name, primary_key=True),
    Column("part", Integer, primary_key=True, autoincrement=False),
    Column("channel", Name, nullable=False),
    Column("operation", Name, nullable=False),
    Column("parent", Integer),
    Column("revision", Integer, nullable=False),
    Column("revision_sent", Integer),
    Column("body", Name, nullable=False),
    Column("form", Name, nullable=False),
    Column("state", Name, nullable=False),
    Column("reason", Name),
    Column("attempts", Integer, nullable=False),
    Column("due_at", BigInteger, index=True),
    Column("lease_until", BigInteger),
    Column("tried_at", BigInteger),
    Column("sent_channel", Name),
    Column("ts", Name),
    Column("created_at", BigInteger, nullable=False),
    Column("sent_at", BigInteger),
    Index(None, "state", "reason"),
    Index(None, "channel", "due_at"),
    Index(None, "channel", "tried_at"),
    sqlite_with_rowid=False,
)
