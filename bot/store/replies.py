"""What people answered to what was told, and the message that shows it."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from datetime import date

from sqlalchemy import Connection, select, update

from bot.blocks.message import Message
from bot.calendar import moment
from bot.reply import Reply, Stance
from bot.schedule import Kind, channel_name
from bot.store.outbox import Outgoing, enqueue, row_of
from bot.store.subjects import instant, microseconds
from bot.store.told import Told, row_of_told, told_of
from bot.store.work_tables import outbox, told


def told_in(
    connection: Connection, kind: Kind, keys: Collection[str], period: date, names: Collection[str]
) -> Told | None:
    """What a channel, by any of its names, was told of a week."""
    found = told_of(connection, kind, keys, period)
    return next((each for each in found if channel_name(each.channel) in names), None)


def reply_to(what: Told) -> Reply:
    """What was answered so far."""
    return Reply(None if what.outcome is None else Stance(what.outcome), what.outcome_why, what.until)


def keep_reply(connection: Connection, what: Told, reply: Reply) -> None:
    """Within `writing`: in place of what was answered before."""
    values = {
        "outcome": None if reply.stance is None else reply.stance.value,
        "outcome_why": reply.why,
        "until": None if reply.until is None else microseconds(moment(reply.until)),
    }
    connection.execute(update(told).where(row_of_told(what)).values(values))


def snoozed_until(connection: Connection, kind: Kind, keys: Collection[str], channel: str) -> float | None:
    """Until when a channel wants to hear nothing of a kind about a team."""
    named = (told.c.kind == kind.value, told.c.team.in_(sorted(keys)), told.c.channel == channel)
    newest = select(told.c.until).where(*named, told.c.until.is_not(None)).order_by(told.c.period.desc()).limit(1)
    until = connection.execute(newest).scalar()
    return None if until is None else instant(until)


def amend(connection: Connection, key: str, changed: Callable[[Message, int], Message], now: float) -> None:
    """Within `writing`: the message becomes a newer revision of itself; one that is let go stays as it is."""
    columns = (outbox.c.channel, outbox.c.revision, outbox.c.body)
    row = connection.execute(select(*columns).where(row_of(key, 0))).one_or_none()
    if row is None:
        return
    body, revision = json.loads(row.body), row.revision + 1
    message = changed(Message(body["text"], tuple(body["blocks"]), body["words"]), revision)
    enqueue(connection, [Outgoing(key, 0, row.channel, "edit", message, revision=revision)], now)
