"""Each metric over the week reported on and over four; pure."""

from __future__ import annotations

from bot.calendar import window_before
from bot.digest_report import Figure, Figures
from bot.metrics.measure import (
    ChangeFailureRate,
    DeploymentFrequency,
    LeadTime,
    Measures,
    Metric,
    RecoveryTime,
    Reliability,
)
from bot.metrics.measures import measure_all
from bot.reading.picture import Picture

FOUR_WEEKS = 28


def week_figures(picture: Picture) -> dict[str, Figures]:
    """By the metric's key, as of the picture's instant."""
    week, four_weeks = (_over(picture, days) for days in (7, FOUR_WEEKS))
    return {
        metric.value: Figures(
            week=_figure(getattr(week, metric.value)), four_weeks=_figure(getattr(four_weeks, metric.value))
        )
        for metric in Metric
    }


def _over(picture: Picture, days: int) -> Measures:
    facts, team = picture.facts, picture.team
    span = window_before(facts.as_of, days, team.zone)
    return measure_all(facts, dict.fromkeys(Metric, span), team, picture.visibility)


def _figure(measure: DeploymentFrequency | LeadTime | ChangeFailureRate | RecoveryTime | Reliability) -> Figure:
    why = measure.why_unknown
    return Figure(
        value=measure.value,
        n=measure.n,
        days=measure.window.days,
        failed=measure.failed if isinstance(measure, ChangeFailureRate) else None,
        why=None if why is None else why.reason,
    )
