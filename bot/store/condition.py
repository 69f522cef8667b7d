"""What state the stored data is in: how much there is, what was kept aside, which services each source spoke of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select, text

from bot.store.database import Database
from bot.store.subjects import SERVICE, instant
from bot.store.tables import events, set_aside, subject_sources

_EXAMPLES = 3  # items named for one reason


@dataclass(frozen=True, slots=True)
class Volume:
    """Times are POSIX seconds; `newest` is the time of the latest event, None without any."""

    events: int
    newest: float | None
    bytes: int


@dataclass(frozen=True, slots=True)
class Aside:
    """So many items of a source could not be read for one reason; some of them by name."""

    source: str
    reason: str
    count: int
    examples: tuple[str, ...]


def volume(database: Database, connection: Connection) -> Volume:
    """How much is stored."""
    count = connection.execute(select(func.count()).select_from(events)).scalar_one()
    newest = connection.execute(select(func.max(subject_sources.c.last_at))).scalar_one()
    return Volume(count, None if newest is None else instant(newest), _bytes(database, connection))


def _bytes(database: Database, connection: Connection) -> int:
    if not database.is_sqlite:
        return int(connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one())
    pages, size = (
        int(connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()) for name in ("page_count", "page_size")
    )
    return pages * size


def kept_by_reason(connection: Connection) -> Sequence[Aside]:
    """What is kept aside, by source, the most frequent reason first."""
    listed = set_aside.c
    groups = connection.execute(
        select(listed.source, listed.reason, func.count())
        .group_by(listed.source, listed.reason)
        .order_by(listed.source, func.count().desc(), listed.reason)
    ).all()
    return [Aside(source, reason, count, _examples(connection, source, reason)) for source, reason, count in groups]


def _examples(connection: Connection, source: str, reason: str) -> tuple[str, ...]:
    listed = set_aside.c
    these = select(listed.item).where(listed.source == source, listed.reason == reason)
    return tuple(connection.execute(these.order_by(listed.item).limit(_EXAMPLES)).scalars())


def services_heard(connection: Connection) -> Mapping[str, frozenset[str]]:
    """The services that each source of events ever spoke of, by its name."""
    heard = subject_sources.c
    rows = connection.execute(select(heard.source, heard.subject).where(heard.subject.like(f"{SERVICE}%")))
    found: defaultdict[str, set[str]] = defaultdict(set)
    for source, subject in rows:
        found[source].add(subject.removeprefix(SERVICE))
    return {source: frozenset(services) for source, services in found.items()}
