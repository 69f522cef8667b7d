"""How far each stream of each source is read: kept between two syncs, moved in the transaction of each page."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, RowMapping, and_, delete, func, insert, select, update
from sqlalchemy.sql import ColumnElement

from bot.cursor import Cursor
from bot.errors import SourceError
from bot.source import Coverage, Span
from bot.store.subjects import microseconds
from bot.store.tables import set_aside, stream_events, streams
from bot.stream_state import StreamState

_WHERE_IT_STANDS = (
    "source",
    "stream",
    "pass",
    "newest",
    "oldest",
    "span_start",
    "span_end",
    "rest_to",
    "token",
    "reread_to",
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def stream_states(connection: Connection) -> tuple[StreamState, ...]:
    """All that were ever read, in order."""
    rows = connection.execute(select(streams).order_by(streams.c.source, streams.c.stream)).mappings()
    return tuple(_state(row) for row in rows)


def add_stream(connection: Connection, state: StreamState) -> None:
    connection.execute(insert(streams).values(_row(state)))


def save_stream(connection: Connection, state: StreamState, before: StreamState) -> None:
    """In place of what it was before; SourceError where another sync has moved it meanwhile."""
    stands = {name: value for name, value in _row(before).items() if name in _WHERE_IT_STANDS}
    unmoved = (streams.c[name].is_not_distinct_from(value) for name, value in stands.items())
    changed = connection.execute(update(streams).where(*unmoved).values(_row(state)))
    if not changed.rowcount:
        raise SourceError(
            f"{state.source} {state.stream}: another sync reads it at the same time, and goes on with it."
        )


def note_configured(connection: Connection, sources: Collection[str]) -> None:
    """Which sources the settings name: the streams of all others are left behind until they are named again."""
    named = streams.c.source.in_(sources)
    connection.execute(update(streams).where(streams.c.is_configured != named).values(is_configured=named))


def note_failure(connection: Connection, source: str, failure: str) -> None:
    """The whole source failed, and with it each of its streams."""
    connection.execute(update(streams).where(streams.c.source == source).values(failure=failure))


def rename_source(connection: Connection, state: StreamState, name: str) -> None:
    """The stream is the same one under a source that has another name now."""
    for table in (streams, stream_events, set_aside):
        this = and_(table.c.source == state.source, table.c.stream == state.stream)
        connection.execute(update(table).where(this).values(source=name))
    connection.execute(update(streams).where(_named(name, state.stream)).values(is_configured=True))


def forget_stream(connection: Connection, state: StreamState) -> None:
    """No settings name it any more."""
    connection.execute(delete(streams).where(_named(state.source, state.stream)))
    this = and_(set_aside.c.source == state.source, set_aside.c.stream == state.stream)
    connection.execute(delete(set_aside).where(this))


def events_of(connection: Connection, state: StreamState) -> int:
    """How many events the stream yielded that it still stands for."""
    this = and_(stream_events.c.source == state.source, stream_events.c.stream == state.stream)
    return connection.execute(select(func.count()).select_from(stream_events).where(this)).scalar_one()


def _named(source: str, stream: str) -> ColumnElement[bool]:
    return and_(streams.c.source == source, streams.c.stream == stream)


def _row(state: StreamState) -> dict[str, object]:
    cursor = state.cursor
    return {
        "source": state.source,
        "stream": state.stream,
        "event_source": state.event_source,
        "kinds": json.dumps(state.kinds),
        "covers": json.dumps({"services": state.covers.services, "teams": state.covers.teams}),
        "covers_from": _stored(state.covers_from),
        "rule": state.rule,
        "pass": state.reading,
        "since": _stored(state.since),
        "newest": _stored(cursor.newest),
        "oldest": _stored(cursor.oldest),
        "reached": _stored(state.reached),
        "span_start": _stored(cursor.span and cursor.span.start),
        "span_end": _stored(cursor.span and cursor.span.end),
        "rest_to": _stored(cursor.rest_to),
        "token": cursor.token,
        "older_token": cursor.older_token,
        "validator": cursor.validator,
        "open_since": _stored(cursor.open_since),
        "reread_to": _stored(state.reread_to),
        "rule_before": state.rule_before,
        "synced_at": _stored(state.synced_at),
        "failure": state.failure,
        "is_listed": state.is_listed,
    }


def _state(row: RowMapping) -> StreamState:
    covers = json.loads(row["covers"])
    since = _time(row["since"])
    assert since is not None  # noqa: S101  the column is never null
    return StreamState(
        source=row["source"],
        stream=row["stream"],
        event_source=row["event_source"],
        kinds=tuple(json.loads(row["kinds"])),
        covers=Coverage(services=tuple(covers["services"]), teams=tuple(covers["teams"])),
        covers_from=_time(row["covers_from"]),
        rule=row["rule"],
        reading=row["pass"],
        since=since,
        cursor=_cursor(row),
        reached=_time(row["reached"]),
        reread_to=_time(row["reread_to"]),
        rule_before=row["rule_before"],
        synced_at=_time(row["synced_at"]),
        failure=row["failure"],
        is_listed=row["is_listed"],
    )


def _cursor(row: RowMapping) -> Cursor:
    start, end = _time(row["span_start"]), _time(row["span_end"])
    return Cursor(
        newest=_time(row["newest"]),
        oldest=_time(row["oldest"]),
        span=Span(start, end) if start and end else None,
        rest_to=_time(row["rest_to"]),
        token=row["token"],
        older_token=row["older_token"],
        validator=row["validator"],
        open_since=_time(row["open_since"]),
    )


def _stored(at: datetime | None) -> int | None:
    return None if at is None else microseconds(at)


def _time(at: int | None) -> datetime | None:
    return None if at is None else _EPOCH + timedelta(microseconds=at)
