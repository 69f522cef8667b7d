"""After an outage a digest waits until the sources were asked, and names what could not be read."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bot.jobs.deps import Clock, Deps
from bot.jobs.digests import DIGEST
from bot.jobs.job import Job
from bot.jobs.pulls import SYNC
from bot.jobs.refresh import REFRESH
from bot.jobs.run import run_due
from bot.jobs.watch import WATCH
from bot.schedule import Kind, Slot, Subscription
from bot.store.database import Database
from bot.store.work_tables import told
from bot.teams import Team
from tests.integration.jobs_for_tests import deps_of
from tests.integration.listed_source import Listed, ListedSource, ListedStream, unreachable

MONDAY = datetime(2026, 11, 2, tzinfo=UTC)
NINE = MONDAY + timedelta(hours=9, minutes=5)
TEAM = Team("shop", "Shop", ("shop",))
WANTED = Subscription("shop", "#shop", Slot(0, 9, ZoneInfo("UTC")), frozenset({Kind.DIGEST}))
BEGIN = MONDAY - timedelta(weeks=6)


def source(name: str, *lists: str) -> ListedSource:
    """A deployment a day, as they are known at the end."""
    days = [BEGIN + timedelta(days=number, hours=4) for number in range(6 * 7)]
    items = [Listed(id=f"{name}-{number}", at=at) for number, at in enumerate(days)]
    return ListedSource(
        *(ListedStream(each, items, page_size=100, event_source=f"test:{name}") for each in lists),
        name=name,
    )


def deps(database: Database, *sources: ListedSource) -> Deps:
    openers = {each.name: lambda each=each: each for each in sources}
    return replace(
        deps_of(database),
        clock=Clock(0.0),
        teams=lambda: (TEAM,),
        subscriptions=(WANTED,),
        openers=openers,
    )


def run(known: Deps, now: datetime, *jobs: Job) -> list[tuple[str, str]]:
    known.clock.set(now.timestamp())
    return [(each.turn.job, each.how) for job in jobs for each in run_due(job, known)]


def digests(database: Database) -> list[str]:
    with database.reading() as connection:
        return list(connection.execute(select(told.c.body).order_by(told.c.period)).scalars())


def ready(known: Deps, down_since: datetime) -> None:
    """It was there for some weeks, and read everything."""
    run(known, down_since, SYNC, REFRESH, WATCH, DIGEST)


@pytest.mark.parametrize("down", [timedelta(days=2), timedelta(days=20)], ids=["days", "weeks"])
def test_a_digest_waits_until_every_source_was_asked_and_is_made_once(database: Database, down: timedelta) -> None:
    known = deps(database, source("hub", "deployments"), source("store", "rollouts"))
    ready(known, NINE - down)
    assert run(known, NINE, DIGEST) == []
    only_one = replace(known, openers={"hub": known.openers["hub"]})
    assert run(only_one, NINE, SYNC) == [("sync", "done")]
    assert run(known, NINE, DIGEST) == []
    assert run(known, NINE, SYNC, DIGEST, DIGEST) == [("sync", "done"), ("digest", "done")]
    (body,) = digests(database)
    assert "has not been read" not in body


def test_a_source_that_fails_holds_no_digest_back_and_the_gap_is_named(database: Database) -> None:
    away = source("hub", "deployments", "changes")
    known = deps(database, away, source("store", "rollouts"))
    ready(known, NINE - timedelta(days=20))
    away.lists[1].failure = unreachable()  # the other list catches up
    assert run(known, NINE, SYNC, DIGEST) == [("sync", "failed"), ("sync", "done"), ("digest", "done")]
    (body,) = digests(database)
    assert "hub has not been read since 2026-10-13" in body


def test_without_sources_a_digest_waits_for_nothing(sqlite: Database) -> None:
    known = deps(sqlite)
    ready(known, NINE - timedelta(days=2))
    assert run(known, NINE, DIGEST) == [("digest", "done")]


def test_in_its_usual_course_a_digest_does_not_wait_for_the_sync_of_its_hour(sqlite: Database) -> None:
    known = deps(sqlite, source("hub", "deployments"))
    ready(known, MONDAY - timedelta(days=1))
    run(known, MONDAY + timedelta(minutes=1), SYNC)
    assert run(known, NINE, DIGEST) == [("digest", "done")]
