"""Evidence from the trends and the watch: which metrics moved clearly, with their interval, and what moved in step."""

from __future__ import annotations

from bot.metrics.level import Trend
from bot.metrics.measure import Metric
from bot.reading.claims import claim, newest
from bot.reading.picture import Picture
from bot.reading.reading import Claim, Match


def stability_with_speed(_: Match, picture: Picture) -> Claim | None:
    """What the watch sees, while it is up."""
    found = picture.lookout.found
    if not picture.lookout.up or found is None or found.since is None:
        return None
    return claim(
        "stability_with_speed",
        metric=Metric.CHANGE_FAILURE_RATE,
        value=found.worse,
        events=newest(picture.measures.change_failure_rate.events),
        faster=found.faster,
        worse=found.worse,
        since=found.since.isoformat(),
    )


def moved(metric: Metric, picture: Picture) -> Claim | None:
    """A clear movement of one metric, with its interval; None where it holds still or is not known."""
    verdict = picture.trends.get(metric)
    if verdict is None or verdict.effect is None or verdict.trend in {Trend.FLAT, Trend.UNKNOWN}:
        return None
    measure = getattr(picture.measures, metric.value)
    return claim(
        f"moved_{metric.value}",
        metric=metric,
        value=verdict.effect.ratio,
        events=newest(measure.events),
        ratio=verdict.effect.ratio,
        low=verdict.effect.interval[0],
        high=verdict.effect.interval[1],
    )


def frequency_moved(_: Match, picture: Picture) -> Claim | None:
    return moved(Metric.DEPLOYMENT_FREQUENCY, picture)


def lead_time_moved(_: Match, picture: Picture) -> Claim | None:
    return moved(Metric.LEAD_TIME, picture)


def failure_rate_moved(_: Match, picture: Picture) -> Claim | None:
    return moved(Metric.CHANGE_FAILURE_RATE, picture)


def recovery_moved(_: Match, picture: Picture) -> Claim | None:
    return moved(Metric.RECOVERY_TIME, picture)


def reliability_moved(_: Match, picture: Picture) -> Claim | None:
    return moved(Metric.RELIABILITY, picture)
