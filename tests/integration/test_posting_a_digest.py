"""`quintet digest --post`: made and kept as at its hour, sent at once, and never twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot.answers.destinations import digest_channels
from bot.cli import run
from bot.demo.slack_standin import SlackStandIn, Workspace
from bot.jobs.deps import Clock, Deps
from bot.jobs.digest_now import Sent, post_now
from bot.jobs.digests import DIGEST
from bot.jobs.run import run_due
from bot.schedule import Kind, Slot, Subscription
from bot.slack.poster import Poster
from bot.store.database import Database
from bot.store.schema import open_database
from bot.store.told import last_told
from tests.integration.jobs_for_tests import deps_of
from tests.integration.team_weeks import BERLIN, MONDAY, TEAM, fill, steady

WEEK = MONDAY.date().replace(month=10, day=26)
NOW = MONDAY.timestamp() + 9 * 3_600
SHOP = Subscription("shop", "#shop", Slot(0, 9, BERLIN), frozenset(Kind))
PINGS_ONLY = replace(SHOP, channel="#pings", kinds=frozenset({Kind.PING}))


@dataclass
class Desk:
    deps: Deps
    slack: SlackStandIn

    def post(self) -> list[Sent]:
        poster = Poster(self.slack.workspace.bot_token, self.slack.api_url)
        wanted = digest_channels(self.deps.database, self.deps.subscriptions, TEAM)
        return list(post_now(self.deps, poster, wanted, WEEK, self.wait))

    def wait(self, seconds: float) -> None:
        self.deps.clock.set(self.deps.clock() + seconds)


@pytest.fixture
def desk(sqlite: Database) -> Iterator[Desk]:
    fill(sqlite, steady(20))
    clock = Clock(NOW)
    deps = replace(deps_of(sqlite), clock=clock, teams=lambda: (TEAM,), subscriptions=(SHOP, PINGS_ONLY))
    with SlackStandIn(Workspace.with_channels(["shop", "pings"]), clock=clock) as slack:
        yield Desk(deps, slack)


def test_the_message_and_its_thread_are_posted_where_digests_go(desk: Desk) -> None:
    (sent,) = desk.post()
    assert (sent.channel, sent.before, sent.whole) == ("#shop", False, True)
    main, *thread = desk.slack.messages
    assert main.text.startswith("Shop · week of 26 October")
    assert {message.thread_ts for message in thread} == {main.ts}
    assert len(thread) == len(sent.parts) - 1 > 0


def test_it_is_kept_as_told_and_its_hour_makes_none_anew(desk: Desk) -> None:
    desk.post()
    with desk.deps.database.reading() as connection:
        assert last_told(connection, Kind.DIGEST, ("shop",), "#shop", MONDAY.date()) is not None
    assert [outcome for outcome in run_due(DIGEST, desk.deps) if outcome.turn.slot == WEEK.isoformat()] == []


def test_what_was_posted_is_not_posted_again(desk: Desk) -> None:
    desk.post()
    count = len(desk.slack.messages)
    (again,) = desk.post()
    assert (again.before, again.whole) == (True, True)
    assert len(desk.slack.messages) == count


SETTINGS = """
database: sqlite:///quintet.db
teams: [{key: shop, name: Shop, timezone: Europe/Berlin, services: [shop], channel: "#nowhere"}, {key: bare}]
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("QUINTET_CONFIG", "QUINTET_DATABASE_URL", "SLACK_BOT_TOKEN", "SLACK_API_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    Path("quintet.yaml").write_text(SETTINGS.replace("{key: bare}", "{key: bare, services: [bare]}"))
    open_database("sqlite:///quintet.db").close()


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("team", "says"),
    [
        (
            "shop",
            "1 message to #nowhere waits: there is no such channel that the bot can see (channel_not_found). Type",
        ),
        ("bare", "The digest of bare goes to no channel"),
    ],
)
def test_what_keeps_it_back_is_said(
    team: str, says: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with SlackStandIn(Workspace.with_channels(["shop"])) as slack:
        monkeypatch.setenv("SLACK_API_URL", slack.api_url)
        monkeypatch.setenv("SLACK_BOT_TOKEN", slack.workspace.bot_token)
        assert run(["digest", team, "--post"]) == 1
    assert says in capsys.readouterr().err


@pytest.mark.usefixtures("folder")
def test_without_a_token_nothing_is_made(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["digest", "shop", "--post"]) == 1
    assert "SLACK_BOT_TOKEN" in capsys.readouterr().err
