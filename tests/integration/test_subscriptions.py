"""What was set in Slack for a team and a channel is kept, and wins over the settings."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from bot.decisions.channels import Chosen, Place, Reset, Who, choose, coming, reset, standing
from bot.errors import DecisionError
from bot.schedule import ORGANISATION, Kind, Slot, Subscription, composed
from bot.store.database import Database
from bot.store.subscriptions import keep_subscription, kept_subscriptions
from bot.teams import Team

NOON = 1_793_620_800.0
BERLIN = ZoneInfo("Europe/Berlin")
CONFIGURED = Subscription("team-x", "#team-x", Slot(0, 9, BERLIN), frozenset(Kind))
IN_SLACK = Subscription("team-x", "team-x", Slot(3, 16, ZoneInfo("UTC")), frozenset({Kind.DIGEST}))
FRIDAY = Slot(4, 15, ZoneInfo("Europe/London"))
TEAM = Team("team-x", "Team X", ("checkout",), zone=BERLIN, aliases=("team-old",))
HERE = Place("C0X", frozenset({"team-x"}))
SOMEBODY = Who("U01", NOON)
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


@pytest.mark.parametrize("team", ["team-x", ORGANISATION])
def test_what_is_chosen_takes_the_place_of_what_the_file_says_spelled_as_there(database: Database, team: str) -> None:
    configured = replace(CONFIGURED, team=team)
    wanted = Chosen(team, frozenset({Kind.DIGEST}), FRIDAY)
    after = choose(database, [configured], [TEAM], wanted, HERE, by=SOMEBODY)
    assert after == Subscription(team, "#team-x", FRIDAY, frozenset({Kind.DIGEST}))
    here = coming(database, [configured], [TEAM], HERE, NOON)
    assert here.every == (after,)
    assert here.in_slack == {after}


def test_what_is_chosen_counts_under_the_present_key_over_what_was_set_under_an_earlier_one(database: Database) -> None:
    keep(database, replace(IN_SLACK, team="team-old"))
    assert standing(database, [], [TEAM], "team-x", HERE).slot == IN_SLACK.slot
    choose(database, [], [TEAM], Chosen("team-x", frozenset(Kind), FRIDAY), HERE, by=replace(SOMEBODY, at=NOON + 60))
    assert kept(database, TEAM) == (Subscription("team-x", "team-x", FRIDAY, frozenset(Kind)),)


def test_where_nobody_named_the_channel_nothing_can_be_chosen(sqlite: Database) -> None:
    with pytest.raises(DecisionError, match="Nothing about all teams comes to this channel"):
        choose(sqlite, [CONFIGURED], [TEAM], Chosen(ORGANISATION, frozenset(), FRIDAY), HERE, by=SOMEBODY)
    assert kept(sqlite) == ()


def test_what_is_reset_is_as_the_file_says_whatever_key_or_spelling_it_was_set_under(database: Database) -> None:
    keep(database, replace(IN_SLACK, team="team-old"), replace(IN_SLACK, channel="#team-x"), ELSEWHERE)
    assert reset(database, [CONFIGURED], Reset(TEAM), HERE) == (CONFIGURED, True)
    assert kept(database, TEAM) == (ELSEWHERE,)
    assert reset(database, [CONFIGURED], Reset(TEAM), HERE) == (CONFIGURED, False)


@pytest.mark.parametrize("team", [None, TEAM])
def test_where_the_file_says_nothing_nothing_comes_after_a_reset(sqlite: Database, team: Team | None) -> None:
    keep(sqlite, replace(IN_SLACK, team=ORGANISATION), IN_SLACK)
    after, forgotten = reset(sqlite, [], Reset(team), HERE)
    assert (after.kinds, forgotten) == (frozenset(), True)
    assert len(kept(sqlite)) == 1
