"""A metric's row in words: its name, its value over its window, its trend, and what it reads as."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.metrics.level import Level, Trend
from bot.metrics.measure import Metric
from bot.words import figures


@dataclass(frozen=True, slots=True)
class _Words:
    """`subject` is the name within a sentence; `better` the direction in which the number improves."""

    name: str
    subject: str
    unit: str
    better: int


_WORDS: Mapping[Metric, _Words] = {
    Metric.DEPLOYMENT_FREQUENCY: _Words("Deployment frequency", "deployment frequency", "deployments/week", 1),
    Metric.LEAD_TIME: _Words("Lead time", "lead time", "seconds", -1),
    Metric.CHANGE_FAILURE_RATE: _Words("Change failure rate", "change failure rate", "ratio", -1),
    Metric.RECOVERY_TIME: _Words("Time to recovery", "time to recovery", "seconds", -1),
    Metric.RELIABILITY: _Words("Reliability", "reliability", "ratio", 1),
}
NOT_KNOWN = "not known"
# A recent value this far from the one before, with a flat trend, is a question that the row answers.
_FAR = 1.5
# What a trend looks at.
TREND_DAYS = 91


def name(metric: Metric) -> str:
    """The metric's name at the head of its row."""
    return _WORDS[metric].name


def subject(metric: Metric) -> str:
    """The metric's name within a sentence."""
    return _WORDS[metric].subject


def unit(metric: Metric) -> str:
    """The unit of the metric's value in JSON."""
    return _WORDS[metric].unit


def value(metric: Metric, amount: float | None) -> str:
    """A value of the metric, without its window."""
    if amount is None:
        return NOT_KNOWN
    if metric is Metric.DEPLOYMENT_FREQUENCY:
        return f"{figures.number(amount)} a week"
    if metric is Metric.CHANGE_FAILURE_RATE:
        return figures.percent(amount)
    if metric is Metric.RELIABILITY:
        return figures.availability(amount)
    return figures.duration(amount)


def window(days: float) -> str:
    """A window's length: 4 weeks, 10 days."""
    weeks, rest = divmod(round(days), 7)
    return figures.count(weeks, "week") if weeks and not rest else figures.count(round(days), "day")


def trend(metric: Metric, way: Trend) -> str:
    """The trend: the arrow shows the number's direction, the word whether that is better for users."""
    if way is Trend.UNKNOWN:
        return NOT_KNOWN
    if way is Trend.FLAT:
        return "→ flat"
    return f"{'↑' if _direction(metric, way) > 0 else '↓'} {way.value}"


def reads_as(level: Level, *, borderline: bool, untested: bool = False) -> str:
    """The level: healthy, poor or unknown, and how sure."""
    if untested:
        return f"{level.value}, untested"
    return f"{level.value}, borderline" if borderline and level is not Level.UNKNOWN else level.value


def disagreement(metric: Metric, way: Trend, now: float | None, before: float | None, days: float) -> str | None:
    """What the row says where its trend and its two values point in different ways."""
    if now is None or before is None or way is Trend.UNKNOWN:
        return None
    shown = window(days)
    if way is Trend.FLAT:
        return _by_chance(shown, days) if _far_apart(now, before) else None
    if (now - before) * _direction(metric, way) > 0:
        return None
    return f"{way.value} over 13 weeks; the {shown} shown point the other way"


def _by_chance(shown: str, days: float) -> str:
    if round(days) == TREND_DAYS:
        return "it differs from before, but that could be chance"
    return f"the {shown} shown differ from before, but over 13 weeks there is no clear change"


def _direction(metric: Metric, way: Trend) -> int:
    better = _WORDS[metric].better
    return better if way is Trend.IMPROVING else -better


def _far_apart(now: float, before: float) -> bool:
    low, high = sorted((abs(now), abs(before)))
    return high > low * _FAR
