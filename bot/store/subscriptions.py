"""What was set in Slack: which kinds of message of a team come to a channel, and when. It wins over the settings."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, delete, insert, select

from bot.calendar import moment
from bot.schedule import Kind, Slot, Subscription
from bot.store.subjects import microseconds
from bot.store.work_tables import subscriptions
from bot.teams import Team


def keep_subscription(connection: Connection, wanted: Subscription, now: float, by: str | None = None) -> None:
    """In place of what was set for the team and channel before; without any kind nothing comes there any more.

    `by` is the Slack id of who set it.
    """
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
        "changed_by": by,
    }
    connection.execute(insert(subscriptions).values(row))


def kept_subscriptions(connection: Connection, teams: Iterable[Team]) -> tuple[Subscription, ...]:
    """All that was set, in order of team and channel; what was set under an earlier key, under the present one."""
    present = {key: team.key for team in teams for key in team.keys}
    rows = connection.execute(select(subscriptions).order_by(subscriptions.c.changed_at, subscriptions.c.team))
    newest = {(each.team, each.channel): each for each in (_subscription(row, present) for row in rows)}
    return tuple(newest[name] for name in sorted(newest))


def forget_subscriptions(connection: Connection, teams: Iterable[str], channels: Iterable[str]) -> bool:
    """What was set for a team, by any of its keys, in a channel, by any of its names; whether anything was."""
    kept = subscriptions.c
    this = (kept.team.in_(sorted(teams)), kept.channel.in_(sorted(channels)))
    return connection.execute(delete(subscriptions).where(*this)).rowcount > 0


def set_by(connection: Connection, team: str, channel: str) -> str | None:
    """Who set what comes to a channel about a team."""
    this = (subscriptions.c.team == team, subscriptions.c.channel == channel)
    return connection.execute(select(subscriptions.c.changed_by).where(*this)).scalar()


def _subscription(row: Row[tuple[object, ...]], present: Mapping[str, str]) -> Subscription:
    slot = Slot(row.weekday, row.hour, ZoneInfo(row.zone))
    kinds = frozenset(map(Kind, json.loads(row.kinds)))
    return Subscription(present.get(row.team, row.team), row.channel, slot, kinds)
