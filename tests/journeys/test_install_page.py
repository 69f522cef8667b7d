"""docs/install.md, taken at its word: from a bare folder to an answer in Slack, against servers in the real shapes."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from pytest_httpserver import HTTPServer
from typer.main import get_command
from werkzeug import Request, Response

from bot.cli import app
from bot.demo.slack_standin import SlackStandIn, Workspace
from tests.contract.github import github_server
from tests.contract.github.github_items import pull, run
from tests.contract.jira import jira_server
from tests.journeys.install_page import Block, blocks

ROOT = Path(__file__).parents[2]
BLOCKS = blocks()
BARE_MACHINE = ("2. Quintet", "3. What belongs to the team", "4. Whether it works", "5. The first answer")

# What no test can run, by how it begins, with the reason. What it names is checked further down.
NOT_RUN: Mapping[str, str] = {
    "python3 -m venv .venv": "the environment that runs the tests stands in for it",
    ".venv/bin/pip install --require-hashes -r requirements/runtime.txt": "it loads from a registry",
    ".venv/bin/pip install --no-deps .": "it loads what builds the package; test_deploy_dockerfile.py builds it",
    "docker ": "it needs a daemon",
    "cd /opt/quintet": "only root may write there",
    "install -": "only root may write there",
    "systemctl ": "it needs systemd",
    "systemd-run ": "it needs systemd",
}
NO_SHELL = {"yaml"}


def not_run(command: str) -> str | None:
    return next((beginning for beginning in NOT_RUN if command.startswith(beginning)), None)


def all_commands() -> list[str]:
    return [command for block in BLOCKS if block.language == "sh" for command in block.commands]


def words_of(command: str) -> list[str]:
    return shlex.split(command.replace("\\\n", " "), comments=True)


def ours(commands: Iterable[str]) -> list[str]:
    """The commands of quintet's that are run, directly or within a container or a unit."""
    pairs = (pair for command in commands for pair in pairwise(words_of(command)))
    return [
        after
        for word, after in pairs
        if word.rsplit("/", 1)[-1] == "quintet" and after.isalpha() and after != "quintet"
    ]


def test_every_block_has_a_language_that_is_tested() -> None:
    assert {block.language for block in BLOCKS} == {"sh", *NO_SHELL}


def test_only_what_the_table_names_is_left_out() -> None:
    left_out = [command for command in all_commands() if not_run(command)]
    assert {not_run(command) for command in left_out} == set(NOT_RUN), "an entry of the table is on the page no more"
    elsewhere = [block for block in BLOCKS if block.language == "sh" and block.heading not in BARE_MACHINE]
    for block in elsewhere:
        assert [command for command in block.commands if not not_run(command)] == []


def test_every_command_of_ours_exists() -> None:
    known = get_command(app).commands  # type: ignore[attr-defined]  typer makes a group of it
    assert set(ours(all_commands())) <= known.keys()


def test_the_order_is_that_of_a_first_day() -> None:
    shell = [block for block in BLOCKS if block.language == "sh" and block.heading in BARE_MACHINE]
    main = [command for block in shell for command in block.commands]
    assert ours(main) == ["init", "doctor", "sync", "doctor", "report", "serve"]


def test_files_that_are_installed_exist() -> None:
    for command in all_commands():
        words = words_of(command)
        if words[0] == "install":
            sources = [word for word in words[1:-1] if not word.startswith("-") and not word.isdecimal()]
            assert sources
            assert all((ROOT / name).exists() or name in {".env", "quintet.yaml"} for name in sources)
        if "-r" in words:
            assert (ROOT / words[words.index("-r") + 1]).is_file()
        if words[:2] == ["docker", "build"]:
            assert (ROOT / words[words.index("-f") + 1]).is_file()


@contextmanager
def serving(answer: Callable[[Request], Response]) -> Iterator[str]:
    """A server that answers everything; yields its address."""
    with HTTPServer() as server:
        server.expect_request(re.compile(".*")).respond_with_handler(answer)
        yield server.url_for("").rstrip("/")


def hub(now: datetime) -> github_server.GitHubServer:
    """A repository that deploys each merge by a workflow of Actions."""
    merged = [now - timedelta(days=1.5 * place, hours=3) for place in range(1, 60)]
    deploys = [
        run(5_000 + n, at + timedelta(minutes=30), head_sha=pull(n, at)["mergeCommit"]["oid"], **DEPLOY)
        for n, at in enumerate(merged, start=1)
    ]
    return github_server.GitHubServer(
        pulls=[pull(n, at) for n, at in enumerate(merged, start=1)],
        runs=[*(run(n, at) for n, at in enumerate(merged, start=1)), *deploys],
        workflows=[
            {"id": 1, "name": "CI", "path": ".github/workflows/ci.yml", "state": "active"},
            {"id": 2, "name": "Deploy", "path": DEPLOY["path"], "state": "active"},
        ],
    )


DEPLOY = {"name": "Deploy", "path": ".github/workflows/deploy.yml"}


