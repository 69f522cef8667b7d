"""What the rules ask of the facts beyond levels and trends: causes, queues, gates, and where the evidence lies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class LeadCause:
    """A group of lead time stages that a remedy belongs to, its hours and its share of all hours."""

    key: str  # review | pipeline | gate | coding | deploy | unknown
    hours: float
    share: float


@dataclass(frozen=True, slots=True)
class Weaker:
    """Which capability recovery time points at; `by_default` where the stages can't tell."""

    capability: str = "observability"  # observability | incident_response | deployment_architecture
    by_default: bool = True
    ratios: Mapping[str, float] = field(default_factory=dict[str, float])  # by stage: its share / its typical share
    shares: Mapping[str, float] = field(default_factory=dict[str, float])  # by stage, of the recovery time


@dataclass(frozen=True, slots=True)
class Signs:
    """Computed over the last 91 days unless a field says otherwise. None is: not known."""

    deployments_known: int = 0  # planned and successful, 26 weeks
    days_since_deployment: float | None = None
    frozen_days_since: float = 0.0  # of these days, those of a freeze
    longest_gap_days: float | None = None  # between deployments, in the 26 weeks before the last one
    lead_causes: tuple[LeadCause, ...] = ()  # largest first; without unknown
    lead_unknown_share: float | None = None
    gate_attempts: int = 0
    gate_blocked: int = 0
    gate_blocked_shas: int = 0  # different ones
    gate_blocked_then_deployed: int = 0  # of the blocked shas, those that went out then or later
    waiting_backlog: float | None = None  # mean number of merged changes that wait for release
    changes_per_deployment: float | None = None  # median
    weaker: Weaker = field(default_factory=Weaker)
    reliability_driver: str = "testing"  # testing | observability | recovery: the largest clear growth
    failures_visible: bool = True
    inferred_share: float | None = None  # of the failures in CFR's window
    one_service: str | None = None  # explains the change alone
    one_burst: bool = False
    test_evidence: str = "unknown"  # up | not_up | unknown: share of changes that touch tests
    open_beyond_band: tuple[str, ...] = ()  # keys of change-caused incidents open longer than the recovery band
    watch_up: bool = False  # the watch has told of a regression that is not over
    failures_lead: bool = True  # failures rose, beyond a tenth, at least as surely as recovery did

    @property
    def gate_blocks(self) -> bool:
        """The gate blocks: 20% of attempts or more, and not more than half of those went out unchanged."""
        return (
            self.gate_attempts > 0
            and self.gate_blocked >= 0.2 * self.gate_attempts
            and self.gate_blocked_then_deployed <= 0.5 * (self.gate_blocked_shas or self.gate_blocked)
        )
