"""Tickets that name no service but belong to one team count for that team: from Jira, over a sync, to the report."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from pytest_httpserver import HTTPServer

from bot.cli import run
from tests.contract.jira import jira_server

NOW = datetime.now(UTC)
TEAMS = [{"key": "team-x", "services": ["checkout"]}, {"key": "team-y", "services": ["basket"]}]


@pytest.fixture
def jira(httpserver: HTTPServer) -> str:
    """Three tickets of three hours each, one every nine days; none names a component."""
    answer = jira_server.JiraStandIn("cloud", [ticket(number) for number in range(1, 4)], [])
    httpserver.expect_request(re.compile(".*")).respond_with_handler(answer)
    return httpserver.url_for("").rstrip("/")


def ticket(number: int) -> jira_server.Json:
    opened = NOW - timedelta(days=9 * number)
    taken = jira_server.move(opened + timedelta(hours=1), jira_server.NEW, jira_server.DOING)
    solved = jira_server.move(opened + timedelta(hours=3), jira_server.DOING, jira_server.DONE)
    return jira_server.issue(f"OPS-{number}", opened, [taken, solved])


def deployments() -> str:
    """Both teams deploy an hour before each of the tickets."""
    times = [(NOW - timedelta(days=9 * number, hours=1)).isoformat() for number in range(1, 7)]
    always = {"kind": "deployment", "status": "success"}
    found = [
        {**always, "id": f"{service} {at}", "service": service, "finished_at": at}
        for at in times
        for service in ("checkout", "basket")
    ]
    return "".join(f"{json.dumps(each)}\n" for each in found)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, value in jira_server.ENVIRON.items():
        monkeypatch.setenv(name, value)
    for name in ("QUINTET_CONFIG", "QUINTET_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def read(folder: Path, jira: str, **incidents: str) -> None:
    source = {"kind": "jira", "url": jira, "user": "env:JIRA_USER", "token": "env:JIRA_TOKEN"}
    settings = {"teams": TEAMS, "sources": [{**source, "incidents": {"jql": "project = OPS", **incidents}}]}
    (folder / "quintet.yaml").write_text(yaml.safe_dump(settings))
    (folder / "deployments.ndjson").write_text(deployments())
    assert run(["import", "deployments.ndjson"]) == 0
    assert run(["sync"]) == 0


def reported(team: str, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    capsys.readouterr()
    assert run(["report", team, "--json"]) == 0
    return json.loads(capsys.readouterr().out)["metrics"]


def test_what_names_only_a_team_is_that_team_s(folder: Path, jira: str, capsys: pytest.CaptureFixture[str]) -> None:
    read(folder, jira, team="team-x")
    ours, theirs = reported("team-x", capsys), reported("team-y", capsys)
    assert ours["reliability"]["incident_hours"] == 9
    assert (ours["change_failure_rate"]["failed"], ours["recovery_time"]["n"]) == (3, 3)
    assert theirs["change_failure_rate"]["failed"] == 0
    assert theirs["change_failure_rate"]["value"] is None, "nothing sees what fails there"


def test_without_a_team_they_are_nobody_s(folder: Path, jira: str, capsys: pytest.CaptureFixture[str]) -> None:
    read(folder, jira)
    assert {reported(team, capsys)["change_failure_rate"]["failed"] for team in ("team-x", "team-y")} == {0}
