"""A team of some weeks to make digests of: two deployments a day, and failures where they are asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import cast
from zoneinfo import ZoneInfo

from bot.events import BaseEvent, Change, Deployment, Event, Incident, SloWindow
from bot.ingest import ingest_events
from bot.store.database import Database
from bot.teams import Team

BERLIN = ZoneInfo("Europe/Berlin")
TEAM = Team("shop", "Shop", ("shop",), BERLIN, channel="#shop")
MONDAY = datetime(2026, 11, 2, tzinfo=BERLIN)  # the last week of these events ends here
WEEKS = 40


def at(week: int, day: int, hour: int = 12) -> datetime:
    """An hour of a day of the week that began so many weeks before the end."""
    return (MONDAY - timedelta(weeks=week) + timedelta(days=day)).replace(hour=hour).astimezone(UTC)


def steady(weeks: int = WEEKS) -> Iterator[BaseEvent]:
    """Every day but Sunday one change and one deployment; one failure in the middle of every second week."""
    for week in range(1, weeks + 1):
        for day in range(6):
            yield from _delivered(week, day)
        yield _measured(week)
        if week % 2 == 0:
            yield incident(week, 2)


def incident(week: int, day: int, hours: int = 2) -> Incident:
    """One that came from that day's deployment."""
    return Incident(
        kind="incident",
        source="desk",
        id=f"i-{week}-{day}",
        service="shop",
        status="resolved",
        started_at=at(week, day, 13),
        detected_at=at(week, day, 13),
        resolved_at=at(week, day, 13) + timedelta(hours=hours),
        deployment=f"d-{week}-{day}",
        url=f"https://desk.example/i-{week}-{day}",
    )


def _delivered(week: int, day: int) -> Iterator[BaseEvent]:
    number = f"{week}-{day}"
    yield Change(
        kind="change",
        source="code",
        id=f"c-{number}",
        service="shop",
        first_commit_at=at(week, day, 12) - timedelta(hours=26),
        opened_at=at(week, day, 12) - timedelta(hours=20),
        merged_at=at(week, day, 10),
        merge_sha=f"sha-{number}",
    )
    yield Deployment(
        kind="deployment",
        source="delivery",
        id=f"d-{number}",
        service="shop",
        status="success",
        finished_at=at(week, day, 12),
        commits=(f"sha-{number}",),
        url=f"https://delivery.example/d-{number}",
    )


def _measured(week: int) -> SloWindow:
    return SloWindow(
        kind="slo",
        source="metrics",
        id=f"s-{week}",
        service="shop",
        name="availability",
        window_start=at(week, 0, 0),
        window_end=at(week, 6, 23),
        good=99_990.0,
        total=100_000.0,
        objective=0.999,
    )


def fill(database: Database, events: Iterable[BaseEvent]) -> None:
    ingest_events(database, cast("Iterator[Event]", iter(events)))
