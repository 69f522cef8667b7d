"""The report of the day is made before anybody asks, and holds until something that it tells of changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from bot.answers.looks import refresh_looks
from bot.answers.memory import refresh_report, remembering, report_is_kept
from bot.answers.report import team_report
from bot.events import Incident
from bot.ingest import ingest_events
from bot.jobs.prepare import PREPARE
from bot.jobs.prune import PRUNE
from bot.jobs.run import run_due
from bot.store.database import Database
from bot.store.sight import Sight
from bot.store.work_tables import reports
from bot.team_report import TeamReport
from bot.teams import Bands, Team
from tests.integration.jobs_for_tests import deps_of
from tests.integration.test_memory_of_reports import NOW, TEAM, deploy

OTHER = Team(key="team-y", name="Team Y", services=("search",))


@pytest.fixture
def prepared(database: Database) -> Database:
    """What `refresh` and `prepare` do for a team."""
    deploy(database, *range(1, 90, 3))
    deploy(database, 5, service="search")
    for team in (TEAM, OTHER):
        refresh_looks(database, team, NOW)
    refresh_report(database, TEAM, NOW, Sight())
    return database


def is_kept(database: Database, team: Team = TEAM, now: datetime = NOW) -> bool:
    return report_is_kept(database, team, now, Sight())


def test_whoever_asks_gets_what_is_kept_and_it_is_what_would_be_made(prepared: Database) -> None:
    assert is_kept(prepared)
    assert remembering(prepared)(TEAM, NOW) == team_report(prepared, TEAM, NOW)
    _reword(prepared)
    assert remembering(prepared)(TEAM, NOW).name == "As it was kept"


def _reword(database: Database) -> None:
    """So that one sees whether an answer was kept or made."""
    with database.writing() as connection:
        made = TeamReport.model_validate_json(connection.execute(select(reports.c.body)).scalar_one())
        connection.execute(
            update(reports).values(body=made.model_copy(update={"name": "As it was kept"}).model_dump_json())
        )


@pytest.mark.parametrize(
    ("changed", "holds"),
    [
        (lambda database: deploy(database, 0), True),
        (lambda database: deploy(database, 2, service="search"), True),
        (lambda database: deploy(database, 2), False),
        (
            lambda database: ingest_events(
                database,
                [
                    Incident(
                        kind="incident", source="pager", id="1", service="checkout", status="open",
                        started_at=NOW, detected_at=NOW - timedelta(days=1),
                    )
                ],
            ),
            False,
        ),
    ],
    ids=["of today", "of another team", "of the past", "known before it counts"],
)  # fmt: skip
def test_it_holds_until_something_is_new_of_what_it_tells(
    prepared: Database, changed: Callable[[Database], None], holds: bool
) -> None:
    changed(prepared)
    assert is_kept(prepared) is holds
    assert remembering(prepared)(TEAM, NOW) == team_report(prepared, TEAM, NOW)


def test_what_is_new_of_today_shows_in_when_a_source_last_spoke(prepared: Database) -> None:
    answer = remembering(prepared)
    answer(TEAM, NOW)
    deploy(prepared, 0)
    assert [source.last_event for source in answer(TEAM, NOW).sources] == [NOW]


@pytest.mark.parametrize(
    ("team", "now"),
    [
        (TEAM, NOW + timedelta(days=1)),
        (replace(TEAM, bands=Bands(deployment_frequency_per_week=30)), NOW),
        (replace(TEAM, name="Team Z"), NOW),
        (OTHER, NOW),
    ],
    ids=["another day", "other bands", "another name", "another team"],
)
def test_it_is_of_one_team_as_it_is_defined_and_of_one_day(prepared: Database, team: Team, now: datetime) -> None:
    assert not is_kept(prepared, team, now)


def test_the_job_makes_those_that_do_not_hold_and_pruning_lets_go_of_teams_that_are_gone(prepared: Database) -> None:
    _reword(prepared)
    deps = replace(deps_of(prepared, now=NOW.timestamp()), teams=lambda: (TEAM, OTHER))
    assert [each.how for each in run_due(PREPARE, deps)] == ["done"]
    assert list(run_due(PREPARE, deps)) == []
    assert is_kept(prepared, OTHER)
    assert remembering(prepared)(TEAM, NOW).name == "As it was kept"
    list(run_due(PRUNE, replace(deps, teams=lambda: (OTHER,))))
    assert (is_kept(prepared), is_kept(prepared, OTHER)) == (False, True)


def test_a_question_for_an_earlier_day_is_never_answered_with_it(prepared: Database) -> None:
    earlier = datetime(2026, 9, 7)  # noqa: DTZ001  a day of the team's zone
    assert team_report(prepared, TEAM, NOW, earlier).as_of < remembering(prepared)(TEAM, NOW).as_of
