"""What a metric yields: a value with its window, its count and the events behind it; unknown with its reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.calendar import Window


class Metric(StrEnum):
    """The five metrics, in the order in which people read them."""

    DEPLOYMENT_FREQUENCY = "deployment_frequency"
    LEAD_TIME = "lead_time"
    CHANGE_FAILURE_RATE = "change_failure_rate"
    RECOVERY_TIME = "recovery_time"
    RELIABILITY = "reliability"


@dataclass(frozen=True, slots=True)
class Unknown:
    """Why a value can't be given: a key that `words` has a sentence for, and the figures of that sentence."""

    reason: str
    figures: Mapping[str, float | str] = field(default_factory=dict[str, float | str])


@dataclass(frozen=True, slots=True)
class StageShare:
    """One stage of a duration: median in seconds, share of the summed time, how many knew it."""

    median: float | None
    share: float
    n: int
    total: float = 0.0  # seconds, summed over the window


def share_of(stages: Mapping[str, StageShare], names: Iterable[str]) -> float:
    """How much of a duration the named stages took together, 0 to 1; stages that nobody knows count as not named."""
    return min(sum(stages[name].share for name in names if name in stages), 1.0)


@dataclass(frozen=True, slots=True)
class DeploymentFrequency:
    """Planned successful deployments a week."""

    window: Window
    value: float | None
    n: int
    active_days: int
    previous: float | None = None
    why_unknown: Unknown | None = None
    events: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LeadTime:
    """First commit authored to delivered, per change, in seconds. `value` is the median."""

    window: Window
    value: float | None
    n: int
    mean: float | None = None
    p85: float | None = None
    p90: float | None = None
    stages: Mapping[str, StageShare] = field(default_factory=dict[str, StageShare])
    automated: int = 0  # changes by bots delivered in the window, shown apart
    previous: float | None = None
    why_unknown: Unknown | None = None
    events: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangeFailureRate:
    """Failed of planned deployments; `interval` is Jeffreys' 5% to 95%; `n` is the denominator."""

    window: Window
    value: float | None
    n: int
    failed: int
    interval: tuple[float, float] | None = None
    inferred_share: float | None = None  # of the failures; None without failures
    previous: float | None = None
    why_unknown: Unknown | None = None
    events: tuple[str, ...] = ()  # of the failed ones


@dataclass(frozen=True, slots=True)
class RecoveryTime:
    """Time from failure to recovery of change-caused failures, in seconds. `value` is the Kaplan-Meier median.

    `n` counts ended ones with a known duration; `open` those that last still.
    """

    window: Window
    value: float | None
    n: int
    open: int = 0
    oldest_open: float | None = None  # seconds
    mean: float | None = None
    geometric_mean: float | None = None
    untested: bool = False
    all_incidents_median: float | None = None
    all_incidents_n: int = 0
    stages: Mapping[str, StageShare] = field(default_factory=dict[str, StageShare])
    previous: float | None = None
    why_unknown: Unknown | None = None
    events: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ObjectiveShare:
    """One objective over a window: share of good events, and what is left of its error budget (1: all, < 0: missed)."""

    name: str  # "service/name"
    value: float
    objective: float
    budget_left: float
    coverage: float  # of the window
    events: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reliability:
    """Share of good events of the tightest objective, or of time without incidents."""

    window: Window
    value: float | None
    n: int  # SLO windows, or incidents
    basis: str | None = None  # slo | incidents
    objective: float | None = None
    objective_name: str | None = None  # "service/name"
    budget_left: float | None = None
    incident_hours: float | None = None
    coverage: float | None = None  # of the window by SLO windows
    others: tuple[ObjectiveShare, ...] = ()  # with more budget left, tightest first
    previous: float | None = None
    why_unknown: Unknown | None = None
    events: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReworkRate:
    """Remediation of all successful deployments; beside the five, without a level."""

    window: Window
    value: float | None
    n: int
    previous: float | None = None
    why_unknown: Unknown | None = None
    events: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Measures:
    """The five metrics and rework rate, each over its own window."""

    deployment_frequency: DeploymentFrequency
    lead_time: LeadTime
    change_failure_rate: ChangeFailureRate
    recovery_time: RecoveryTime
    reliability: Reliability
    rework_rate: ReworkRate
