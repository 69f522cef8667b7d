"""Items that could not be read: each kept once, until it can be read or is there no longer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, func, insert, or_, select

from bot.source import Page, SetAside
from bot.store.staging import incoming
from bot.store.subjects import microseconds
from bot.store.tables import set_aside
from bot.stream_state import StreamState


def keep_aside(connection: Connection, state: StreamState, page: Page, at: datetime) -> None:
    """In place of what was kept of the same items, and of those whose events are staged: they can be read now."""
    items, own = page.set_aside, set_aside.c.event_id
    wholes = {whole for event in page.events for whole in _wholes(event.id)}
    read = or_(own.in_(select(incoming.c.id)), own.in_(wholes))
    connection.execute(delete(set_aside).where(_of(state), read))
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


def is_kept_aside(event_id: ColumnElement[str], state: StreamState) -> ColumnElement[bool]:
    """Whether the present reading could not read the item that would be this event, or this one of its events."""
    own, here = set_aside.c.event_id, and_(_of(state), set_aside.c["pass"] == state.reading)
    is_part = func.substr(event_id, 1, func.length(own) + 1) == own + "/"
    return or_(event_id.in_(select(own).where(here)), and_(event_id.contains("/"), exists().where(here, is_part)))


def _wholes(event_id: str) -> Iterator[str]:
    """What an item may be called of which this is one of several events."""
    return (event_id[:place] for place, letter in enumerate(event_id) if letter == "/")


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
