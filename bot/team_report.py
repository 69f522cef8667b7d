"""TeamReport: what `quintet report --json` prints and what blocks and terminal lay out; frozen, sentences included."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, PlainSerializer


def _zulu(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


Moment = Annotated[datetime, PlainSerializer(_zulu, return_type=str, when_used="json")]


class Part(BaseModel):
    """A frozen part of a report."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Span(Part):
    start: Moment
    end: Moment
    days: float


class Baseline(Part):
    value: float | None
    window: Span


class Stage(Part):
    median: float | None = None
    share: float | None = None
    n: int = 0


class MetricPart(Part):
    """What every metric carries. `says` is what the value means given the other four."""

    value: float | None
    unit: str
    window: Span
    n: int
    level: str
    borderline: bool
    trend: str
    previous: float | None
    baseline: Baseline | None
    says: str
    why_unknown: str | None
    trend_why_unknown: str | None = None
    level_held: bool = False
    events: tuple[str, ...] = ()


class DeploymentFrequencyPart(MetricPart):
    active_days: int


class LeadTimePart(MetricPart):
    median: float | None
    mean: float | None
    p85: float | None
    p90: float | None
    stages: dict[str, Stage]
    automated: int


class ChangeFailureRatePart(MetricPart):
    failed: int
    interval: tuple[float, float] | None
    inferred_share: float | None


class AllIncidents(Part):
    median: float | None
    n: int


class RecoveryTimePart(MetricPart):
    median: float | None
    mean: float | None
    open: int
    oldest_open: float | None
    untested: bool
    all_incidents: AllIncidents
    stages: dict[str, Stage]


class ReliabilityPart(MetricPart):
    basis: str | None
    objective: float | None
    objective_name: str | None
    budget_left: float | None
    incident_hours: float | None


class ReworkRatePart(Part):
    value: float | None
    unit: str
    n: int
    window: Span
    previous: float | None
    why_unknown: str | None


class Metrics(Part):
    deployment_frequency: DeploymentFrequencyPart
    lead_time: LeadTimePart
    change_failure_rate: ChangeFailureRatePart
    recovery_time: RecoveryTimePart
    reliability: ReliabilityPart
    rework_rate: ReworkRatePart


class Factors(Part):
    deployment_frequency: float | None
    change_failure_rate: float | None
    recovery_time: float | None


class Net(Part):
    window: Span | None
    baseline: Span | None
    failure_hours_per_week: float | None
    previous: float | None
    ratio: float | None
    interval: tuple[float, float] | None
    per_deployment_ratio: float | None
    per_deployment_interval: tuple[float, float] | None
    verdict: str | None
    why_unknown: str | None
    factors: Factors | None
    says: str


class NearestPart(Part):
    pattern: str
    title: str
    differs_in: tuple[str, ...]


class Then(Part):
    rule: str
    pattern: str | None
    diagnosis: str
    next_investment: str
    says: str


class Evidence(Part):
    claim: str
    metric: str | None
    value: float | None
    events: tuple[str, ...]


class Against(Part):
    claim: str
    checked: bool
    supports: bool | None


class NextInvestment(Part):
    key: str
    title: str
    why: str
    first_step: str


class NotYet(Part):
    what: str
    why: str


class ReadingPart(Part):
    rule: str
    pattern: str | None
    diagnosis: str
    title: str
    level_pattern: str | None
    confidence: str
    confidence_says: str
    says: str
    nearest: NearestPart | None
    then: tuple[Then, ...]
    relationships: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    against: tuple[Against, ...]
    next_investment: NextInvestment
    not_yet: tuple[NotYet, ...]
    would_change_our_mind: str


class WeekPart(Part):
    """One complete week: medians of that week in seconds; null where nothing was measured."""

    week: str
    deployments: int
    failed: int | None
    lead_time: float | None
    recovery_time: float | None
    failure_hours: float | None


class Mover(Part):
    event: str
    says: str
    url: str | None


class SourcePart(Part):
    source: str
    last_event: Moment | None
    last_synced: Moment | None


class MissingData(Part):
    missing: str
    effect: str
    fix: str


class TeamReport(Part):
    """One team's five metrics read as one system."""

    team: str
    name: str
    timezone: str
    as_of: Moment
    metrics: Metrics
    net: Net
    reading: ReadingPart
    history: tuple[WeekPart, ...]
    watch: tuple[str, ...]
    movers: tuple[Mover, ...]
    sources: tuple[SourcePart, ...]
    data: tuple[MissingData, ...]
    notes: tuple[str, ...] = ()
