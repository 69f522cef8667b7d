"""Messages that nothing will look at any more."""

from __future__ import annotations

from sqlalchemy import Connection, delete, exists, literal

from bot.calendar import moment
from bot.schedule import Kind
from bot.store.subjects import microseconds
from bot.store.work_tables import outbox, told

# What waits in any way is not let go, however long it has been waiting.
_ENDED = ("sent", "parked", "unknown")


def forget_messages(connection: Connection, before: float) -> int:
    """Within `writing`: those that ended and were written down before an instant, but for pings that are not over."""
    key = literal(f"{Kind.PING}:") + told.c.team + ":" + told.c.channel + ":" + told.c.period
    is_open = exists().where(told.c.kind == Kind.PING.value, told.c.closed_at.is_(None), outbox.c.key == key)
    old = outbox.c.created_at < microseconds(moment(before))
    return connection.execute(delete(outbox).where(old, outbox.c.state.in_(_ENDED), ~is_open)).rowcount
