"""`quintet serve` works by itself: a digest that is due is made in its second process and reaches Slack."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import requests

from bot.demo.slack_standin import SlackStandIn, Workspace
from bot.store.ledger import Turn, settle
from bot.store.schema import open_database

SETTINGS = "teams: [{key: team-x, services: [checkout], channel: '#team-x'}]\n"


@contextmanager
def serving(slack: SlackStandIn, folder: Path) -> Iterator[Iterator[dict[str, Any]]]:
    """The lines of its log, as they come."""
    environment = {
        **os.environ,
        "SLACK_BOT_TOKEN": slack.workspace.bot_token,
        "SLACK_SIGNING_SECRET": slack.workspace.signing_secret,
        "SLACK_API_URL": slack.api_url,
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    command = [sys.executable, "-m", "bot", "serve", "--http", "--port", "0"]
    with subprocess.Popen(command, cwd=folder, env=environment, stderr=subprocess.PIPE, text=True) as bot:
        assert bot.stderr
        try:
            yield map(json.loads, bot.stderr)
            bot.send_signal(signal.SIGTERM)
            assert bot.wait(30) == 0
        finally:
            bot.kill()


def test_a_digest_that_is_due_is_posted_without_anybody_asking(tmp_path: Path) -> None:
    (tmp_path / "quintet.yaml").write_text(SETTINGS)
    with closing(open_database(f"sqlite:///{tmp_path / 'quintet.db'}")) as database, database.writing() as connection:
        settle(connection, [Turn("digest", "team-x #team-x", "2020-01-06")], 0.0)  # a subscription of long ago
    with SlackStandIn(Workspace.with_channels(["team-x"])) as slack, serving(slack, tmp_path) as log:
        address = next(log)["address"]
        made = next(line for line in log if line.get("job") == "digest")
        assert (made["action"], made["subject"]) == ("job_done", "team-x #team-x")
        delivered = next(line for line in log if line["action"] == "delivered")
        metrics = requests.get(f"{address}/metrics", timeout=10).text
        posted = list(slack.messages)
    assert delivered["sent"] >= 1
    assert posted
    assert 'quintet_job_runs_total{job="digest",outcome="done"} 1.0' in metrics
    assert 'quintet_job_last_success_timestamp_seconds{job="digest"}' in metrics
