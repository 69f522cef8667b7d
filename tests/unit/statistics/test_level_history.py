from __future__ import annotations

from typing import Any

import pytest

from bot.calendar import DAY, WEEK
from bot.metrics.level import Level
from bot.metrics.measure import Metric

DF, LT, CFR, RECOVERY = (
    Metric.DEPLOYMENT_FREQUENCY,
    Metric.LEAD_TIME,
    Metric.CHANGE_FAILURE_RATE,
    Metric.RECOVERY_TIME,
)


class Past:
    """Answers what was known at a week's end, and remembers when it was asked."""

    def __init__(self, answers: Any) -> None:
        self.answers = answers
        self.asked = []

    def __call__(self, at: Any) -> Any:
        self.asked.append(at)
        return self.answers(at)


@pytest.fixture
def unsettled(made: Any, out: Any) -> Any:
    """Failures at the band itself, for half a year: no window is sure."""
    return [made.deployment(made.monday - 380 * DAY), *out(105, 182, failed=16)]


def test_an_unsettled_level_is_the_one_settled_last_and_borderline(
    level: Any, made: Any, unsettled: Any, out: Any
) -> None:
    healthy_until = made.monday - 5 * WEEK

    def known(at: Any) -> Any:
        failed = 0 if at <= healthy_until else 15
        return made.facts(at, out(100, 182, failed=failed, end=at))

    past = Past(known)
    verdict = level(CFR, past, deployments=unsettled)
    assert (verdict.level, verdict.borderline, verdict.low_confidence) == (Level.HEALTHY, True, False)
    assert past.asked == [made.monday - weeks * WEEK for weeks in range(1, 6)]  # newest first, no more than needed


def test_the_past_is_asked_for_26_weeks_and_not_beyond(level: Any, made: Any, unsettled: Any) -> None:
    past = Past(made.facts)
    verdict = level(CFR, past, deployments=unsettled)
    assert len(past.asked) == 26
    assert (verdict.borderline, verdict.low_confidence) == (True, True)
    assert verdict.level is Level.POOR  # 16 of 105 is on that side of 15%


def test_in_midweek_the_newest_week_end_is_last_monday(level: Any, made: Any, unsettled: Any) -> None:
    past = Past(made.facts)
    level(CFR, past, deployments=unsettled, as_of=made.monday + 3 * DAY)
    assert past.asked[0] == made.monday


def test_the_past_is_not_asked_for_before_the_first_deployment(level: Any, made: Any, out: Any) -> None:
    past = Past(made.facts)
    level(CFR, past, deployments=out(5, 20, failed=1))
    assert past.asked == [made.monday - WEEK, made.monday - 2 * WEEK]