@dataclass(frozen=True)
class Machine:
    """A bare folder, and the text of the page as it is true there."""

    folder: Path
    rewritten: Mapping[str, str]
    told: Mapping[str, str]

    def here(self, text: str) -> str:
        """Addresses lead to the local servers, and each credential is filled in."""
        for address, local in self.rewritten.items():
            text = text.replace(address, local)
        for name, value in self.told.items():
            text = re.sub(rf"^{name}=.*$", f"{name}={value}", text, flags=re.MULTILINE)
        return text

    def run(self, *commands: str) -> str:
        """In one shell, as somebody types them; the first that fails ends it."""
        script = "\n".join(("set -e", *commands))
        done = subprocess.run(["bash", "-c", script], cwd=self.folder, env=self.environ, capture_output=True, text=True)  # noqa: PLW1510  a failure shows both streams
        assert done.returncode == 0, f"{script}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    @property
    def environ(self) -> dict[str, str]:
        return {"PATH": os.defpath, "HOME": str(self.folder), "COLUMNS": "200", "LANG": "C.UTF-8"}


@pytest.fixture
def slack() -> Iterator[SlackStandIn]:
    with SlackStandIn(Workspace.with_channels(["team-x"])) as stand_in:
        yield stand_in


@pytest.fixture
def machine(tmp_path: Path, slack: SlackStandIn) -> Iterator[Machine]:
    now = datetime.now(UTC)
    with ExitStack() as until_done:
        addresses = {
            "https://api.github.com": until_done.enter_context(serving(hub(now))),
            "https://acme.atlassian.net": until_done.enter_context(serving(jira_server.server(40, now))),
            "https://slack.com/api/": slack.api_url,
            "QUINTET_HTTP_PORT=3000": "QUINTET_HTTP_PORT=0",
        }
        tokens = {"SLACK_BOT_TOKEN": slack.workspace.bot_token, "SLACK_APP_TOKEN": slack.workspace.app_token}
        bare = Machine(tmp_path, addresses, {**tokens, **github_server.ENVIRON, **jira_server.ENVIRON})
        (tmp_path / ".venv").symlink_to(Path(sys.prefix))
        (tmp_path / ".env.example").write_text(bare.here((ROOT / ".env.example").read_text()))
        yield bare


def test_ten_minutes_on_a_bare_machine(machine: Machine, slack: SlackStandIn) -> None:
    typed: list[str] = []
    outcome: dict[str, str] = {}
    for block in BLOCKS:
        if block.heading not in BARE_MACHINE:
            continue
        if block.language == "yaml":
            _check_what_was_written(machine, block)
        for command in block.commands if block.language == "sh" else ():
            if not_run(command) or command == "quintet serve":
                continue
            typed.append(machine.here(command))
            outcome[command.split("\n", maxsplit=1)[0]] = machine.run(*_setting_up(typed), typed[-1])
    assert "Nothing has to be mended." in outcome["quintet doctor"]
    assert "from deployments of github:acme/checkout" in outcome["quintet doctor"]
    assert "Last deployments:" in outcome["quintet doctor"]
    assert "history to" in outcome["quintet sync"]
    assert "Team" in outcome["quintet report team-x"] or "team-x" in outcome["quintet report team-x"]
    _serve_and_ask(machine, slack, _setting_up(typed))


def _setting_up(typed: list[str]) -> list[str]:
    """What a new shell needs again: the environment, and nothing that has been done."""
    return [command for command in typed[:-1] if command.startswith((". ", "set -a"))]


def _check_what_was_written(machine: Machine, block: Block) -> None:
    """`init` found by itself what the page shows; from here on the page's own text is used."""
    written, shown = yaml.safe_load((machine.folder / "quintet.yaml").read_text()), machine.here(block.text)
    assert written == yaml.safe_load(shown)
    (machine.folder / "quintet.yaml").write_text(shown)


def _serve_and_ask(machine: Machine, slack: SlackStandIn, before: list[str]) -> None:
    script = "\n".join((*before, "exec quintet serve"))
    with subprocess.Popen(
        ["bash", "-c", script], cwd=machine.folder, env=machine.environ, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        address = next(json.loads(line)["address"] for line in process.stdout if '"serving"' in line)
        slack.command_over_socket("/dora", "team-x", "team-x")
        answer = slack.wait_for(messages=1)[0]
        assert "team-x" in answer.text
        _check_health(address)
        process.send_signal(signal.SIGTERM)
        process.stdout.read()
    assert process.returncode == 0


def _check_health(address: str) -> None:
    """What the image asks to know whether it is healthy."""
    dockerfile = (ROOT / "deploy" / "Dockerfile").read_text()
    program = json.loads(re.search(r"HEALTHCHECK.*?CMD (\[.+?\])$", dockerfile, re.DOTALL | re.MULTILINE)[1])  # type: ignore[index]  it is there
    asked = [sys.executable, *(word.replace("http://127.0.0.1:3000", address) for word in program[1:])]
    assert asked[-1] != program[-1]
    assert subprocess.run(asked, capture_output=True, check=False).returncode == 0
    elsewhere = [word.replace(address, "http://127.0.0.1:9") for word in asked]
    assert subprocess.run(elsewhere, capture_output=True, check=False).returncode != 0
