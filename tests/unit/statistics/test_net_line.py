from __future__ import annotations

from dataclasses import replace
from math import inf, isfinite, log
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.calendar import HOUR, WEEK
from bot.metrics.unknowns import Reason
from bot.metrics.visibility import Visibility
from bot.regression.net import NetVerdict, net_line, verdict

UNCLEAR = 0.5  # a variance at which nothing is clear


@pytest.fixture
def sides(made: Any) -> Any:
    """Weeks that are all alike on each side: deployments and failures a week, hours that each recovery took."""

    def facts(recent: tuple[int, int, float | None], baseline: tuple[int, int, float | None]) -> Any:
        deployments, recoveries = [], []
        weeks = [(week, recent) for week in range(1, 14)] + [(week, baseline) for week in range(14, 74)]
        for week, (count, failed, hours) in weeks:
            start = made.monday - week * WEEK
            for each in range(count):
                at = start + (each + 0.5) * WEEK / (count + 1)
                deployments.append(made.deployment(at, failed=each < failed))
            if hours is not None:
                recoveries += [made.recovery(start + (each + 1) * HOUR, hours) for each in range(failed)]
        return made.facts(made.monday, deployments, recoveries=recoveries)

    return facts


def test_the_ratio_is_the_product_of_its_three_factors(made: Any, sides: Any) -> None:
    net = net_line(sides((28, 7, 7.0), (16, 2, 4.0)), made.team, made.seen)  # 16 to 28, 12.5% to 25%, 4 h to 7 h
    factors = (net.deployment_factor, net.failure_rate_factor, net.recovery_factor)
    assert factors == pytest.approx((1.75, 2.0, 1.75))
    assert (net.ratio, net.per_deployment_ratio) == pytest.approx((6.125, 3.5))
    assert (net.failure_hours_per_week, net.previous) == pytest.approx((49.0, 8.0))
    assert net.verdict is NetVerdict.WORSE


def test_the_intervals_hold_the_ratios_and_their_logs_add_up(made: Any, sides: Any) -> None:
    net = net_line(sides((28, 7, 7.0), (16, 2, 4.0)), made.team, made.seen)
    low, high = net.interval
    assert low < net.ratio < high
    assert log(high / net.ratio) == pytest.approx(log(net.ratio / low))
    # without the deployments there is one variance less to add
    assert net.per_deployment_interval[1] / net.per_deployment_ratio < high / net.ratio


def test_a_genuine_speed_up_is_in_proportion_and_not_worse(made: Any, sides: Any) -> None:
    net = net_line(sides((40, 4, 2.0), (20, 2, 2.0)), made.team, made.seen)
    assert net.ratio == pytest.approx(2.0)
    assert net.per_deployment_ratio == pytest.approx(1.0)
    assert net.verdict is NetVerdict.IN_PROPORTION


def test_genuine_speed_ups_drawn_at_random_are_called_worse_no_more_often_than_chance(made: Any) -> None:
    nets = [
        net_line(made.history(seed, a_week=25, since=13, times=(2, 0.5, 1, 1)), made.team, made.seen)
        for seed in range(20)
    ]
    told = [net.verdict for net in nets]
    assert told.count(NetVerdict.WORSE) <= 1
    assert told.count(NetVerdict.IN_PROPORTION) >= 10


def test_an_unchanged_team_rarely_sees_a_clear_change(made: Any) -> None:
    nets = [net_line(made.history(seed), made.team, made.seen) for seed in range(40)]
    assert [net.verdict for net in nets].count(NetVerdict.NO_CLEAR_CHANGE) >= 36


@pytest.mark.parametrize(
    ("week", "each", "expected"),
    [
        (2.0, 1.5, NetVerdict.WORSE),
        (2.0, 0.0, NetVerdict.IN_PROPORTION),
        (2.0, -1.5, NetVerdict.IN_PROPORTION),  # more hours a week, though each deployment is sounder
        (0.0, -1.5, NetVerdict.BETTER),
        (-1.5, -1.5, NetVerdict.BETTER),
        (0.0, 1.5, NetVerdict.NO_CLEAR_CHANGE),  # fewer deployments hide that each is less sound
        (0.05, 0.05, NetVerdict.NO_CLEAR_CHANGE),
        (-1.5, 0.0, NetVerdict.NO_CLEAR_CHANGE),  # fewer hours only since less goes out
    ],
)
def test_the_verdict_needs_what_it_says(week: Any, each: Any, expected: Any) -> None:
    assert verdict(week, 0.01, each, 0.01) is expected


@pytest.mark.parametrize("week", [0.3, 0.6, -0.6])
def test_nothing_is_clear_where_the_variance_is_large(week: Any) -> None:
    assert verdict(week, UNCLEAR, week, UNCLEAR) is NetVerdict.NO_CLEAR_CHANGE


@settings(max_examples=50, deadline=None)
@given(st.floats(-3, 3), st.floats(0.001, 5), st.floats(-3, 0.09), st.floats(0.001, 5))
def test_where_deployments_are_as_sound_as_before_it_is_never_worse(
    week: Any, week_variance: Any, each: Any, each_variance: Any
) -> None:
    assert verdict(week, week_variance, each, each_variance) is not NetVerdict.WORSE


@pytest.mark.parametrize(
    ("recent", "baseline", "hours"),
    [
        ((10, 0, None), (10, 1, 4.0), (0.0, 4.0)),
        ((10, 2, 3.0), (10, 0, None), (6.0, 0.0)),
        ((10, 0, None), (10, 0, None), (0.0, 0.0)),
    ],
)
def test_without_failures_on_a_side_the_hours_are_stated_and_no_ratio(
    made: Any, sides: Any, recent: Any, baseline: Any, hours: Any
) -> None:
    net = net_line(sides(recent, baseline), made.team, made.seen)
    assert (net.failure_hours_per_week, net.previous) == pytest.approx(hours)
    assert (net.ratio, net.interval, net.recovery_factor, net.verdict) == (None, None, None, None)
    assert net.why_unknown is None


def test_failures_without_times_make_the_hours_unknown_and_not_zero(made: Any, sides: Any) -> None:
    net = net_line(sides((10, 1, None), (10, 1, 4.0)), made.team, made.seen)
    assert (net.failure_hours_per_week, net.previous) == (None, pytest.approx(4.0))
    assert (net.why_unknown.reason, net.why_unknown.figures) == (Reason.NO_FAILURE_TIMES, {"failures": 13})


@pytest.mark.parametrize(
    ("weeks", "seen", "reason"),
    [
        (0, Visibility(visible=True), Reason.NO_DEPLOYMENTS),
        (28, Visibility(visible=True), Reason.HISTORY_TOO_SHORT),
        (78, Visibility(visible=False), Reason.FAILURES_NOT_VISIBLE),
        (78, Visibility(visible=True, since=inf), Reason.TOO_FEW),
    ],
)
def test_what_is_missing_is_said(made: Any, weeks: Any, seen: Any, reason: Any) -> None:
    net = net_line(made.history(1, weeks=weeks), made.team, seen)
    assert (net.ratio, net.verdict) == (None, None)
    assert net.why_unknown.reason == reason


def test_only_weeks_that_count_for_all_three_factors_are_compared(made: Any) -> None:
    facts = replace(made.history(1), definitions=(made.definition(made.monday - 35 * WEEK, "recovery_time"),))
    net = net_line(facts, made.team, made.seen)
    assert net.baseline.start == made.monday - 34 * WEEK
    assert isfinite(net.ratio)
