"""The net line: did things improve overall? Change-caused failure hours a week, now against before."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.calendar import Window
from bot.metrics.measure import Unknown


class NetVerdict(StrEnum):
    """The four answers that figures can support."""

    WORSE = "worse"
    IN_PROPORTION = "in_proportion"  # more deployments, each as sound as before
    BETTER = "better"
    NO_CLEAR_CHANGE = "no_clear_change"


@dataclass(frozen=True, slots=True)
class NetLine:
    """Failure hours a week, an index: deployments a week x failure rate x geometric-mean recovery in hours.

    Intervals are 90%. A ratio is None where a side has no failures or no times; `factors` then too.
    """

    window: Window | None = None
    baseline: Window | None = None
    failure_hours_per_week: float | None = None
    previous: float | None = None
    ratio: float | None = None
    interval: tuple[float, float] | None = None
    per_deployment_ratio: float | None = None
    per_deployment_interval: tuple[float, float] | None = None
    deployment_factor: float | None = None
    failure_rate_factor: float | None = None
    recovery_factor: float | None = None
    verdict: NetVerdict | None = None
    why_unknown: Unknown | None = None
