"""Each team of the sample organisation shows what it is there to show, whatever the day."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

import pytest

from bot.answers.picture import picture
from bot.calendar import day_start
from bot.demo.organisation import TEAMS, Organisation
from bot.events import BaseEvent
from bot.metrics.facts import TeamEvents
from bot.reading.patterns import level_pattern
from bot.reading.rules import decide
from bot.teams import Team

DAYS = [datetime(2026, 11, 25, 3, tzinfo=UTC), datetime(2027, 2, 1, 17, tzinfo=UTC)]

SHOWS = {
    "team-x": ("X1", "checklist_regression", "testing_infrastructure"),
    "payments": ("T1", "fast_delivery_poor_reliability", "testing_infrastructure"),
    "ledger": ("F1", "high_quality_slow_releases", "deployment_process"),
    "search": ("M1", "reliable_delivery_slow_recovery", "observability"),
    "billing": ("T1", "rare_and_failing", "testing_infrastructure"),
    "mobile": ("L2", "long_lead_time", "review_workflow"),
    "data": ("L2", "long_lead_time", "pipeline_speed"),
    "identity": ("L2", "long_lead_time", "testing_infrastructure"),
    "notify": ("M1", None, "incident_response"),
    "stream": ("S5", "pace_exceeds_absorption", None),
    "fraud": ("X3", "tolerance_for_failures", "testing_infrastructure"),
    "orders": ("X2", "stability_bought_with_speed", "testing_infrastructure"),
    "catalog": ("OK", "balanced", "keep"),
    "web": ("U1", None, "failure_records"),
    "labs": ("U1", None, "failure_records"),
}

DAY = pytest.mark.parametrize("day", DAYS, ids=lambda day: str(day.date()))
TEAM = pytest.mark.parametrize("team", TEAMS, ids=lambda team: team.key)


@cache  # and no fixture with parameters: in random order it would be drawn again whenever the day changes
def drawn(team: Team, day: datetime) -> list[BaseEvent]:
    """By itself, as a team's draw does not depend on the other teams."""
    return list(Organisation(day, teams=[team]).news(day))


def test_every_team_is_there_to_show_something() -> None:
    assert [team.key for team in TEAMS] == list(SHOWS)


@DAY
@TEAM
def test_a_team_shows_its_pattern(team: Team, day: datetime) -> None:
    seen = picture(TeamEvents.of(drawn(team, day)), team, day_start(day.timestamp(), team.zone))
    headline = decide(seen.levels, seen.trends, seen.signs)[0]
    rule, pattern, investment = SHOWS[team.key]
    assert (headline.rule, headline.pattern) == (rule, pattern)
    assert investment in (None, headline.investment)
    if headline.rule in {"T1", "F1", "OK"}:
        assert level_pattern(seen.levels) == pattern


@DAY
@TEAM
def test_nothing_is_known_before_it_happened_and_each_event_has_one_name_and_is_the_team_s(
    team: Team, day: datetime
) -> None:
    made = drawn(team, day)
    assert all(event.at <= day for event in made)
    assert len({event.key for event in made}) == len(made)
    assert {service for event in made for service in event.all_services} <= set(team.services)


def test_the_same_moment_gives_the_same_events_of_a_team_whatever_others_there_are() -> None:
    day, teams = DAYS[0], TEAMS[2:5]
    together = list(Organisation(day, teams=teams).news(day))
    assert together == [event for team in teams for event in drawn(team, day)]
    assert len({event.key for event in together}) == len(together)


def test_no_two_teams_share_a_service() -> None:
    services = [service for team in TEAMS for service in team.services]
    assert len(set(services)) == len(services)
