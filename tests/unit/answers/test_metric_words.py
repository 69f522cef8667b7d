from __future__ import annotations

import pytest

from bot.metrics.level import Level, Trend
from bot.metrics.measure import Metric
from bot.words import metrics

UP_IS_BETTER = {Metric.DEPLOYMENT_FREQUENCY, Metric.RELIABILITY}


@pytest.mark.parametrize("metric", Metric)
def test_the_arrow_shows_the_number_and_the_word_whether_that_is_better(metric: Metric) -> None:
    rises = "↑" if metric in UP_IS_BETTER else "↓"
    falls = "↓" if metric in UP_IS_BETTER else "↑"
    assert metrics.trend(metric, Trend.IMPROVING) == f"{rises} improving"
    assert metrics.trend(metric, Trend.WORSENING) == f"{falls} worsening"
    assert metrics.trend(metric, Trend.FLAT) == "→ flat"
    assert metrics.trend(metric, Trend.UNKNOWN) == "not known"


@pytest.mark.parametrize(
    ("metric", "value", "said"),
    [
        (Metric.DEPLOYMENT_FREQUENCY, 12.5, "12.5 a week"),
        (Metric.LEAD_TIME, 26 * 3_600, "26 h"),
        (Metric.CHANGE_FAILURE_RATE, 0.32, "32%"),
        (Metric.RECOVERY_TIME, 31 * 3_600, "31 h"),
        (Metric.RELIABILITY, 0.9971, "99.71%"),
        (Metric.RECOVERY_TIME, None, "not known"),
    ],
)
def test_a_value_is_told_in_its_unit(metric: Metric, value: float | None, said: str) -> None:
    assert metrics.value(metric, value) == said


@pytest.mark.parametrize(
    ("level", "borderline", "untested", "said"),
    [
        (Level.HEALTHY, False, False, "healthy"),
        (Level.POOR, True, False, "poor, borderline"),
        (Level.UNKNOWN, True, False, "unknown"),
        (Level.HEALTHY, True, True, "healthy, untested"),
    ],
)
def test_a_level_says_how_sure_it_is(level: Level, borderline: bool, untested: bool, said: str) -> None:
    assert metrics.reads_as(level, borderline=borderline, untested=untested) == said


@pytest.mark.parametrize(
    ("metric", "way", "now", "before", "said"),
    [
        (Metric.LEAD_TIME, Trend.IMPROVING, 100.0, 200.0, None),
        (
            Metric.LEAD_TIME,
            Trend.IMPROVING,
            200.0,
            100.0,
            "improving over 13 weeks; the 4 weeks shown point the other way",
        ),
        (
            Metric.DEPLOYMENT_FREQUENCY,
            Trend.WORSENING,
            5.0,
            4.0,
            "worsening over 13 weeks; the 4 weeks shown point the other way",
        ),
        (Metric.CHANGE_FAILURE_RATE, Trend.WORSENING, 0.3, 0.2, None),
        (
            Metric.RECOVERY_TIME,
            Trend.FLAT,
            200.0,
            100.0,
            "the 4 weeks shown differ from before, but over 13 weeks there is no clear change",
        ),
        (Metric.RECOVERY_TIME, Trend.FLAT, 110.0, 100.0, None),
        (Metric.RECOVERY_TIME, Trend.UNKNOWN, 900.0, 100.0, None),
        (Metric.RECOVERY_TIME, Trend.IMPROVING, None, 100.0, None),
    ],
)
def test_a_row_says_where_its_arrow_and_values_disagree(
    metric: Metric, way: Trend, now: float | None, before: float | None, said: str | None
) -> None:
    assert metrics.disagreement(metric, way, now, before, 28) == said


def test_a_window_is_told_in_weeks_where_it_is_whole_weeks() -> None:
    assert metrics.window(91) == "13 weeks"
    assert metrics.window(7) == "1 week"
    assert metrics.window(10) == "10 days"


def test_a_difference_over_the_trends_own_weeks_could_be_chance() -> None:
    said = metrics.disagreement(Metric.CHANGE_FAILURE_RATE, Trend.FLAT, 0.015, 0.043, 91)
    assert said == "it differs from before, but that could be chance"
