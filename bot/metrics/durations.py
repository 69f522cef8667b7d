"""Summaries of durations: quantiles, and the median where some have not ended. Never the mean alone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from math import exp, log

import numpy as np

from bot.metrics.measure import StageShare

# Sources record minutes at best; below one, a duration has no logarithm worth its digits.
SHORTEST = 60.0


def quantiles(values: Collection[float], *levels: float) -> tuple[float, ...]:
    """Linear interpolation between order statistics: level q of n sorted values lies at position q (n - 1).

    This is definition 7 of Hyndman and Fan (1996), numpy's default. There is at least one value.
    """
    found = np.quantile(np.fromiter(values, dtype=np.float64), levels)
    return tuple(float(each) for each in np.atleast_1d(found))


def median(values: Collection[float]) -> float | None:
    """The middle value; None without any."""
    return quantiles(values, 0.5)[0] if values else None


def geometric_mean(values: Collection[float]) -> float | None:
    """The exponential of the mean log; None without any value."""
    return exp(sum(log(max(each, SHORTEST)) for each in values) / len(values)) if values else None


def survival_median(ended: Collection[float], lasting: Collection[float]) -> float | None:
    """Kaplan and Meier's median (1958) of durations of which some last still, known to reach at least so far.

    Where the curve runs flat at one half, the middle of that stretch: without any that lasts this is the common
    median. None where more than half last beyond all that ended.
    """
    at_risk = len(ended) + len(lasting)
    moments = sorted([(each, 0) for each in ended] + [(each, 1) for each in lasting])
    above, half_at = 1.0, None
    for seconds, still_lasts in moments:
        if not still_lasts:
            if half_at is not None:
                return (half_at + seconds) / 2
            above *= 1 - 1 / at_risk
            if abs(above - 0.5) < 1e-9:
                half_at = seconds
            elif above < 0.5:
                return seconds
        at_risk -= 1
    return half_at


def stage_shares(stages: Iterable[Mapping[str, float]], names: Sequence[str]) -> dict[str, StageShare]:
    """Each stage's median, its share of the summed time and how many knew it; shares add up to 1."""
    known: dict[str, list[float]] = {name: [] for name in names}
    for each in stages:
        for name, seconds in each.items():
            known[name].append(seconds)
    total = sum(sum(spans) for spans in known.values())
    if total <= 0:
        return {}
    return {
        name: StageShare(median(spans), sum(spans) / total, len(spans), sum(spans))
        for name, spans in known.items()
        if spans
    }
