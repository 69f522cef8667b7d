"""Which messages about which teams come to a channel, as people set it there; it wins over the settings."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from bot.errors import DecisionError
from bot.schedule import ORGANISATION, Kind, Slot, Subscription, channel_name, composed
from bot.store.database import Database
from bot.store.outbox_troubles import Trouble, newest_trouble
from bot.store.places import names_sent_to
from bot.store.subscriptions import forget_subscriptions, keep_subscription, kept_subscriptions
from bot.teams import UTC_ZONE, Team
from bot.words.subscriptions import not_here_now

# Where neither the settings nor anybody in Slack named an hour: Monday at nine.
_WEEKDAY, _HOUR = 0, 9


@dataclass(frozen=True, slots=True)
class Place:
    """A channel by its id, and by its name where Slack tells it."""

    id: str
    names: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody by their id in Slack, and the instant at which they set something."""

    id: str
    at: float


@dataclass(frozen=True, slots=True)
class Change:
    """More or fewer kinds of message about a team."""

    team: Team
    kinds: frozenset[Kind]
    wanted: bool

    def applied(self, before: Subscription) -> Subscription:
        return replace(before, kinds=before.kinds | self.kinds if self.wanted else before.kinds - self.kinds)


@dataclass(frozen=True, slots=True)
class Reset:
    """What the settings say is wanted again: about a team, or about all of them together."""

    team: Team | None


@dataclass(frozen=True, slots=True)
class Chosen:
    """What comes about a team, by its key, or about all of them, and when."""

    team: str
    kinds: frozenset[Kind]
    slot: Slot


@dataclass(frozen=True, slots=True)
class Coming:
    """What comes to a channel, and what of it was set in Slack; the rest is as the settings say."""

    every: tuple[Subscription, ...]
    in_slack: frozenset[Subscription]
    trouble: Trouble | None = None
    """Why the newest message did not arrive there."""


def coming(
    database: Database, configured: Iterable[Subscription], teams: Iterable[Team], place: Place, now: float
) -> Coming:
    """What comes to a channel, and whether it arrives."""
    with database.reading() as connection:
        kept = kept_subscriptions(connection, teams)
        names = names_of(connection, place)
        missed = newest_trouble(connection, _spelled(names), now)
    here = tuple(each for each in composed(configured, kept) if each.kinds and channel_name(each.channel) in names)
    return Coming(here, frozenset(here) & frozenset(kept), missed)


def change(
    database: Database, configured: Iterable[Subscription], wanted: Change, place: Place, by: Who
) -> Subscription:
    """Set it, and say how it is now; the same again changes nothing."""
    with database.writing() as connection:
        before = _standing(connection, configured, wanted.team, place)
        return _kept(connection, before, wanted.applied(before), by)


def standing(
    database: Database, configured: Iterable[Subscription], teams: Iterable[Team], team: str, place: Place
) -> Subscription:
    """How it is, also where it was switched off there.

    Raises:
        DecisionError: where neither the settings nor anybody in Slack named the channel.
    """
    with database.reading() as connection:
        return _named(connection, configured, teams, team, place)


def choose(
    database: Database,
    configured: Iterable[Subscription],
    teams: Iterable[Team],
    wanted: Chosen,
    place: Place,
    *,
    by: Who,
) -> Subscription:
    """Set it as it was chosen, whatever was chosen before; the same again changes nothing.

    Raises:
        DecisionError: where neither the settings nor anybody in Slack named the channel.
    """
    with database.writing() as connection:
        before = _named(connection, configured, teams, wanted.team, place)
        return _kept(connection, before, replace(before, kinds=wanted.kinds, slot=wanted.slot), by)


def reset(
    database: Database, configured: Iterable[Subscription], wanted: Reset, place: Place
) -> tuple[Subscription, bool]:
    """Forget what was set in Slack: how it is by the settings alone, and whether there was anything to forget."""
    team = wanted.team
    key, keys, zone = (ORGANISATION, (ORGANISATION,), UTC_ZONE) if team is None else (team.key, team.keys, team.zone)
    with database.writing() as connection:
        names = names_of(connection, place)
        forgotten = forget_subscriptions(connection, keys, _spelled(names))
    known = _known(tuple(configured), key, names)
    return known or Subscription(key, place.id, Slot(_WEEKDAY, _HOUR, zone), frozenset()), forgotten


def _spelled(names: Collection[str]) -> frozenset[str]:
    """With and without a hash."""
    return frozenset((*names, *(f"#{name}" for name in names)))


def names_of(connection: Connection, place: Place) -> frozenset[str]:
    """What a channel may be called. Of a private one Slack tells no name: what was sent there under one tells it."""
    sent = map(channel_name, names_sent_to(connection, place.id))
    return frozenset((place.id, *map(channel_name, place.names), *sent))


def _kept(connection: Connection, before: Subscription, after: Subscription, by: Who) -> Subscription:
    if after != before:
        keep_subscription(connection, after, by.at, by.id)
    return after


def _standing(connection: Connection, configured: Iterable[Subscription], team: Team, place: Place) -> Subscription:
    every = composed(configured, kept_subscriptions(connection, [team]))
    known = _known(every, team.key, names_of(connection, place))
    return known or Subscription(team.key, place.id, _slot(every, team), frozenset())


def _named(
    connection: Connection, configured: Iterable[Subscription], teams: Iterable[Team], team: str, place: Place
) -> Subscription:
    every = composed(configured, kept_subscriptions(connection, teams))
    known = _known(every, team, names_of(connection, place))
    if known is None:
        raise DecisionError(not_here_now(team))
    return known


def _known(every: Sequence[Subscription], team: str, names: Collection[str]) -> Subscription | None:
    """As it is spelled already, so that what is set takes its place."""
    return next((each for each in every if each.team == team and channel_name(each.channel) in names), None)


def _slot(every: Iterable[Subscription], team: Team) -> Slot:
    """The hour at which the team is told elsewhere, where it is."""
    return next((each.slot for each in every if each.team == team.key), Slot(_WEEKDAY, _HOUR, team.zone))
