"""`quintet doctor`, as it is typed: nothing that is wrong keeps it from looking at the rest."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from pytest_httpserver import HTTPServer

from bot.cli import run
from bot.demo.slack_standin import SlackStandIn, Workspace
from bot.slack.token import NEEDED_SCOPES

ROOT = Path(__file__).parents[2]
TEAMS = "teams: [{key: team-x, name: Team X, services: [checkout]}]\n"
EVENT = '{"kind":"deployment","id":"d","service":"checkout","status":"success","finished_at":"2026-10-05T14:26:00Z"}\n'
GRANTED = "channels:history, channels:read, chat:write, commands, groups:history, groups:read"
OBJECTIVE = "{service: checkout, objective: 0.999, good: sum(good), total: sum(total)}"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder and an environment in which nothing is set."""
    for name in ("QUINTET_CONFIG", "QUINTET_DATABASE_URL", "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_API_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def slack(monkeypatch: pytest.MonkeyPatch) -> Iterator[SlackStandIn]:
    with SlackStandIn() as stand_in:
        monkeypatch.setenv("SLACK_API_URL", stand_in.api_url)
        monkeypatch.setenv("SLACK_BOT_TOKEN", stand_in.workspace.bot_token)
        yield stand_in


def examined(capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any]]:
    code = run(["doctor", "--json"])
    return code, json.loads(capsys.readouterr().out)


def found(document: dict[str, Any], about: str) -> list[tuple[str, str]]:
    return [(check["state"], check["says"]) for check in document["checks"] if check["about"] == about]


def test_a_fresh_folder_lacks_a_team_and_nothing_breaks(capsys: pytest.CaptureFixture[str]) -> None:
    code, document = examined(capsys)
    assert code == 1
    assert found(document, "settings") == [("ok", "no quintet.yaml here, only the environment: 0 teams, 0 sources")]
    assert found(document, "database") == [("note", "there is none yet")]
    assert found(document, "sources") == [("note", "no source is set up; events come by `quintet import` alone")]
    assert found(document, "teams") == [("mend", "no team is set up")]
    assert not Path("quintet.db").exists()


def test_a_team_with_events_is_well_without_slack(capsys: pytest.CaptureFixture[str]) -> None:
    Path("quintet.yaml").write_text(TEAMS)
    Path("e.ndjson").write_text(EVENT)
    assert run(["import", "e.ndjson"]) == 0
    capsys.readouterr()
    code, document = examined(capsys)
    assert (code, document["ok"]) == (0, True)
    assert found(document, "database")[0][1].startswith(
        "The database quintet.db: 1 event, the newest of Mon 5 Oct 2026, 14:26 UTC"
    )
    assert found(document, "slack") == [("note", "SLACK_BOT_TOKEN is not set, so nothing is answered in Slack")]
    assert document["teams"][0]["deployments"][0]["event"] == "deployment:file:d"


