"""Several lines of one event within one file: equal ones count once, else the newer `updated_at` wins."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, Subquery, and_, case, delete, exists, func, or_, select, tuple_

from bot.events.problems import Problem, shown
from bot.store.staging import further_subjects, incoming

_IDENTITY = (incoming.c.source, incoming.c.kind, incoming.c.id)
_REPEATED = select(*_IDENTITY).group_by(*_IDENTITY).having(func.count() > 1)


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Lines of one event that differ, with nothing that says which of them is newer."""

    key: str
    first_line: int
    last_line: int

    @property
    def problem(self) -> Problem:
        return Problem(self.first_line, "", f"{self.says} (lines {self.first_line} and {self.last_line})")

    @property
    def says(self) -> str:
        return f"{shown(self.key)} is there twice and differs, and no updated_at says which is newer"


def settle_repeats(connection: Connection) -> tuple[Contradiction, ...]:
    """Keep one line of each event. Those that can't be settled are told, and then nothing is dropped."""
    if not connection.scalar(select(exists(_REPEATED))):
        return ()
    if told := _contradictions(connection):
        return told
    _drop_losers(connection)
    return ()


def _contradictions(connection: Connection) -> tuple[Contradiction, ...]:
    ranked = _ranked()
    newest = case((ranked.c.place == 1, ranked.c.body))
    unsettled = or_(func.count(ranked.c.updated_at) < func.count(), func.min(newest) != func.max(newest))
    rows = connection.execute(
        select(ranked.c.kind, ranked.c.source, ranked.c.id, func.min(ranked.c.line), func.max(ranked.c.line))
        .group_by(ranked.c.kind, ranked.c.source, ranked.c.id)
        .having(and_(func.min(ranked.c.body) != func.max(ranked.c.body), unsettled))
        .order_by(func.min(ranked.c.line))
    )
    return tuple(Contradiction(f"{kind}:{source}:{name}", first, last) for kind, source, name, first, last in rows)


def _ranked() -> Subquery:
    """The lines of repeated events; place 1 are the newest, several where they are of the same time."""
    newest_first = func.rank().over(partition_by=_IDENTITY, order_by=incoming.c.updated_at.desc().nulls_last())
    repeated = tuple_(*_IDENTITY).in_(_REPEATED)
    return select(incoming, newest_first.label("place")).where(repeated).subquery()


def _drop_losers(connection: Connection) -> None:
    ranked = _ranked()
    identity = (ranked.c.source, ranked.c.kind, ranked.c.id)
    kept = select(func.min(ranked.c.line)).where(ranked.c.place == 1).group_by(*identity)
    losers = select(ranked.c.line).where(ranked.c.line.not_in(kept))
    # Subjects first: which lines lose is read from the events.
    connection.execute(delete(further_subjects).where(further_subjects.c.line.in_(losers)))
    connection.execute(delete(incoming).where(incoming.c.line.in_(losers)))
