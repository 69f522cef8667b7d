from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.calendar import DAY, HOUR, WEEK
from bot.metrics.level import Trend
from bot.metrics.measure import Metric
from bot.metrics.unknowns import Reason
from bot.metrics.visibility import Visibility
from bot.regression.effects import effect
from bot.regression.trends import direction, trends
from bot.teams import Freeze

DF, LT, CFR, RECOVERY, REL = tuple(Metric)


@pytest.mark.parametrize(
    ("metric", "better"),
    [
        (DF, "up"),
        (LT, "down"),
        (CFR, "down"),
        (RECOVERY, "down"),
        (REL, "down"),  # its effect is that of the budget burnt, or of the hours with an incident
    ],
)
def test_better_is_better(metric: Any, better: Any) -> None:
    up, down = direction(metric, effect(1.0, 0.01)), direction(metric, effect(-1.0, 0.01))
    assert (up[0] is Trend.IMPROVING, down[0] is Trend.IMPROVING) == (better == "up", better == "down")
    assert (up[0] is Trend.WORSENING, down[0] is Trend.WORSENING) == (better == "down", better == "up")


@pytest.mark.parametrize(
    ("times", "metric", "trend"),
    [
        ((2, 1, 1, 1), DF, Trend.IMPROVING),
        ((0.5, 1, 1, 1), DF, Trend.WORSENING),
        ((1, 2, 1, 1), LT, Trend.WORSENING),
        ((1, 0.5, 1, 1), LT, Trend.IMPROVING),
        ((1, 1, 4, 1), CFR, Trend.WORSENING),
        ((3, 1, 0.1, 1), CFR, Trend.IMPROVING),
        ((1, 1, 2, 6), RECOVERY, Trend.WORSENING),
        ((1, 1, 2, 0.15), RECOVERY, Trend.IMPROVING),
    ],
)
def test_a_large_change_of_thirteen_weeks_is_seen_with_its_direction(
    made: Any, times: Any, metric: Any, trend: Any
) -> None:
    verdict = trends(made.history(7, since=13, times=times), made.team, made.seen)[metric]
    assert verdict.trend is trend
    assert verdict.posterior >= 0.95
    assert verdict.recent.days == 91
    assert verdict.baseline.end == verdict.recent.start - 8 * WEEK


def test_a_team_that_stays_as_it_is_is_rarely_called_anything_else(made: Any) -> None:
    verdicts = [trends(made.history(seed), made.team, made.seen) for seed in range(40)]
    moved = [
        metric for each in verdicts for metric in Metric if each[metric].trend in {Trend.IMPROVING, Trend.WORSENING}
    ]
    assert len(moved) <= 4  # of 160


def test_more_deployments_and_twice_the_failure_rate_are_both_seen(made: Any) -> None:
    seen = [trends(made.history(seed, since=13, times=(1.75, 1, 2.5, 1)), made.team, made.seen) for seed in range(20)]
    both = [each for each in seen if (each[DF].trend, each[CFR].trend) == (Trend.IMPROVING, Trend.WORSENING)]
    assert len(both) >= 14


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 1000), weeks=st.integers(-200, 200))
def test_shifting_everything_by_whole_weeks_changes_no_trend(made: Any, seed: Any, weeks: Any) -> None:
    moved = replace(made, monday=made.monday + weeks * WEEK)
    ours = trends(made.history(seed, a_week=4), made.team, made.seen)
    theirs = trends(moved.history(seed, a_week=4), made.team, made.seen)
    for metric in Metric:
        assert ours[metric].trend is theirs[metric].trend
        if ours[metric].effect is not None:
            assert ours[metric].effect.estimate == pytest.approx(theirs[metric].effect.estimate, abs=1e-4)


@pytest.fixture
def why(made: Any) -> Any:
    """Why a metric's trend is unknown, of facts made by hand."""

    def unknown(metric: Metric, seen: Any = made.seen, **facts: Any) -> Any:
        verdict = trends(made.facts(made.monday, **facts), made.team, seen)[metric]
        assert verdict.trend is Trend.UNKNOWN
        assert (verdict.baseline, verdict.baseline_value, verdict.effect) == (None, None, None)
        return verdict.why_unknown

    return unknown


@pytest.fixture
def weekly(made: Any) -> Any:
    """Instants: so many in each of the 13 recent weeks, and in each of 40 weeks of baseline."""

    def instants(recent: int, baseline: int) -> list[float]:
        counts = [(week, recent) for week in range(1, 14)] + [(week, baseline) for week in range(22, 62)]
        return [made.monday - week * WEEK + (each + 1) * HOUR for week, count in counts for each in range(count)]

    return instants


def test_eight_weeks_of_baseline_are_needed(why: Any, made: Any) -> None:
    deployments = [made.deployment(made.monday - each * DAY / 2) for each in range(1, 28 * 14 + 1)]
    unknown = why(DF, deployments=deployments)
    assert (unknown.reason, unknown.figures) == (Reason.HISTORY_TOO_SHORT, {"weeks": 7, "need": 8})


@pytest.mark.parametrize(
    ("recent", "baseline", "reason", "have"),
    [(1, 5, Reason.TOO_FEW, 13), (5, 0, Reason.HISTORY_TOO_SHORT, None)],
)
def test_frequency_needs_24_deployments_on_each_side(
    *, why: Any, made: Any, weekly: Any, recent: Any, baseline: Any, reason: Any, have: Any
) -> None:
    unknown = why(DF, deployments=[made.deployment(at) for at in weekly(recent, baseline)])
    assert unknown.reason == reason
    assert unknown.figures.get("have") == have


