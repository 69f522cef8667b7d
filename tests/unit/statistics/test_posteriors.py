from __future__ import annotations

from dataclasses import replace
from datetime import date
from math import log, sqrt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import stdtr

from bot.calendar import DAY, WEEK
from bot.metrics.visibility import Visibility
from bot.reading.posteriors import failure_rate, frequency, lead_time, recovery
from bot.reading.sight import Sight
from bot.teams import Freeze

ROUNDING = 1e-9
few = settings(max_examples=40, deadline=None)
hours = st.lists(st.floats(0.1, 3000), min_size=1, max_size=25)


def look(made: Any, team: Any = None, seen: Any = None, **facts: Any) -> Any:
    return Sight(made.facts(made.monday, **facts), team or made.team, seen or made.seen, 182)


def durations(made: Any, values: Any, days: int = 28) -> Any:
    return list(zip(made.evenly(len(values), made.monday, days), values, strict=True))


@few
@given(hours, st.floats(1.1, 20))
def test_longer_lead_times_are_more_probably_worse(made: Any, values: Any, factor: Any) -> None:
    short = look(made, changes=[made.change(at, each) for at, each in durations(made, values)])
    long = look(made, changes=[made.change(at, each * factor) for at, each in durations(made, values)])
    window = short.window(28)
    assert 0 <= lead_time(short, window).worse <= lead_time(long, window).worse + ROUNDING <= 1 + ROUNDING


@few
@given(hours, hours, st.floats(1.1, 20))
def test_longer_recoveries_are_more_probably_worse(made: Any, values: Any, lasting: Any, factor: Any) -> None:
    def sight(times: float) -> Any:
        ended = [made.recovery(at, each * times) for at, each in durations(made, values)]
        return look(made, recoveries=[*ended, *(made.lasting(each * times) for each in lasting)])

    short, long = sight(1), sight(factor)
    window = short.window(28)
    assert 0 <= recovery(short, window).worse <= recovery(long, window).worse + ROUNDING <= 1 + ROUNDING
    assert recovery(short, window).n == len(values) + len(lasting)


@few
@given(st.integers(1, 80), st.integers(0, 79))
def test_one_more_failure_is_never_better(made: Any, count: Any, failed: Any) -> None:
    failed = min(failed, count - 1)

    def rate(failures: int) -> Any:
        times = made.evenly(count, made.monday, 28)
        sight = look(made, deployments=[made.deployment(at, failed=i < failures) for i, at in enumerate(times)])
        return failure_rate(sight, sight.window(28))

    assert rate(failed).worse <= rate(failed + 1).worse + ROUNDING
    assert (rate(failed).n, rate(failed).failed) == (count, failed)


@pytest.mark.parametrize(
    ("count", "days", "worse"),
    [
        (0, 28, 0.9953),  # Gamma(.5) below 4
        (1, 28, 0.9540),  # Gamma(1.5) below 4
        (4, 28, 0.4659),  # Gamma(4.5) below 4
    ],
)
def test_frequency_is_a_gamma_with_half_a_deployment_more(made: Any, count: Any, days: Any, worse: Any) -> None:
    old = [made.deployment(made.monday - 300 * DAY)]
    sight = look(made, deployments=[*old, *map(made.deployment, made.evenly(count, made.monday, days))])
    # the old one is before the 182 days that this sight holds, and still says that history is longer
    assert frequency(sight, sight.window(days)).worse == pytest.approx(worse, abs=1e-4)


def test_deployments_of_frozen_days_and_the_days_themselves_are_left_out(made: Any) -> None:
    team = replace(made.team, freezes=(Freeze(date(2026, 10, 26), date(2026, 11, 1)),))
    every_day = [made.deployment(made.monday - day * DAY + 3600) for day in range(1, 60)]
    sight = look(made, team, deployments=every_day)
    plain = look(made, deployments=every_day)
    assert frequency(sight, sight.window(28)).n == 21
    assert frequency(plain, plain.window(28)).n == 28


def test_a_window_that_is_frozen_from_end_to_end_tells_nothing(made: Any) -> None:
    team = replace(made.team, freezes=(Freeze(date(2026, 9, 1), date(2026, 11, 30)),))
    sight = look(made, team, deployments=[made.deployment(made.monday - 100 * DAY)])
    assert frequency(sight, sight.window(28)) is None


def test_failures_count_since_they_are_recorded(made: Any) -> None:
    every_day = [made.deployment(made.monday - day * DAY + 3600) for day in range(1, 60)]
    seen = Visibility(visible=True, since=made.monday - WEEK)
    sight = look(made, seen=seen, deployments=every_day, recoveries=[made.recovery(made.monday - 2 * WEEK, 5)])
    assert failure_rate(sight, sight.window(28)).n == 7
    assert recovery(sight, sight.window(28)) is None


def test_one_bad_week_leaves_the_median_less_sure_than_the_same_times_scattered(made: Any) -> None:
    values = [10.0] * 15 + [100.0] * 5
    together = look(made, changes=[made.change(at, each) for at, each in durations(made, values)])
    mixed = [values[(index * 7) % 20] for index in range(20)]
    apart = look(made, changes=[made.change(at, each) for at, each in durations(made, mixed)])
    window = together.window(28)
    assert lead_time(together, window).worse > lead_time(apart, window).worse


def test_ten_equal_lead_times_are_a_t_of_fourteen_degrees(made: Any) -> None:
    # spread 5 of 5 + 9; over four weeks with data 8 (1 + .06 x 2.5) is less than 8 + 3, so the factor is 1
    sight = look(made, changes=[made.change(at, 200) for at in made.evenly(10, made.monday, 28)])
    expected = stdtr(14, log(200 / 168) / sqrt(5 / 14 / 10))
    assert lead_time(sight, sight.window(28)).worse == pytest.approx(expected)


def test_an_open_recovery_belongs_to_the_last_week(made: Any) -> None:
    # four in one week of four: 30 (1 + .12 x 1) over 30 + 0 degrees, spread 8 x 1.44 of 8 + 3
    ended = [made.recovery(made.monday - day * DAY, 10) for day in (1, 2, 3)]
    sight = look(made, recoveries=[*ended, made.lasting(10)])
    expected = stdtr(11, log(10 / 24) / sqrt(8 * 1.44 / 11 * 1.12 / 4))
    assert recovery(sight, sight.window(28)).worse == pytest.approx(expected)
