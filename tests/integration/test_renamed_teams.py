"""A team that gets a new key, with its old one as an alias: what was told and set under the old one goes on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.decisions.channels import Place
from bot.decisions.replies import Answered, answer
from bot.jobs.deps import Deps
from bot.jobs.digests import DIGEST
from bot.jobs.run import run_due
from bot.regression.aftermath import Ending
from bot.reply import Reply, Stance
from bot.schedule import Kind, Slot, Subscription
from bot.store.database import Database
from bot.store.replies import keep_reply, snoozed_until, told_in
from bot.store.subscriptions import keep_subscription, kept_subscriptions
from bot.store.told import Told, close, last_told, normal_since, pings_told, tell, told_of
from bot.store.work_tables import outbox
from tests.integration.jobs_for_tests import deps_of
from tests.integration.team_weeks import BERLIN, MONDAY, TEAM, fill, steady

RENAMED = replace(TEAM, key="store", aliases=(TEAM.key,))
HERE = Subscription("shop", "#shop", Slot(0, 9, BERLIN), frozenset(Kind))
WEEK = MONDAY.date() - timedelta(weeks=1)
NOW = MONDAY.timestamp()
PING = Told(Kind.PING, "shop", "#shop", WEEK, NOW, "{}")


def test_what_was_told_under_an_earlier_key_is_found_by_the_team(database: Database) -> None:
    later = WEEK + timedelta(weeks=1)
    told_digest = replace(PING, kind=Kind.DIGEST)
    with database.writing() as connection:
        assert tell(connection, PING)
        assert tell(connection, told_digest)
        assert not tell(connection, replace(PING, team="store"), RENAMED.keys)
        keep_reply(connection, told_digest, Reply(until=NOW + 60))
        close(connection, PING, Ending.NORMAL, NOW)
    with database.reading() as connection:
        assert [each.team for each in pings_told(connection, RENAMED.keys)] == ["shop"]
        assert [each.team for each in told_of(connection, Kind.PING, RENAMED.keys, WEEK)] == ["shop"]
        assert last_told(connection, Kind.DIGEST, RENAMED.keys, "#shop", later) is not None
        assert normal_since(connection, RENAMED.keys, later) == WEEK
        assert snoozed_until(connection, Kind.DIGEST, RENAMED.keys, "#shop") == NOW + 60
        assert told_in(connection, Kind.DIGEST, RENAMED.keys, WEEK, {"shop"}) is not None
        assert pings_told(connection, ("store",)) == ()


def test_what_was_set_under_an_earlier_key_holds_until_something_else_is_set(database: Database) -> None:
    only_pings = replace(HERE, kinds=frozenset({Kind.PING}))
    with database.writing() as connection:
        keep_subscription(connection, only_pings, NOW)
    with database.reading() as connection:
        assert kept_subscriptions(connection, [RENAMED]) == (replace(only_pings, team="store"),)
    with database.writing() as connection:
        keep_subscription(connection, replace(HERE, team="store"), NOW + 1)
    with database.reading() as connection:
        assert kept_subscriptions(connection, [RENAMED]) == (replace(HERE, team="store"),)
        assert len(kept_subscriptions(connection, ())) == 2


@pytest.fixture
def shop(sqlite: Database) -> Deps:
    fill(sqlite, steady(20))
    return replace(deps_of(sqlite), teams=lambda: (TEAM,), subscriptions=(HERE,))


def renamed(deps: Deps) -> Deps:
    return replace(deps, teams=lambda: (RENAMED,), subscriptions=(replace(HERE, team="store"),))


def runs(deps: Deps, at: datetime) -> list[str]:
    """The keys of all digests that are written down by then."""
    deps.clock.set(at.timestamp())
    assert {outcome.how for outcome in run_due(DIGEST, deps)} <= {"done"}
    with deps.database.reading() as connection:
        return list(
            connection.execute(select(outbox.c.key).where(outbox.c.part == 0).order_by(outbox.c.created_at)).scalars()
        )


def key(team: str, week: date) -> str:
    return f"digest:{team}:#shop:{week}"


def test_a_team_that_is_renamed_within_the_week_is_not_told_again_and_its_streak_goes_on(shop: Deps) -> None:
    nine, week = MONDAY + timedelta(hours=9), timedelta(weeks=1)
    assert runs(shop, nine - week) == []  # a channel that is new hears of the next week first
    assert runs(shop, nine) == [key("shop", WEEK)]
    assert runs(renamed(shop), nine + timedelta(days=2)) == [key("shop", WEEK)]
    assert runs(renamed(shop), nine + week) == [key("shop", WEEK), key("store", WEEK + week)]
    with shop.database.reading() as connection:
        first, second = (
            last_told(connection, Kind.DIGEST, RENAMED.keys, "#shop", before)
            for before in (WEEK + week, WEEK + 2 * week)
        )
    assert first
    assert second
    assert '"streak_weeks":13,"streak_whole":false' in first.body
    assert '"streak_weeks":14' in second.body


def test_a_team_that_is_renamed_while_the_bot_is_down_still_gets_the_digest_that_was_due(shop: Deps) -> None:
    nine = MONDAY + timedelta(hours=9)
    assert runs(shop, nine - timedelta(weeks=1)) == []
    assert runs(renamed(shop), nine + timedelta(hours=5)) == [key("store", WEEK)]


def test_buttons_of_messages_from_before_the_new_key_still_answer(shop: Deps) -> None:
    nine = MONDAY + timedelta(hours=9)
    runs(shop, nine - timedelta(weeks=1))
    runs(shop, nine)
    answered = Answered(Kind.DIGEST, RENAMED, WEEK, Place("C1", frozenset({"shop"})))
    assert answer(shop.database, answered, Reply(Stance.RIGHT), nine.timestamp())
    with shop.database.reading() as connection:
        (told,) = told_of(connection, Kind.DIGEST, RENAMED.keys, WEEK)
    assert (told.team, told.outcome) == ("shop", "right")
