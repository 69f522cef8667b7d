"""From the temporary tables into the store, in one short transaction that only one writer at a time is in."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    and_,
    delete,
    exists,
    func,
    insert,
    not_,
    select,
    true,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.staging import incoming, known, staged_subjects
from bot.store.tables import event_subjects, events, store_state, subject_sources
from bot.store.touches import note_touches


@dataclass(frozen=True, slots=True)
class Counts:
    """What an ingest did. Each event counts once, however many lines of it there were."""

    new: int = 0
    updated: int = 0
    unchanged: int = 0

    @property
    def read(self) -> int:
        return self.new + self.updated + self.unchanged


def merge(connection: Connection) -> Counts:
    """Bring what is staged into the store; within `writing`, after repeats are settled."""
    _match(connection)
    counts = _count(connection)
    if counts.new or counts.updated:
        connection.execute(update(store_state).values(revision=store_state.c.revision + 1))
        note_touches(connection)
    if counts.updated:
        _update(connection)
    if counts.new:
        _insert(connection)
    if counts.new or counts.updated:
        _note_sources(connection)
    return counts


def _match(connection: Connection) -> None:
    """Find what the store has already. The last one imported wins, unless its own `updated_at` says it is older."""
    older = func.coalesce(incoming.c.updated_at < events.c.updated_at, False)
    changed = and_(incoming.c.body != events.c.body, not_(older))
    identity = and_(*(incoming.c[name] == events.c[name] for name in ("source", "kind", "id")))
    matches = select(incoming.c.line, events.c.number, changed).join_from(incoming, events, identity)
    connection.execute(delete(known))
    connection.execute(insert(known).from_select(["line", "number", "changed"], matches))


def _count(connection: Connection) -> Counts:
    staged = connection.execute(select(func.count()).select_from(incoming)).scalar_one()
    matched = connection.execute(select(func.count()).select_from(known)).scalar_one()
    updated = connection.execute(select(func.count()).select_from(known).where(known.c.changed)).scalar_one()
    return Counts(new=staged - matched, updated=updated, unchanged=matched - updated)


def _update(connection: Connection) -> None:
    changed = select(known.c.number).where(known.c.changed)
    newer = {name: incoming.c[name] for name in ("at", "updated_at", "body")}
    this = and_(known.c.changed, known.c.number == events.c.number, incoming.c.line == known.c.line)
    connection.execute(update(events).where(this).values(newer))
    connection.execute(delete(event_subjects).where(event_subjects.c.number.in_(changed)))
    subjects = (
        select(known.c.number, staged_subjects.c.subject, staged_subjects.c.at)
        .join_from(known, staged_subjects, staged_subjects.c.line == known.c.line)
        .where(known.c.changed)
    )
    connection.execute(insert(event_subjects).from_select(["number", "subject", "at"], subjects))


def _insert(connection: Connection) -> None:
    # One writer at a time, so the next numbers are free: each new event's is the highest so far plus its line.
    highest = connection.execute(select(func.coalesce(func.max(events.c.number), 0))).scalar_one()
    names = ["source", "kind", "id", "at", "updated_at", "body"]
    rows = select(incoming.c.line + highest, *(incoming.c[name] for name in names)).where(_is_new(incoming))
    connection.execute(insert(events).from_select(["number", *names], rows))
    staged = staged_subjects.c
    subjects = select(staged.line + highest, staged.subject, staged.at).where(_is_new(staged_subjects))
    connection.execute(insert(event_subjects).from_select(["number", "subject", "at"], subjects))


def _is_new(staged: FromClause) -> ColumnElement[bool]:
    return not_(exists().where(known.c.line == staged.c.line))


def _note_sources(connection: Connection) -> None:
    rows = staged_subjects.c
    # WHERE TRUE keeps SQLite from reading ON CONFLICT as a join's ON.
    heard = select(rows.subject, rows.source, func.max(rows.at)).where(true()).group_by(rows.subject, rows.source)
    insert_or_update = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    noted = insert_or_update(subject_sources).from_select(["subject", "source", "last_at"], heard)
    later = noted.excluded.last_at
    connection.execute(
        noted.on_conflict_do_update(
            index_elements=["subject", "source"], set_={"last_at": later}, where=later > subject_sources.c.last_at
        )
    )
