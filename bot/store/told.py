"""What was told, as it was told: nothing here is ever made to agree with what became known later.

It stands under the key that the team had then; whoever looks for it gives every key that the team has had.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, Row, insert, select, update
from sqlalchemy.sql import ColumnElement, and_

from bot.calendar import moment
from bot.regression.aftermath import Ending
from bot.schedule import Kind
from bot.store.subjects import instant, microseconds
from bot.store.work_tables import told


@dataclass(frozen=True, slots=True)
class Told:
    """A digest or a ping; `period` is the Monday of its week, `body` JSON of what it said.

    Of a ping `closed_at` and `ending` are when and how its regression ended, `outcome` what people answered and why,
    and `until` how long it is snoozed.
    """

    kind: Kind
    team: str
    channel: str
    period: date
    at: float
    body: str
    closed_at: float | None = None
    ending: Ending | None = None
    outcome: str | None = None
    outcome_why: str | None = None
    until: float | None = None

    @property
    def key(self) -> str:
        """Of its message in the outbox."""
        return f"{self.kind}:{self.team}:{self.channel}:{self.period}"


def tell(connection: Connection, what: Told, keys: Collection[str] = ()) -> bool:
    """Within `writing`: keep what is told; False where it was told before, under any key, which stays as it was."""
    before = and_(_in_channel(what.kind, {what.team, *keys}, what.channel), told.c.period == what.period.isoformat())
    if connection.execute(select(told.c.at).where(before)).first() is not None:
        return False
    values = {
        "kind": what.kind.value,
        "team": what.team,
        "channel": what.channel,
        "period": what.period.isoformat(),
        "at": microseconds(moment(what.at)),
        "body": what.body,
    }
    connection.execute(insert(told).values(values))
    return True


def close(connection: Connection, what: Told, ending: Ending, at: float) -> None:
    """Within `writing`: the regression that a ping told of has ended."""
    values = {"closed_at": microseconds(moment(at)), "ending": ending.value}
    connection.execute(update(told).where(row_of_told(what)).values(values))


def last_told(connection: Connection, kind: Kind, keys: Collection[str], channel: str, before: date) -> Told | None:
    """The newest of a kind that a channel was told about a team, of the weeks before one."""
    where = and_(_in_channel(kind, keys, channel), told.c.period < before.isoformat())
    row = connection.execute(select(told).where(where).order_by(told.c.period.desc()).limit(1)).first()
    return None if row is None else _told(row)


def pings_told(connection: Connection, keys: Collection[str]) -> Sequence[Told]:
    """Every ping about a team, oldest first."""
    return _in_order(connection, _about(Kind.PING, keys))


def pings_since(connection: Connection, week: date) -> Sequence[Told]:
    """Every ping about any team, of a week and of those after it, oldest first."""
    return _in_order(connection, and_(told.c.kind == Kind.PING.value, told.c.period >= week.isoformat()))


def told_of(connection: Connection, kind: Kind, keys: Collection[str], period: date) -> Sequence[Told]:
    """What was told of one week, in order of channel."""
    return _in_order(connection, and_(_about(kind, keys), told.c.period == period.isoformat()))


def normal_since(connection: Connection, keys: Collection[str], before: date) -> date | None:
    """The week of the newest ping about a team before one, where it has ended as the team's normal."""
    where = and_(_about(Kind.PING, keys), told.c.period < before.isoformat())
    newest = connection.execute(select(told).where(where).order_by(told.c.period.desc()).limit(1)).first()
    return None if newest is None or newest.ending != Ending.NORMAL else date.fromisoformat(newest.period)


def _about(kind: Kind, keys: Collection[str]) -> ColumnElement[bool]:
    return and_(told.c.kind == kind.value, told.c.team.in_(sorted(keys)))


def _in_channel(kind: Kind, keys: Collection[str], channel: str) -> ColumnElement[bool]:
    return and_(_about(kind, keys), told.c.channel == channel)


def _in_order(connection: Connection, where: ColumnElement[bool]) -> Sequence[Told]:
    rows = connection.execute(select(told).where(where).order_by(told.c.period, told.c.channel))
    return tuple(map(_told, rows))


def row_of_told(what: Told) -> ColumnElement[bool]:
    return and_(
        told.c.kind == what.kind.value,
        told.c.team == what.team,
        told.c.channel == what.channel,
        told.c.period == what.period.isoformat(),
    )


def _told(row: Row[tuple[object, ...]]) -> Told:
    return Told(
        kind=Kind(row.kind),
        team=row.team,
        channel=row.channel,
        period=date.fromisoformat(row.period),
        at=instant(row.at),
        body=row.body,
        closed_at=None if row.closed_at is None else instant(row.closed_at),
        ending=None if row.ending is None else Ending(row.ending),
        outcome=row.outcome,
        outcome_why=row.outcome_why,
        until=None if row.until is None else instant(row.until),
    )
