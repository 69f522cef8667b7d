"""The watch's weekly looks: which weeks, with what data, and why there is no score."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from bot.events import BaseEvent, Change, Definition, Deployment, Incident
from bot.metrics.facts import TeamEvents
from bot.metrics.reach import Reach
from bot.metrics.timeline import timeline
from bot.metrics.unknowns import Reason
from bot.regression.looks import Look, looks
from bot.regression.watch import over
from bot.regression.watch_score import PING
from bot.teams import Freeze, Team
from bot.words import unknowns

MONDAY = datetime(2025, 1, 6, tzinfo=UTC)
TEAM = Team("team-x", "Team X", ("checkout",))


def at(week: float) -> datetime:
    return MONDAY + timedelta(weeks=week)


def history(weeks: int = 80, onset: int = 56, failures: float = 3.0, speed: float = 2.0) -> list[BaseEvent]:
    """Ten deployments a week, one in ten fails; from the onset on, over 8 weeks, more of both."""
    draw = np.random.default_rng(11)
    events: list[BaseEvent] = []
    for week in range(weeks):
        along = min(max((week - onset + 1) / 8, 0), 1)
        for place in range(int(draw.poisson(10 * speed**along))):
            name, when = f"{week}-{place}", at(week + float(draw.uniform(0.02, 0.98)))
            hours = float(np.exp(draw.normal(np.log(40) - along * np.log(speed), 1)))
            events.append(deployment(name, when))
            events.append(change(name, when, hours))
            if draw.random() < 0.1 * failures**along:
                events.append(incident(name, when, 2 * 1.75**along))
    return events


def deployment(name: str, when: datetime) -> Deployment:
    return Deployment(kind="deployment", source="ci", id=name, service="checkout", status="success", finished_at=when)


def change(name: str, when: datetime, hours: float) -> Change:
    return Change(
        kind="change",
        source="ci",
        id=name,
        service="checkout",
        deployment=name,
        merged_at=when - timedelta(minutes=5),
        first_commit_at=when - timedelta(hours=max(hours, 0.2)),
    )


def incident(name: str, when: datetime, hours: float) -> Incident:
    begun = when + timedelta(minutes=10)
    return Incident(
        kind="incident",
        source="ci",
        id=name,
        service="checkout",
        deployment=name,
        started_at=begun,
        resolved_at=begun + timedelta(hours=hours),
        status="resolved",
    )


def seen(events: list[BaseEvent], week: float, count: int = 1, team: Team = TEAM, **more: object) -> tuple[Look, ...]:
    made = timeline(TeamEvents.of(events), team)
    reach = Reach(**more)  # pyright: ignore[reportArgumentType]
    return looks(made, reach, at(week).timestamp(), count)


def test_a_checklist_regression_pings_once_in_its_year() -> None:
    told = [look.score if look.score is not None else None for look in seen(history(), 80, 40)]
    pings = [place for place, watch in enumerate(over(told)) if watch.pings]
    assert len(pings) == 1
    assert 16 < pings[0] < 36, "the onset is the look of place 17"


@pytest.mark.parametrize(
    ("failures", "speed"), [pytest.param(1.0, 2.0, id="good speed-up"), pytest.param(1.0, 1.0, id="nothing changed")]
)
def test_a_team_that_breaks_no_more_than_before_is_left_alone(failures: float, speed: float) -> None:
    told = [
        look.score if look.score is not None else 0 for look in seen(history(failures=failures, speed=speed), 80, 40)
    ]
    assert max(told) < PING


def test_looks_are_those_of_the_last_mondays() -> None:
    made = seen(history(), 80.6, 3)
    assert [look.at for look in made] == [at(week).timestamp() for week in (78, 79, 80)]
    assert [look.week for look in made] == [at(week).date() for week in (77, 78, 79)]


def test_a_look_knows_nothing_of_what_came_later() -> None:
    events = history()
    early = [event for event in events if event.at < at(70)]
    known = [as_known_at(event, at(70)) for event in early]
    now, then = seen(events, 70)[0], seen(known, 70)[0]
    assert now.found is not None
    assert then.found is not None
    assert (now.found.score, now.found.rise) == pytest.approx((then.found.score, then.found.rise))


def test_a_replay_from_what_was_known_at_each_look_pings_at_the_same_looks() -> None:
    events = history()
    later = seen(events, 80, 30)
    then = [
        seen([as_known_at(event, at(week)) for event in events if event.at < at(week)], week)[0]
        for week in range(51, 81)
    ]
    assert [look.score for look in then] == pytest.approx([look.score for look in later])
    told, replayed = (over(look.score for look in looked) for looked in (later, then))
    assert [watch.pings for watch in replayed] == [watch.pings for watch in told]
    assert any(watch.pings for watch in told)


def as_known_at(event: BaseEvent, end: datetime) -> BaseEvent:
    if isinstance(event, Incident) and event.resolved_at is not None and event.resolved_at >= end:
        return event.model_copy(update={"resolved_at": None, "status": "open"})
    return event


@cache
def told_history() -> tuple[BaseEvent, ...]:
    return tuple(history())


@settings(max_examples=12, deadline=None, phases=[Phase.reuse, Phase.generate])
@given(
    by=st.integers(-60, 60).filter(bool),
    asked=st.floats(70, 80),
    frozen=st.lists(st.tuples(st.integers(20 * 7, 78 * 7), st.integers(0, 20)), max_size=3),
)
def test_whole_weeks_of_shift_change_nothing(by: int, asked: float, frozen: list[tuple[int, int]]) -> None:
    """Of the events, of the freezes and of the time that is asked about, in UTC."""
    shift = timedelta(weeks=by)
    freezes = tuple(Freeze(*((MONDAY + timedelta(days=day)).date() for day in (a, a + b))) for a, b in frozen)
    later = tuple(Freeze(each.first + shift, each.last + shift) for each in freezes)
    here = seen([*told_history()], asked, 3, replace(TEAM, freezes=freezes))
    there = seen([moved(each, shift) for each in told_history()], asked + by, 3, replace(TEAM, freezes=later))
    assert [outcome(look, shift) for look in here] == [outcome(look) for look in there]


def moved(event: BaseEvent, by: timedelta) -> BaseEvent:
    times = {name: at for name in type(event).model_fields if isinstance(at := getattr(event, name), datetime)}
    return event.model_copy(update={name: at + by for name, at in times.items()})


def outcome(look: Look, by: timedelta = timedelta()) -> object:
    """All that a look says; what is computed from other large numbers may differ in its last digits."""
    found = look.found
    if found is None:
        return look.week + by, look.why
    chances = [round(each, 9) for each in (found.score, found.worse, found.rise, found.faster, found.old)]
    return look.week + by, *chances, None if found.since is None else found.since + by


def until(week: float) -> list[BaseEvent]:
    return [event for event in history() if event.at < at(week)]


@pytest.mark.parametrize(
    ("events", "reason"),
    [
        pytest.param([], Reason.NO_DEPLOYMENTS, id="nothing at all"),
        pytest.param([e for e in history() if e.at > at(70)], Reason.TOO_FEW_BEFORE, id="a new team"),
        pytest.param([e for e in history() if e.kind != "incident"], Reason.FAILURES_NOT_VISIBLE, id="no failures"),
        pytest.param(until(70), Reason.DATA_SILENT, id="no event for ten weeks"),
    ],
)
def test_why_a_look_has_no_score(events: list[BaseEvent], reason: Reason) -> None:
    look = seen(events, 80)[0]
    assert look.score is None
    assert look.why is not None
    assert look.why.reason == reason
    assert unknowns.sentence(look.why)


def test_a_change_of_definition_begins_anew() -> None:
    cut = Definition(
        kind="definition", source="jira", id="1", at=at(70), metrics=("change_failure_rate",), what="Sev3 added"
    )
    look = seen([*history(), cut], 80)[0]
    assert look.why is not None
    assert look.why.reason == Reason.TOO_FEW_BEFORE


def test_weeks_before_failures_are_recorded_hold_none() -> None:
    some = [event for event in history() if event.kind != "incident" or event.at > at(60)]
    limited = seen(some, 80, seen_since=at(60).timestamp())[0]
    assert limited.found is not None
    blind = seen(some, 80)[0]
    assert blind.found is not None
    assert limited.found.worse < blind.found.worse, "failures that nobody could see are not none"


def test_a_frozen_week_is_no_slow_week() -> None:
    frozen = Freeze(*(at(week).date() for week in (66, 68)))
    still = [event for event in history(speed=1.0, failures=1.0) if not at(66) <= event.at < at(68)]
    team = Team("team-x", "Team X", ("checkout",), freezes=(frozen,))
    look = seen(still, 80, team=team)[0]
    assert look.score is not None


def test_pulled_data_is_never_taken_to_be_silent() -> None:
    made = timeline(TeamEvents.of(until(66)), TEAM)
    (look,) = looks(made, Reach(pulled=frozenset({"ci"})), at(80).timestamp(), 1)
    assert look.why is not None
    assert look.why.reason == Reason.TOO_FEW
