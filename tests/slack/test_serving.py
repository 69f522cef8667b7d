"""`quintet serve` as a process: what it refuses to start without, and how it stops."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.error import URLError

import pytest
from pydantic import SecretStr

from bot.demo.slack_standin import SlackStandIn, Workspace
from bot.errors import ServeError, StoreError
from bot.process import _listening, running
from bot.settings import Settings
from bot.slack.web_api import unreached

SETTINGS = "teams: [{key: team-x, services: [checkout], channel: '#team-x'}]\n"


@pytest.fixture
def slack() -> Iterator[SlackStandIn]:
    with SlackStandIn(Workspace.with_channels(["general", "team-x"])) as stand_in:
        yield stand_in


@pytest.fixture
def settings(slack: SlackStandIn, tmp_path: Path) -> Settings:
    return Settings(
        database_url=f"sqlite:///{tmp_path / 'quintet.db'}",
        teams=(),
        bot_token=SecretStr(slack.workspace.bot_token),
        app_token=SecretStr(slack.workspace.app_token),
        signing_secret=SecretStr(slack.workspace.signing_secret),
        slack_api_url=slack.api_url,
        host="127.0.0.1",
        port=0,
    )


def refusal(settings: Settings, *, http: bool) -> str:
    with pytest.raises((ServeError, StoreError)) as raised, running(settings, http=http):
        pass
    return str(raised.value)


@pytest.mark.parametrize(
    ("http", "absent", "says"),
    [
        (False, {"bot_token", "app_token"}, "Socket Mode needs SLACK_BOT_TOKEN and SLACK_APP_TOKEN; "),
        (False, {"app_token"}, "Socket Mode needs SLACK_APP_TOKEN; "),
        (True, {"signing_secret"}, "HTTP needs SLACK_SIGNING_SECRET; "),
        (True, {"bot_token"}, "HTTP needs SLACK_BOT_TOKEN; "),
    ],
)
def test_a_missing_token_is_named(settings: Settings, http: bool, absent: set[str], says: str) -> None:
    assert refusal(replace(settings, **dict.fromkeys(absent)), http=http).startswith(says)


@pytest.mark.parametrize(
    ("field", "name", "http"), [("bot_token", "SLACK_BOT_TOKEN", True), ("app_token", "SLACK_APP_TOKEN", False)]
)
def test_a_token_that_slack_rejects_is_named_and_not_repeated(
    settings: Settings, field: str, name: str, http: bool
) -> None:
    wrong: Any = {field: SecretStr("xoxb-wrong-secret")}
    said = refusal(replace(settings, **wrong), http=http)
    assert said == f"Slack does not accept {name} (invalid_auth); copy it again from the app's page."


def test_a_slack_that_can_t_be_reached_is_named(settings: Settings) -> None:
    said = refusal(replace(settings, slack_api_url="http://127.0.0.1:1/api/"), http=True)
    assert said.startswith("Slack can't be reached at http://127.0.0.1:1/api/ (Connection refused); see that")


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (URLError(socket.gaierror(-2, "Name or service not known")), "(Name or service not known)"),
        (URLError(TimeoutError("timed out")), "(no answer in time)"),
        (TimeoutError(), "(no answer in time)"),
        (ConnectionResetError(104, "Connection reset by peer"), "(Connection reset by peer)"),
        (URLError("odd"), "(the connection broke off)"),
    ],
    ids=str,
)
def test_why_slack_can_t_be_reached_is_told_in_words(error: OSError, why: str) -> None:
    assert why in unreached("https://slack.com/api/", error)


@pytest.mark.parametrize("host", ["nohost.invalid", "192.0.2.1"])
def test_a_host_that_is_not_this_machine_is_told_in_words(settings: Settings, host: str) -> None:
    said = refusal(replace(settings, host=host, port=0), http=True)
    assert said == f"Can't listen on {host}: it is no name or address of this machine; choose one with --host."


def test_a_port_that_is_taken_is_named(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = refusal(replace(settings, port=port), http=True)
    assert said == f"Can't listen on 127.0.0.1, port {port} (Address already in use); choose another with --port."


def test_a_database_that_can_t_be_opened_keeps_the_bot_from_starting(settings: Settings, tmp_path: Path) -> None:
    assert "can't be opened" in refusal(replace(settings, database_url=f"sqlite:///{tmp_path}/no/folder.db"), http=True)


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_a_stopped_bot_ends_well_and_leaves_no_secret_in_its_log(
    slack: SlackStandIn, tmp_path: Path, stop: signal.Signals
) -> None:
    (tmp_path / "quintet.yaml").write_text(SETTINGS)
    environment = {
        **os.environ,
        "SLACK_BOT_TOKEN": slack.workspace.bot_token,
        "SLACK_SIGNING_SECRET": slack.workspace.signing_secret,
        "SLACK_API_URL": slack.api_url,
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    command = [sys.executable, "-m", "bot", "serve", "--http", "--port", "0"]
    with subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True) as bot:
        try:
            assert bot.stderr
            started = json.loads(bot.stderr.readline())
            slack.events_url = f"{started['address']}/slack/events"
            assert slack.command("/dora", "team-x").status == 200
            bot.send_signal(stop)
            _, log = bot.communicate(timeout=30)
        finally:
            bot.kill()
    assert bot.returncode == 0
    assert started["action"] == "serving"
    assert len(slack.messages) == 1
    assert '"action": "stopping"' in log
    assert slack.workspace.bot_token not in log
    assert slack.workspace.signing_secret not in log


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({}, "Socket Mode needs SLACK_BOT_TOKEN and SLACK_APP_TOKEN; docs/install.md says where Slack shows them."),
        (
            {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "SLACK_API_URL": "http://127.0.0.1:1/api/"},
            unreached("http://127.0.0.1:1/api/", ConnectionRefusedError(111, "Connection refused")),
        ),
    ],
    ids=["no token", "no Slack"],
)
def test_a_bot_that_can_t_start_exits_with_a_sentence_and_nothing_else(
    tmp_path: Path, given: dict[str, str], says: str
) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "QUINTET_"))}
    environment |= {"PYTHONPATH": str(Path(__file__).parents[2]), **given}
    command = [sys.executable, "-m", "bot", "serve", "--port", "0"]
    ended = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert ended.stderr.splitlines() == [says]


def test_no_part_of_an_answer_waits_until_the_one_before_is_acknowledged() -> None:
    with _listening("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()):
        connection, _ = listener.accept()
        with connection:
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
