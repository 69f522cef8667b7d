from __future__ import annotations

import random
from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.calendar import WEEK, Window
from bot.events import BaseEvent, Change, Deployment, GateWait, Incident
from bot.metrics import change_failure_rate
from bot.metrics.attribution import attribute, facts_at
from bot.metrics.facts import Facts, Failure, TeamDeployment, TeamEvents
from bot.metrics.history import history
from bot.metrics.measure import Measures, Metric
from bot.metrics.measures import measure_all
from bot.metrics.replay import replay
from bot.metrics.timeline import timeline
from bot.metrics.visibility import Visibility, visibility
from bot.teams import Freeze, Team
from tests.unit.metrics.any_history import HOURS, MONDAY, TEAM, at, histories, hours

SEEN = Visibility(visible=True, signs=9)


def measured(facts: Facts, team: Team = TEAM) -> Measures:
    window = Window(facts.as_of - 26 * WEEK, facts.as_of, 182)
    return measure_all(facts, dict.fromkeys(Metric, window), team, visibility(facts))


def mapped(events: TeamEvents, change: Any) -> TeamEvents:
    return TeamEvents(*(tuple(change(getattr(events, each.name))) for each in fields(events)))


END = at(HOURS).timestamp()
instants = st.integers(1, 60).map(lambda week: at(168 * week).timestamp()) | hours.map(
    lambda hour: at(hour).timestamp()
)


@given(histories(), st.randoms(use_true_random=False), instants)
@settings(max_examples=50, deadline=None)
def test_the_order_of_events_does_not_matter(events: TeamEvents, shuffle: random.Random, as_of: float) -> None:
    shuffled = mapped(events, lambda each: shuffle.sample(each, len(each)))
    assert attribute(shuffled, TEAM, as_of) == attribute(events, TEAM, as_of)


@given(histories(), instants)
@settings(max_examples=50, deadline=None)
def test_what_was_not_known_yet_changes_nothing(events: TeamEvents, as_of: float) -> None:
    def known(each: tuple[BaseEvent, ...]) -> list[BaseEvent]:
        return [
            event
            for event in each
            if not isinstance(event, Incident) and event.at.timestamp() < as_of + (event.kind == "slo")
        ]

    told = replace(mapped(events, known), incidents=events.incidents)
    assert attribute(told, TEAM, as_of) == attribute(events, TEAM, as_of)


@given(histories(), st.integers(1, 60))
@settings(max_examples=50, deadline=None)
def test_a_replay_of_26_weeks_has_what_levels_look_at_of_the_whole_history(events: TeamEvents, week: int) -> None:
    as_of = at(168 * week).timestamp()
    since = as_of - 26 * WEEK
    rows = timeline(events, TEAM)
    whole, seen = attribute(events, TEAM, as_of), replay(rows, as_of, since, set(Metric))
    assert [_released(each) for each in seen.team_deployments if each.finished_at >= since] == [
        _released(each) for each in whole.team_deployments if each.finished_at >= since
    ]
    assert _delivered(seen, since) == _delivered(whole, since)
    assert seen.recoveries == tuple(
        each for each in whole.recoveries if each.open or (each.ended_at or each.started_at or 0) >= since
    )
    assert seen.first_deployment_at == whole.first_deployment_at
    of_failures = replay(rows, as_of, since, {Metric.CHANGE_FAILURE_RATE, Metric.RECOVERY_TIME})
    assert of_failures == replace(seen, changes=())
    assert replay(rows, as_of, since, {Metric.CHANGE_FAILURE_RATE}) == replace(of_failures, recoveries=())
    planned = replay(rows, as_of, since, {Metric.DEPLOYMENT_FREQUENCY}).team_deployments
    assert [_released(each)[:3] for each in planned] == [_released(each)[:3] for each in seen.team_deployments]


def _released(each: TeamDeployment) -> tuple[float, bool, tuple[str, ...], Failure | None]:
    return each.finished_at, each.planned, each.keys, each.failure


def _delivered(facts: Facts, since: float) -> set[tuple[str, float | None, float]]:
    delivered = (each for each in facts.changes if each.lead_time is not None and (each.delivered_at or 0) >= since)
    return {(each.key, each.delivered_at, each.lead_time or 0) for each in delivered}


