"""The demo: the real bot on a database of its own with the sample organisation, and Slack's stand-in beside it."""

from __future__ import annotations

import signal
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event as Signal
from typing import cast

from pydantic import SecretStr

from bot.answers.report import team_report
from bot.demo import page
from bot.demo.organisation import TEAMS, events
from bot.demo.slack_standin import SlackStandIn, Workspace
from bot.events import Event
from bot.ingest import ingest_events
from bot.process import cannot_listen, running
from bot.settings import Settings
from bot.store.schema import open_database
from bot.team_report import TeamReport

SUGGESTIONS = (page.COMMAND, f"{page.COMMAND} help", *(f"{page.COMMAND} {team.key}" for team in TEAMS))


@dataclass(frozen=True, slots=True)
class Sample:
    """The sample organisation, imported."""

    database_url: str
    answer: TeamReport  # what is read of the first team


@contextmanager
def sample_organisation() -> Generator[Sample]:
    """The sample organisation in a temporary database, which is gone afterwards."""
    now = datetime.now(UTC)
    with TemporaryDirectory(prefix="quintet-demo-") as folder:
        url = f"sqlite:///{Path(folder) / 'quintet.db'}"
        database = open_database(url)
        ingest_events(database, cast("Iterator[Event]", events(now)))
        answer = team_report(database, TEAMS[0], now)
        database.close()
        yield Sample(url, answer)


@contextmanager
def workspace_page(sample: Sample, host: str, port: int) -> Generator[str]:
    """The bot and its workspace, served while the block runs; yields the page's address."""
    workspace = Workspace.with_channels(["general", *(team.channel for team in TEAMS if team.channel)])
    try:
        slack = SlackStandIn(workspace, host=host, port=port)
    except OSError as error:
        raise cannot_listen(host, port, error) from error
    slack.serve_also(page.routes(slack, SUGGESTIONS))
    with slack, running(_settings(sample, slack), http=True) as address:
        slack.events_url = f"{address}/slack/events"
        yield slack.url


def _settings(sample: Sample, slack: SlackStandIn) -> Settings:
    """Nothing here tells the bot that it is a demo: only the address of its Slack is another."""
    workspace = slack.workspace
    return Settings(
        database_url=sample.database_url,
        teams=TEAMS,
        bot_token=SecretStr(workspace.bot_token),
        app_token=None,
        signing_secret=SecretStr(workspace.signing_secret),
        slack_api_url=slack.api_url,
        host="127.0.0.1",
        port=0,
    )


def wait_until_stopped() -> None:
    """Return on SIGINT or SIGTERM; both end the demo cleanly."""
    stop = Signal()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: stop.set())
    stop.wait()
