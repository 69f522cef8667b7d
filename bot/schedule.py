"""Who is told what, and when: subscriptions, their weekly slots, and which digests are due; pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.calendar import local_date, midnight, moment, week_start

ORGANISATION = ""  # stands for all teams where a team's key is expected; no team is called so
_WEEK = timedelta(weeks=1)
# In which a message may come whose hour nobody chose.
_WAKING_HOURS = range(9, 18)


class Kind(StrEnum):
    """The kinds of message that come unasked."""

    DIGEST = "digest"
    PING = "ping"


@dataclass(frozen=True, slots=True)
class Slot:
    """An hour of every week on a zone's clocks; Monday is 0."""

    weekday: int
    hour: int
    zone: ZoneInfo

    def latest(self, now: float) -> float:
        """The newest instant of the slot, at or before now."""
        return max(at for at in self._around(now) if at <= now)

    def following(self, now: float) -> float:
        """The next instant of the slot, after now."""
        return min(at for at in self._around(now) if at > now)

    def _around(self, now: float) -> Iterator[float]:
        """Of a week more than seems needed on either side: clocks that are set back may repeat the end of a day."""
        day = local_date(now, self.zone)
        last = day - timedelta(days=(day.weekday() - self.weekday) % 7)
        for weeks in (-1, 0, 1, 2):
            yield _first_instant(datetime.combine(last + weeks * _WEEK, time(self.hour)), self.zone)


def may_interrupt(now: float, zone: ZoneInfo) -> bool:
    """Whether the zone's clocks show an hour at which people may be spoken to unasked."""
    return moment(now, zone).hour in _WAKING_HOURS


@dataclass(frozen=True, slots=True)
class Subscription:
    """A team's messages to a channel; where `channel` is a user's id, they come as direct messages."""

    team: str
    channel: str
    slot: Slot
    kinds: frozenset[Kind]


@dataclass(frozen=True, slots=True)
class DueDigest:
    """A digest that has to be made; `week` is the Monday of the week that it reports on."""

    subscription: Subscription
    week: date


def composed(configured: Iterable[Subscription], kept: Iterable[Subscription]) -> tuple[Subscription, ...]:
    """The settings' subscriptions, and over them, by team and channel, what was set in Slack."""
    return tuple({(each.team, channel_name(each.channel)): each for each in (*configured, *kept)}.values())


def channel_name(channel: str) -> str:
    """A channel as it may be compared: people write its name with and without a hash."""
    return channel.removeprefix("#")


Settled = Mapping[tuple[str, str], Collection[date]]
"""By team and channel, the weeks whose digest is made or will never be."""


def reported_week(slot: Slot, now: float) -> date:
    """The Monday of the week before the one that the slot's newest instant lies in, by the slot's own calendar."""
    return local_date(week_start(slot.latest(now), slot.zone), slot.zone) - _WEEK


def due_digests(
    subscriptions: Iterable[Subscription], zones: Mapping[str, ZoneInfo], settled: Settled, now: float
) -> tuple[DueDigest, ...]:
    """What has to be made now: the newest slot's week, whatever the hour was before, and no week before that.

    Where a team's week ends later than the slot comes, the digest waits for its end. A settled week soon after the
    newest slot's one means that the slot moved to later in the week, or the clock was set back: there is nothing to
    repeat. At one instant the newest weeks of two slots lie two weeks apart at most.
    """
    return tuple(
        DueDigest(each, week)
        for each in subscriptions
        if Kind.DIGEST in each.kinds and each.team in zones
        for week in (reported_week(each.slot, now),)
        if midnight(week + _WEEK, zones[each.team]) <= now
        and not {week, week + _WEEK, week + 2 * _WEEK} & set(settled.get((each.team, each.channel), ()))
    )


def _first_instant(local: datetime, zone: ZoneInfo) -> float:
    """When a zone's clocks first show a time; of one that they leave out, the moment at which they jump past it."""
    first, second = (local.replace(tzinfo=zone, fold=fold).timestamp() for fold in (0, 1))
    if first <= second:
        return first
    return second + bisect_right(
        range(int(first - second)), local, key=lambda after: moment(second + after, zone).replace(tzinfo=None)
    )
