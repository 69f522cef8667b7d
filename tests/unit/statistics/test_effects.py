from __future__ import annotations

from math import exp, log
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.metrics.measure import Metric
from bot.regression.effects import (
    Dispersion,
    Failures,
    IncidentHours,
    budget_effect,
    duration_effect,
    effect,
    failure_effect,
    frequency_effect,
    incident_effect,
)
from bot.regression.log_hours import LogHours

few = settings(max_examples=40, deadline=None)
counts = st.lists(st.integers(0, 30), min_size=8, max_size=40).map(lambda week: np.array(week, dtype=np.float64))
shares = st.lists(st.floats(0, 3), min_size=8, max_size=30).map(np.array)


@st.composite
def durations(draw: st.DrawFn) -> LogHours:
    weeks = draw(st.lists(st.lists(st.floats(-3, 6), max_size=5), min_size=8, max_size=20).filter(any))
    return LogHours(
        np.array([len(week) for week in weeks], dtype=np.float64),
        np.array([sum(week) for week in weeks], dtype=np.float64),
        np.array([sum(x * x for x in week) for week in weeks], dtype=np.float64),
    )


@st.composite
def failures(draw: st.DrawFn) -> Failures:
    deployments = draw(counts)
    return Failures(deployments, np.array([draw(st.integers(0, int(n))) for n in deployments], dtype=np.float64))


def antisymmetric(there: Any, back: Any) -> None:
    assert there.estimate == pytest.approx(-back.estimate)
    assert there.variance == pytest.approx(back.variance)
    assert there.ratio == pytest.approx(1 / back.ratio)
    assert (there.p_up, there.p_down) == pytest.approx((back.p_down, back.p_up))
    assert 0 <= there.p_up <= 1
    assert there.interval[0] < there.ratio < there.interval[1]


@few
@given(counts, counts)
def test_a_change_of_deployment_frequency_seen_from_the_other_side_is_its_opposite(one: Any, other: Any) -> None:
    antisymmetric(frequency_effect(one, other), frequency_effect(other, one))


@few
@given(failures(), failures())
def test_a_change_of_failure_rate_seen_from_the_other_side_is_its_opposite(one: Any, other: Any) -> None:
    antisymmetric(failure_effect(one, other), failure_effect(other, one))


@few
@given(durations(), durations(), st.sampled_from([Metric.LEAD_TIME, Metric.RECOVERY_TIME]))
def test_a_change_of_durations_seen_from_the_other_side_is_its_opposite(one: Any, other: Any, metric: Any) -> None:
    antisymmetric(duration_effect(metric, one, other), duration_effect(metric, other, one))


@few
@given(shares, shares)
def test_a_change_of_budget_burnt_seen_from_the_other_side_is_its_opposite(one: Any, other: Any) -> None:
    antisymmetric(budget_effect(one, other), budget_effect(other, one))


@few
@given(st.floats(-5, 5), st.floats(0.001, 25), st.floats(0.01, 2))
def test_a_larger_estimate_is_never_less_probably_up(estimate: Any, variance: Any, more: Any) -> None:
    assert effect(estimate + more, variance).p_up >= effect(estimate, variance).p_up


@few
@given(st.floats(-5, 5), st.floats(0.001, 25))
def test_up_and_down_are_never_both_probable(estimate: Any, variance: Any) -> None:
    seen = effect(estimate, variance)
    assert seen.p_up + seen.p_down <= 1


@few
@given(durations(), durations(), st.floats(0.1, 10))
def test_durations_in_another_unit_change_no_effect(one: Any, other: Any, unit: Any) -> None:
    def scaled(hours: LogHours) -> LogHours:
        shift = log(unit)
        squares = hours.squares + 2 * shift * hours.total + hours.n * shift**2
        return LogHours(hours.n, hours.total + hours.n * shift, squares)

    plain = duration_effect(Metric.LEAD_TIME, one, other)
    assert duration_effect(Metric.LEAD_TIME, scaled(one), scaled(other)).estimate == pytest.approx(
        plain.estimate, abs=1e-6
    )


def test_an_effect_is_drawn_towards_no_change_by_the_prior() -> None:
    seen = effect(log(2), 2.25)  # as uncertain as the prior: half of it is kept
    assert seen.ratio == pytest.approx(2**0.5)
    assert seen.interval[1] == pytest.approx(exp(log(2) / 2 + 1.6449 * 1.125**0.5), rel=1e-4)


def test_a_change_of_ten_percent_is_as_probably_beyond_it_as_not() -> None:
    assert effect(log(1.10), 1e-9).p_up == pytest.approx(0.5, abs=1e-3)


def test_even_weeks_still_carry_the_dispersion_that_teams_usually_have() -> None:
    # 10 a week: 8 (1 + .12 x 10) = 17.6 over 8 + 37 degrees is below 1, so the factor is 1
    ten = np.full(13, 10.0), np.full(26, 10.0)
    assert frequency_effect(*ten).variance == pytest.approx(1 / 130.5 + 1 / 260.5)
    # 100 a week: 8 (1 + 12) = 104 over 45
    hundred = np.full(13, 100.0), np.full(26, 100.0)
    assert frequency_effect(*hundred).variance == pytest.approx(104 / 45 * (1 / 1300.5 + 1 / 2600.5))


