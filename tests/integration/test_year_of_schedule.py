"""A year of schedule in seconds: every digest once and in time, whatever the year does to clocks, bots and wishes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bot.calendar import HOUR, moment
from bot.jobs.deps import Deps
from bot.jobs.digests import DIGEST
from bot.jobs.prune import PRUNE
from bot.jobs.run import run_due
from bot.schedule import Kind, Slot, Subscription
from bot.store.database import Database
from bot.store.subscriptions import keep_subscription
from bot.store.work_tables import outbox
from bot.teams import Team
from tests.integration.jobs_for_tests import deps_of

BERLIN, AUCKLAND, HONOLULU = (ZoneInfo(name) for name in ("Europe/Berlin", "Pacific/Auckland", "Pacific/Honolulu"))
BEGIN = datetime(2026, 1, 7, 12, tzinfo=UTC)  # a Wednesday
END = datetime(2027, 1, 7, 12, tzinfo=UTC)
TEAMS = (
    Team("berlin", "Berlin", ("checkout",), zone=BERLIN),
    Team("auckland", "Auckland", ("search",), zone=AUCKLAND),
    Team("honolulu", "Honolulu", ("pay",), zone=HONOLULU),
)
DIGESTS = frozenset({Kind.DIGEST})
MONDAYS = tuple(
    Subscription(team.key, "#all", slot, DIGESTS)
    for team, slot in zip(TEAMS, (Slot(0, 9, BERLIN), Slot(6, 2, AUCKLAND), Slot(0, 0, HONOLULU)), strict=True)
)


def ticks(skip: Iterable[tuple[str, str]] = (), every: int = 3) -> Iterator[float]:
    """Every few hours; none while the bot is down."""
    down = [(day(since), day(until)) for since, until in skip]
    now = BEGIN
    while now < END:
        if not any(since <= now < until for since, until in down):
            yield now.timestamp()
        now += timedelta(hours=every)


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def live(deps: Deps, instants: Iterable[float]) -> None:
    for now in instants:
        deps.clock.set(now)
        outcomes = [each for job in (DIGEST, PRUNE) for each in run_due(job, deps)]
        assert {each.how for each in outcomes} <= {"done"}


def year(database: Database, *subscriptions: Subscription) -> Deps:
    return replace(deps_of(database, now=BEGIN.timestamp()), teams=lambda: TEAMS, subscriptions=subscriptions)


def posted(database: Database) -> dict[str, list[tuple[date, float]]]:
    """By team: the weeks reported on, and when each digest was handed over."""
    rows = select(outbox.c.key, outbox.c.created_at).where(outbox.c.part == 0).order_by(outbox.c.created_at)
    weeks = defaultdict[str, list[tuple[date, float]]](list)
    with database.reading() as connection:
        for key, at in connection.execute(rows):
            _, team, _, week = key.split(":")
            weeks[team].append((date.fromisoformat(week), at / 1e6))
    return weeks


def test_a_year_has_a_digest_a_week_for_every_team_each_within_three_hours(sqlite: Database) -> None:
    live(year(sqlite, *MONDAYS), ticks())
    told = posted(sqlite)
    for wanted, team in zip(MONDAYS, TEAMS, strict=True):
        weeks = [week for week, _ in told[team.key]]
        assert all(later - earlier == timedelta(weeks=1) for earlier, later in pairwise(weeks))
        assert len(weeks) == 52
        assert all(0 <= at - wanted.slot.latest(at) < 3 * HOUR for _, at in told[team.key])
        assert all(
            moment(at, team.zone).date() >= week + timedelta(weeks=1) - timedelta(days=1) for week, at in told[team.key]
        )


def test_a_bot_that_is_down_now_and_then_says_each_week_once_and_none_that_is_long_gone(sqlite: Database) -> None:
    down = (("2026-03-02", "2026-03-04"), ("2026-06-01", "2026-07-01"), ("2026-12-28", "2026-12-29"))
    live(year(sqlite, MONDAYS[0]), ticks(down, every=6))
    told = posted(sqlite)["berlin"]
    assert [week for week, _ in told] == sorted({week for week, _ in told})
    late = {week: moment(at).date() for week, at in told if at - MONDAYS[0].slot.latest(at) > 6 * HOUR}
    assert late == {
        date(2026, 2, 23): date(2026, 3, 4),
        date(2026, 6, 22): date(2026, 7, 1),
        date(2026, 12, 21): date(2026, 12, 29),
    }
    assert len(told) == 52 - 4


def test_a_team_that_moves_its_hour_in_slack_again_and_again_gets_no_week_twice(sqlite: Database) -> None:
    deps = year(sqlite, MONDAYS[0])
    for number, now in enumerate(ticks(every=8)):
        if number % 7 == 0:
            slot = Slot(number % 7, number % 24, (BERLIN, AUCKLAND, HONOLULU)[number % 3])
            with sqlite.writing() as connection:
                keep_subscription(connection, replace(MONDAYS[0], slot=slot), now)
        live(deps, [now])
    weeks = [week for week, _ in posted(sqlite)["berlin"]]
    assert weeks == sorted(set(weeks))
    assert len(weeks) > 40
