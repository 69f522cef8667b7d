"""What is compared with what: the recent weeks and the baseline before them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.calendar import WEEK, Window, days_before, week_start
from bot.metrics.facts import Facts
from bot.metrics.level import TrendVerdict
from bot.metrics.measure import Metric
from bot.teams import Team

RECENT_WEEKS = 13
GAP_WEEKS = 8
BASELINE_WEEKS = 104
LEAST_BASELINE_WEEKS = 8


@dataclass(frozen=True, slots=True)
class Eras:
    """The recent weeks and those before; `baseline` is None where history is too short."""

    recent: Window
    baseline: Window | None


def eras(
    facts: Facts, team: Team, trends: Mapping[Metric, TrendVerdict], metric: Metric = Metric.DEPLOYMENT_FREQUENCY
) -> Eras:
    """The eras that a metric's trend compares; where it has none, those that it would compare."""
    trend = trends.get(metric)
    if trend is not None and trend.recent is not None and trend.baseline is not None:
        return Eras(trend.recent, trend.baseline)
    return default_eras(facts, team)


def default_eras(facts: Facts, team: Team) -> Eras:
    """The last 13 complete weeks, and up to 104 weeks that end 8 weeks earlier, since the first deployment."""
    end = week_start(facts.as_of, team.zone)
    recent = _weeks_before(end, RECENT_WEEKS, team)
    gap = _weeks_before(recent.start, GAP_WEEKS, team)
    earliest = _weeks_before(gap.start, BASELINE_WEEKS, team).start
    known = facts.deployments[0].finished_at if facts.deployments else facts.as_of
    first = known if facts.first_deployment_at is None else facts.first_deployment_at
    start = max(earliest, week_start(first, team.zone))
    weeks = round((gap.start - start) / WEEK)
    return Eras(recent, _weeks_before(gap.start, weeks, team) if weeks >= LEAST_BASELINE_WEEKS else None)


def _weeks_before(end: float, weeks: int, team: Team) -> Window:
    return Window(days_before(end, weeks * 7, team.zone), end, weeks * 7)