def test_weeks_that_scatter_more_than_chance_widen_the_variance() -> None:
    even, wild = np.full(26, 10.0), np.tile([0.0, 20.0], 13)
    assert frequency_effect(wild, even).variance > 3 * frequency_effect(even, even).variance


def test_dispersion_never_makes_an_effect_surer_than_chance_allows() -> None:
    assert Dispersion(8, 0.12).factor(events_a_week=0, chi2=0, degrees=50) == 1


def test_failure_rates_compare_as_odds() -> None:
    recent = Failures(np.full(13, 10.0), np.array([2.0] * 13))
    baseline = Failures(np.full(26, 10.0), np.array([1.0] * 26))
    seen = failure_effect(recent, baseline)
    assert seen.estimate == pytest.approx(log(26.5 / 104.5) - log(26.5 / 234.5))
    # usual dispersion: 30 (1 + .4 x 52/39) = 46 over 30 + 37, even weeks scatter less than chance
    assert seen.variance == pytest.approx(2 / 26.5 + 1 / 104.5 + 1 / 234.5)


def test_a_week_with_hardly_a_deployment_says_nothing_about_scatter() -> None:
    baseline = Failures(np.full(26, 10.0), np.array([1.0] * 26))
    quiet = Failures(np.array([10.0] * 12 + [0.0]), np.array([1.0] * 12 + [0.0]))
    assert quiet.chi2 == pytest.approx(Failures(np.full(12, 10.0), np.array([1.0] * 12)).chi2)
    assert failure_effect(quiet, baseline).p_up < 0.5


def test_a_side_without_recoveries_leaves_the_prior_as_it_is() -> None:
    nothing = LogHours(np.zeros(13), np.zeros(13), np.zeros(13))
    some = LogHours(np.ones(26), np.ones(26), np.ones(26))
    seen = duration_effect(Metric.RECOVERY_TIME, nothing, some)
    assert (seen.estimate, seen.variance, seen.ratio) == (0.0, 25.0, 1.0)


def test_equal_lead_times_still_carry_the_usual_spread() -> None:
    recent = LogHours(np.ones(13), np.full(13, 2.0), np.full(13, 4.0))
    baseline = LogHours(np.ones(26), np.full(26, 1.0), np.full(26, 1.0))
    spread = 5 / (5 + 39 - 2)
    seen = duration_effect(Metric.LEAD_TIME, recent, baseline)
    assert seen.estimate == pytest.approx(1.0)
    assert seen.variance == pytest.approx(spread * (1 / 13 + 1 / 26))


def test_incident_hours_compare_only_where_both_sides_have_some() -> None:
    some = IncidentHours(np.ones(13), 6)
    assert incident_effect(some, IncidentHours(np.zeros(26), 6)) is None
    twice = incident_effect(IncidentHours(np.full(13, 2.0), 6), IncidentHours(np.ones(26), 12))
    assert twice is not None
    assert twice.estimate == pytest.approx(log(2))
    assert twice.variance == pytest.approx(1 / 6 + 1 / 12)  # even weeks: no surer than so many incidents allow


def test_one_long_outage_makes_incident_hours_less_sure() -> None:
    even = IncidentHours(np.ones(26), 26)
    outage = IncidentHours(np.array([13.0] + [0.0] * 12), 26)
    seen = incident_effect(outage, even)
    assert seen is not None
    assert seen.variance == pytest.approx(13 / 13 + 1 / 26)  # s^2 = 13, mean 1, 13 weeks


def test_budget_burnt_compares_as_logs_of_one_and_the_share() -> None:
    seen = budget_effect(np.full(13, 1.0), np.full(26, 0.0))
    assert seen.estimate == pytest.approx(log(2))
    assert seen.variance == pytest.approx(8 * 0.0625 / (8 + 37) * (1 / 13 + 1 / 26))


def test_many_changes_a_week_carry_the_dispersion_of_lead_times() -> None:
    # 100 a week: 8 (1 + .06 x 100) = 56 over 8 + 37 degrees; the spread is 5 of 5 + 3898
    recent, baseline = (LogHours(np.full(n, 100.0), np.zeros(n), np.zeros(n)) for n in (13, 26))
    seen = duration_effect(Metric.LEAD_TIME, recent, baseline)
    assert seen.variance == pytest.approx(56 / 45 * 5 / 3903 * (1 / 1300 + 1 / 2600))


def test_many_recoveries_a_week_carry_the_dispersion_of_recoveries() -> None:
    # 50 a week: 30 (1 + .12 x 50) = 210 over 30 + 37 degrees; the spread is 8 x 1.44 of 8 + 1948
    recent, baseline = (LogHours(np.full(n, 50.0), np.zeros(n), np.zeros(n)) for n in (13, 26))
    seen = duration_effect(Metric.RECOVERY_TIME, recent, baseline)
    assert seen.variance == pytest.approx(210 / 67 * 8 * 1.44 / 1956 * (1 / 650 + 1 / 1300))


def test_many_failures_a_week_carry_the_dispersion_of_failure_rates() -> None:
    # 10 a week: 30 (1 + .4 x 10) = 150 over 30 + 37 degrees
    recent, baseline = (Failures(np.full(n, 100.0), np.full(n, 10.0)) for n in (13, 26))
    reciprocals = 1 / 130.5 + 1 / 1170.5 + 1 / 260.5 + 1 / 2340.5
    assert failure_effect(recent, baseline).variance == pytest.approx(150 / 67 * reciprocals, rel=1e-3)
