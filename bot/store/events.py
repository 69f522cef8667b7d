"""Reading events back: one team's, by a few indexed reads that no other team's data can slow down; or all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, CompoundSelect, Connection, Select, and_, bindparam, func, or_, select

from bot.events import BaseEvent, Event
from bot.events.verdict import Verdict, judged
from bot.metrics.facts import TeamEvents
from bot.store.subjects import OPEN, SERVICE, glob_prefixes, instant, team_subjects
from bot.store.tables import event_subjects, events, store_state, subject_sources
from bot.store.verdict_tables import verdicts
from bot.store.verdicts import OF_EVENT, EventName
from bot.teams import Team

_EVENT: TypeAdapter[Event] = TypeAdapter(Event)
_EVENTS: TypeAdapter[tuple[Event, ...]] = TypeAdapter(tuple[Event, ...])
_MICROSECONDS_A_SECOND = 1_000_000
_ROWS_AT_ONCE = 1_000
_LAST_CHARACTER = "\U0010ffff"
_REVISION = select(store_state.c.revision)
_OLDER = select(
    select(event_subjects.c.number)
    .where(
        event_subjects.c.subject.in_(bindparam("subjects", expanding=True)),
        event_subjects.c.at < bindparam("since"),
    )
    .exists()
)
_LAST_HEARD = (
    select(subject_sources.c.source, func.max(subject_sources.c.last_at))
    .where(subject_sources.c.subject.in_(bindparam("subjects", expanding=True)))
    .group_by(subject_sources.c.source)
    .order_by(subject_sources.c.source)
)


def team_events(
    connection: Connection, team: Team, since: float | None = None, until: float | None = None
) -> TeamEvents:
    """What counts for the team from `since` to `until`, both included (POSIX seconds); each event once, by time.

    An incident without an end is found however long before `since` it began. What people said of an event wins over
    its source.
    """
    rows = _rows(connection, team, since, until)
    said = _EVENTS.validate_json("[" + ",".join(body for body, _ in rows) + "]")
    verdicts = (verdict for _, verdict in rows)
    return TeamEvents.of(map(_counted, said, verdicts))


def _counted(event: Event, verdict: str | None) -> BaseEvent:
    """As its source said it, unless people said otherwise."""
    return event if verdict is None else judged(event, Verdict(verdict))


def _rows(
    connection: Connection, team: Team, since: float | None, until: float | None
) -> Sequence[tuple[str, str | None]]:
    """Each event's body and the verdict on it."""
    subjects = all_subjects(connection, team)
    asked = {"subjects": subjects, "unended": [OPEN + subject for subject in subjects]}
    bounds = {
        name: round(at * _MICROSECONDS_A_SECOND) for name, at in (("since", since), ("until", until)) if at is not None
    }
    statement = _statement(since="since" in bounds, until="until" in bounds)
    return [(body, verdict) for body, verdict in connection.execute(statement, asked | bounds)]


@cache
def _statement(*, since: bool, until: bool) -> Select[str, str | None]:
    """Made once: SQLAlchemy takes as long to put it together as the database to answer it."""
    listed = event_subjects.c
    ended = [listed.at <= bindparam("until")] if until else []
    begun = [listed.at >= bindparam("since")] if since else []
    numbers: CompoundSelect[int] | Select[int] = select(listed.number).where(
        listed.subject.in_(bindparam("subjects", expanding=True)), *begun, *ended
    )
    if since:
        unended = listed.subject.in_(bindparam("unended", expanding=True))
        numbers = numbers.union(select(listed.number).where(unended, *ended))
    return (
        select(events.c.body, verdicts.c.verdict)
        .outerjoin_from(events, verdicts, OF_EVENT)
        .where(events.c.number.in_(numbers))
        .order_by(events.c.at, events.c.number)
    )


def all_subjects(connection: Connection, team: Team) -> tuple[str, ...]:
    """The team's own names, and every service of it that was ever spoken of."""
    globbed = (SERVICE + name for name in _named_by_globs(connection, team))
    return tuple(dict.fromkeys((*team_subjects(team), *globbed)))


def _named_by_globs(connection: Connection, team: Team) -> tuple[str, ...]:
    candidates = [_beginning_with(prefix) for prefix in glob_prefixes(team)]
    if not candidates:
        return ()
    return tuple(service for service in _services(connection, or_(*candidates)) if team.owns(service))


def _beginning_with(prefix: str) -> ColumnElement[bool]:
    """As a range, so that the primary key answers it."""
    subject = subject_sources.c.subject
    return and_(subject >= SERVICE + prefix, subject <= SERVICE + prefix + _LAST_CHARACTER)


def _services(connection: Connection, which: ColumnElement[bool]) -> Iterator[str]:
    names = select(subject_sources.c.subject).where(which).distinct().order_by(subject_sources.c.subject)
    return (subject.removeprefix(SERVICE) for subject in connection.execute(names).scalars())


def team_event(connection: Connection, team: Team, name: EventName) -> Event | None:
    """One event as its source said it, if it counts for the team."""
    source, kind, identity = name
    this = (events.c.source == source, events.c.kind == kind, events.c.id == identity)
    theirs = event_subjects.c.subject.in_(all_subjects(connection, team))
    counts = select(event_subjects.c.number).where(event_subjects.c.number == events.c.number, theirs).exists()
    body = connection.execute(select(events.c.body).where(*this, counts)).scalar()
    return None if body is None else _EVENT.validate_json(body)


def is_older(connection: Connection, team: Team, since: float) -> bool:
    """Whether anything counts for the team that was before an instant."""
    asked = {"subjects": all_subjects(connection, team), "since": round(since * _MICROSECONDS_A_SECOND)}
    return connection.execute(_OLDER, asked).scalar_one()


def last_events(connection: Connection, team: Team) -> Mapping[str, float]:
    """When each source last spoke of the team (the time of the event, POSIX seconds), by name of the source."""
    heard = connection.execute(_LAST_HEARD, {"subjects": all_subjects(connection, team)})
    return {source: instant(last_at) for source, last_at in heard}


def data_revision(connection: Connection) -> int:
    """Moves with every ingest that changed something."""
    return connection.execute(_REVISION).scalar_one()


def stored_bodies(connection: Connection, team: Team | None, since: float | None) -> Iterator[str]:
    """Canonical bodies by time, streamed: all, retracted ones too, or what counts for one team.

    They are what the sources said: no verdict is in them.
    """
    statement = _export(connection, team).order_by(events.c.at, events.c.number)
    if since is not None:
        statement = statement.where(events.c.at >= round(since * _MICROSECONDS_A_SECOND))
    yield from connection.execution_options(yield_per=_ROWS_AT_ONCE).execute(statement).scalars()


def _export(connection: Connection, team: Team | None) -> Select[str]:
    bodies = select(events.c.body)
    if team is None:
        return bodies
    numbers = select(event_subjects.c.number).where(event_subjects.c.subject.in_(all_subjects(connection, team)))
    return bodies.where(events.c.number.in_(numbers))
