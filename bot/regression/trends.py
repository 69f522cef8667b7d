"""Is a metric improving or worsening? The last 13 complete weeks against the baseline, by the effects."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.metrics.facts import Facts
from bot.metrics.level import Effect, Trend, TrendVerdict
from bot.metrics.measure import Metric, Unknown
from bot.metrics.unknowns import Reason
from bot.metrics.visibility import Visibility
from bot.regression.effects import (
    Failures,
    IncidentHours,
    budget_effect,
    duration_effect,
    failure_effect,
    frequency_effect,
    incident_effect,
)
from bot.regression.rows import Sides, WeeklyRows, weekly_rows
from bot.regression.shortfall import shortfall
from bot.regression.values import value
from bot.teams import Team

CLEARLY = 0.95  # the posterior at which a change beyond a tenth is called one

# Which way is worse. Reliability's effect is that of budget burnt, or of incident hours: it grows with the harm.
RISE_IS_WORSE: Mapping[Metric, bool] = {
    Metric.DEPLOYMENT_FREQUENCY: False,
    Metric.LEAD_TIME: True,
    Metric.CHANGE_FAILURE_RATE: True,
    Metric.RECOVERY_TIME: True,
    Metric.RELIABILITY: True,
}


def trends(
    facts: Facts, team: Team, visibility: Visibility, rows: WeeklyRows | None = None
) -> Mapping[Metric, TrendVerdict]:
    """The five trends; `rows` are the team's weekly rows, where they are at hand."""
    known = weekly_rows(facts, team, visibility) if rows is None else rows
    return {metric: _trend(metric, known, facts, team, visibility) for metric in Metric}


def _trend(metric: Metric, rows: WeeklyRows, facts: Facts, team: Team, visibility: Visibility) -> TrendVerdict:
    sides = rows.sides(metric)
    missing = shortfall(metric, rows, sides, visibility)
    change = None if missing else effect_of(metric, rows, sides)
    if change is None:
        return TrendVerdict(Trend.UNKNOWN, why_unknown=missing or _no_hours(facts))
    recent, baseline = rows.span(sides.recent), rows.span(sides.baseline)
    trend, posterior = direction(metric, change)
    return TrendVerdict(
        trend=trend,
        recent=recent,
        baseline=baseline,
        recent_value=None if recent is None else value(metric, facts, recent, team, visibility),
        baseline_value=None if baseline is None else value(metric, facts, baseline, team, visibility),
        posterior=posterior,
        effect=change,
    )


def _no_hours(facts: Facts) -> Unknown:
    """Incidents there are, and no hours: their durations are unknown."""
    unknown = sum(not incident.open and incident.ended_at is None for incident in facts.incidents)
    return Unknown(Reason.INCIDENT_DURATION_UNKNOWN, {"n": unknown})


def direction(metric: Metric, change: Effect) -> tuple[Trend, float | None]:
    """The trend that an effect shows, and its posterior; a flat one has none."""
    worse, better = (change.p_up, change.p_down) if RISE_IS_WORSE[metric] else (change.p_down, change.p_up)
    if worse >= CLEARLY:
        return Trend.WORSENING, worse
    if better >= CLEARLY:
        return Trend.IMPROVING, better
    return Trend.FLAT, None


def effect_of(metric: Metric, rows: WeeklyRows, sides: Sides) -> Effect | None:
    """A metric's effect between the two sides; None where the hours of one are not known."""
    return EFFECTS[metric](rows, sides)


def _frequency(rows: WeeklyRows, sides: Sides) -> Effect:
    return frequency_effect(rows.deployments[sides.recent], rows.deployments[sides.baseline])


def _failures(rows: WeeklyRows, sides: Sides) -> Effect:
    recent, baseline = (Failures(rows.deployments[side], rows.failed[side]) for side in (sides.recent, sides.baseline))
    return failure_effect(recent, baseline)


def _lead_time(rows: WeeklyRows, sides: Sides) -> Effect:
    hours = rows.lead_time
    return duration_effect(Metric.LEAD_TIME, hours.where(sides.recent), hours.where(sides.baseline))


def _recovery(rows: WeeklyRows, sides: Sides) -> Effect:
    hours = rows.recovery
    return duration_effect(Metric.RECOVERY_TIME, hours.where(sides.recent), hours.where(sides.baseline))


def _reliability(rows: WeeklyRows, sides: Sides) -> Effect | None:
    if rows.by_objective:
        known = rows.budget_known
        return budget_effect(rows.budget_burnt[sides.recent & known], rows.budget_burnt[sides.baseline & known])
    recent, baseline = (
        IncidentHours(rows.incident_hours[side], float(rows.incidents[side].sum()))
        for side in (sides.recent, sides.baseline)
    )
    return incident_effect(recent, baseline)


EFFECTS: Mapping[Metric, Callable[[WeeklyRows, Sides], Effect | None]] = {
    Metric.DEPLOYMENT_FREQUENCY: _frequency,
    Metric.LEAD_TIME: _lead_time,
    Metric.CHANGE_FAILURE_RATE: _failures,
    Metric.RECOVERY_TIME: _recovery,
    Metric.RELIABILITY: _reliability,
}
