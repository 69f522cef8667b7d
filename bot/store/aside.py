"""Items that could not be read: each kept once, until it can be read or is there no longer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, func, insert, or_, select

from bot.source import SetAside
from bot.store.staging import incoming
from bot.store.subjects import microseconds
from bot.store.tables import set_aside
from bot.stream_state import StreamState


def keep_aside(connection: Connection, state: StreamState, items: Sequence[SetAside], at: datetime) -> None:
    """In place of what was kept of the same items, and of those that are staged: they can be read now."""
    connection.execute(delete(set_aside).where(_of(state), exists().where(would_be(incoming.c.id))))
    rows = {item.id: _row(state, item, at) for item in items}
    if rows:
        same = or_(set_aside.c.item.in_(list(rows)), set_aside.c.event_id.in_({item.event_id for item in items} - {""}))
        connection.execute(delete(set_aside).where(_of(state), same))
        connection.execute(insert(set_aside), list(rows.values()))


def drop_older_reading(connection: Connection, state: StreamState) -> None:
    """What the present reading did not meet again can be read now, or is there no longer."""
    connection.execute(delete(set_aside).where(_of(state), set_aside.c["pass"] < state.reading))


def reasons_kept_aside(connection: Connection, state: StreamState) -> Mapping[str, str]:
    """By item; what is left of the items themselves may be large."""
    kept = select(set_aside.c.item, set_aside.c.reason).where(_of(state)).order_by(set_aside.c.item)
    return dict(connection.execute(kept).all())


def would_be(event_id: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether an item that is kept aside would be this event, or this one of its events."""
    own = set_aside.c.event_id
    return or_(event_id == own, func.substr(event_id, 1, func.length(own) + 1) == own + "/")


def _of(state: StreamState) -> ColumnElement[bool]:
    return and_(set_aside.c.source == state.source, set_aside.c.stream == state.stream)


def _row(state: StreamState, item: SetAside, at: datetime) -> dict[str, object]:
    return {
        "source": state.source,
        "stream": state.stream,
        "item": item.id,
        "event_id": item.event_id,
        "reason": item.reason,
        "body": item.item,
        "at": microseconds(at),
        "pass": state.reading,
    }
