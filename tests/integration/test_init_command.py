"""`quintet init`, as it is typed, before servers that answer as GitHub and Jira do."""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from bot.cli import run
from bot.settings import Settings, load_settings
from tests.contract.github import github_server
from tests.contract.github.github_items import deployment
from tests.contract.jira import jira_server

JQL = "incidents: {jql: project = OPS AND issuetype = Incident}"
ENVIRON = {**github_server.ENVIRON, **jira_server.ENVIRON}


@contextmanager
def served(answers: Callable[[Request], Response]) -> Iterator[str]:
    with HTTPServer() as server:
        server.expect_request(re.compile(".*")).respond_with_handler(answers)
        yield server.url_for("").rstrip("/")


@pytest.fixture(scope="module")
def github() -> Iterator[str]:
    now = datetime.now(UTC)
    server = github_server.server(800, now)
    assert isinstance(server, github_server.GitHubServer)
    days = enumerate(now - timedelta(days=day, hours=1) for day in range(20))
    server.deployments += [deployment(9_000 + day, at, originalEnvironment="staging") for day, at in days]
    server.sort()
    with served(server) as address:
        yield address


@pytest.fixture(scope="module")
def jira() -> Iterator[str]:
    with served(jira_server.server(800, datetime.now(UTC))) as address:
        yield address


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, secret in ENVIRON.items():
        monkeypatch.setenv(name, secret)
    return tmp_path / "quintet.yaml"


def quintet(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, list[str]]:
    code = run(words)
    captured = capsys.readouterr()
    assert "Traceback" not in captured.err
    assert not [secret for secret in ENVIRON.values() if secret in captured.out + captured.err]
    return code, captured.out, captured.err.splitlines()


def flags(github: str, jira: str) -> list[str]:
    return [
        *("init", "--team", "team-x", "--timezone", "Europe/Berlin", "--channel", "#team-x"),
        *("--source", f"kind: github, url: {github}, token: env:GITHUB_TOKEN, repositories: [acme/checkout]"),
        *("--source", f"kind: jira, edition: cloud, url: {jira}, user: env:JIRA_USER, token: env:JIRA_TOKEN, {JQL}"),
    ]


def loaded(file: Path) -> Settings:
    settings = load_settings(file, {})
    assert not [secret for secret in ENVIRON.values() if secret in file.read_text()]
    return settings


def source(settings: Settings, at: int) -> Mapping[str, object]:
    return settings.sources[at].model_dump(by_alias=True, exclude_unset=True)


def test_incidents_that_name_only_the_team_are_counted(
    capsys: pytest.CaptureFixture[str], file: Path, github: str, jira: str
) -> None:
    """What is counted is what the written file is going to read; every fourth ticket has no component."""
    said = flags(github, jira)
    named = [*said[:-1], said[-1].replace("{jql: ", "{team: team-x, jql: ")]
    counted = [
        re.findall(r"^Incidents of the last four weeks: (\d+)\.$", quintet(capsys, *words, "--force")[1], re.MULTILINE)
        for words in (said, named)
    ]
    assert counted[0] == counted[1] != []
    assert file.exists()


def test_github_and_jira_of_one_team_are_set_up_from_flags(
    capsys: pytest.CaptureFixture[str], file: Path, github: str, jira: str
) -> None:
    code, out, err = quintet(capsys, *flags(github, jira))
    assert (code, err) == (0, [])
    assert "It can see acme/checkout." in out
    assert re.search(r"^1\. github: \d+ by deployments: ", out, re.MULTILINE)
    assert len(re.findall(r"^- 20\d\d-", out, re.MULTILINE)) == 5
    assert f"Wrote {file.name}." in out
    settings = loaded(file)
    assert source(settings, 0)["deployments"] == {"from": "deployments", "environments": ["production"]}
    assert source(settings, 1)["incidents"] == {"team": "team-x", "jql": "project = OPS AND issuetype = Incident"}
    assert "staging" in file.read_text()
    assert re.search(r"# Incidents of the last four weeks: \d+\.", file.read_text())


@pytest.mark.usefixtures("file")
def test_the_file_that_was_written_is_pulled_from(capsys: pytest.CaptureFixture[str], github: str, jira: str) -> None:
    assert quintet(capsys, *flags(github, jira))[0] == 0
    since = f"{datetime.now(UTC) - timedelta(weeks=4):%Y-%m-%d}"
    code, out, err = quintet(capsys, "sync", "--since", since)
    assert (code, err) == (0, []), out
    code, out, _ = quintet(capsys, "report", "team-x", "--json")
    assert json.loads(out)["metrics"]["deployment_frequency"]["n"] > 0


