"""What people said of events of a code host counts on, whatever is read of it later: a sync, a rebuild, an import."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from bot.cli import run
from bot.decisions.verdicts import judge, reconsider
from bot.events.verdict import Verdict
from bot.store.schema import open_database
from bot.store.verdicts import EventName, Given
from bot.teams import Team
from tests.contract.github.github_items import HOUR, deployment, iso, issue, status
from tests.contract.github.github_server import ENVIRON, REPOSITORY, SETTINGS, GitHubServer

NOW = datetime.now(UTC).replace(microsecond=0)
TEAM = Team("team-x", "Team X", ("checkout",))
# Twelve deployments, two days apart; after the first six of them something broke each time.
TIMES = [NOW - timedelta(days=2 * number + 1) for number in range(1, 13)]
BROKE = range(1, 7)
# Each verdict moves another number of failures, so that a count tells which of them are in force.
SAID: tuple[tuple[Verdict, str, tuple[int, ...]], ...] = (
    (Verdict.FAILED, "deployment", (9,)),
    (Verdict.NOT_FAILED, "deployment", (1, 2)),
    (Verdict.NOT_CAUSED, "incident", (3, 4, 5)),
)
BEFORE, AFTER = 6, 6 + 1 - 2 - 3

Quintet = Callable[..., str]


@pytest.fixture
def code_host(httpserver: HTTPServer) -> GitHubServer:
    server = GitHubServer(
        deployments=[deployment(number, at) for number, at in enumerate(TIMES, start=1)],
        issues=[issue(number, TIMES[number - 1] + HOUR) for number in BROKE],
    )
    httpserver.expect_request(re.compile(".*")).respond_with_handler(server)
    return server


@pytest.fixture
def quintet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], httpserver: HTTPServer
) -> Quintet:
    """Type a command in a folder whose settings name the code host; what it prints."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QUINTET_DATABASE_URL", f"sqlite:///{tmp_path}/quintet.db")
    for name, value in ENVIRON.items():
        monkeypatch.setenv(name, value)
    team = {"key": TEAM.key, "name": TEAM.name, "services": [*TEAM.services]}
    source = {**SETTINGS, "url": httpserver.url_for("").rstrip("/")}
    (tmp_path / "quintet.yaml").write_text(json.dumps({"teams": [team], "sources": [source]}))

    def typed(*words: str) -> str:
        assert run(words) == 0
        return capsys.readouterr().out

    return typed


def event(kind: str, number: int) -> EventName:
    ids = {"deployment": f"{number}", "incident": f"{REPOSITORY}#{number}"}
    return EventName(f"github:{REPOSITORY}", kind, ids[kind])


EVENTS = [(event(kind, number), verdict) for verdict, kind, numbers in SAID for number in numbers]


def speak_again(server: GitHubServer, minutes: int) -> None:
    """The code host edits all that it ever said, some minutes ago."""
    at = NOW - timedelta(minutes=minutes)
    for number, began in enumerate(TIMES, start=1):
        ended = status("SUCCESS", began + timedelta(minutes=4 + minutes))
        server.deployments[number - 1] = deployment(number, began, ended, updatedAt=iso(at))
    for number in BROKE:
        began = TIMES[number - 1] + HOUR
        server.issues[number - 1] = issue(number, began, title=f"Edit {minutes}", updatedAt=iso(at))
    server.sort()


def exported_again(words: str) -> str:
    """The lines of an export as somebody would import them later: of each deployment they say that it did not fail."""
    lines = [json.loads(line) for line in words.splitlines()]
    of_deployments = {"failed": False, "version": "later"}
    return "".join(
        f"{json.dumps({**line, 'updated_at': iso(NOW), **(of_deployments if line['kind'] == 'deployment' else {})})}\n"
        for line in lines
    )


def failed(quintet: Quintet) -> int:
    report: dict[str, Any] = json.loads(quintet("report", TEAM.key, "--json"))
    return report["metrics"]["change_failure_rate"]["failed"]


def test_a_verdict_survives_a_sync_a_rebuild_and_another_import_and_is_in_force_after_each(
    code_host: GitHubServer, quintet: Quintet, tmp_path: Path
) -> None:
    quintet("sync")
    assert failed(quintet) == BEFORE
    with closing(open_database(f"sqlite:///{tmp_path}/quintet.db")) as database:
        for name, verdict in EVENTS:
            assert judge(database, TEAM, Given(name, verdict, TEAM.key, "U1", NOW.timestamp()))
        assert failed(quintet) == AFTER
        for minutes, again in ((9, ["sync"]), (5, ["sync", "--rebuild"])):
            speak_again(code_host, minutes)
            assert updated(quintet(*again)) > 0
            assert failed(quintet) == AFTER
        (tmp_path / "again.ndjson").write_text(exported_again(quintet("export")))
        assert updated(quintet("import", "again.ndjson")) == len(TIMES) + len(BROKE)
        # What the file says of a deployment counts where people said nothing of it.
        assert failed(quintet) == len([each for each in EVENTS if each[1] is Verdict.FAILED])
        for name, _ in EVENTS:
            assert reconsider(database, TEAM, name, "U1", NOW.timestamp() + 60)
        assert failed(quintet) == 0


def updated(words: str) -> int:
    """How many events changed, as a command says it."""
    return sum(int(count) for count in re.findall(r"(\d+) updated", words))
