"""A ping stands in a channel; people press its buttons, and it shows what they answered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.blocks.ping import ping_message
from bot.demo.slack_standin import Message, SlackStandIn, Workspace, labels
from bot.jobs.deliver import deliver
from bot.ping_report import Ping
from bot.process import running
from bot.regression.aftermath import Ending
from bot.schedule import Kind
from bot.slack.poster import Poster
from bot.store.database import Database
from bot.store.outbox import Outgoing, enqueue
from bot.store.told import Told, close, pings_told, tell
from bot.teams import Team
from tests.desks import settings_for

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
WEEK = date(2026, 10, 26)
TEAM = Team("team-x", "Team X", ("checkout",), zone=ZoneInfo("Europe/Berlin"), channel="#team-x")
PING = Ping(
    team="team-x",
    name="Team X",
    zone="Europe/Berlin",
    week=WEEK,
    as_of=NOW,
    score=0.99,
    since=date(2026, 8, 31),
    says="Team X: speed has been bought with stability since about 31 August.",
    said="Told before.",
    figures=("Overall: 6 times the failure hours.",),
    relationships=(),
    first="Cover checkout.",
    not_yet="Not more gates.",
    movers=(),
)
TOLD = Told(Kind.PING, "team-x", "#team-x", WEEK, NOW.timestamp(), PING.model_dump_json())
KEY = f"ping:team-x:#team-x:{WEEK}"


@dataclass
class Desk:
    slack: SlackStandIn
    database: Database
    seconds: float = NOW.timestamp()

    def delivers(self) -> Message:
        """Whatever waits is sent; the newest message."""
        self.seconds += 10
        deliver(self.database, Poster(self.slack.workspace.bot_token, self.slack.api_url), lambda: self.seconds)
        return self.slack.messages[-1]

    def presses(self, message: Message, label: str) -> Message:
        seen = len(self.slack.messages)
        assert self.slack.press(message, label).status == 200
        return self.slack.wait_for(messages=seen + 1)[seen]

    def fills(self, message: Message, label: str, **given: str) -> Message:
        seen, windows = len(self.slack.messages), len(self.slack.state.windows)
        assert self.slack.press(message, label).status == 200
        ack = self.slack.submit(self.slack.wait_for_window(windows + 1), given)
        assert (ack.status, ack.body) == (200, b"")
        return self.slack.wait_for(messages=seen + 1)[seen]

    def told(self) -> Told:
        with self.database.reading() as connection:
            (found,) = pings_told(connection, TEAM.keys)
        return found


@pytest.fixture
def desk(database: Database, database_url: str) -> Iterator[Desk]:
    workspace = Workspace.with_channels(["general", "team-x"])
    with SlackStandIn(workspace) as slack:
        settings = settings_for(slack, database_url, TEAM)
        with database.writing() as connection:
            tell(connection, TOLD)
            post = Outgoing(KEY, 0, "#team-x", "post", ping_message(PING))
            enqueue(connection, [post], NOW.timestamp())
        with running(settings, http=True, clock=lambda: NOW) as address:
            slack.events_url = f"{address}/slack/events"
            yield Desk(slack, database)
        assert slack.refusals == ()
        assert not any(message.broadcasts for message in slack.messages)
        assert workspace.user_id not in str(slack.messages)


def test_who_is_on_it_says_so_once_and_the_message_shows_it(desk: Desk) -> None:
    ping = desk.delivers()
    assert labels(ping) == ("Why?", "We are on it", "We know", "Snooze", "Not useful")
    assert desk.presses(ping, "We are on it").text.startswith("Noted.")
    assert desk.told().outcome == "right"
    shown = desk.delivers()
    assert (shown.ts, shown.route) == (ping.ts, "chat.update")
    assert "The team is on it." in str(shown.blocks)
    assert labels(shown) == labels(ping)
    assert "noted already" in desk.presses(shown, "We are on it").text
    assert desk.delivers().route == "response_url"  # nothing more was to be sent


@pytest.mark.parametrize(
    ("label", "outcome", "says"),
    [
        ("Not useful", "wrong", "Not useful, the team says: <!channel> a *planned* migration."),
        ("We know", "known", "The team knows: <!channel> a *planned* migration."),
    ],
)
def test_a_reason_is_asked_for_kept_and_shown_as_it_was_typed(desk: Desk, label: str, outcome: str, says: str) -> None:
    ping = desk.delivers()
    desk.fills(ping, label, value=" <!channel> a *planned* migration")
    assert (desk.told().outcome, desk.told().outcome_why) == (outcome, "<!channel> a *planned* migration")
    line = str(desk.delivers().blocks).replace(r"\u2060", "")
    assert says in line


def test_a_snooze_is_until_a_day_and_keeps_what_was_said_before(desk: Desk) -> None:
    ping = desk.delivers()
    desk.presses(ping, "We are on it")
    desk.fills(ping, "Snooze", selected_date="2026-11-16")
    told = desk.told()
    assert (told.outcome, told.until) == ("right", datetime(2026, 11, 15, 23, tzinfo=UTC).timestamp())
    assert "The team is on it. Snoozed until 16 Nov." in str(desk.delivers().blocks)


@pytest.mark.parametrize("day", ["2026-11-02", "2020-01-01", "2028-01-01", "soon", ""])
def test_a_day_that_is_over_or_too_far_is_told_in_the_window(desk: Desk, day: str) -> None:
    ping = desk.delivers()
    assert desk.slack.press(ping, "Snooze").status == 200
    ack = desk.slack.submit(desk.slack.wait_for_window(), {"selected_date": day})
    assert b'"response_action": "errors"' in ack.body.replace(b'":"', b'": "')
    assert b"Choose a day after today" in ack.body
    assert desk.told().until is None


def test_a_window_that_slack_does_not_open_is_told(desk: Desk) -> None:
    ping = desk.delivers()
    pressed = desk.slack.pressed(ping, "We know")
    desk.slack.state.triggers.clear()
    seen = len(desk.slack.messages)
    assert desk.slack.interact(pressed.payload(desk.slack.workspace)).status == 200
    assert "Press the button again" in desk.slack.wait_for(messages=seen + 1)[seen].text


def test_one_that_is_over_keeps_its_last_words_and_the_answer(desk: Desk) -> None:
    ping = desk.delivers()
    with desk.database.writing() as connection:
        close(connection, TOLD, Ending.OVER, NOW.timestamp() + 60)
    desk.presses(ping, "We are on it")
    assert desk.told().outcome == "right"
    assert desk.delivers().route == "response_url"


def test_of_a_message_that_is_not_known_nothing_is_kept(desk: Desk) -> None:
    ping = desk.delivers()
    with desk.database.writing() as connection:
        tell(connection, Told(Kind.PING, "team-x", "#elsewhere", WEEK + timedelta(weeks=1), 0.0, "{}"))
    elsewhere = Message(ping.route, "C0000000001", ping.ts, ping.text, ping.blocks)
    assert "I don't know this message" in desk.presses(elsewhere, "We are on it").text


@pytest.mark.parametrize("metadata", ["", "{}", "[]", '{"act": "quintet_share"}', "x" * 3_000])
def test_a_window_that_the_bot_never_opened_does_nothing(desk: Desk, metadata: str) -> None:
    ping = desk.delivers()
    desk.slack.press(ping, "Snooze")
    window = desk.slack.wait_for_window()
    window.view["private_metadata"] = metadata
    assert desk.slack.submit(window, {"selected_date": "2026-11-16"}).body == b""
    assert desk.told().until is None
