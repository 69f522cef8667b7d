from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.calendar import HOUR, WEEK
from bot.metrics.level import Level, Trend
from bot.metrics.measure import Metric
from bot.metrics.unknowns import Reason
from bot.metrics.visibility import Visibility
from bot.reading.levels import settle_levels
from bot.regression.rows import weekly_rows
from bot.regression.trends import trends


@pytest.fixture
def weekly_slo(made: Any) -> Any:
    """A window a week of one objective, the newest first, each with the share of its budget that was burnt."""

    def windows(*burnt: float, name: str = "availability", objective: float = 0.99) -> list[Any]:
        return [
            made.slo(made.monday - back * WEEK, share, name=name, objective=objective)
            for back, share in enumerate(burnt)
        ]

    return windows


@pytest.fixture
def out(made: Any) -> Any:
    """A deployment a week for 60 weeks, so that there is a history."""
    return [made.deployment(made.monday - week * WEEK + HOUR) for week in range(1, 61)]


def level(made: Any, facts: Any, **changes: Any) -> Any:
    team = replace(made.team, **changes.pop("team", {}))
    return settle_levels(facts, team, made.seen, made.nothing_before, **changes)[Metric.RELIABILITY]


@pytest.mark.parametrize(
    ("burnt", "expected"),
    [((0.5, 0.5, 0.5, 0.5), Level.HEALTHY), ((0.5, 3.0, 0.5, 0.5), Level.POOR)],
)
def test_an_objective_is_met_or_it_is_not(made: Any, weekly_slo: Any, burnt: Any, expected: Any) -> None:
    verdict = level(made, made.facts(made.monday, slo_windows=weekly_slo(*burnt)))
    assert (verdict.level, verdict.window.days, verdict.borderline) == (expected, 28, False)


def test_the_objective_with_the_least_budget_left_decides(made: Any, weekly_slo: Any) -> None:
    windows = [*weekly_slo(0.1, 0.1, 0.1, 0.1), *weekly_slo(2, 2, 2, 2, name="latency", objective=0.9)]
    assert level(made, made.facts(made.monday, slo_windows=windows)).level is Level.POOR


def test_an_objective_seen_in_under_80_percent_of_the_window_is_borderline(made: Any, weekly_slo: Any) -> None:
    verdict = level(made, made.facts(made.monday, slo_windows=weekly_slo(0.1, 0.1, 0.1)))
    assert (verdict.level, verdict.borderline) == (Level.HEALTHY, True)


def test_without_data_in_four_weeks_thirteen_are_looked_at(made: Any, weekly_slo: Any) -> None:
    old = weekly_slo(*[0.1] * 13)[4:]
    assert level(made, made.facts(made.monday, slo_windows=old)).window.days == 91


def test_a_fixed_window_holds_for_reliability_too(made: Any, weekly_slo: Any) -> None:
    facts = made.facts(made.monday, slo_windows=weekly_slo(*[0.1] * 8))
    assert level(made, facts, window_days=56).window.days == 56


@pytest.mark.parametrize(("target", "expected"), [(None, Level.UNKNOWN), (0.99, Level.HEALTHY), (0.999, Level.POOR)])
def test_incidents_miss_only_a_target_that_was_stated(made: Any, target: Any, expected: Any) -> None:
    facts = made.facts(made.monday, incidents=[made.incident(made.monday - WEEK, 2)])  # 2 of 672 hours
    verdict = level(made, facts, team={"availability_objective": target})
    assert verdict.level is expected
    assert (verdict.why_unknown is None) is (target is not None)


def test_without_any_target_the_reason_is_said(made: Any) -> None:
    facts = made.facts(made.monday, incidents=[made.incident(made.monday - WEEK, 2)])
    assert level(made, facts).why_unknown.reason == Reason.NO_OBJECTIVE
    assert level(made, made.facts(made.monday)).why_unknown.reason == Reason.NO_INCIDENTS_KNOWN


def test_each_week_gets_the_share_of_its_budget(made: Any, weekly_slo: Any, out: Any) -> None:
    rows = weekly_rows(made.facts(made.monday, out, slo_windows=weekly_slo(0.5, 2.0)), made.team, made.seen)
    assert list(rows.budget_burnt[-3:]) == pytest.approx([0, 2.0, 0.5])
    assert list(rows.budget_known[-3:]) == [False, True, True]


def test_a_shorter_window_takes_the_place_of_one_that_overlaps_it(made: Any, out: Any) -> None:
    month, week = made.slo(made.monday, 4.0, days=28), made.slo(made.monday, 0.5)
    rows = weekly_rows(made.facts(made.monday, out, slo_windows=[month, week]), made.team, made.seen)
    assert rows.budget_burnt[-1] == pytest.approx(0.5)


def test_a_stricter_objective_is_no_loss_of_reliability(made: Any, weekly_slo: Any, out: Any) -> None:
    strict = weekly_slo(*[0.5] * 13, objective=0.995)
    loose = weekly_slo(*[0.25] * 60)[13:]  # as many bad events of an objective twice as loose
    facts = made.facts(made.monday, out, slo_windows=[*reversed(loose), *reversed(strict)])
    assert trends(facts, made.team, made.seen)[Metric.RELIABILITY].effect.estimate == pytest.approx(0)


@pytest.mark.parametrize(
    ("now", "before", "trend"),
    [
        (3.0, 0.2, Trend.WORSENING),
        (0.2, 3.0, Trend.IMPROVING),
        (0.5, 0.5, Trend.FLAT),
    ],
)
def test_more_budget_burnt_is_less_reliability(
    *, made: Any, weekly_slo: Any, out: Any, now: Any, before: Any, trend: Any
) -> None:
    windows = weekly_slo(*[now] * 13, *[before] * 40)
    verdict = trends(made.facts(made.monday, out, slo_windows=windows), made.team, made.seen)[Metric.RELIABILITY]
    assert verdict.trend is trend
    assert verdict.baseline_value == pytest.approx(1 - before * 0.01)


@pytest.mark.parametrize(("weeks", "known"), [(28, False), (29, True)])
def test_eight_weeks_of_objectives_data_are_needed_on_each_side(
    made: Any, weekly_slo: Any, out: Any, weeks: Any, known: Any
) -> None:
    facts = made.facts(made.monday, out, slo_windows=weekly_slo(*[0.5] * weeks))
    assert (trends(facts, made.team, made.seen)[Metric.RELIABILITY].trend is Trend.FLAT) is known


def test_objectives_need_no_incident_source(made: Any, weekly_slo: Any, out: Any) -> None:
    facts = made.facts(made.monday, out, slo_windows=weekly_slo(*[0.5] * 40))
    late = Visibility(visible=True, since=made.monday - 3 * WEEK)
    assert trends(facts, made.team, late)[Metric.RELIABILITY].trend is Trend.FLAT
