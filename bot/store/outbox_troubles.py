"""What of the outbox did not go as it should: counted by what became of it and why."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Literal, NamedTuple

from sqlalchemy import Connection, ScalarSelect, and_, case, func, or_, select, true
from sqlalchemy.sql import ColumnElement

from bot.store.outbox import stored
from bot.store.subjects import instant
from bot.store.work_tables import outbox

Became = Literal["parked", "given_up", "held", "unknown", "simplified", "overdue"]

# What became of older ones, nobody asks any more.
_SHOWN_SECONDS = 28 * 86_400.0
_OVERDUE_SECONDS = 600.0

_any = outbox.alias("any_row")


@dataclass(frozen=True, slots=True)
class Trouble:
    """So many messages, of which channels, why, and since when."""

    became: Became
    reason: str | None
    messages: int
    channels: tuple[str, ...]
    since: float


class _Counted(NamedTuple):
    became: Became
    reason: str | None
    channel: str
    messages: int
    since: int


def troubles(connection: Connection, now: float) -> tuple[Trouble, ...]:
    """Those of the last four weeks."""
    return _found(connection, now, true())


def trouble_of(connection: Connection, key: str, now: float) -> Trouble | None:
    """Of one message, whatever becomes of its thread; none where it arrived."""
    return next(iter(_found(connection, now, _message(key))), None)


def newest_trouble(connection: Connection, channels: Collection[str], now: float) -> Trouble | None:
    """What keeps everything back, else what is wrong with the newest message to a channel, by any of its names."""
    to_it = and_(outbox.c.channel.in_(channels), outbox.c.parent.is_(None))
    newest = select(outbox.c.key).where(to_it).order_by(outbox.c.created_at.desc(), outbox.c.key).limit(1)
    found = _found(connection, now, or_(_message(newest.scalar_subquery()), outbox.c.state == "held"))
    missed = [each for each in found if each.became != "simplified"]
    return min(missed, key=lambda each: each.became != "held", default=None)


def _message(key: str | ScalarSelect[str]) -> ColumnElement[bool]:
    return and_(outbox.c.key == key, outbox.c.parent.is_(None))


def _found(connection: Connection, now: float, which: ColumnElement[bool]) -> tuple[Trouble, ...]:
    became = case(
        (and_(outbox.c.state == "parked", outbox.c.due_at.is_(None)), "given_up"),
        (and_(outbox.c.state == "sent", outbox.c.reason.is_not(None)), "simplified"),
        (outbox.c.state == "pending", "overdue"),
        else_=outbox.c.state,
    ).label("became")
    reason = case((outbox.c.state != "pending", outbox.c.reason)).label("reason")  # one kind of waiting
    counts = (func.count().label("messages"), func.min(outbox.c.created_at).label("since"))
    rows = (
        select(became, reason, outbox.c.channel, *counts)
        .where(outbox.c.created_at >= stored(now - _SHOWN_SECONDS), _is_amiss(now), which)
        .group_by(became, reason, outbox.c.channel)
        .order_by(became, reason, outbox.c.channel)
    )
    return tuple(_troubles(_Counted(*row) for row in connection.execute(rows)))


def _is_amiss(now: float) -> ColumnElement[bool]:
    held = select(_any.c.key).where(_any.c.state == "held")
    # A reply waits for its parent, and everybody while something is held; what is wrong is said of those.
    waits = and_(outbox.c.state == "pending", outbox.c.parent.is_(None), ~held.exists())
    overdue = and_(waits, outbox.c.due_at < stored(now - _OVERDUE_SECONDS))
    simplified = and_(outbox.c.state == "sent", outbox.c.reason.is_not(None))
    return or_(outbox.c.state.in_(("parked", "held", "unknown")), simplified, overdue)


def _troubles(counted: Iterable[_Counted]) -> Iterable[Trouble]:
    for (became, reason), group in groupby(counted, key=lambda each: (each.became, each.reason)):
        rows = tuple(group)
        channels = tuple(row.channel for row in rows)
        yield Trouble(
            became, reason, sum(row.messages for row in rows), channels, instant(min(row.since for row in rows))
        )
