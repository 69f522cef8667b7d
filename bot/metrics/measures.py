"""The five metrics and rework rate, each over the window that its level asks for."""

from __future__ import annotations

from collections.abc import Mapping

from bot.calendar import Window
from bot.metrics import (
    change_failure_rate,
    deployment_frequency,
    lead_time,
    recovery_time,
    reliability,
    rework_rate,
)
from bot.metrics.facts import Facts
from bot.metrics.measure import Measures, Metric
from bot.metrics.visibility import Visibility
from bot.teams import Team


def measure_all(facts: Facts, windows: Mapping[Metric, Window], team: Team, visibility: Visibility) -> Measures:
    """Rework rate stands beside the change failure rate, over the same window."""
    failures = windows[Metric.CHANGE_FAILURE_RATE]
    return Measures(
        deployment_frequency=deployment_frequency.measure(facts, windows[Metric.DEPLOYMENT_FREQUENCY], team),
        lead_time=lead_time.measure(facts, windows[Metric.LEAD_TIME], team),
        change_failure_rate=change_failure_rate.measure(facts, failures, team, visibility),
        recovery_time=recovery_time.measure(facts, windows[Metric.RECOVERY_TIME], team, visibility),
        reliability=reliability.measure(facts, windows[Metric.RELIABILITY], team, visibility),
        rework_rate=rework_rate.measure(facts, failures, team),
    )
