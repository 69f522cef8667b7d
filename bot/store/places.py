"""Where messages went: channels are set by name, and Slack speaks of them by id."""

from __future__ import annotations

from sqlalchemy import Connection, select

from bot.store.work_tables import outbox


def names_sent_to(connection: Connection, channel: str) -> tuple[str, ...]:
    """What a channel was called by when something was posted to it."""
    named = select(outbox.c.channel).where(outbox.c.sent_channel == channel).distinct().order_by(outbox.c.channel)
    return tuple(connection.execute(named).scalars())
