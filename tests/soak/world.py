"""What happens in a soak: teams, what their source comes to list from instant to instant, and who is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from bot.events import BaseEvent, Change, Deployment, Incident
from bot.schedule import ORGANISATION, Kind, Slot, Subscription
from bot.teams import Team
from tests.integration.listed_source import Listed, ListedStream

HUB = "hub"
BEGIN = datetime(2026, 1, 5, tzinfo=UTC)  # a Monday
# In which weeks the shop deploys more and breaks more; its watch pings at the end of FOUND.
WORSE, BETTER, FOUND = 30, 36, 32
CHANNELS = ("#shop", "#search", "#all")
SHOP, SEARCH = (Team(name, name.title(), (name,), channel=f"#{name}") for name in ("shop", "search"))
_MONDAY_NINE = Slot(0, 9, ZoneInfo("UTC"))


@dataclass(frozen=True, slots=True)
class World:
    """Instants at which something happens, each lived to its end before the next, and who is told what."""

    name: str
    teams: tuple[Team, ...]
    instants: tuple[datetime, ...]
    subscriptions: tuple[Subscription, ...]


def week(number: float) -> datetime:
    return BEGIN + timedelta(weeks=number)


def _instants(*numbers: int) -> tuple[datetime, ...]:
    """A first start on the Wednesday before; then each week is listed on its Sunday, and told on the Monday after."""
    mondays = tuple(week(number) for number in numbers)
    days = ((monday - timedelta(hours=12), monday + timedelta(hours=9, minutes=5)) for monday in mondays)
    return (mondays[0] - timedelta(days=4, hours=12), *(instant for each in days for instant in each))


def _wanted(team: str, channel: str, *kinds: Kind) -> Subscription:
    return Subscription(team, channel, _MONDAY_NINE, frozenset(kinds))


# A small team's first two digests.
SHORT = World(
    "short",
    (SEARCH,),
    _instants(FOUND, FOUND + 1, FOUND + 2),
    (_wanted("search", "#search", Kind.DIGEST, Kind.PING), _wanted(ORGANISATION, "#all", Kind.DIGEST)),
)
# The weeks in which a regression is found, with everybody's digests.
WEEKLY = World(
    "weekly",
    (SHOP, SEARCH),
    _instants(FOUND, FOUND + 1, FOUND + 2),
    (
        _wanted("shop", "#shop", Kind.DIGEST, Kind.PING),
        _wanted("search", "#search", Kind.DIGEST),
        _wanted(ORGANISATION, "#all", Kind.DIGEST),
    ),
)
# A regression that is told, named again, and ends; for some weeks in between the bot is down.
LASTING = World(
    "lasting",
    (SHOP, SEARCH),
    _instants(FOUND, FOUND + 1, FOUND + 9, FOUND + 10, FOUND + 11),
    (_wanted("shop", "#shop", Kind.PING), _wanted("shop", "#all", Kind.PING), _wanted("search", "#search", Kind.PING)),
)
WORLDS = {world.name: world for world in (SHORT, WEEKLY, LASTING)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Item(Listed):
    """An event as the source lists it."""

    told: BaseEvent

    def event(self, source: str) -> Any:
        return self.told.model_copy(update={"source": source, "updated_at": self.at + timedelta(minutes=self.edited)})


def lists(teams: Sequence[Team], now: datetime) -> tuple[ListedStream, ...]:
    """What the source lists of some teams at an instant: three lists, each paged in its own way."""
    return (
        _list("deployments", "deployment", teams, now, newest_first=True, has_validator=True),
        _list("changes", "change", teams, now, cap=240),
        _list("incidents", "incident", teams, now, rechecks=True, rechecked_at_once=100),
    )


def _list(name: str, kind: str, teams: Sequence[Team], now: datetime, **how: Any) -> ListedStream:
    items = sorted((item for team in teams for item in _items(team.key, kind, now)), key=lambda item: item.at)
    return ListedStream(
        name=name, kind=kind, items=items, page_size=60, event_source=HUB, overlap=timedelta(days=1), **how
    )


def _items(service: str, kind: str, now: datetime) -> Iterator[Listed]:
    """An incident is written up anew a fortnight later, and one in ten is struck from the list at last."""
    for number, item in enumerate(_history(service)[kind]):
        if item.at >= now:
            continue
        if kind != "incident" or now < item.at + timedelta(weeks=2):
            yield item
        elif number % 10 or now < item.at + timedelta(weeks=3):
            yield replace(item, edited=14 * 24 * 60)


@cache
def _history(service: str) -> Mapping[str, Sequence[Listed]]:
    listed: dict[str, list[Listed]] = {"deployment": [], "change": [], "incident": []}
    for event in {"shop": _shop, "search": _search}[service]():
        listed[event.kind].append(Item(id=event.id, at=event.at, kind=event.kind, told=event))
    return listed


def _shop() -> Iterator[BaseEvent]:
    draw = np.random.default_rng(7)
    for number in range(BETTER + 8):
        pace, speed, failing = (
            (2.5, 2.0, 0.5) if WORSE <= number < BETTER else (1.0, 1.0, 0.1 if number < WORSE else 0.03)
        )
        for place in range(int(draw.poisson(14 * pace))):
            at = week(number + float(draw.uniform(0.02, 0.9)))
            hours = max(float(np.exp(draw.normal(np.log(40 / speed), 1))), 0.2)
            yield from _delivered(f"{number}-{place}", "shop", at, hours)
            if draw.random() < failing:
                yield _incident(f"{number}-{place}", "shop", at, 2 * speed)


def _search() -> Iterator[BaseEvent]:
    for number in range(WORSE - 12, BETTER + 8):
        for place in range(3):
            name, at = f"s-{number}-{place}", week(number + 0.1 + 0.25 * place)
            yield from _delivered(name, "search", at, 30.0 + place)
            if (number + place) % 5 == 0:
                yield _incident(name, "search", at, 2.0)


def _delivered(name: str, service: str, at: datetime, hours: float) -> Iterator[BaseEvent]:
    known: dict[str, Any] = {"id": name, "service": service}
    yield Deployment(kind="deployment", status="success", finished_at=at, **known)
    merged = at - timedelta(minutes=5)
    yield Change(
        kind="change", deployment=name, merged_at=merged, first_commit_at=merged - timedelta(hours=hours), **known
    )


def _incident(name: str, service: str, at: datetime, hours: float) -> BaseEvent:
    return Incident(
        kind="incident",
        id=name,
        service=service,
        status="resolved",
        deployment=name,
        started_at=at,
        detected_at=at,
        resolved_at=at + timedelta(hours=hours),
    )
