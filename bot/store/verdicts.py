"""What people said of events: kept beside them with who and when, read with them, and never told back to a source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, and_, func, insert, select, tuple_, update

from bot.calendar import moment
from bot.events.verdict import Verdict
from bot.store.subjects import instant, microseconds
from bot.store.tables import events
from bot.store.verdict_tables import verdicts


class EventName(NamedTuple):
    """What names one event among all."""

    source: str
    kind: str
    id: str

    @property
    def key(self) -> str:
        """As events call themselves."""
        return f"{self.kind}:{self.source}:{self.id}"


class Held(NamedTuple):
    """What was said of an event, from when and until when (POSIX seconds); without an end it is in force."""

    verdict: Verdict
    since: float
    until: float | None

    def was_in_force(self, at: float) -> bool:
        return self.since <= at and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True)
class Given:
    """A verdict; `by` is the id of a Slack user, `at` POSIX seconds."""

    event: EventName
    verdict: Verdict
    team: str
    by: str
    at: float


IN_FORCE = verdicts.c.taken_back_at.is_(None)
# How a verdict finds its event, in a join.
OF_EVENT: ColumnElement[bool] = and_(
    verdicts.c.source == events.c.source,
    verdicts.c.kind == events.c.kind,
    verdicts.c.id == events.c.id,
    IN_FORCE,
)


def give(connection: Connection, given: Given) -> bool:
    """Within `writing`: in place of the one that is in force; False where it says the same already."""
    before = in_force(connection, [given.event]).get(given.event)
    if before is not None and before.verdict is given.verdict:
        return False
    take_back(connection, given.event, given.by, given.at)
    row = {
        **given.event._asdict(),
        # Two within one microsecond are in order all the same.
        "given_at": _stored(given.at) if before is None else max(_stored(given.at), _stored(before.at) + 1),
        "verdict": given.verdict.value,
        "team": given.team,
        "by": given.by,
    }
    connection.execute(insert(verdicts).values(row))
    return True


def take_back(connection: Connection, event: EventName, by: str, at: float) -> bool:
    """Within `writing`: its source alone counts again; False where no verdict was in force."""
    values = {"taken_back_at": _stored(at), "taken_back_by": by}
    return connection.execute(update(verdicts).where(_of([event]), IN_FORCE).values(values)).rowcount > 0


def in_force(connection: Connection, names: Iterable[EventName]) -> Mapping[EventName, Given]:
    """The verdicts on some events that were not taken back."""
    given = map(_given, connection.execute(select(verdicts).where(_of(names), IN_FORCE)))
    return {each.event: each for each in given}


def in_force_from(connection: Connection, sources: Iterable[str]) -> Mapping[EventName, Given]:
    """The verdicts on all events of some sources that were not taken back."""
    chosen = select(verdicts).where(verdicts.c.source.in_(sorted(sources)), IN_FORCE)
    return {each.event: each for each in map(_given, connection.execute(chosen))}


def held_since(connection: Connection, at: float) -> Mapping[EventName, tuple[Held, ...]]:
    """By event, what was said or taken back after an instant, and so also what it took the place of."""
    after = (verdicts.c.given_at > _stored(at)) | (verdicts.c.taken_back_at > _stored(at))
    found: dict[EventName, tuple[Held, ...]] = {}
    for row in connection.execute(select(verdicts).where(after).order_by(verdicts.c.given_at, verdicts.c.id)):
        until = None if row.taken_back_at is None else instant(row.taken_back_at)
        held = Held(Verdict(row.verdict), instant(row.given_at), until)
        name = EventName(row.source, row.kind, row.id)
        found[name] = (*found.get(name, ()), held)
    return found


def newest_in_force(connection: Connection, most: int) -> tuple[int, tuple[Given, ...]]:
    """How many are in force, and the newest of them."""
    count = connection.execute(select(func.count()).select_from(verdicts).where(IN_FORCE)).scalar_one()
    newest = select(verdicts).where(IN_FORCE).order_by(verdicts.c.given_at.desc(), verdicts.c.id).limit(most)
    return count, tuple(map(_given, connection.execute(newest)))


def _given(row: Row[tuple[object, ...]]) -> Given:
    name = EventName(row.source, row.kind, row.id)
    return Given(name, Verdict(row.verdict), row.team, row.by, instant(row.given_at))


def _of(names: Iterable[EventName]) -> ColumnElement[bool]:
    return tuple_(verdicts.c.source, verdicts.c.kind, verdicts.c.id).in_([tuple(name) for name in names])


def _stored(at: float) -> int:
    return microseconds(moment(at))
