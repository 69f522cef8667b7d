"""The main job, whole: a file of events is imported, and /dora answers over HTTP and over Socket Mode."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from bot.demo.organisation import TEAMS, Organisation
from bot.demo.slack_standin import Message, RateLimited, SlackStandIn, Workspace
from bot.ingest import import_files
from bot.process import running
from bot.settings import Settings
from bot.store.database import Database
from bot.teams import Team
from tests.databases import KINDS

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
# One team has all that a journey needs, and a file of it is soon imported.
TEAM = TEAMS[0]
SILENT = Team("team-silent", "Silent", ("nothing-here",), channel="#silent")


@pytest.fixture(scope="session")
def event_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The events of one team of the sample organisation, as a file somebody might send."""
    path = tmp_path_factory.mktemp("events") / "events.ndjson.gz"
    with gzip.open(path, "wt", encoding="utf-8") as file:
        theirs = Organisation(NOW, teams=[TEAM]).news(NOW)
        file.writelines(f"{event.model_dump_json(exclude_none=True)}\n" for event in theirs)
    return path


@dataclass
class Desk:
    """Somebody at a desk: a workspace, the database behind its bot, and the address of the bot."""

    slack: SlackStandIn
    database: Database
    address: str

    def types(self, words: str, channel: str = "general") -> Message:
        """Type /dora and some words, and read the answer."""
        seen = len(self.slack.messages)
        assert self.slack.command("/dora", words, channel).status == 200
        return self.slack.wait_for(messages=seen + 1)[seen]


def _settings(slack: SlackStandIn, database_url: str) -> Settings:
    return Settings(
        database_url=database_url,
        teams=(TEAM, SILENT),
        bot_token=SecretStr(slack.workspace.bot_token),
        app_token=SecretStr(slack.workspace.app_token),
        signing_secret=SecretStr(slack.workspace.signing_secret),
        slack_api_url=slack.api_url,
        host="127.0.0.1",
        port=0,
    )


@contextmanager
def _opened(database: Database, database_url: str, *, http: bool) -> Iterator[Desk]:
    named = [team.channel for team in (TEAM, SILENT) if team.channel]
    workspace = Workspace.with_channels(["general", *named])
    with (
        SlackStandIn(workspace) as slack,
        running(_settings(slack, database_url), http=http, clock=lambda: NOW) as address,
    ):
        slack.events_url = f"{address}/slack/events"
        yield Desk(slack, database, address)


Opened = Callable[..., AbstractContextManager[Desk]]


@pytest.fixture
def opened(database: Database, database_url: str) -> Opened:
    return partial(_opened, database, database_url)


@pytest.fixture
def desk(opened: Opened, database: Database, event_file: Path) -> Iterator[Desk]:
    """A desk whose bot knows the file's events."""
    report = import_files(database, [str(event_file)], [TEAM])
    assert not report.problems
    with opened(http=True) as at:
        yield at


def kinds(message: Message) -> set[str]:
    return {block["type"] for block in message.blocks}


@pytest.mark.parametrize("database_url", KINDS, indirect=True)
def test_a_file_becomes_an_answer_with_a_table_and_charts_that_slack_takes(desk: Desk) -> None:
    answer = desk.types(TEAM.key)
    assert answer.ephemeral
    assert answer.route == "response_url"
    assert answer.channel == desk.slack.workspace.channels[0].id
    assert {"rich_text", "table", "data_visualization"} <= kinds(answer)
    assert TEAM.name in answer.text or TEAM.key in answer.text
    assert (desk.slack.refusals, answer.broadcasts) == ((), ())


def test_bare_dora_in_the_team_s_channel_says_the_same(desk: Desk) -> None:
    assert TEAM.channel
    here, asked = desk.types("", TEAM.channel), desk.types(TEAM.key)
    assert here.blocks == asked.blocks


def test_where_slack_takes_no_charts_the_answer_comes_without_them(desk: Desk) -> None:
    desk.slack.script.refuse_charts()
    answer = desk.types(TEAM.key)
    assert "table" in kinds(answer)
    assert "data_visualization" not in kinds(answer)
    assert len(desk.slack.refusals) == 1


@pytest.mark.parametrize("status", [200, 400])
def test_where_slack_takes_no_blocks_at_all_the_answer_comes_in_words(desk: Desk, status: int) -> None:
    whole = desk.types(TEAM.key)
    desk.slack.script.refuse_all_blocks = True
    desk.slack.script.refusal_status = status
    answer = desk.types(TEAM.key)
    assert answer.blocks == ()
    assert whole.text.split(".")[0] in answer.text
    assert "Change failure rate" in answer.text


def test_a_busy_slack_is_waited_for(desk: Desk) -> None:
    desk.slack.script.then(RateLimited(retry_after=0))
    assert desk.types(TEAM.key).blocks


def test_a_team_without_data_is_answered_and_told_what_to_connect(desk: Desk) -> None:
    answer = desk.types(SILENT.key)
    assert "connect" in f"{answer.text} {answer.blocks}".lower()
    assert desk.slack.refusals == ()


def test_an_unknown_team_gets_the_nearest_name(desk: Desk) -> None:
    assert SILENT.key in desk.types("team-silend").text


@pytest.mark.parametrize("database_url", KINDS, indirect=True)
def test_a_database_that_breaks_gets_one_sentence_with_a_reference(desk: Desk) -> None:
    with desk.database.writing() as connection:
        connection.execute(text("ALTER TABLE events RENAME TO elsewhere"))
    answer = desk.types(TEAM.key)
    assert "Reference " in answer.text
    assert "Traceback" not in answer.text
    assert "SELECT" not in answer.text


def test_over_socket_mode_the_same_command_is_acknowledged_and_answered(
    opened: Opened, database: Database, event_file: Path
) -> None:
    import_files(database, [str(event_file)], [TEAM])
    with opened(http=False) as at:
        assert at.slack.socket_mode.wait_for_app()
        assert at.slack.command_over_socket("/dora", TEAM.key) is not None
        (answer,) = at.slack.wait_for(messages=1)
        assert "table" in kinds(answer)
