"""`/dora` while every team is computed anew beside it, and while nothing is."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime

from dora_database import Organisation
from dora_slack import workspace

from bot.store.database import Database
from bot.store.ledger import newest_runs

_START_SECONDS = 60


def alone(made: Organisation, now: datetime, teams: Sequence[str]) -> list[float]:
    """Milliseconds of each answer, of a bot whose looks are all kept."""
    with workspace(made, now) as slack:
        slack.ask(teams[0])  # the first answer also loads what is loaded once
        return [slack.ask(team).answer for team in teams[1:]]


def beside_refresh(made: Organisation, now: datetime, teams: Sequence[str]) -> list[float]:
    """The same of a bot that has no looks yet and is making them; those answers that came before it was done."""
    with workspace(made, now, with_jobs=True) as slack, closing(Database(made.database_url)) as database:
        slack.ask(teams[0])
        _wait_for_refresh(database)
        answers = ((slack.ask(team).answer, _refresh_runs(database)) for team in teams[1:])
        return list(_until_done(answers))


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
