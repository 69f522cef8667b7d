"""The job that makes digests: what it writes down, where it goes, and that all of it stands or falls together."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bot.errors import StoreError
from bot.jobs import digests
from bot.jobs.deps import Clock, Deps
from bot.jobs.digests import DIGEST
from bot.jobs.run import Outcome, run_due
from bot.schedule import ORGANISATION, Kind, Slot, Subscription
from bot.store.database import Database
from bot.store.subscriptions import keep_subscription
from bot.store.told import last_told
from bot.store.work_tables import outbox
from bot.teams import Team
from tests.integration.jobs_for_tests import deps_of

BERLIN = ZoneInfo("Europe/Berlin")
BEGIN = datetime(2026, 10, 28, tzinfo=UTC).timestamp()  # a Wednesday
MONDAY = datetime(2026, 11, 2, 9, tzinfo=BERLIN).timestamp()
WEEK = date(2026, 10, 26)
TEAM, OTHER = Team("team-x", "Team X", ("checkout",), zone=BERLIN), Team("team-y", "Team Y", ("search",), zone=BERLIN)
WANTED = Subscription("team-x", "#delivery", Slot(0, 9, BERLIN), frozenset(Kind))


def deps(database: Database, *wanted: Subscription) -> Deps:
    known = replace(deps_of(database, now=BEGIN), teams=lambda: (TEAM, OTHER), subscriptions=wanted)
    assert run(known, BEGIN) == []
    return known


def run(known: Deps, now: float = MONDAY) -> list[Outcome]:
    known.clock.set(now)
    return list(run_due(DIGEST, known))


def messages(database: Database) -> list[tuple[str, int, str, str]]:
    columns = (outbox.c.key, outbox.c.part, outbox.c.channel, outbox.c.operation)
    with database.reading() as connection:
        return [tuple(row) for row in connection.execute(select(*columns).order_by(outbox.c.key, outbox.c.part))]


def mains(database: Database) -> list[tuple[str, str]]:
    return [(key, channel) for key, part, channel, _ in messages(database) if part == 0]


def test_a_digest_is_a_message_and_its_thread_and_is_kept_as_it_was_told(database: Database) -> None:
    (outcome,) = run(deps(database, WANTED))
    assert (outcome.turn.subject, outcome.turn.slot, outcome.how) == ("team-x #delivery", "2026-10-26", "done")
    key = f"digest:team-x:#delivery:{WEEK}"
    main, *thread = messages(database)
    assert main == (key, 0, "#delivery", "post")
    assert thread
    assert thread == [(key, part, "#delivery", "reply") for part in range(1, len(thread) + 1)]
    with database.reading() as connection:
        told = last_told(connection, Kind.DIGEST, ("team-x",), "#delivery", date(2026, 11, 2))
    assert told
    assert (told.period, told.at) == (WEEK, pytest.approx(MONDAY, abs=5))


def test_several_teams_may_share_a_channel_and_one_team_may_have_several(sqlite: Database) -> None:
    run(deps(sqlite, WANTED, replace(WANTED, team="team-y"), replace(WANTED, channel="U0MANAGER")))
    assert mains(sqlite) == [
        (f"digest:team-x:#delivery:{WEEK}", "#delivery"),
        (f"digest:team-x:U0MANAGER:{WEEK}", "U0MANAGER"),
        (f"digest:team-y:#delivery:{WEEK}", "#delivery"),
    ]


def test_all_teams_may_have_one_together(sqlite: Database) -> None:
    everyone = Subscription(ORGANISATION, "#all", Slot(0, 9, ZoneInfo("UTC")), frozenset({Kind.DIGEST}))
    known = deps(sqlite, everyone)
    assert run(known, MONDAY) == []
    assert [each.how for each in run(known, MONDAY + 3600)] == ["done"]
    assert mains(sqlite) == [(f"digest::#all:{WEEK}", "#all")]


def test_what_was_set_in_slack_wins(sqlite: Database) -> None:
    known = deps(sqlite, WANTED)
    with sqlite.writing() as connection:
        keep_subscription(connection, replace(WANTED, kinds=frozenset()), BEGIN)
    assert run(known) == []


def test_a_team_that_is_gone_gets_nothing(sqlite: Database) -> None:
    known = deps(sqlite, WANTED)
    assert run(replace(known, teams=lambda: (OTHER,))) == []


def test_a_digest_that_can_t_be_kept_is_not_posted_either_and_comes_later(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def is_full(*_: object) -> None:
        raise StoreError("The database is full.")

    known = deps(database, WANTED)
    with monkeypatch.context() as patch:
        patch.setattr(digests, "enqueue", is_full)
        assert [each.failure for each in run(known)] == ["The database is full."]
    with database.reading() as connection:
        assert last_told(connection, Kind.DIGEST, ("team-x",), "#delivery", date(2026, 11, 2)) is None
    assert [each.how for each in run(known, MONDAY + 80)] == ["done"]
    assert mains(database) == [(f"digest:team-x:#delivery:{WEEK}", "#delivery")]


def test_one_digest_that_fails_keeps_no_other_back(sqlite: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    made = digests.digest

    def breaks_for_one(database: Database, team: Team, *more: object, **named: object) -> object:
        if team is TEAM:
            raise ZeroDivisionError
        return made(database, team, *more, **named)  # type: ignore[arg-type]

    known = deps(sqlite, WANTED, replace(WANTED, team="team-y"))
    monkeypatch.setattr(digests, "digest", breaks_for_one)
    assert [each.how for each in run(known)] == ["failed", "done"]
    assert mains(sqlite) == [(f"digest:team-y:#delivery:{WEEK}", "#delivery")]


def test_two_clocks_on_one_database_post_each_digest_once(database: Database, database_url: str) -> None:
    everyone = [replace(WANTED, channel=f"#channel-{number}") for number in range(8)]
    known = deps(database, *everyone)
    with closing(Database(database_url)) as again, ThreadPoolExecutor(2) as threads:
        other = replace(known, database=again, clock=Clock(MONDAY))
        ended = [each for outcomes in threads.map(run, (known, other)) for each in outcomes]
    assert sorted(each.turn.subject for each in ended) == sorted(f"team-x {each.channel}" for each in everyone)
    assert {each.how for each in ended} == {"done"}
    assert [channel for _, channel in mains(database)] == [each.channel for each in everyone]
