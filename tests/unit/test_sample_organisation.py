"""Each team of the sample organisation shows what it is there to show, whatever the day."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from functools import cache

import pytest

from bot.answers.picture import picture
from bot.calendar import day_start
from bot.demo.organisation import TEAMS, events
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

Drawn = dict[str, list[BaseEvent]]


@cache  # and no fixture with parameters: in random order it would be drawn again whenever the day changes
def drawn_on(day: datetime) -> Drawn:
    by_service: Drawn = defaultdict(list)
    for event in events(day):
        by_service[event.all_services[0]].append(event)
    return by_service


@pytest.fixture(params=DAYS, ids=lambda day: str(day.date()))
def drawn(request: pytest.FixtureRequest) -> tuple[datetime, Drawn]:
    return request.param, drawn_on(request.param)


def of(team: Team, drawn: Drawn) -> TeamEvents:
    return TeamEvents.of(event for service in team.services for event in drawn[service])


def test_every_team_is_there_to_show_something() -> None:
    assert [team.key for team in TEAMS] == list(SHOWS)


@pytest.mark.parametrize("team", TEAMS, ids=lambda team: team.key)
def test_a_team_shows_its_pattern(team: Team, drawn: tuple[datetime, Drawn]) -> None:
    day, known = drawn
    seen = picture(of(team, known), team, day_start(day.timestamp(), team.zone))
    headline = decide(seen.levels, seen.trends, seen.signs)[0]
    rule, pattern, investment = SHOWS[team.key]
    assert (headline.rule, headline.pattern) == (rule, pattern)
    assert investment in (None, headline.investment)
    if headline.rule in {"T1", "F1", "OK"}:
        assert level_pattern(seen.levels) == pattern


def test_nothing_is_known_before_it_happened_and_each_event_has_one_name(drawn: tuple[datetime, Drawn]) -> None:
    day, known = drawn
    made = [event for mine in known.values() for event in mine]
    assert all(event.at <= day for event in made)
    assert len({event.key for event in made}) == len(made)


def test_the_same_moment_gives_the_same_events() -> None:
    once, again = (tuple(event.model_dump_json() for event in events(DAYS[0])) for _ in range(2))
    assert once == again
