"""What was set in Slack for a team and a channel is kept, and wins over the settings."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.schedule import Kind, Slot, Subscription, composed
from bot.store.database import Database
from bot.store.subscriptions import keep_subscription, kept_subscriptions
from bot.teams import Team

NOON = 1_793_620_800.0
BERLIN = ZoneInfo("Europe/Berlin")
CONFIGURED = Subscription("team-x", "#team-x", Slot(0, 9, BERLIN), frozenset(Kind))
IN_SLACK = Subscription("team-x", "team-x", Slot(3, 16, ZoneInfo("UTC")), frozenset({Kind.DIGEST}))
ELSEWHERE = Subscription("team-x", "C0GENERAL", Slot(0, 9, BERLIN), frozenset({Kind.PING}))


def keep(database: Database, *wanted: Subscription) -> None:
    with database.writing() as connection:
        for each in wanted:
            keep_subscription(connection, each, NOON)


def kept(database: Database, *teams: Team) -> tuple[Subscription, ...]:
    with database.reading() as connection:
        return kept_subscriptions(connection, teams)


def test_what_is_set_is_kept_as_it_is(database: Database) -> None:
    keep(database, IN_SLACK, ELSEWHERE)
    assert kept(database) == (ELSEWHERE, IN_SLACK)


def test_the_last_word_counts(database: Database) -> None:
    keep(database, IN_SLACK, replace(IN_SLACK, kinds=frozenset()))
    assert kept(database) == (replace(IN_SLACK, kinds=frozenset()),)


def test_what_is_set_in_slack_wins_for_its_team_and_channel_alone() -> None:
    other = replace(CONFIGURED, team="team-y")
    assert composed((CONFIGURED, other), (IN_SLACK, ELSEWHERE)) == (IN_SLACK, other, ELSEWHERE)
