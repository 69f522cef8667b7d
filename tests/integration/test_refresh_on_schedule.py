"""Whatever new events touched is computed again at once; one team that fails keeps none of the others back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from sqlalchemy import update

from bot.answers.looks import looks_are_kept
from bot.calendar import moment
from bot.errors import StoreError
from bot.events import Deployment
from bot.ingest import ingest_events
from bot.jobs import stale_teams
from bot.jobs.deps import Deps
from bot.jobs.job import Job
from bot.jobs.refresh import REFRESH
from bot.jobs.run import Outcome, run_due
from bot.jobs.stale_teams import AT_LEAST_EVERY_SECONDS, make_anew
from bot.jobs.watch import WATCH
from bot.store.database import Database
from bot.store.sight import Sight
from bot.store.tables import events
from bot.teams import Team
from tests.integration.jobs_for_tests import deps_of

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC).timestamp()
TEAMS = (Team("team-x", "Team X", ("checkout",)), Team("team-y", "Team Y", ("search",)))


@pytest.fixture
def known(sqlite: Database) -> Deps:
    return replace(deps_of(sqlite), teams=lambda: TEAMS)


def run(known: Deps, job: Job, now: float = NOON) -> list[Outcome]:
    known.clock.set(now)
    return list(run_due(job, known))


def ingest(database: Database) -> None:
    at = datetime(2026, 10, 26, tzinfo=UTC)
    deployed = Deployment(kind="deployment", id="d-1", service="checkout", status="success", finished_at=at)
    ingest_events(database, iter([deployed]))


def test_it_runs_when_the_data_has_moved_and_now_and_then_without(known: Deps) -> None:
    assert [each.how for each in run(known, REFRESH)] == ["done"]
    assert run(known, REFRESH, NOON + 60) == []
    ingest(known.database)
    assert [each.how for each in run(known, REFRESH, NOON + 120)] == ["done"]
    assert run(known, REFRESH, NOON + 180) == []
    assert [each.how for each in run(known, REFRESH, NOON + AT_LEAST_EVERY_SECONDS)] == ["done"]


def test_the_watch_looks_once_after_each_refresh(known: Deps) -> None:
    assert run(known, WATCH) == []
    run(known, REFRESH)
    assert [each.how for each in run(known, WATCH)] == ["done"]
    assert run(known, WATCH, NOON + 60) == []
    ingest(known.database)
    run(known, REFRESH, NOON + 120)
    assert [each.how for each in run(known, WATCH, NOON + 120)] == ["done"]


@pytest.mark.parametrize(
    ("problem", "says"),
    [
        (StoreError("the database is full."), "team-x: the database is full."),
        (ZeroDivisionError(), "team-x: it failed, and the log has the reason."),
    ],
)
def test_one_team_that_fails_keeps_none_of_the_others_back(known: Deps, problem: Exception, says: str) -> None:
    refreshed: list[str] = []

    def fails_for_one(_database: Database, team: Team, *_: Any) -> bool:
        if team.key == "team-x":
            raise problem
        refreshed.append(team.key)
        return True

    (outcome,) = run(known, Job("refresh", REFRESH.due, partial(make_anew, looks_are_kept, fails_for_one)))
    assert (outcome.how, outcome.failure) == ("failed", says)
    assert refreshed == ["team-y"]
    assert [each.how for each in run(known, WATCH)] == ["done"]


def test_many_teams_are_spread_over_processes_and_each_failure_is_told(
    known: Deps, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stale_teams, "MANY", len(TEAMS))
    monkeypatch.setattr(stale_teams, "PROCESSES", 2)
    ingest(known.database)
    with known.database.writing() as connection:
        connection.execute(update(events).values(body="nobody can read this"))
    (outcome,) = run(known, REFRESH)
    assert (outcome.how, outcome.failure) == ("failed", "team-x: it failed, and the log has the reason.")
    assert looks_are_kept(known.database, TEAMS[1], moment(NOON), Sight())
    assert not looks_are_kept(known.database, TEAMS[0], moment(NOON), Sight())


def test_where_it_is_stopped_meanwhile_it_is_taken_up_again(known: Deps, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stale_teams, "MANY", len(TEAMS))
    monkeypatch.setattr(stale_teams, "spread", dict[str, None])
    asked = iter([False] * len(TEAMS))
    stopped = replace(known, stopped=lambda: next(asked, True))
    assert [each.how for each in run(stopped, REFRESH)] == ["stopped"]
    monkeypatch.undo()
    assert [each.how for each in run(known, REFRESH)] == ["done"]
