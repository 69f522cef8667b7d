"""The words of the ping: what moved, what it looks like, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from bot.metrics.level import Effect, TrendVerdict
from bot.metrics.measure import Metric
from bot.reading.cell import CFR, DF, SPEED, STABILITY
from bot.regression.net import NetLine
from bot.words import figures, metrics
from bot.words.digest import day, week_of
from bot.words.letters import large
from bot.words.net import says as net_says
from bot.words.phrases import MOVES
from bot.words.regressions import RELATIONSHIPS

# Relationships that tell how speed is bought with stability; the others speak of something good.
MECHANISMS = frozenset(
    {"frequency_without_testing", "review_skipped", "tolerance_for_failures", "fewer_failures_by_shipping_less"}
)
FIRST, NOT_YET, EVIDENCE = "First:", "Not yet:", "Among the evidence"
SPANS = "the last 13 weeks against up to two years before"
COMPARED = f"{SPANS}, with 90% intervals"
LASTING = "That is the lasting kind of faster."
GONE = "The speed has gone back too."

Trends = Mapping[Metric, TrendVerdict]


def told(name: str, since: date | None) -> str:
    """The first line: what happened, and since when."""
    return f"{name}: speed has been bought with stability{_since(since)}."


def had_told(name: str, week: date, since: date | None) -> str:
    """The same once it is no news."""
    return f"Told for the {week_of(week)}: {name} had bought speed with stability{_since(since)}."


def moves(trends: Trends) -> str | None:
    """Which of the two sides moved by how much."""
    speed, stability = (_side(trends, side) for side in (SPEED, STABILITY))
    both = f"{speed}, while {stability}" if speed and stability else speed or stability
    return f"{large(both)}." if both else None


def looks_like(relationships: Iterable[str]) -> str | None:
    """The relationships that are seen, where any is."""
    seen = [RELATIONSHIPS[key] for key in relationships if key in MECHANISMS]
    return f"It looks like: {' and '.join(seen)}." if seen else None


def overall(net: NetLine) -> str:
    """The net line in short."""
    if net.ratio is None or net.interval is None:
        return f"Overall: {net_says(net)}"
    low, high = map(figures.number, net.interval)
    ratio = figures.times(net.ratio)
    return f"Overall: the index of failure hours a week is {ratio} what it was ({low} to {high})."


def over(on: date, trends: Trends, *, faster: bool) -> str:
    """Failures and recovery are back."""
    rate = _level(CFR, trends[CFR], "failures are back at")
    pace = _level(DF, trends[DF], "deployments are at")
    known = ", ".join(filter(None, (rate, pace)))
    return f"Over since {day(on)}{known and f': {known}'}. {LASTING if faster else GONE}"


def normal(on: date, trends: Trends) -> str:
    """It is no news any more, and not over."""
    ratios = _side(trends, STABILITY)
    stands = f" Against the time before: {ratios}." if ratios else ""
    begin = f"No longer new on {day(on)}: it has become this team's normal."
    return f"{begin}{stands} The weekly digest keeps naming it."


def still(on: date, weeks: int, trends: Trends) -> str:
    """It lasts, some weeks after it was told."""
    return " ".join(filter(None, (f"Still so on {day(on)}, {weeks} weeks after it was told.", moves(trends))))


def _since(since: date | None) -> str:
    return "" if since is None else f" since about {day(since)}"


def _level(metric: Metric, trend: TrendVerdict, phrase: str) -> str:
    if trend.recent_value is None:
        return ""
    value = metrics.value(metric, trend.baseline_value).removesuffix(" a week")
    before = "" if trend.baseline_value is None else f" ({value} before)"
    return f"{phrase} {metrics.value(metric, trend.recent_value)}{before}"


def _side(trends: Trends, side: tuple[Metric, ...]) -> str:
    known = [(metric, effect) for metric in side if (effect := trends[metric].effect) is not None]
    return " and ".join(f"{MOVES[metric]} {_ratio(effect)}" for metric, effect in known)


def _ratio(effect: Effect) -> str:
    low, high = map(figures.number, effect.interval)
    return f"{figures.ratio(effect.ratio)} ({low} to {high})"
