"""A report is made once for the same data, team and day; whatever moves, it is made anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.answers.looks import refresh_looks
from bot.answers.memory import remembering
from bot.answers.report import team_report
from bot.events import Deployment
from bot.ingest import ingest_events
from bot.store.database import Database
from bot.store.touches import forget_touches
from bot.teams import Bands, Team

NOW = datetime(2026, 10, 5, 9, 30, tzinfo=UTC)
TEAM = Team(key="team-x", name="Team X", services=("checkout",))


def deploy(database: Database, *days_ago: int, service: str = "checkout") -> None:
    ingest_events(
        database,
        [
            Deployment(
                kind="deployment",
                source="ci",
                id=f"{service}-{days}",
                service=service,
                status="success",
                finished_at=NOW - timedelta(days=days),
            )
            for days in days_ago
        ],
    )


def test_the_same_question_later_that_day_gets_the_same_report(database: Database) -> None:
    deploy(database, *range(1, 40, 3))
    answer = remembering(database)
    first = answer(TEAM, NOW)
    assert first == team_report(database, TEAM, NOW)
    assert answer(TEAM, NOW + timedelta(hours=10)).reading is first.reading


@pytest.mark.parametrize(
    ("changed", "asked"),
    [
        (lambda database: deploy(database, 2), (TEAM, NOW)),
        (lambda _: None, (TEAM, NOW + timedelta(days=1))),
        (lambda _: None, (replace(TEAM, bands=Bands(deployment_frequency_per_week=30)), NOW)),
        (lambda _: None, (replace(TEAM, name="Team Y"), NOW)),
    ],
    ids=["new data", "another day", "other bands", "another name"],
)
def test_whatever_moves_is_seen_at_once(database: Database, changed: Callable[[Database], None], asked: Any) -> None:
    deploy(database, *range(1, 40, 3))
    answer = remembering(database)
    first = answer(TEAM, NOW)
    changed(database)
    then = answer(*asked)
    assert then == team_report(database, *asked)
    assert then != first


def test_what_comes_of_another_team_makes_no_report_anew(database: Database) -> None:
    deploy(database, *range(1, 40, 3))
    refresh_looks(database, TEAM, NOW)  # what touches a team since then is remembered
    answer = remembering(database)
    first = answer(TEAM, NOW)
    deploy(database, 2, service="search")
    assert answer(TEAM, NOW).reading is first.reading
    deploy(database, 2)
    assert answer(TEAM, NOW) == team_report(database, TEAM, NOW) != first


def test_where_it_is_forgotten_what_came_the_report_is_made_anew(database: Database) -> None:
    deploy(database, *range(1, 40, 3))
    answer = remembering(database)
    first = answer(TEAM, NOW)
    deploy(database, 2)
    with database.writing() as connection:
        forget_touches(connection)
    assert answer(TEAM, NOW) == team_report(database, TEAM, NOW) != first


def test_only_so_many_are_kept(database: Database) -> None:
    answer = remembering(database, most=1)
    first = answer(TEAM, NOW)
    answer(TEAM, NOW + timedelta(days=1))
    assert answer(TEAM, NOW).reading is not first.reading
