"""How a regression ended: with failures and recovery back where they were, or as the team's normal."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from bot.metrics.level import TrendVerdict
from bot.metrics.measure import Metric

WITHIN = 1.10  # of the baseline


class Ending(StrEnum):
    OVER = "over"
    NORMAL = "normal"


def ending(trends: Mapping[Metric, TrendVerdict]) -> Ending:
    """Over only where both are known to be back; with too few recoveries to compare, failures decide alone."""
    failing = trends[Metric.CHANGE_FAILURE_RATE].effect
    recovering = trends[Metric.RECOVERY_TIME].effect
    if failing is None or failing.ratio > WITHIN:
        return Ending.NORMAL
    return Ending.NORMAL if recovering is not None and recovering.ratio > WITHIN else Ending.OVER
