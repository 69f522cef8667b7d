"""The value of a metric over any window: the same figure that a report shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.calendar import Window
from bot.metrics import change_failure_rate, deployment_frequency, lead_time, recovery_time, reliability
from bot.metrics.facts import Facts
from bot.metrics.measure import Metric
from bot.metrics.visibility import Visibility
from bot.teams import Team

MEASURES: Mapping[Metric, Callable[[Facts, Window, Team, Visibility], float | None]] = {
    Metric.DEPLOYMENT_FREQUENCY: lambda *of: deployment_frequency.measure(*of).value,
    Metric.LEAD_TIME: lambda *of: lead_time.measure(*of).value,
    Metric.CHANGE_FAILURE_RATE: lambda *of: change_failure_rate.measure(*of).value,
    Metric.RECOVERY_TIME: lambda *of: recovery_time.measure(*of).value,
    Metric.RELIABILITY: lambda *of: reliability.measure(*of).value,
}


def value(metric: Metric, facts: Facts, window: Window, team: Team, visibility: Visibility) -> float | None:
    """A metric's value in its own unit; None where it is unknown."""
    return MEASURES[metric](facts, window, team, visibility)
