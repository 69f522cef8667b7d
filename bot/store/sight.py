"""Which lists of which sources feed a team, and how far each is read; a bot reads them anew only when one has moved."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import lru_cache

from sqlalchemy import ColumnElement, Connection, func, select

from bot.metrics.feeds import Feed, Feeds
from bot.source import Coverage
from bot.store.events import all_subjects, last_events
from bot.store.subjects import SERVICE, instant
from bot.store.tables import event_subjects, stream_events, streams
from bot.teams import Team

_SECOND = 1_000_000
# What the settings and its source still lead to; the rest is not read any more, and limits no report.
_PRESENT = (streams.c.is_listed, streams.c.is_configured)
_MOST_STREAMS = 16_384  # remembered; a thousand teams have some four thousand


class Sight:
    """All feeds as they are now, or, where `still`, as they were when it was first asked."""

    def __init__(self, *, still: bool = False) -> None:
        self._still = still
        self._known: tuple[object, Feeds] = (None, Feeds())

    def of(self, connection: Connection, team: Team) -> tuple[Feed, ...]:
        """Those that speak of the team."""
        return team_feeds(connection, self._current(connection), team)

    def _current(self, connection: Connection) -> Feeds:
        known, feeds = self._known
        if self._still and known is not None:
            return feeds
        state = _state(connection)
        if state != known:
            feeds = Feeds.of(_feeds(connection))
            self._known = (state, feeds)
        return feeds


def team_feeds(connection: Connection, feeds: Feeds, team: Team) -> tuple[Feed, ...]:
    """Those of some feeds that speak of the team: by what they cover, or because they did so already."""
    if not feeds.every:
        return ()
    subjects = all_subjects(connection, team)
    named = feeds.naming(team, [each.removeprefix(SERVICE) for each in subjects if each.startswith(SERVICE)])
    heard = feeds.from_sources(last_events(connection, team))
    others = [feed for feed in heard if feed not in named]
    return (*named, *(feed for feed in others if _spoke(connection, feed, subjects)))


def _state(connection: Connection) -> tuple[object, ...]:
    """Moves whenever a stream does: sums in whole seconds, which no number of streams makes overflow."""
    listed = streams.c
    times = (listed.synced_at, listed.reached, listed.since, listed.covers_from)
    return tuple(
        connection.execute(
            select(
                func.count(),
                func.sum(listed["pass"]),
                *(func.sum(at // _SECOND) for at in times),
            ).where(*_PRESENT)
        ).one()
    )


def _feeds(connection: Connection) -> Iterable[Feed]:
    listed = streams.c
    columns = (
        listed.source,
        listed.stream,
        listed.event_source,
        listed.kinds,
        listed.covers,
        listed.since,
        listed.covers_from,
        listed.reached,
        listed.synced_at,
    )
    rows = connection.execute(select(*columns).where(*_PRESENT).order_by(listed.source, listed.stream)).all()
    return (_feed(tuple(row)) for row in rows)


# While a sync goes on, a few lists move and all others stay as they were.
@lru_cache(maxsize=_MOST_STREAMS)
def _feed(row: tuple[str, str, str, str, str, int, int | None, int | None, int | None]) -> Feed:
    source, stream, event_source, kinds, covers, since, covers_from, reached, synced_at = row
    return Feed(
        source=source,
        stream=stream,
        event_source=event_source,
        kinds=_kinds(kinds),
        covers=_coverage(covers),
        to=instant(since),
        covers_from=_instant(covers_from),
        reached=_instant(reached),
        synced_at=_instant(synced_at),
    )


def _instant(at: int | None) -> float | None:
    return None if at is None else instant(at)


@lru_cache(maxsize=64)
def _kinds(text: str) -> frozenset[str]:
    return frozenset(json.loads(text))


@lru_cache(maxsize=_MOST_STREAMS)
def _coverage(text: str) -> Coverage:
    """The lists of one repository cover the same, and it seldom changes."""
    known = json.loads(text)
    return Coverage(services=tuple(known["services"]), teams=tuple(known["teams"]))


def _spoke(connection: Connection, feed: Feed, subjects: Sequence[str]) -> bool:
    """Whether it yielded an event of the team. The team's events are looked through, never the stream's."""
    theirs = event_subjects.c.subject.in_(subjects)
    return (
        connection.execute(select(event_subjects.c.number).where(theirs, _yielded(feed)).limit(1)).first() is not None
    )


def _yielded(feed: Feed) -> ColumnElement[bool]:
    listed = stream_events.c
    return (
        select(listed.number)
        .where(
            listed.source == feed.source,
            listed.stream == feed.stream,
            listed.number == event_subjects.c.number,
        )
        .exists()
    )
