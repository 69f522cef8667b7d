"""What was set in Slack: which kinds of message of a team come to a channel, and when. It wins over the settings."""

from __future__ import annotations

import json
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, delete, insert, select

from bot.calendar import moment
from bot.schedule import Kind, Slot, Subscription
from bot.store.subjects import microseconds
from bot.store.work_tables import subscriptions


def keep_subscription(connection: Connection, wanted: Subscription, now: float) -> None:
    """In place of what was set for the team and channel before; without any kind nothing comes there any more."""
    kept = subscriptions.c
    connection.execute(delete(subscriptions).where(kept.team == wanted.team, kept.channel == wanted.channel))
    row = {
        "team": wanted.team,
        "channel": wanted.channel,
        "kinds": json.dumps(sorted(wanted.kinds)),
        "weekday": wanted.slot.weekday,
        "hour": wanted.slot.hour,
        "zone": wanted.slot.zone.key,
        "changed_at": microseconds(moment(now)),
    }
    connection.execute(insert(subscriptions).values(row))


def kept_subscriptions(connection: Connection) -> tuple[Subscription, ...]:
    """All that was set, in order of team and channel."""
    rows = connection.execute(select(subscriptions).order_by(subscriptions.c.team, subscriptions.c.channel))
    return tuple(map(_subscription, rows))


def _subscription(row: Row[tuple[object, ...]]) -> Subscription:
    slot = Slot(row.weekday, row.hour, ZoneInfo(row.zone))
    return Subscription(row.team, row.channel, slot, frozenset(map(Kind, json.loads(row.kinds))))
