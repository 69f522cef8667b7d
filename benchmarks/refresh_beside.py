"""`/dora` while every team is computed anew beside it, of reports that are made ahead and of those that are not."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from random import Random
from statistics import median, quantiles

import generate
from cost import Cost, cost_of
from dora_database import Organisation
from dora_slack import Slack, workspace
from generate import team_key

from bot.store.database import Database
from bot.store.ledger import newest_runs

_START_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Answers:
    """Milliseconds of each: of teams whose reports are `ahead`, and of those whose reports had to be `made`."""

    ahead: list[float]
    made: list[float]

    def print(self, where: str) -> None:
        for what, answers in (("made ahead", self.ahead), ("to be made", self.made)):
            middle, slowest = median(answers), p99(answers)
            print(
                f"/dora {where}, reports {what}: median {middle:.0f} ms, 99th percentile {slowest:.0f} ms of "
                f"{len(answers)}"
            )


def p99(values: Sequence[float]) -> float:
    return quantiles(values, n=100, method="inclusive")[-1]


def prepare(made: Organisation, now: datetime, teams: int) -> Cost:
    """The job that makes reports ahead, of the first teams alone."""
    config = made.config.with_name("some-teams.yaml")
    config.write_text(generate.settings(teams), encoding="utf-8")
    return cost_of("one_job.py", ["prepare", now.isoformat()], made.environment | {"QUINTET_CONFIG": str(config)})


def in_turn(teams: int, asked: int) -> list[str]:
    """One whose report is made ahead, one whose report is not, and so on: the former are the first half of all."""
    places = Random(1).sample(range(teams // 2), min(asked + 1, teams) // 2)
    return [team_key(place) for ahead in places for place in (ahead, teams // 2 + ahead)]


def alone(made: Organisation, now: datetime, teams: Sequence[str]) -> Answers:
    """Of a bot whose looks are all kept."""
    with workspace(made, now) as slack:
        _load(slack, teams)
        return _answers([slack.ask(team).answer for team in teams[2:]])


def beside_refresh(made: Organisation, now: datetime, teams: Sequence[str]) -> Answers:
    """Of a bot that has no looks yet and is making them; those answers that came before it was done."""
    with workspace(made, now, with_jobs=True) as slack, closing(Database(made.database_url)) as database:
        _load(slack, teams)
        _wait_for_refresh(database)
        answers = ((slack.ask(team).answer, _refresh_runs(database)) for team in teams[2:])
        return _answers(list(_until_done(answers)))


def _load(slack: Slack, teams: Sequence[str]) -> None:
    """The first answers also load what is loaded once."""
    for team in teams[:2]:
        slack.ask(team)


def _answers(in_turn: Sequence[float]) -> Answers:
    return Answers(list(in_turn[::2]), list(in_turn[1::2]))


def _until_done(answers: Iterator[tuple[float, bool]]) -> Iterator[float]:
    for answer, runs in answers:
        if not runs:
            return
        yield answer


def _wait_for_refresh(database: Database) -> None:
    until = time.monotonic() + _START_SECONDS
    while not _refresh_runs(database):
        assert time.monotonic() < until, "the refresh does not begin, or was too short to be measured beside"
        time.sleep(0.05)


def _refresh_runs(database: Database) -> bool:
    with database.reading() as connection:
        runs = newest_runs(connection, "refresh")
    assert not any(run.failure for run in runs), runs
    return any(run.ended_at is None for run in runs)