def test_a_refused_credential_is_one_sentence_and_the_file_is_written(
    capsys: pytest.CaptureFixture[str], file: Path, github: str, jira: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "wrong")
    monkeypatch.delenv("JIRA_TOKEN")
    code, _, err = quintet(capsys, *flags(github, jira))
    assert code == 0
    assert err == [
        f"github: {github} does not accept env:GITHUB_TOKEN (401); it is wrong, or has expired.",
        "jira: the environment variable JIRA_TOKEN is not set; it holds the credential.",
    ]
    assert len(loaded(file).sources) == 2
    assert "# Not read yet. jira: the environment variable JIRA_TOKEN is not set" in file.read_text()


@pytest.mark.parametrize(
    "words",
    [
        ["init"],
        ["init", "--team", "team-x"],
        ["init", "--source", "kind: github"],
        ["init", "--yes", "--team", "team-x"],
    ],
)
def test_without_a_terminal_the_flags_have_to_say_all(
    capsys: pytest.CaptureFixture[str], file: Path, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    code, _, err = quintet(capsys, *words)
    assert code == 2
    assert "init needs --team and at least one --source" in " ".join(err)
    assert not file.exists()


def test_a_file_that_is_there_is_not_written_over(
    capsys: pytest.CaptureFixture[str], file: Path, github: str, jira: str
) -> None:
    file.write_text("teams: []\n")
    code, _, err = quintet(capsys, *flags(github, jira))
    assert (code, err) == (
        1,
        ["quintet.yaml is there already; --force writes a new one in its place, --path another one."],
    )
    assert file.read_text() == "teams: []\n"
    assert quintet(capsys, *flags(github, jira), "--path", "other.yaml")[0] == 0
    assert quintet(capsys, *flags(github, jira), "--force")[0] == 0
    assert len(loaded(file).sources) == 2


def test_it_is_written_where_the_settings_are_read(
    capsys: pytest.CaptureFixture[str], file: Path, github: str, jira: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = file.with_name("elsewhere.yaml")
    monkeypatch.setenv("QUINTET_CONFIG", str(elsewhere))
    assert quintet(capsys, *flags(github, jira))[0] == 0
    assert [team.key for team in load_settings().teams] == ["team-x"]
    assert (elsewhere.exists(), file.exists()) == (True, False)


def test_names_of_any_letters_are_written_so_that_they_are_read(
    capsys: pytest.CaptureFixture[str], file: Path, jira: str
) -> None:
    channel, jql = "#\"größe\":'a'#b", "project = OPS AND summary ~ \"a: 'b' # {c}\""
    entry = json.dumps({"kind": "jira", "edition": "cloud", "url": jira, "user": "env:JIRA_USER"}, ensure_ascii=False)
    entry = f"{entry[:-1]}, token: env:JIRA_TOKEN, name: 'jira: 東京 #1', incidents: {{jql: {json.dumps(jql)}}}}}"
    code, _, err = quintet(
        capsys, "init", "--team", "größe", "--channel", channel, "--services", "a: b", "--source", entry
    )
    assert (code, err) == (0, [])
    settings = loaded(file)
    (team,) = settings.teams
    assert (team.key, team.channel, team.services) == ("größe", channel, ("a: b",))
    assert source(settings, 0)["incidents"] == {"team": "größe", "jql": jql}
    assert settings.sources[0].name == "jira: 東京 #1"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_at_a_terminal_everything_is_asked(
    capsys: pytest.CaptureFixture[str], file: Path, github: str, jira: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = [
        *("team-x", "Europe/Berlin", "#team-x"),
        *("github", github, "", "acme/checkout", "incident"),
        *("jira", jira, "", "", "project = NOPE", "y", "project = OPS AND issuetype = Incident"),
        *("", ""),
    ]
    monkeypatch.setattr(sys, "stdin", Terminal("\n".join(answers) + "\n"))
    code, out, _ = quintet(capsys, "init")
    assert code == 0, out
    settings = loaded(file)
    assert [each.kind for each in settings.sources] == ["github", "jira"]
    assert source(settings, 0)["incidents"] == {"team": "team-x", "labels": ["incident"]}
    assert source(settings, 1)["incidents"] == {"team": "team-x", "jql": "project = OPS AND issuetype = Incident"}


def test_whoever_stops_in_the_middle_leaves_no_file(
    capsys: pytest.CaptureFixture[str], file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal("team-x\n"))
    code, _, err = quintet(capsys, "init")
    assert (code, err[-1]) == (1, "The questions ended before the last answer; nothing is written.")
    assert list(file.parent.iterdir()) == []
