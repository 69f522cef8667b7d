"""Measures, levels and trends as the metric parts of a report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypedDict

from bot.calendar import Window, moment
from bot.metrics.facts import LEAD_STAGES, RECOVERY_STAGES
from bot.metrics.measure import (
    ChangeFailureRate,
    DeploymentFrequency,
    LeadTime,
    Measures,
    Metric,
    RecoveryTime,
    Reliability,
    StageShare,
    Unknown,
)
from bot.reading.picture import Picture
from bot.reading.reading import Claim, Reading
from bot.team_report import (
    AllIncidents,
    Baseline,
    ChangeFailureRatePart,
    DeploymentFrequencyPart,
    Evidence,
    LeadTimePart,
    Metrics,
    RecoveryTimePart,
    ReliabilityPart,
    ReworkRatePart,
    Span,
    Stage,
)
from bot.words import meaning, unknowns
from bot.words.evidence import sentence
from bot.words.metrics import unit

Measure = DeploymentFrequency | LeadTime | ChangeFailureRate | RecoveryTime | Reliability


class _Common(TypedDict):
    """What the five parts share."""

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
    trend_why_unknown: str | None
    level_held: bool
    events: tuple[str, ...]


def metrics(picture: Picture, reading: Reading) -> Metrics:
    """All six parts, each value with what it means given the other four."""
    measures = picture.measures
    common = {metric: _common(metric, picture, reading) for metric in Metric}
    return Metrics(
        deployment_frequency=DeploymentFrequencyPart(
            **common[Metric.DEPLOYMENT_FREQUENCY], active_days=measures.deployment_frequency.active_days
        ),
        lead_time=_lead_time(measures, common[Metric.LEAD_TIME]),
        change_failure_rate=_change_failure_rate(measures, common[Metric.CHANGE_FAILURE_RATE]),
        recovery_time=_recovery_time(measures, common[Metric.RECOVERY_TIME]),
        reliability=_reliability(measures, common[Metric.RELIABILITY]),
        rework_rate=_rework_rate(measures),
    )


def evidence_part(claim: Claim) -> Evidence:
    """A claim as a sentence, with its figure and the events behind it."""
    metric = None if claim.metric is None else claim.metric.value
    return Evidence(claim=sentence(claim), metric=metric, value=claim.value, events=claim.events)


def span(window: Window) -> Span:
    """A window with its instants in UTC."""
    return Span(start=moment(window.start), end=moment(window.end), days=window.days)


def why(unknown: Unknown | None) -> str | None:
    """Why something is unknown, as a sentence."""
    return None if unknown is None else unknowns.sentence(unknown)


def _common(metric: Metric, picture: Picture, reading: Reading) -> _Common:
    measure = _measure(metric, picture.measures)
    level, trend = picture.levels[metric], picture.trends[metric]
    return _Common(
        value=measure.value,
        unit=unit(metric),
        window=span(measure.window),
        n=measure.n,
        level=level.level.value,
        borderline=level.borderline,
        trend=trend.trend.value,
        previous=measure.previous,
        baseline=None if trend.baseline is None else Baseline(value=trend.baseline_value, window=span(trend.baseline)),
        says=meaning.says(metric, picture, reading),
        why_unknown=why(level.why_unknown or measure.why_unknown),
        trend_why_unknown=why(trend.why_unknown),
        level_held=level.held,
        events=measure.events,
    )


def _measure(metric: Metric, measures: Measures) -> Measure:
    by_metric: Mapping[Metric, Measure] = {
        Metric.DEPLOYMENT_FREQUENCY: measures.deployment_frequency,
        Metric.LEAD_TIME: measures.lead_time,
        Metric.CHANGE_FAILURE_RATE: measures.change_failure_rate,
        Metric.RECOVERY_TIME: measures.recovery_time,
        Metric.RELIABILITY: measures.reliability,
    }
    return by_metric[metric]


def _lead_time(measures: Measures, common: _Common) -> LeadTimePart:
    lead = measures.lead_time
    return LeadTimePart(
        **common,
        median=lead.value,
        mean=lead.mean,
        p85=lead.p85,
        p90=lead.p90,
        # The known stages and `unknown` are all of the lead time, so a stage without an hour has no share of it.
        stages=_stages(lead.stages, LEAD_STAGES, absent=0.0 if lead.stages else None),
        automated=lead.automated,
    )


def _change_failure_rate(measures: Measures, common: _Common) -> ChangeFailureRatePart:
    rate = measures.change_failure_rate
    return ChangeFailureRatePart(
        **common, failed=rate.failed, interval=rate.interval, inferred_share=rate.inferred_share
    )


def _recovery_time(measures: Measures, common: _Common) -> RecoveryTimePart:
    recovery = measures.recovery_time
    return RecoveryTimePart(
        **common,
        median=recovery.value,
        mean=recovery.mean,
        open=recovery.open,
        oldest_open=recovery.oldest_open,
        untested=recovery.untested,
        all_incidents=AllIncidents(median=recovery.all_incidents_median, n=recovery.all_incidents_n),
        stages=_stages(recovery.stages, RECOVERY_STAGES, absent=None),
    )


def _reliability(measures: Measures, common: _Common) -> ReliabilityPart:
    reliability = measures.reliability
    return ReliabilityPart(
        **common,
        basis=reliability.basis,
        objective=reliability.objective,
        objective_name=reliability.objective_name,
        budget_left=reliability.budget_left,
        incident_hours=reliability.incident_hours,
    )


def _rework_rate(measures: Measures) -> ReworkRatePart:
    rework = measures.rework_rate
    return ReworkRatePart(
        value=rework.value,
        unit="ratio",
        n=rework.n,
        window=span(rework.window),
        previous=rework.previous,
        why_unknown=why(rework.why_unknown),
    )


def _stages(stages: Mapping[str, StageShare], names: Iterable[str], *, absent: float | None) -> dict[str, Stage]:
    """Every stage by name; `absent` is the share of one that nothing is known of."""
    nothing = StageShare(median=None, share=0.0, n=0)
    return {
        name: Stage(median=stage.median, share=stage.share if stage.n else absent, n=stage.n)
        for name, stage in ((name, stages.get(name, nothing)) for name in names)
    }
