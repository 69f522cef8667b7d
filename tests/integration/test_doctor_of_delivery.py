"""`quintet doctor` shows what keeps messages from Slack, and whether the bot could look up one of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from bot.cli import run
from bot.demo.slack_standin import SlackStandIn, Workspace
from bot.store.outbox import enqueue
from bot.store.schema import open_database
from bot.store.work_tables import outbox
from bot.wiring import utc_now
from tests.integration.outbox_rounds import a_post

TEAMS = "teams: [{key: team-x, name: Team X, services: [checkout]}]\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with one team, and nothing else that is set."""
    for name in ("QUINTET_CONFIG", "QUINTET_DATABASE_URL", "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_API_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    Path("quintet.yaml").write_text(TEAMS)


@pytest.fixture
def without_history(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with SlackStandIn(Workspace(scopes=("commands", "chat:write"))) as slack:
        monkeypatch.setenv("SLACK_API_URL", slack.api_url)
        monkeypatch.setenv("SLACK_BOT_TOKEN", slack.workspace.bot_token)
        yield


def checks(capsys: pytest.CaptureFixture[str], about: str) -> list[dict[str, Any]]:
    run(["doctor", "--json"])
    return [check for check in json.loads(capsys.readouterr().out)["checks"] if check["about"] == about]


def test_a_message_that_slack_refused_is_shown_with_what_mends_it(capsys: pytest.CaptureFixture[str]) -> None:
    database = open_database("sqlite:///quintet.db")
    with database.writing() as connection:
        enqueue(connection, [a_post()], utc_now().timestamp())
        connection.execute(update(outbox).values(state="parked", reason="not_in_channel"))
    database.close()
    assert checks(capsys, "delivery") == [
        {
            "about": "delivery",
            "state": "mend",
            "says": "1 message to #team-1 waits: the bot is not in the channel (not_in_channel)",
            "do": "Type `/invite` with the bot's name in the channel. It is tried again every hour for a week.",
        }
    ]


@pytest.mark.usefixtures("without_history")
def test_a_bot_that_may_read_no_history_says_what_that_means(capsys: pytest.CaptureFixture[str]) -> None:
    says = "the bot reads no channel's history; a message whose post was interrupted is left as unknown"
    assert says in [check["says"] for check in checks(capsys, "slack")]
