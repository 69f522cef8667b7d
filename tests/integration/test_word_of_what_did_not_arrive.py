"""Where a message does not reach its channel, one person hears of it once, with what mends it."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from bot.blocks.texts import JOINER
from bot.demo.slack_standin import Closed, SlackStandIn
from bot.schedule import Kind, Slot, Subscription
from bot.store.database import Database
from bot.store.outbox_troubles import newest_trouble
from bot.store.subscriptions import keep_subscription
from tests.integration.outbox_rounds import NOW, Hands, Post, a_post, a_reply, opened

HOUR, DAY, WEEK = 3_600.0, 86_400.0, 7 * 86_400.0
CHANNEL = "C0000000001"
SUBSCRIBED = Subscription("team-1", "#team-1", Slot(0, 9, ZoneInfo("UTC")), frozenset(Kind))


@pytest.fixture
def post(standing: SlackStandIn, clock: Hands, database: Database) -> Post:
    return managed(opened(standing, clock, database))


@pytest.fixture
def unread(standing: SlackStandIn, clock: Hands, sqlite: Database) -> Post:
    """Where the bot may not read what stands in a channel."""
    return managed(opened(standing, clock, sqlite, scopes=("commands", "chat:write")))


def managed(post: Post) -> Post:
    """The person of the workspace answers for the first team."""
    return replace(post, managers={"team-1": post.standing.workspace.user_id})


def notices(post: Post) -> list[str]:
    return [each.text.replace(JOINER, "") for each in post.standing.messages if each.channel.startswith("D")]


@pytest.mark.parametrize(
    ("error", "mends"),
    [
        ("not_in_channel", "the bot is not in the channel (not_in_channel). Type /invite"),
        ("channel_not_found", "Name another channel for the team"),
        ("is_archived", "the channel is archived"),
        ("some_new_error", "Slack says some_new_error"),
    ],
)
def test_a_refusal_of_one_channel_is_told_to_the_team_s_manager(post: Post, error: str, mends: str) -> None:
    post.standing.script.refuse(error, CHANNEL)
    post.enqueue(a_post(), a_reply(1))
    post.rounds()
    (told,) = notices(post)
    assert told.startswith("About team-1: 1 message to #team-1")
    assert mends in told


def test_the_same_cause_is_told_once_and_again_only_after_something_arrived(post: Post) -> None:
    post.standing.script.refuse("not_in_channel", CHANNEL)
    post.enqueue(a_post())
    post.rounds(NOW + 3 * HOUR)
    post.enqueue(a_post(key="ping:team-1:#team-1:2026-10-26"))
    post.rounds(NOW + 5 * HOUR)
    assert len(notices(post)) == 1
    post.standing.script.refuse("is_archived", CHANNEL)
    post.rounds(NOW + 7 * HOUR)
    assert len(notices(post)) == 2
    arrives_and_is_refused_a_week_later(post, NOW + 9 * HOUR)
    assert len(notices(post)) == 3


def arrives_and_is_refused_a_week_later(post: Post, at: float) -> None:
    post.standing.script.relent()
    post.rounds(at)
    post.standing.script.refuse("not_in_channel", CHANNEL)
    post.clock.now = NOW + WEEK
    post.enqueue(a_post(key="digest:team-1:#team-1:2026-11-02"))
    post.rounds(NOW + WEEK + HOUR)


def test_it_is_told_again_though_what_arrived_in_between_came_on_the_day_of_another_one(post: Post) -> None:
    post.enqueue(a_post())
    post.rounds(NOW + HOUR)
    post.standing.script.refuse("not_in_channel", CHANNEL)
    post.enqueue(a_post(key="ping:team-1:#team-1:2026-10-26"))
    post.rounds(NOW + 2 * HOUR)
    assert len(notices(post)) == 1
    arrives_and_is_refused_a_week_later(post, NOW + 4 * HOUR)
    assert len(notices(post)) == 2


@pytest.mark.parametrize("error", ["account_inactive", "token_revoked"])
def test_where_nothing_gets_through_nobody_can_be_told_and_the_list_says_it(post: Post, error: str) -> None:
    post.standing.script.refuse(error)
    post.enqueue(a_post(1), a_post(2))
    post.rounds(NOW + 200)
    assert len(post.rows()) == 2
    with post.database.reading() as connection:
        found = newest_trouble(connection, {"#team-3"}, post.clock())
    assert found is not None
    assert (found.became, found.reason) == ("held", error)


def test_a_post_of_which_nobody_can_tell_is_told(unread: Post) -> None:
    unread.enqueue(a_post())
    unread.standing.script.then(Closed(taken=True))
    unread.rounds()
    (told,) = notices(unread)
    assert "nobody can tell whether 1 message to #team-1 was posted" in told


@pytest.mark.parametrize("manager", [True, False])
def test_without_a_manager_whoever_set_it_in_slack_is_told(post: Post, manager: bool) -> None:
    with post.database.writing() as connection:
        keep_subscription(connection, SUBSCRIBED, NOW, "U0000000009" if manager else post.standing.workspace.user_id)
    post.managers = post.managers if manager else {}
    post.standing.script.refuse("is_archived", CHANNEL)
    post.enqueue(a_post(), a_post(2))
    post.rounds()
    assert len(notices(post)) == 1


def test_word_that_does_not_arrive_itself_is_told_to_nobody(post: Post) -> None:
    post.standing.script.refuse("messages_tab_disabled")
    person = post.standing.workspace.user_id
    post.enqueue(a_post(), a_post(key=f"digest:team-1:{person}:2026-10-26", channel=person))
    post.rounds()
    assert len(post.rows()) == 3


def test_the_newest_message_to_a_channel_says_whether_messages_arrive_there(post: Post) -> None:
    def found() -> str | None:
        with post.database.reading() as connection:
            trouble = newest_trouble(connection, {"#team-1", CHANNEL}, post.clock())
        return None if trouble is None else trouble.reason

    assert found() is None
    post.standing.script.refuse("is_archived", CHANNEL)
    post.enqueue(a_post(), a_post(2))
    post.rounds()
    assert found() == "is_archived"
    post.clock.now += DAY
    post.standing.script.relent()
    post.enqueue(a_post(key="ping:team-1:#team-1:2026-10-26"))
    post.rounds(NOW + 2 * DAY)
    assert found() is None