@given(histories(), st.lists(instants, min_size=2, max_size=4))
@settings(max_examples=50, deadline=None)
def test_a_look_sees_the_same_whatever_was_looked_at_before(events: TeamEvents, looks: list[float]) -> None:
    rows = timeline(events, TEAM)
    seen = [facts_at(rows, as_of) for as_of in looks]  # what is worked out when asked is asked after the last look
    for facts, as_of in zip(seen, looks, strict=True):
        assert facts == attribute(events, TEAM, as_of)


def test_a_look_before_commits_were_listed_and_one_after_do_not_share_what_time_alone_told() -> None:
    change = Change(kind="change", id="1", service="checkout", merged_at=at(1))
    plain, listing = (
        Deployment(
            kind="deployment", id=str(hour), service="checkout", status="success", finished_at=at(hour), commits=commits
        )
        for hour, commits in ((2, None), (9, ("f" * 40,)))
    )
    rows = timeline(TeamEvents(deployments=(plain, listing), changes=(change,)), TEAM)
    before, after, again = (facts_at(rows, at(hour).timestamp()).changes[0] for hour in (5, 10, 5))
    assert before.delivered_at == again.delivered_at == at(2).timestamp()
    assert after.delivered_at is None


@given(histories(), st.integers(1, 8_000))
@settings(max_examples=50, deadline=None)
def test_one_more_planned_deployment_that_failed_never_lowers_the_failure_rate(events: TeamEvents, hour: int) -> None:
    failed = Deployment(
        kind="deployment",
        id="extra",
        service="pay-extra",
        status="success",
        finished_at=at(hour),
        sha="extra",
        failed=True,
    )
    # An incident that names only the team may come from any service, so also from this one.
    events = replace(events, incidents=tuple(each for each in events.incidents if each.service is not None))
    more = replace(events, deployments=(*events.deployments, failed))
    window = Window(MONDAY.timestamp(), END, HOURS / 24)
    before, after = (
        change_failure_rate.measure(attribute(each, TEAM, END), window, TEAM, SEEN) for each in (events, more)
    )
    assert after.value is not None
    assert before.value is None or after.value >= before.value
    assert (after.failed, after.n) == (before.failed + 1, before.n + 1)


@given(histories(), st.integers(1, 300), st.integers(1, 60))
@settings(max_examples=30, deadline=None)
def test_shifting_all_times_by_whole_weeks_shifts_nothing_else(events: TeamEvents, by: int, week: int) -> None:
    shift = timedelta(weeks=by)

    def moved(value: Any) -> Any:
        if isinstance(value, datetime):
            return value + shift
        if isinstance(value, tuple):
            return tuple(moved(each) for each in value)
        if isinstance(value, BaseEvent | GateWait):
            return value.model_copy(update={name: moved(getattr(value, name)) for name in type(value).model_fields})
        return value

    shifted_team = replace(TEAM, freezes=tuple(Freeze(each.first + shift, each.last + shift) for each in TEAM.freezes))
    as_of = at(168 * week).timestamp()
    facts = attribute(events, TEAM, as_of)
    later = attribute(mapped(events, lambda each: map(moved, each)), shifted_team, as_of + by * WEEK)
    ours, theirs = measured(facts), measured(later, shifted_team)
    for name in (each.name for each in fields(Measures)):
        one, other = getattr(ours, name), getattr(theirs, name)
        assert other.window.start == one.window.start + by * WEEK
        assert replace(other, window=one.window) == one
    assert [replace(each, week=each.week + shift) for each in history(facts, TEAM, SEEN)] == list(
        history(later, shifted_team, SEEN)
    )


@given(histories())
@settings(max_examples=50, deadline=None)
def test_stages_add_up_to_the_lead_time_and_shares_to_one(events: TeamEvents) -> None:
    facts = attribute(events, TEAM, END)
    for change in facts.changes:
        assert all(span >= 0 for span in change.stages.values())
        assert sum(change.stages.values()) == pytest.approx(change.lead_time or 0)
    for recovery in facts.recoveries:
        assert all(span >= 0 for span in recovery.stages.values())
        assert sum(recovery.stages.values()) <= (recovery.seconds or 0) + 1e-6
    for stages in (measured(facts).lead_time.stages, measured(facts).recovery_time.stages):
        assert not stages or sum(each.share for each in stages.values()) == pytest.approx(1)