def test_what_the_baseline_lacks_is_told_apart_from_what_the_recent_weeks_lack(
    why: Any, made: Any, weekly: Any
) -> None:
    once = made.deployment(made.monday - 61 * WEEK)
    unknown = why(DF, deployments=[once, *map(made.deployment, weekly(5, 0))])
    assert unknown.reason == Reason.TOO_FEW_BEFORE
    assert unknown.figures == {"what": "deployments", "have": 1, "need": 24, "weeks": 40}


def test_a_failure_rate_needs_four_failures_in_all(why: Any, made: Any, weekly: Any) -> None:
    deployments = [made.deployment(at, failed=index < 3) for index, at in enumerate(weekly(5, 5))]
    unknown = why(CFR, deployments=deployments)
    assert (unknown.reason, unknown.figures["what"], unknown.figures["have"]) == (Reason.TOO_FEW, "failures", 3)


@pytest.mark.parametrize("metric", [CFR, RECOVERY])
def test_what_could_not_have_been_seen_has_no_trend(why: Any, made: Any, weekly: Any, metric: Any) -> None:
    unknown = why(metric, Visibility(visible=False), deployments=[made.deployment(at) for at in weekly(5, 5)])
    assert unknown.reason == Reason.FAILURES_NOT_VISIBLE


@pytest.mark.parametrize(("recent", "known"), [(2, False), (3, True)])
def test_recovery_needs_three_incidents_on_each_side(made: Any, weekly: Any, recent: Any, known: Any) -> None:
    recoveries = [made.recovery(made.monday - 3 * DAY + each * HOUR, 2) for each in range(recent)]
    recoveries += [made.recovery(made.monday - 30 * WEEK + each * HOUR, 2) for each in range(3)]
    facts = made.facts(made.monday, map(made.deployment, weekly(1, 1)), recoveries=recoveries)
    verdict = trends(facts, made.team, made.seen)[RECOVERY]
    assert (verdict.trend is Trend.FLAT) is known


@pytest.mark.parametrize(("recent", "baseline", "known"), [(9, 20, False), (10, 19, False), (10, 20, True)])
def test_lead_time_needs_ten_changes_and_twenty_before(
    made: Any, weekly: Any, recent: Any, baseline: Any, known: Any
) -> None:
    changes = [made.change(made.monday - 3 * DAY + each * HOUR, 20) for each in range(recent)]
    changes += [made.change(made.monday - 30 * WEEK + each * HOUR, 20) for each in range(baseline)]
    facts = made.facts(made.monday, map(made.deployment, weekly(1, 1)), changes=changes)
    assert (trends(facts, made.team, made.seen)[LT].trend is Trend.FLAT) is known


@pytest.mark.parametrize(("recent", "baseline", "known"), [(6, 6, True), (5, 6, False), (6, 5, False)])
def test_reliability_without_objectives_needs_six_incidents_on_each_side(
    made: Any, weekly: Any, recent: Any, baseline: Any, known: Any
) -> None:
    starts = [made.monday - (week + 1) * WEEK + HOUR for week in range(recent)]
    starts += [made.monday - (30 + week) * WEEK + HOUR for week in range(baseline)]
    incidents = [made.incident(start, 2) for start in starts]
    facts = made.facts(made.monday, map(made.deployment, weekly(1, 1)), incidents=incidents)
    assert (trends(facts, made.team, made.seen)[REL].trend is not Trend.UNKNOWN) is known


def test_ten_times_the_incident_hours_are_less_reliability(made: Any, weekly: Any) -> None:
    recent = [made.incident(made.monday - (week + 1) * WEEK + HOUR, 20) for week in range(13)]
    before = [made.incident(made.monday - (22 + week) * WEEK + HOUR, 2) for week in range(40)]
    facts = made.facts(made.monday, map(made.deployment, weekly(1, 1)), incidents=[*recent, *before])
    assert trends(facts, made.team, made.seen)[REL].trend is Trend.WORSENING


def test_a_definition_restarts_the_baseline_of_its_metric_alone(made: Any, weekly: Any) -> None:
    cut = made.definition(made.monday - 20 * WEEK, "lead_time")
    facts = made.facts(
        made.monday,
        [made.deployment(at) for at in weekly(5, 5)],
        changes=[made.change(at, 20) for at in weekly(5, 5)],
        definitions=[cut],
    )
    verdicts = trends(facts, made.team, made.seen)
    assert verdicts[LT].why_unknown.reason == Reason.HISTORY_TOO_SHORT
    assert verdicts[DF].trend is Trend.FLAT


def test_frozen_weeks_are_no_fall_of_deployments(made: Any) -> None:
    frozen = made.monday - 7 * WEEK  # nothing went out in the last seven weeks
    team = replace(made.team, freezes=(Freeze(date(2026, 9, 14), date(2026, 11, 1)),))
    history = made.history(3)
    kept = [each for each in history.team_deployments if each.finished_at < frozen]
    facts = replace(history, team_deployments=tuple(kept))
    assert trends(facts, made.team, made.seen)[DF].trend is Trend.WORSENING
    assert trends(facts, team, made.seen)[DF].trend is Trend.FLAT


def test_no_deployment_at_all_has_no_trend_anywhere(made: Any) -> None:
    verdicts = trends(made.facts(made.monday), made.team, made.seen)
    assert {verdict.trend for verdict in verdicts.values()} == {Trend.UNKNOWN}
    assert all(verdict.why_unknown is not None for verdict in verdicts.values())
