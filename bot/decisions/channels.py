"""Which messages about which teams come to a channel, as people set it there; it wins over the settings."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from bot.schedule import Kind, Slot, Subscription, channel_name, composed
from bot.store.database import Database
from bot.store.places import names_sent_to
from bot.store.subscriptions import keep_subscription, kept_subscriptions
from bot.teams import Team

# Where neither the settings nor anybody in Slack named an hour: Monday at nine.
_WEEKDAY, _HOUR = 0, 9


@dataclass(frozen=True, slots=True)
class Place:
    """A channel by its id, and by its name where Slack tells it."""

    id: str
    names: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Change:
    """More or fewer kinds of message about a team."""

    team: Team
    kinds: frozenset[Kind]
    wanted: bool

    def applied(self, before: Subscription) -> Subscription:
        return replace(before, kinds=before.kinds | self.kinds if self.wanted else before.kinds - self.kinds)


def coming(
    database: Database, configured: Iterable[Subscription], teams: Iterable[Team], place: Place
) -> tuple[Subscription, ...]:
    """What comes to a channel."""
    with database.reading() as connection:
        every = composed(configured, kept_subscriptions(connection, teams))
        names = names_of(connection, place)
    return tuple(each for each in every if each.kinds and channel_name(each.channel) in names)


def change(
    database: Database, configured: Iterable[Subscription], wanted: Change, place: Place, now: float
) -> Subscription:
    """Set it, and say how it is now; the same again changes nothing."""
    with database.writing() as connection:
        before = _standing(connection, configured, wanted.team, place)
        after = wanted.applied(before)
        if after != before:
            keep_subscription(connection, after, now)
    return after


def names_of(connection: Connection, place: Place) -> frozenset[str]:
    """What a channel may be called. Of a private one Slack tells no name: what was sent there under one tells it."""
    sent = map(channel_name, names_sent_to(connection, place.id))
    return frozenset((place.id, *map(channel_name, place.names), *sent))


def _standing(connection: Connection, configured: Iterable[Subscription], team: Team, place: Place) -> Subscription:
    every = composed(configured, kept_subscriptions(connection, [team]))
    known = _known(every, team, names_of(connection, place))
    return known or Subscription(team.key, place.id, _slot(every, team), frozenset())


def _known(every: Sequence[Subscription], team: Team, names: Collection[str]) -> Subscription | None:
    """As it is spelled already, so that what is set takes its place."""
    return next((each for each in every if each.team == team.key and channel_name(each.channel) in names), None)


def _slot(every: Iterable[Subscription], team: Team) -> Slot:
    """The hour at which the team is told elsewhere, where it is."""
    return next((each.slot for each in every if each.team == team.key), Slot(_WEEKDAY, _HOUR, team.zone))
