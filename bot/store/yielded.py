"""Which stream yielded which event, in which of its readings; what no stream yields any more is taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from bot.events import Event
from bot.store.aside import is_kept_aside
from bot.store.merge import merge
from bot.store.staging import empty, incoming, stage
from bot.store.subjects import OPEN, microseconds
from bot.store.tables import event_subjects, events, stream_events
from bot.stream_state import StreamState

_EVENTS: TypeAdapter[tuple[Event, ...]] = TypeAdapter(tuple[Event, ...])
AT_ONCE = 1_000  # events taken back in one transaction; bounds memory, and how long others wait
_FORGOTTEN = ("deployment", "pipeline_run", "slo")  # servers delete these by their age; issues and changes they keep
_IDENTITY = and_(*(incoming.c[name] == events.c[name] for name in ("source", "kind", "id")))


def note_yielded(connection: Connection, state: StreamState) -> None:
    """What is staged, and merged, came from this stream in its present reading."""
    numbers = select(events.c.number).join_from(incoming, events, _IDENTITY)
    known = exists().where(_of(state), stream_events.c.number == events.c.number)
    earlier = and_(_of(state), stream_events.c["pass"] != state.reading, stream_events.c.number.in_(numbers))
    connection.execute(update(stream_events).where(earlier).values({"pass": state.reading}))
    rows = numbers.where(~known).add_columns(*_constants(state))
    connection.execute(insert(stream_events).from_select(["number", "source", "stream", "pass"], rows))


def take_back_gone(connection: Connection, state: StreamState, ids: Sequence[str]) -> int:
    """The server has them no longer, or counts them no longer; how many counted until now."""
    if not ids:
        return 0
    return _release(connection, state, _numbers(state).where(events.c.id.in_(ids)))[1]


def take_back_older_reading(connection: Connection, state: StreamState) -> tuple[int, int]:
    """Some of what only an earlier reading yielded: how many were let go, and how many of them counted until now.

    Before the window is read again whole, only as far as it is. Where the same rule was read again, what a server may
    have forgotten stays: what is older than the oldest item that is still listed. Where an item can't be read now, what
    it was before stays.
    """
    older = _numbers(state).where(stream_events.c["pass"] < state.reading, ~is_kept_aside(events.c.id, state))
    if state.cursor.oldest is not None and not state.is_read_again_whole:
        older = older.where(events.c.at >= microseconds(state.cursor.oldest))
    if state.rule_before is None:
        listed = select(func.min(events.c.at)).join_from(stream_events, events).correlate(None)
        met = listed.where(_of(state), stream_events.c["pass"] == state.reading)
        older = older.where(or_(events.c.kind.not_in(_FORGOTTEN), events.c.at >= met.scalar_subquery()))
    return _release(connection, state, older.limit(AT_ONCE))


def take_back_all(connection: Connection, state: StreamState) -> tuple[int, int]:
    """Some of what the stream yielded: no settings name it any more."""
    return _release(connection, state, _numbers(state).limit(AT_ONCE))


def take_back_same(connection: Connection, state: StreamState, heir: StreamState) -> tuple[int, int]:
    """Some of what another stream yielded too, at the same time, under another name of their source."""
    theirs, other = stream_events.alias(), events.alias()
    alike = (other.c[name] == events.c[name] for name in ("kind", "id", "at"))
    yielded = and_(theirs.c.source == heir.source, theirs.c.stream == heir.stream, theirs.c.number == other.c.number)
    same = exists().where(other.c.source == heir.event_source, *alike, other.c.number != events.c.number, yielded)
    return _release(connection, state, _numbers(state).where(same).limit(AT_ONCE))


def incidents_to_recheck(
    connection: Connection, state: StreamState, since: datetime, least: int, most: int
) -> tuple[str, ...]:
    """Ids of the stream's incidents that may still change: those without an end, those since then, and the newest."""
    unended = exists().where(event_subjects.c.number == events.c.number, event_subjects.c.subject.startswith(OPEN))
    may_change = or_(events.c.at >= microseconds(since), unended)
    known = (
        select(events.c.id, may_change)
        .join_from(stream_events, events)
        .where(_of(state), events.c.kind == "incident")
        .order_by(unended.desc(), events.c.at.desc())
        .limit(most)
    )
    rows = connection.execute(known).all()
    return tuple(own_id for place, (own_id, asked) in enumerate(rows) if asked or place < least)


def _release(connection: Connection, state: StreamState, which: Select[int]) -> tuple[int, int]:
    """The stream stands for these events no longer; those that no other one stands for are taken back."""
    numbers = list(connection.execute(which).scalars())
    if not numbers:
        return 0, 0
    connection.execute(delete(stream_events).where(_of(state), stream_events.c.number.in_(numbers)))
    held = exists().where(stream_events.c.number == events.c.number)
    orphans = select(events.c.body).where(events.c.number.in_(numbers), ~held)
    return len(numbers), _retract(connection, list(connection.execute(orphans).scalars()))


def _retract(connection: Connection, bodies: Sequence[str]) -> int:
    """Each as it is, but taken back. Its `updated_at` stays, so that its source may yield it again."""
    taken_back = (
        event.model_copy(update={"retracted": True}) for event in _EVENTS.validate_json(f"[{','.join(bodies)}]")
    )
    empty(connection)
    stage(connection, enumerate(taken_back, start=1))
    return merge(connection).updated


def _numbers(state: StreamState) -> Select[int]:
    return select(events.c.number).join_from(stream_events, events).where(_of(state))


def _of(state: StreamState) -> ColumnElement[bool]:
    return and_(stream_events.c.source == state.source, stream_events.c.stream == state.stream)


def _constants(state: StreamState) -> list[ColumnElement[object]]:
    return [literal(state.source), literal(state.stream), literal(state.reading)]
