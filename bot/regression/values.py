"""The value of a metric over any window: the same figure that a report shows."""

from __future__ import annotations

from bot.calendar import Window
from bot.metrics import change_failure_rate, deployment_frequency, lead_time, recovery_time, reliability
from bot.metrics.facts import Facts
from bot.metrics.measure import Metric
from bot.metrics.visibility import Visibility
from bot.teams import Team


def value(metric: Metric, facts: Facts, window: Window, team: Team, visibility: Visibility) -> float | None:
    """A metric's value in its own unit; None where it is unknown."""
    match metric:
        case Metric.DEPLOYMENT_FREQUENCY:
            return deployment_frequency.value(facts, window, team)
        case Metric.LEAD_TIME:
            return lead_time.value(facts, window)
        case Metric.CHANGE_FAILURE_RATE:
            return change_failure_rate.value(facts, window, team, visibility)
        case Metric.RECOVERY_TIME:
            return recovery_time.value(facts, window, team, visibility)
        case Metric.RELIABILITY:
            return reliability.value(facts, window, team, visibility)
