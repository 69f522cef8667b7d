"""How a level or a trend is stated; how it is settled stands in bot/reading/levels.py and bot/regression/trends.py."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.calendar import Window
from bot.metrics.measure import Unknown


class Level(StrEnum):
    """G, P and U of the rules."""

    HEALTHY = "healthy"
    POOR = "poor"
    UNKNOWN = "unknown"


class Trend(StrEnum):
    """Improving is better for users, whatever the direction of the number."""

    IMPROVING = "improving"
    FLAT = "flat"
    WORSENING = "worsening"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class LevelVerdict:
    """A metric's level, the window that settled it, and how sure it is.

    `certainty` is the posterior of the side taken (0.5 to 1), None where nothing was computed.
    """

    level: Level
    window: Window
    borderline: bool = False
    certainty: float | None = None
    low_confidence: bool = False
    untested: bool = False  # recovery only: nothing failed, so nothing was recovered from
    why_unknown: Unknown | None = None
    held: bool = False  # the last settled level, while the value lies on the other side of the band or is not known


@dataclass(frozen=True, slots=True)
class Effect:
    """Recent weeks against the baseline on the log scale: estimate and variance before shrinking to the prior.

    `estimate` grows with the number itself (a rise of CFR is positive). `ratio` is exp of the posterior mean,
    `interval` its 5% to 95%; `p_up`, `p_down` the posterior of a change beyond 10% upwards or downwards.
    """

    estimate: float
    variance: float
    ratio: float
    interval: tuple[float, float]
    p_up: float
    p_down: float


@dataclass(frozen=True, slots=True)
class TrendVerdict:
    """A metric's trend: recent 13 complete weeks against the baseline. `posterior` is that of the direction taken."""

    trend: Trend
    recent: Window | None = None
    baseline: Window | None = None
    baseline_value: float | None = None  # in the unit of the metric's value
    recent_value: float | None = None
    posterior: float | None = None
    effect: Effect | None = None
    why_unknown: Unknown | None = None
