"""Who is told what, and when, as the settings file says it."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from bot.schedule import ORGANISATION, Kind, Slot, Subscription
from bot.settings.shape import SettingsShape, SlotShape, Weekday

_WEEKDAYS: tuple[Weekday, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def subscriptions(shape: SettingsShape) -> Iterator[Subscription]:
    """Each team's channel, else its manager, else nobody; then the digest of all teams, where there is one."""
    for team in shape.teams:
        kinds = frozenset(map(Kind, Kind if team.messages is None else team.messages))
        slot = _slot(team.digest or SlotShape(), team.timezone)
        if team.channel is not None:
            yield Subscription(team.key, team.channel, slot, kinds)
        elif team.manager is not None:
            yield Subscription(team.key, team.manager, slot, kinds & {Kind.DIGEST})
    if everyone := shape.organisation_digest:
        yield Subscription(ORGANISATION, everyone.channel, _slot(everyone, "UTC"), frozenset({Kind.DIGEST}))


def _slot(shape: SlotShape, zone: str) -> Slot:
    return Slot(_WEEKDAYS.index(shape.day), shape.hour, ZoneInfo(shape.timezone or zone))
