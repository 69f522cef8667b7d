"""Who sends what: rows of the outbox are claimed for a while, the longest due first and one a channel."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from sqlalchemy import Connection, Join, RowMapping, and_, exists, func, or_, select, update
from sqlalchemy.sql import ColumnElement

from bot.blocks.message import Message, in_words
from bot.store.outbox import row_of, stored
from bot.store.subjects import instant
from bot.store.work_tables import outbox

LATEST_SECONDS = 7 * 86_400.0
TOO_LATE = "too_late"

_parent = outbox.alias("parent")
_earlier = outbox.alias("earlier")
_other = outbox.alias("other")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message stands in Slack."""

    channel: str
    ts: str


@dataclass(frozen=True, slots=True)
class Claim:
    """One row, for its holder alone until the lease ends; `attempt` tells it from every other claim of the row."""

    key: str
    part: int
    revision: int
    channel: str
    message: Message
    form: str
    attempt: int
    created_at: float
    lease_until: float
    thread: Place | None = None
    """Where a reply goes."""
    edited: Place | None = None
    """What an edit changes."""


def claim_due(connection: Connection, now: float, lease_until: float) -> Claim | None:
    """The row that has been due for longest, to be handed to Slack; none while everything is held."""
    if (held := _held_until(connection)) and held > stored(now):
        return None
    row = _first(connection, and_(outbox.c.due_at <= stored(now), _may_go()))
    return None if row is None else _claimed(connection, row, lease_until, tried_at=stored(now))


def claim_expired(connection: Connection, now: float, lease_until: float) -> Claim | None:
    """A row that somebody was to post and never told how it ended, to be looked up. Edits are simply due again."""
    expired = and_(outbox.c.state == "sending", outbox.c.lease_until <= stored(now))
    again = {"state": "pending", "due_at": stored(now), "lease_until": None}
    connection.execute(update(outbox).where(expired, outbox.c.ts.is_not(None)).values(again))
    row = _first(connection, expired)
    return None if row is None else _claimed(connection, row, lease_until)


def again_at(connection: Connection) -> float | None:
    """When there is something to do next; nothing where all is done."""
    due = connection.execute(select(func.min(outbox.c.due_at)).select_from(_joined()).where(_may_go())).scalar_one()
    if due is not None:
        due = max(due, _held_until(connection) or 0)
    lease = select(func.min(outbox.c.lease_until)).where(outbox.c.state == "sending")
    known = [at for at in (due, connection.execute(lease).scalar_one()) if at is not None]
    return instant(min(known)) if known else None


def channel_id(connection: Connection, channel: str) -> str | None:
    """Slack's id of a channel that something was posted to before."""
    known = and_(outbox.c.channel == channel, outbox.c.sent_channel.is_not(None))
    return connection.execute(select(outbox.c.sent_channel).where(known).limit(1)).scalar_one_or_none()


def park_what_is_too_late(connection: Connection, now: float) -> None:
    """What was not posted within a week is about a week that is long gone."""
    late = and_(
        outbox.c.due_at <= stored(now), outbox.c.ts.is_(None), outbox.c.created_at < stored(now - LATEST_SECONDS)
    )
    parked = {"state": "parked", "reason": func.coalesce(outbox.c.reason, TOO_LATE), "due_at": None}
    connection.execute(update(outbox).where(late).values(parked))


def _held_until(connection: Connection) -> int | None:
    return connection.execute(select(func.max(outbox.c.due_at)).where(outbox.c.state == "held")).scalar_one()


def _may_go() -> ColumnElement[bool]:
    """In its turn: replies wait for their parent and for the parts before them, and a channel for its one sender."""
    busy = exists().where(_other.c.channel == outbox.c.channel, _other.c.state == "sending")
    before = exists().where(
        _earlier.c.key == outbox.c.key,
        _earlier.c.part < outbox.c.part,
        _earlier.c.ts.is_(None),
        _earlier.c.state.in_(("pending", "held", "sending")),
    )
    in_turn = or_(outbox.c.parent.is_(None), and_(_parent.c.ts.is_not(None), ~before))
    return and_(outbox.c.due_at.is_not(None), in_turn, ~busy)


def _first(connection: Connection, condition: ColumnElement[bool]) -> RowMapping | None:
    order = (outbox.c.due_at, outbox.c.created_at, outbox.c.key, outbox.c.part)
    columns = (outbox, _parent.c.sent_channel.label("thread_channel"), _parent.c.ts.label("thread_ts"))
    rows = select(*columns).select_from(_joined()).where(condition).order_by(*order).limit(1)
    return connection.execute(rows).mappings().one_or_none()


def _joined() -> Join:
    return outbox.outerjoin(_parent, and_(_parent.c.key == outbox.c.key, _parent.c.part == outbox.c.parent))


def _claimed(connection: Connection, row: RowMapping, lease_until: float, **values: int) -> Claim:
    attempt = row["attempts"] + 1
    taken = {"state": "sending", "due_at": None, "attempts": attempt, "lease_until": stored(lease_until), **values}
    connection.execute(update(outbox).where(row_of(row["key"], row["part"])).values(taken))
    return _claim(row, attempt, lease_until)


def _claim(row: RowMapping, attempt: int, lease_until: float) -> Claim:
    return Claim(
        key=row["key"],
        part=row["part"],
        revision=row["revision"],
        channel=row["channel"],
        message=_in_form(row["body"], row["form"]),
        form=row["form"],
        attempt=attempt,
        created_at=instant(row["created_at"]),
        lease_until=lease_until,
        thread=_place(row["thread_channel"], row["thread_ts"]),
        edited=_place(row["sent_channel"], row["ts"]),
    )


def _place(channel: str | None, ts: str | None) -> Place | None:
    return None if channel is None or ts is None else Place(channel, ts)


def _in_form(body: str, form: str) -> Message:
    """As much of a message as Slack takes: with its blocks, all of it in words, or its summary alone."""
    told = json.loads(body)
    message = Message(told["text"], tuple(told["blocks"]), told["words"])
    if form == "blocks":
        return message
    return in_words(message) if form == "words" else replace(message, blocks=())
