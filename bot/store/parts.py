"""What the store has of events that come in parts, joined with what is new; within `writing`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from pydantic import TypeAdapter
from sqlalchemy import Connection, select, tuple_

from bot.events import Event
from bot.events.parts import joined
from bot.store.tables import events

_EVENT: TypeAdapter[Event] = TypeAdapter(Event)
_AT_ONCE = 500  # three parameters each; SQLite takes 32,766

_Identity = tuple[str, str, str]


def joined_with_stored(connection: Connection, parts: Iterable[Event]) -> Iterator[Event]:
    """One event for each that the parts tell of: all that is known of it now."""
    told: dict[_Identity, Event] = {}
    for part in parts:
        name = (part.source, part.kind, part.id)
        told[name] = joined(told[name], part) if name in told else part
    remaining = iter(told)
    while names := list(islice(remaining, _AT_ONCE)):
        for stored in _stored(connection, names):
            name = (stored.source, stored.kind, stored.id)
            told[name] = joined(stored, told[name])
    yield from told.values()


def _stored(connection: Connection, names: list[_Identity]) -> Iterator[Event]:
    identity = tuple_(events.c.source, events.c.kind, events.c.id)
    for body in connection.execute(select(events.c.body).where(identity.in_(names))).scalars():
        yield _EVENT.validate_json(body)
