"""Somebody types subscribe, unsubscribe and list in a channel, and presses the buttons of what comes back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from pydantic import SecretStr

from bot.demo.organisation import TEAMS, events
from bot.demo.slack_standin import Message, SlackStandIn, Workspace, labels
from bot.demo.slack_standin.sender import send
from bot.events import Event
from bot.ingest import ingest_events
from bot.process import running
from bot.schedule import Kind, Slot, Subscription
from bot.settings import Settings
from bot.store.database import Database
from bot.store.subscriptions import kept_subscriptions

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
TEAM = TEAMS[0]
IN_FILE = Subscription(TEAM.key, "#delivery", Slot(2, 8, ZoneInfo("Europe/Berlin")), frozenset(Kind))


@dataclass
class Desk:
    slack: SlackStandIn
    database: Database

    def types(self, words: str, channel: str = "general") -> Message:
        seen = len(self.slack.messages)
        assert self.slack.command("/dora", words, channel).status == 200
        return self.slack.wait_for(messages=seen + 1)[seen]

    def types_into_a_socket(self, words: str, channel: str) -> Message:
        assert self.slack.socket_mode.wait_for_app()
        assert self.slack.command_over_socket("/dora", words, channel)
        return self.slack.wait_for(messages=1)[0]

    def kept(self) -> tuple[Subscription, ...]:
        with self.database.reading() as connection:
            return kept_subscriptions(connection, (TEAM,))


@contextmanager
def at_a_desk(database: Database, url: str, *, http: bool = True, scopes: tuple[str, ...] = ()) -> Iterator[Desk]:
    workspace = replace(Workspace.with_channels(["general", "delivery"]), scopes=("commands", "chat:write", *scopes))
    with SlackStandIn(workspace) as slack:
        settings = Settings(
            database_url=url,
            teams=(TEAM,),
            subscriptions=(IN_FILE,),
            bot_token=SecretStr(workspace.bot_token),
            app_token=SecretStr(workspace.app_token),
            signing_secret=SecretStr(workspace.signing_secret),
            slack_api_url=slack.api_url,
            host="127.0.0.1",
            port=0,
        )
        with running(settings, http=http, clock=lambda: NOW) as address:
            slack.events_url = f"{address}/slack/events"
            yield Desk(slack, database)


@pytest.fixture
def desk(database: Database, database_url: str) -> Iterator[Desk]:
    with at_a_desk(database, database_url) as desk:
        yield desk


def is_ours(event: Event) -> bool:
    service = getattr(event, "service", None)
    return service is None or TEAM.owns(service)


def test_a_channel_that_subscribes_gets_both_kinds_at_the_hour_that_the_team_has_elsewhere(desk: Desk) -> None:
    said = desk.types(f"subscribe {TEAM.key}")
    assert "the digest on Wednesdays at 08:00 (Berlin) and a ping" in said.text
    (kept,) = desk.kept()
    assert kept == replace(IN_FILE, channel=desk.slack.workspace.channels[0].id)
    assert said.ephemeral


def test_one_kind_is_switched_off_and_the_other_kept_and_slack_wins_over_the_file(desk: Desk) -> None:
    said = desk.types(f"unsubscribe {TEAM.key} ping", "delivery")
    assert "digest" in said.text
    assert "ping when" not in said.text
    assert desk.kept() == (replace(IN_FILE, kinds=frozenset({Kind.DIGEST})),)
    assert "Nothing about" in desk.types(f"unsubscribe {TEAM.key}", "delivery").text
    assert "Nothing comes to this channel" in desk.types("list", "delivery").text
    assert desk.types(f"subscribe {TEAM.key} ping", "delivery")
    assert desk.kept() == (replace(IN_FILE, kinds=frozenset({Kind.PING})),)


def test_what_is_set_twice_is_set_once(desk: Desk) -> None:
    assert desk.types(f"subscribe {TEAM.key}").text == desk.types(f"subscribe {TEAM.key}").text
    assert len(desk.kept()) == 1


def test_list_tells_what_comes_to_the_channel_and_which_teams_there_are(desk: Desk) -> None:
    assert f"{TEAM.key}: the digest on Wednesdays at 08:00 (Berlin)" in desk.types("list", "delivery").text
    elsewhere = desk.types("list")
    assert "Nothing comes to this channel" in elsewhere.text
    assert TEAM.key in elsewhere.text
    assert labels(elsewhere) == ()


def test_in_a_direct_message_a_channel_is_asked_for(desk: Desk) -> None:
    slack = desk.slack
    typed = slack.slash_command("/dora", f"subscribe {TEAM.key}")
    direct = replace(typed, channel=replace(typed.channel, id="D0000000009", name="directmessage"))
    assert send(slack.signed(direct), slack.events_url).status == 200
    assert "Messages come to channels" in slack.wait_for(messages=1)[0].text
    assert desk.kept() == ()


@pytest.mark.parametrize(
    ("scopes", "says"), [((), "If I am not in this channel yet, type /invite"), (("channels:read",), "a ping when")]
)
def test_a_channel_is_told_of_the_invitation_where_the_bot_may_not_ask_whether_it_is_there(
    database: Database, database_url: str, scopes: tuple[str, ...], says: str
) -> None:
    with at_a_desk(database, database_url, scopes=scopes) as desk:
        said = desk.types(f"subscribe {TEAM.key}").text
        assert says in said
        assert ("invite" in said) is (scopes == ())


def test_a_channel_without_the_bot_is_told_how_to_invite_it(database: Database, database_url: str) -> None:
    with at_a_desk(database, database_url, scopes=("channels:read",)) as desk:
        desk.slack.script.refuse("not_in_channel", desk.slack.workspace.channels[0].id)
        desk.slack.command("/dora", f"subscribe {TEAM.key}")
        desk.slack.wait_for(refusals=1)  # it takes nothing there, and so not the answer either
        assert "I am not in this channel, so nothing can arrive yet" in str(desk.slack.refusals[0].text)


@pytest.mark.parametrize("http", [True, False], ids=["HTTP", "Socket Mode"])
def test_a_test_shows_last_week_s_digest_to_who_asked_alone_and_only_once(
    database: Database, database_url: str, http: bool
) -> None:
    ingest_events(database, (event for event in events(NOW) if is_ours(event)))
    with at_a_desk(database, database_url, http=http) as desk:
        slack = desk.slack
        listed = desk.types("list", "delivery") if http else desk.types_into_a_socket("list", "delivery")
        assert (slack.press if http else slack.press_over_socket)(listed, "Send me a test now")
        _, note, digest, *_ = slack.wait_for(messages=3)
        assert note.text.startswith("This is what the channel would have been told")
        assert "week of 26 October" in digest.text
        if http:
            seen = len(slack.wait_for(messages=4))
            slack.press(listed, "Send me a test now")
            assert "done already" in slack.wait_for(messages=seen + 1)[seen].text
        assert all(message.ephemeral for message in slack.messages)
        assert slack.refusals == ()
