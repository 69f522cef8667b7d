"""The demo: the real bot on a database of its own with the sample organisation, and Slack's stand-in beside it."""

from __future__ import annotations

import signal
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event as Signal
from typing import cast

from pydantic import SecretStr

from bot.answers.report import team_report
from bot.demo import clock_api, page
from bot.demo.clock import MovableClock
from bot.demo.moves import Moves
from bot.demo.organisation import TEAMS, Organisation
from bot.demo.rest import JOBS
from bot.demo.slack_standin import SlackStandIn, Workspace
from bot.demo.steps import DIGESTS
from bot.events import Event
from bot.ingest import ingest_events
from bot.job_wiring import scheduled, wire_jobs
from bot.jobs.deps import Clock
from bot.process import cannot_listen, running
from bot.schedule import Kind, Subscription
from bot.settings import Settings
from bot.store.schema import open_database
from bot.team_report import TeamReport
from bot.teams import Team


@dataclass(frozen=True, slots=True)
class Sample:
    """The sample organisation, imported as it is known at the clock's time."""

    database_url: str
    answer: TeamReport  # what is read of the first team
    organisation: Organisation
    clock: MovableClock


@contextmanager
def sample_organisation(teams: Sequence[Team] = TEAMS) -> Generator[Sample]:
    """The sample organisation, or some teams of it, in a temporary database, which is gone afterwards."""
    clock = MovableClock()
    now = clock.now()
    organisation = Organisation(now, teams=teams)
    with TemporaryDirectory(prefix="quintet-demo-") as folder:
        url = f"sqlite:///{Path(folder) / 'quintet.db'}"
        database = open_database(url)
        ingest_events(database, cast("Iterator[Event]", organisation.news(now)))
        answer = team_report(database, teams[0], now)
        database.close()
        yield Sample(url, answer, organisation, clock)


@contextmanager
def workspace_page(sample: Sample, host: str, port: int) -> Generator[str]:
    """The workspace, served while the block runs; yields its page's address."""
    with demo_workspace(sample, host, port) as slack:
        yield slack.url


@contextmanager
def demo_workspace(sample: Sample, host: str, port: int) -> Generator[SlackStandIn]:
    """The bot with its schedule on the sample's clock, and the workspace that it posts to, while the block runs."""
    teams = sample.organisation.teams
    workspace = Workspace.with_channels(["general", *(team.channel for team in teams if team.channel)])
    try:
        slack = SlackStandIn(workspace, host=host, port=port, stamps=sample.clock.seconds)
    except OSError as error:
        raise cannot_listen(host, port, error) from error
    settings, clock = _settings(sample, slack), sample.clock
    with closing(open_database(settings.database_url)) as database:
        deps = wire_jobs(settings, database, Signal(), Clock(clock.seconds()))
        moves = Moves(clock, sample.organisation, deps)
        slack.serve_also([*page.routes(slack, _suggestions(teams)), *clock_api.routes(moves)])
        with slack, running(settings, http=True, clock=clock.now) as address:
            slack.events_url = f"{address}/slack/events"
            with scheduled(settings, clock.now, clock.wait, JOBS) as tick, moves.possible(tick):
                yield slack


def _suggestions(teams: Sequence[Team]) -> Sequence[str]:
    return (page.COMMAND, f"{page.COMMAND} help", *(f"{page.COMMAND} {team.key}" for team in teams))


def _settings(sample: Sample, slack: SlackStandIn) -> Settings:
    """Nothing here tells the bot that it is a demo: only the address of its Slack is another."""
    workspace, teams = slack.workspace, sample.organisation.teams
    return Settings(
        database_url=sample.database_url,
        teams=teams,
        subscriptions=tuple(Subscription(team.key, team.channel or "", DIGESTS, frozenset(Kind)) for team in teams),
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
