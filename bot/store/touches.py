"""Since when an ingest may have changed what was known of a subject; what is derived from events is made anew by it."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from pydantic import TypeAdapter
from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from bot.events import Event
from bot.store.events import all_subjects, data_revision
from bot.store.staging import known, staged_subjects
from bot.store.subjects import OPEN, instant, known_from, microseconds, subjects
from bot.store.tables import event_subjects, events, store_state
from bot.store.work_tables import looks, touches
from bot.teams import Team

_EVENT: TypeAdapter[Event] = TypeAdapter(Event)
_ROWS_AT_ONCE = 1_000
_NEWER = select(func.min(touches.c.since)).where(
    touches.c.subject.in_(bindparam("subjects", expanding=True)), touches.c.revision > bindparam("known")
)
# Of these something can be known before the time by which windows count them.
_KNOWN_EARLIER = frozenset({"deployment", "incident"})


def note_touches(connection: Connection) -> None:
    """Of what is staged and matched, before it is merged: what it will say, and what it said until now, count alike."""
    revision = data_revision(connection)
    earliest: dict[str, int] = {}
    for subject, since in chain(_coming(connection), _leaving(connection)):
        earliest[subject] = min(since, earliest.get(subject, since))
    rows = [
        {"subject": subject, "revision": revision, "since": since}
        for subject, since in earliest.items()
        if not subject.startswith(OPEN)  # the event has the same subject without that mark
    ]
    if rows:
        connection.execute(insert(touches), rows)


def _coming(connection: Connection) -> Iterable[tuple[str, int]]:
    """By subject, of the new and changed events."""
    staged = staged_subjects.c
    unchanged = select(known.c.line).where(known.c.line == staged.line, ~known.c.changed).exists()
    grouped = select(staged.subject, func.min(staged.known_from)).where(~unchanged).group_by(staged.subject)
    return ((subject, since) for subject, since in connection.execute(grouped))


def _leaving(connection: Connection) -> Iterable[tuple[str, int]]:
    """Of each event that is about to change, as it is until now."""
    stored = (
        select(event_subjects.c.subject, events.c.kind, events.c.at, events.c.body)
        .join_from(known, events, events.c.number == known.c.number)
        .join(event_subjects, event_subjects.c.number == events.c.number)
        .where(known.c.changed)
        .execution_options(yield_per=_ROWS_AT_ONCE)
    )
    for subject, kind, at, body in connection.execute(stored):
        yield subject, microseconds(known_from(_EVENT.validate_json(body))) if kind in _KNOWN_EARLIER else at


def note_touch(connection: Connection, event: Event) -> None:
    """Within `writing`: an event counts otherwise than before, and with it what is known from its time on."""
    connection.execute(update(store_state).values(revision=store_state.c.revision + 1))
    revision, since = data_revision(connection), microseconds(known_from(event))
    rows = [
        {"subject": subject, "revision": revision, "since": since}
        for subject in subjects(event)
        if not subject.startswith(OPEN)
    ]
    connection.execute(insert(touches), rows)


def touched_since(connection: Connection, team: Team, revision: int) -> int | None:
    """From when on what was known of the team may have changed after a revision; None where nothing did."""
    asked = {"subjects": all_subjects(connection, team), "known": revision}
    return connection.execute(_NEWER, asked).scalar()


def unchanged_until(connection: Connection, team: Team, at: float, revision: int) -> bool:
    """Whether it is sure that nothing of the team that is known by an instant changed after a revision."""
    if revision == data_revision(connection):
        return True
    if revision < _known_by_all(connection):
        return False
    touched = touched_since(connection, team, revision)
    return touched is None or instant(touched) > at


def forget_touches(connection: Connection) -> None:
    """Those that everything stored knows of already."""
    connection.execute(delete(touches).where(touches.c.revision <= _known_by_all(connection)))


def _known_by_all(connection: Connection) -> int:
    """The revision that all looks know of at least; what touched before it may be forgotten. It never goes back."""
    oldest: int | None = connection.execute(select(func.min(looks.c.revision))).scalar()
    return data_revision(connection) if oldest is None else oldest
