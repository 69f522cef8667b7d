"""What was set in Slack: which kinds of message of a team come to a channel, and when. It wins over the settings."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, bindparam, delete, insert, select

from bot.calendar import moment
from bot.schedule import Kind, Slot, Subscription
from bot.store.subjects import microseconds
from bot.store.work_tables import subscriptions
from bot.teams import Team

_KEPT = subscriptions.c
_THIS = (_KEPT.team == bindparam("its_team"), _KEPT.channel == bindparam("its_channel"))
_FORGET, _SET_BY = delete(subscriptions).where(*_THIS), select(_KEPT.changed_by).where(*_THIS)
_FORGET_ANY = delete(subscriptions).where(
    _KEPT.team.in_(bindparam("teams", expanding=True)), _KEPT.channel.in_(bindparam("channels", expanding=True))
)
_ALL = select(subscriptions).order_by(_KEPT.changed_at, _KEPT.team)


def keep_subscription(connection: Connection, wanted: Subscription, now: float, by: str | None = None) -> None:
    """In place of what was set for the team and channel before; without any kind nothing comes there any more.

    `by` is the Slack id of who set it.
    """
    connection.execute(_FORGET, {"its_team": wanted.team, "its_channel": wanted.channel})
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
    connection.execute(insert(subscriptions), row)


def kept_subscriptions(connection: Connection, teams: Iterable[Team]) -> tuple[Subscription, ...]:
    """All that was set, in order of team and channel; what was set under an earlier key, under the present one."""
    present = {key: team.key for team in teams for key in team.keys}
    rows = connection.execute(_ALL)
    newest = {(each.team, each.channel): each for each in (_subscription(row, present) for row in rows)}
    return tuple(newest[name] for name in sorted(newest))


def forget_subscriptions(connection: Connection, teams: Iterable[str], channels: Iterable[str]) -> bool:
    """What was set for a team, by any of its keys, in a channel, by any of its names; whether anything was."""
    asked = {"teams": sorted(teams), "channels": sorted(channels)}
    return connection.execute(_FORGET_ANY, asked).rowcount > 0


def set_by(connection: Connection, team: str, channel: str) -> str | None:
    """Who set what comes to a channel about a team."""
    return connection.execute(_SET_BY, {"its_team": team, "its_channel": channel}).scalar()


def _subscription(row: Row[tuple[object, ...]], present: Mapping[str, str]) -> Subscription:
    slot = Slot(row.weekday, row.hour, ZoneInfo(row.zone))
    kinds = frozenset(map(Kind, json.loads(row.kinds)))
    return Subscription(present.get(row.team, row.team), row.channel, slot, kinds)
