"""Somebody types subscribe, unsubscribe and list in a channel, and presses the buttons of what comes back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from bot.blocks.message import Message as Words
from bot.demo.organisation import TEAMS, Organisation
from bot.demo.slack_standin import Message, SlackStandIn, Workspace, labels
from bot.demo.slack_standin.sender import send
from bot.demo.slack_standin.state import Window
from bot.ingest import ingest_events
from bot.jobs.digests import DIGEST
from bot.jobs.run import run_due
from bot.process import running
from bot.schedule import ORGANISATION, Kind, Slot, Subscription
from bot.store.database import Database
from bot.store.outbox import Outgoing, enqueue
from bot.store.subscriptions import kept_subscriptions, set_by
from bot.store.work_tables import outbox
from tests.desks import settings_for
from tests.integration.jobs_for_tests import deps_of

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
TEAM = TEAMS[0]
BERLIN = ZoneInfo("Europe/Berlin")
IN_FILE = Subscription(TEAM.key, "#delivery", Slot(2, 8, BERLIN), frozenset(Kind))
EVERYONE = Subscription(ORGANISATION, "#delivery", Slot(0, 9, ZoneInfo("UTC")), frozenset({Kind.DIGEST}))


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

    def opens(self, message: Message, nth: int = 0) -> Window:
        """The window of a button Change."""
        windows = len(self.slack.state.windows)
        assert self.slack.press(message, "Change", nth).status == 200
        return self.slack.wait_for_window(windows + 1)

    def keeps(self, window: Window, **given: str | list[str]) -> Message:
        seen = len(self.slack.messages)
        ack = self.slack.fill(window, **given)
        assert (ack.status, ack.body) == (200, b"")
        return self.slack.wait_for(messages=seen + 1)[seen]

    def is_told(self, at: datetime) -> list[str]:
        """The weeks whose digest is made at a moment."""
        deps = replace(deps_of(self.database, now=at.timestamp()), teams=lambda: (TEAM,), subscriptions=(IN_FILE,))
        return [outcome.turn.slot for outcome in run_due(DIGEST, deps)]

    def who_set(self, channel: str) -> str | None:
        with self.database.reading() as connection:
            return set_by(connection, TEAM.key, channel)

    def kept(self) -> tuple[Subscription, ...]:
        with self.database.reading() as connection:
            return kept_subscriptions(connection, (TEAM,))


@contextmanager
def at_a_desk(
    database: Database,
    url: str,
    *,
    http: bool = True,
    scopes: tuple[str, ...] = (),
    configured: tuple[Subscription, ...] = (IN_FILE,),
) -> Iterator[Desk]:
    workspace = replace(Workspace.with_channels(["general", "delivery"]), scopes=("commands", "chat:write", *scopes))
    with SlackStandIn(workspace) as slack:
        settings = settings_for(slack, url, TEAM, *configured)
        with running(settings, http=http, clock=lambda: NOW) as address:
            slack.events_url = f"{address}/slack/events"
            yield Desk(slack, database)


@pytest.fixture
def desk(database: Database, database_url: str) -> Iterator[Desk]:
    with at_a_desk(database, database_url) as desk:
        yield desk


def test_a_channel_that_subscribes_gets_both_kinds_at_the_hour_that_the_team_has_elsewhere(desk: Desk) -> None:
    said = desk.types(f"subscribe {TEAM.key}")
    assert "the digest on Wednesdays at 08:00 (Berlin) and a ping" in said.text
    (kept,) = desk.kept()
    assert kept == replace(IN_FILE, channel=desk.slack.workspace.channels[0].id)
    assert desk.who_set(kept.channel) == desk.slack.workspace.user_id
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


def test_list_tells_why_the_newest_message_did_not_arrive_and_what_mends_it(desk: Desk) -> None:
    message = Outgoing("digest:team:#delivery:2026-10-26", 0, "#delivery", "post", Words("Told."))
    with desk.database.writing() as connection:
        enqueue(connection, [message], NOW.timestamp())
        connection.execute(update(outbox).values(state="parked", reason="not_in_channel"))
    said = desk.types("list", "delivery").text
    assert "The newest message did not arrive: 1 message to #delivery waits" in said
    assert "Type /invite with the bot's name" in said
    assert "did not arrive" not in desk.types("list").text


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
    ingest_events(database, Organisation(NOW, teams=[TEAM]).news(NOW))
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


def shown(window: Window) -> dict[str, object]:
    """What each field of a window is filled in with."""
    elements = {block["block_id"]: block["element"] for block in window.view["blocks"]}
    picked = {
        name: each["initial_option"]["text"]["text"] for name, each in elements.items() if "initial_option" in each
    }
    typed = {name: each["initial_value"] for name, each in elements.items() if "initial_value" in each}
    ticked = {
        name: [option["value"] for option in each.get("initial_options", ())]
        for name, each in elements.items()
        if each["type"] == "checkboxes"
    }
    return {**picked, **typed, **ticked}


def test_a_change_of_day_hour_zone_and_kinds_is_kept_listed_and_the_next_digest_comes_at_the_new_hour(
    desk: Desk,
) -> None:
    listed = desk.types("list", "delivery")
    assert labels(listed) == ("Change", "Send me a test now")
    assert desk.is_told(datetime(2026, 11, 2, 9, tzinfo=BERLIN)) == []
    window = desk.opens(listed)
    assert shown(window) == {"day": "Wednesday", "hour": "08:00", "zone": "Europe/Berlin", "kinds": ["digest", "ping"]}
    said = desk.keeps(window, day="4", hour="15", zone=" europe/london ", kinds=["digest"])
    assert said.text == f"To this channel comes, about {TEAM.key}: the digest on Fridays at 15:00 (London)."
    assert said.ephemeral
    assert f"{TEAM.key}: the digest on Fridays at 15:00 (London) (set in Slack)" in desk.types("list", "delivery").text
    assert desk.who_set("#delivery") == desk.slack.workspace.user_id
    assert desk.kept() == (
        Subscription(TEAM.key, "#delivery", Slot(4, 15, ZoneInfo("Europe/London")), frozenset({Kind.DIGEST})),
    )
    friday = datetime(2026, 11, 6, 15, tzinfo=ZoneInfo("Europe/London"))
    for early in (datetime(2026, 11, 4, 8, tzinfo=BERLIN), friday - timedelta(minutes=1)):
        assert desk.is_told(early) == []
    assert desk.is_told(friday) == ["2026-10-26"]
    assert desk.is_told(friday + timedelta(minutes=1)) == []
    assert shown(desk.opens(said)) == {"day": "Friday", "hour": "15:00", "zone": "Europe/London", "kinds": ["digest"]}


def test_with_nothing_ticked_nothing_comes_and_the_same_button_brings_it_back(desk: Desk) -> None:
    as_it_is, wednesday = {"day": "2", "hour": "8", "zone": "Europe/Berlin"}, datetime(2026, 11, 11, 12, tzinfo=UTC)
    assert desk.is_told(datetime(2026, 11, 2, 9, tzinfo=UTC)) == []
    stopped = desk.keeps(desk.opens(desk.types("list", "delivery")), **as_it_is)
    assert f"Nothing about {TEAM.key} comes" in stopped.text
    assert desk.kept() == (replace(IN_FILE, kinds=frozenset()),)
    assert desk.is_told(wednesday) == []
    window = desk.opens(stopped)
    assert shown(window)["kinds"] == []
    desk.keeps(window, **as_it_is, kinds=["digest", "ping"])
    assert desk.kept() == (IN_FILE,)
    assert desk.is_told(wednesday) == ["2026-11-02"]


def test_a_change_to_what_it_is_already_leaves_the_word_to_the_file(desk: Desk) -> None:
    window = desk.opens(desk.types("list", "delivery"))
    desk.keeps(window, day="2", hour="8", zone="Europe/Berlin", kinds=["digest", "ping"])
    assert desk.kept() == ()


def test_a_reset_has_the_file_count_again_and_says_how_it_is_then(desk: Desk) -> None:
    desk.types(f"unsubscribe {TEAM.key} ping", "delivery")
    assert "/dora reset team-x forgets" in desk.types("list", "delivery").text
    said = desk.types(f"reset {TEAM.key}", "delivery").text
    assert "the digest on Wednesdays at 08:00 (Berlin) and a ping" in said
    assert said.endswith("What was set here in Slack is forgotten; quintet.yaml counts again.")
    assert desk.kept() == ()
    assert "quintet.yaml counts already" in desk.types(f"reset {TEAM.key}", "delivery").text
    assert "/dora reset" not in desk.types("list", "delivery").text


def test_a_zone_that_there_is_not_is_told_in_the_window_and_nothing_is_kept(desk: Desk) -> None:
    window = desk.opens(desk.types("list", "delivery"))
    ack = desk.slack.fill(window, day="0", hour="9", zone="berlin", kinds=["digest"])
    told = json.loads(ack.body)
    assert told["response_action"] == "errors"
    assert told["errors"].keys() == {"zone"}
    assert "Did you mean Europe/Berlin?" in told["errors"]["zone"]
    assert desk.kept() == ()


def test_the_digest_of_all_teams_is_listed_and_moved_like_any_other(database: Database, database_url: str) -> None:
    with at_a_desk(database, database_url, configured=(EVERYONE, IN_FILE)) as desk:
        listed = desk.types("list", "delivery")
        assert "• all teams: the digest on Mondays at 09:00 (UTC)" in listed.text
        assert labels(listed) == ("Change", "Change", "Send me a test now")
        window = desk.opens(listed)
        assert window.view["title"]["text"] == "About all teams"
        assert shown(window) == {"day": "Monday", "hour": "09:00", "zone": "UTC"}
        desk.keeps(window, day="1", hour="10", zone="UTC")
        assert desk.kept() == (replace(EVERYONE, slot=Slot(1, 10, ZoneInfo("UTC"))),)
        assert "all teams: the digest on Tuesdays at 10:00 (UTC) (set in Slack)" in desk.types("list", "delivery").text
        assert (
            "To this channel comes, about all teams"
            in desk.keeps(desk.opens(listed), day="2", hour="10", zone="UTC").text
        )


@pytest.mark.parametrize("asked", ["all teams", TEAM.key])
def test_where_nothing_is_left_to_change_a_reset_offers_no_change(
    database: Database, database_url: str, asked: str
) -> None:
    with at_a_desk(database, database_url, configured=()) as desk:
        assert labels(desk.types(f"reset {asked}", "delivery")) == ()


def test_a_button_that_outlived_what_it_would_change_says_so(desk: Desk) -> None:
    listed = desk.types("list", "delivery")
    elsewhere = replace(listed, channel=desk.slack.workspace.channels[0].id)
    assert desk.slack.press(elsewhere, "Change").status == 200
    assert f"Nothing about {TEAM.key} comes to this channel now" in desk.slack.wait_for(messages=2)[1].text
    assert desk.slack.state.windows == []
    assert desk.kept() == ()