def test_settings_that_can_t_be_read_keep_slack_from_nothing(
    slack: SlackStandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("quintet.yaml").write_text("teams: [{key: team-x, services: [checkout], colour: red}]\nspeed: 3\n")
    code, document = examined(capsys)
    assert code == 1
    assert [state for state, _ in found(document, "settings")] == ["mend", "mend"]
    assert "quintet.yaml, line 1: teams[0].colour is unknown" in found(document, "settings")[0][1]
    assert found(document, "slack")[0] == ("ok", f"the bot token opens {slack.workspace.name}; scopes: {GRANTED}")


@pytest.mark.usefixtures("slack")
def test_slack_s_token_is_tried(capsys: pytest.CaptureFixture[str]) -> None:
    Path("quintet.yaml").write_text(TEAMS)
    _, document = examined(capsys)
    assert [state for state, _ in found(document, "slack")] == ["ok", "note"]
    assert "SLACK_APP_TOKEN is not set" in found(document, "slack")[1][1]


@pytest.mark.parametrize(
    ("workspace", "token", "says"),
    [
        (Workspace(scopes=("chat:write",)), "xoxb-stand-in", "the bot token lacks the scope commands"),
        (
            Workspace(),
            "xoxb-other",
            "Slack does not accept SLACK_BOT_TOKEN (invalid_auth); copy it again from the app's page.",
        ),
    ],
    ids=["a scope is missing", "the token is wrong"],
)
def test_a_token_that_is_not_enough_is_to_be_mended(
    workspace: Workspace,
    token: str,
    says: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("quintet.yaml").write_text(TEAMS)
    monkeypatch.setenv("SLACK_BOT_TOKEN", token)
    with SlackStandIn(workspace) as stand_in:
        monkeypatch.setenv("SLACK_API_URL", stand_in.api_url)
        code, document = examined(capsys)
    assert code == 1
    assert ("mend", says) in found(document, "slack")
    assert token not in json.dumps(document)


def test_a_slack_that_can_t_be_reached_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-x")
    monkeypatch.setenv("SLACK_API_URL", "http://127.0.0.1:9/api/")
    _, document = examined(capsys)
    assert found(document, "slack")[0][1].startswith("Slack can't be reached at http://127.0.0.1:9/api/")


def test_sources_are_asked_and_one_without_its_credential_keeps_no_other_out(
    httpserver: HTTPServer, capsys: pytest.CaptureFixture[str]
) -> None:
    httpserver.expect_request("/api/v1/label/job/values").respond_with_json({"status": "success", "data": ["a", "b"]})
    Path("quintet.yaml").write_text(
        f"{TEAMS}sources:\n"
        f"  - {{kind: prometheus, url: '{httpserver.url_for('')}', objectives: [{OBJECTIVE}]}}\n"
        "  - {kind: prometheus, name: other, url: 'http://127.0.0.1:9', token: env:NO_SUCH, "
        f"objectives: [{OBJECTIVE}]}}\n"
    )
    code, document = examined(capsys)
    assert code == 1
    assert found(document, "source prometheus")[0] == ("ok", "answers, and has metrics of 2 jobs (1 request)")
    assert "NO_SUCH is not set" in found(document, "source other")[0][1]
    reliability = document["teams"][0]["metrics"][4]
    assert reliability["sources"] == ["prometheus:prometheus"]
    assert reliability["says"] == "from objectives of prometheus:prometheus (none stored yet)"


def test_ctrl_c_waits_for_no_server() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(60)
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        Path("quintet.yaml").write_text(
            f"{TEAMS}sources: [{{kind: prometheus, url: '{url}', objectives: [{OBJECTIVE}]}}]\n"
        )
        command = [sys.executable, "-m", "bot", "doctor"]
        environ = {**os.environ, "PYTHONPATH": str(ROOT)}
        with subprocess.Popen(
            command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            connection, _ = silent.accept()
            with connection:
                process.send_signal(signal.SIGINT)
                _, said = process.communicate(timeout=20)
    assert (process.returncode, said) == (130, "")


def test_a_sender_needs_its_secret_and_is_asked_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("quintet.yaml").write_text(
        f"{TEAMS}sources:\n  - {{kind: webhook, name: ours, token: env:OURS}}\n"
        "  - {kind: webhook, name: theirs, token: env:THEIRS}\n"
    )
    monkeypatch.setenv("OURS", "a-secret-of-some-length-0123456789")
    code, document = examined(capsys)
    assert code == 1
    ready = "its credential is set; events are taken at POST /v1/events while `quintet serve` runs"
    assert found(document, "source ours") == [("ok", ready)]
    assert found(document, "source theirs") == [
        ("mend", "the environment variable THEIRS is not set; it holds the credential.")
    ]
    assert found(document, "sources") == []


def test_a_damaged_database_keeps_nothing_else_from_being_looked_at(capsys: pytest.CaptureFixture[str]) -> None:
    Path("quintet.yaml").write_text(TEAMS)
    Path("quintet.db").write_text("this is no database, however long one looks at it\n" * 100)
    code, document = examined(capsys)
    assert code == 1
    assert found(document, "database") == [
        ("mend", "The database quintet.db is not a SQLite database. Set QUINTET_DATABASE_URL to another file.")
    ]
    assert [team["team"] for team in document["teams"]] == ["team-x"]


def test_the_page_ends_with_what_is_to_be_mended(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["doctor"]) == 1
    shown = capsys.readouterr()
    assert "MEND no team is set up." in shown.out
    assert "To mend: 1." in shown.out
    assert shown.err == (
        "teams: no team is set up. Write one under teams: in quintet.yaml; `quintet init` makes a first one.\n"
    )


def test_the_scopes_that_are_needed_are_those_of_the_manifest() -> None:
    manifest = yaml.safe_load((ROOT / "deploy" / "slack-manifest.yaml").read_text())
    assert list(NEEDED_SCOPES) == manifest["oauth_config"]["scopes"]["bot"]
